"""Two servers with their own data folders on one PostgreSQL; one of them can be cut off."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.attacks.server import get, log_of, serving
from tests.services.postgresql import Cluster, Way, cluster, way
from tests.test_ground import run

WITHIN = 1.0  # seconds
# Prints the time on the machine's clock.
WITHDRAW = """
import time
from stories.publishing import publisher
publisher.withdraw({slug!r})
print(time.time())
"""
PUBLISH = """
import time
from stories.models.version import Version
from stories.documents import serialization
from stories.publishing import publisher
version = Version.objects.filter(publication__slug={slug!r}).latest("number")
document = serialization.read(version.document.encode())
publisher.publish(document, note=publisher.Note("再次公布。", "Published again."))
print(time.time())
"""
# Polls so rarely that it learns of a new revision only by a notification.
FOLLOW = """
import time
from caselib import revision_watch
from stories.search import reader
revision_watch.INTERVAL = 600
watch = revision_watch.RevisionWatch(reader.revision)
first = watch()
print("follows", flush=True)
while watch() == first:
    time.sleep(0.01)
print("learned", flush=True)
"""


@dataclass
class Library:
    """`desk` and `readers` are ports; `way` is the latter's proxy to the database."""

    cluster: Cluster
    desk: int
    readers: int
    way: Way
    folder: Path

    def shell(self, code: str) -> str:
        command = (sys.executable, "manage.py", "shell", "-v0", "-c", code)
        url, folder = self.cluster.url(), self.folder / "shell"
        result = run(*command, CASELIB_DATABASE_URL=url, CASELIB_DATA_DIR=folder)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def withdraw(self, slug: str) -> None:
        self._in_a_second(self.shell(WITHDRAW.format(slug=slug)))

    def publish(self, slug: str) -> None:
        self._in_a_second(self.shell(PUBLISH.format(slug=slug)))

    def _in_a_second(self, done_at: str) -> None:
        time.sleep(max(0.0, float(done_at) + WITHIN - time.time()))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("servers")
    desk, readers = folder / "desk", folder / "readers"
    with (
        cluster() as made,
        way(made.socket) as cuttable,
        serving(desk, CASELIB_DATABASE_URL=made.url()) as desk_port,
    ):
        made.run("CREATE ROLE caselib_reader LOGIN")
        granted = run(
            *(sys.executable, "manage.py", "grants"),
            CASELIB_DATABASE_URL=made.url(),
            CASELIB_DATA_DIR=desk,
        )
        made.run(granted.stdout)
        url = made.url("caselib_reader", cuttable.port)
        with serving(readers, CASELIB_DATABASE_URL=url, CASELIB_ROLE="reader") as readers_port:
            yield Library(made, desk_port, readers_port, cuttable, folder)
    assert "Traceback" not in log_of(desk)


def answers(port: int, address: str) -> set[int]:
    """Statuses from both workers, each on a new connection."""
    return {get(port, address) for _n in range(12)}


def test_a_withdrawal_shows_on_every_server_within_a_second(library: Library) -> None:
    address = "/cases/yucai/"
    assert answers(library.desk, address) == answers(library.readers, address) == {200}
    library.withdraw("yucai")
    assert answers(library.desk, address) == answers(library.readers, address) == {410}


def test_a_publication_shows_on_every_server_within_a_second(library: Library) -> None:
    address = "/cases/hanyang/v/2/"
    assert answers(library.readers, "/cases/hanyang/") == {200}
    assert answers(library.desk, address) == answers(library.readers, address) == {404}
    library.publish("hanyang")
    assert answers(library.desk, address) == answers(library.readers, address) == {200}


def test_a_server_learns_of_a_revision_by_a_notification(library: Library) -> None:
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", FOLLOW]
    environment = {
        "PATH": "/usr/bin:/bin",
        "CASELIB_DATABASE_URL": library.cluster.url("caselib_reader"),
        "CASELIB_ROLE": "reader",
        "CASELIB_DATA_DIR": str(library.folder / "shell"),
    }
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as follower:
        assert follower.stdout
        assert follower.stdout.readline() == "follows\n"
        library.publish("hanyang")
        assert follower.communicate(timeout=60)[0] == "learned\n"


def test_the_shared_database_needs_no_shared_folder(library: Library) -> None:
    held = {entry.name for entry in (library.folder / "readers").iterdir()}
    assert held == {"secret-key", "static", "static-collected"}


@pytest.mark.parametrize(
    ("cut_off", "seconds", "slug"),
    [("stall", 10, "jiefangqu"), ("refuse", 3, "pingfangqu"), ("", 0, "yanliuyuan")],
)
def test_a_server_that_was_cut_off_goes_on_and_learns_what_it_missed(
    library: Library, cut_off: str, seconds: int, slug: str
) -> None:
    """`""` is a database that closes all connections: readers notice nothing."""
    address, other, uncached = f"/cases/{slug}/", "/cases/hanyang/", f"/cases/?page={seconds + 7}"
    assert answers(library.readers, address) == answers(library.readers, other) == {200}
    with ThreadPoolExecutor(1) as reader:
        if cut_off:
            getattr(library.way, cut_off)()
        else:
            library.cluster.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = 'caselib_reader'"
            )
        read = reader.submit(read_on, library.readers, other, seconds)
        library.withdraw(slug)
        assert answers(library.desk, address) == {410}
        if cut_off == "refuse":
            assert answers(library.readers, uncached) == {503}
            assert answers(library.readers, "/readyz") == {503}
            assert answers(library.readers, "/healthz") == {200}
        assert read.result() == {200}
    library.way.restore()
    time.sleep(WITHIN)
    assert answers(library.readers, address) == {410}
    assert answers(library.readers, "/readyz") == answers(library.readers, uncached) == {200}


def test_what_has_to_be_asked_of_a_silent_database_gets_an_answer(library: Library) -> None:
    """Not only after minutes: a server that takes all and says nothing is none to TCP."""
    asked = [
        *(f"/cases/?q=silent-{n}" for n in range(4)),
        *("/api/v1/cases?q=silent", "/cases.csv?q=silent", "/cases/silent/", "/readyz"),
    ]
    library.way.stall()
    try:
        with ThreadPoolExecutor(len(asked)) as pool:
            statuses = list(pool.map(partial(get, library.readers, timeout=20), asked))
    finally:
        library.way.restore()
    assert statuses == [503] * len(asked)
    time.sleep(WITHIN)
    assert answers(library.readers, "/cases/?q=silent-0") == {200}


def read_on(port: int, address: str, seconds: int) -> set[int]:
    """The statuses of a reader's requests meanwhile, ten times a second."""
    found, end = {get(port, address)}, time.monotonic() + seconds
    while time.monotonic() < end:
        found.add(get(port, address))
        time.sleep(0.1)
    return found
