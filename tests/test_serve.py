"""`manage.py serve` as a separate process: refusals, first start and later ones."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from caselib import gunicorn_conf
from stories.exports.dataset.releases import MANIFEST
from tests.test_ground import ROOT, run

# Seconds. A gunicorn worker that gets SIGTERM before it has started misses it; the master kills it
# after this timeout and logs that.
BEGINNING = 1
PATIENCE = 60  # seconds for a start on a busy machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refusal(data_dir: Path, port: int | str | None = None, **environment: str | Path) -> str:
    """The output of a start that is refused."""
    result = run(
        *(sys.executable, "manage.py", "serve", "--port", str(port or free_port())),
        **{"CASELIB_DATA_DIR": data_dir, **environment},
    )
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


@contextmanager
def serving(data_dir: Path, words: list[str]) -> Iterator[int]:
    """A server on a free port for the block; afterwards `words` has all of its output."""
    port = free_port()
    said = data_dir.with_name(f"{data_dir.name}-{port}.log")
    with said.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "CASELIB_DATA_DIR": str(data_dir)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield port
        time.sleep(BEGINNING)
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE) == 0
    finally:
        server.kill()
        server.wait()
        words += said.read_text().splitlines()


def answer(port: int, address: str, **headers: str) -> tuple[int, str]:
    """The socket listens from the start, so that an early request only waits."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", address, headers=headers)
            response = connection.getresponse()
            body = response.read().decode()
            connection.close()
            return response.status, body
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def list_of_releases(data_dir: Path) -> list[Path]:
    """The data sets; waits for the first, which a process beside the workers writes."""
    deadline = time.monotonic() + PATIENCE
    while not (found := list(data_dir.glob(f"exports/*/{MANIFEST}"))):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


# ---------------------------------------------------------------- refusals


def test_a_port_that_is_taken_is_named_with_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = refusal(tmp_path, port)
    assert re.fullmatch(rf"caselib: port {port} is taken: make serve PORT=\d+\n", message)
    assert not (tmp_path / "caselib.sqlite3").exists()


def test_a_port_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    expected = "caselib: PORT={}: write a number from 1 to 65535\n"
    assert refusal(tmp_path, "abc") == expected.format("abc")
    assert refusal(tmp_path, "65536") == expected.format("65536")


def test_an_address_of_another_machine_is_refused_in_one_line(tmp_path: Path) -> None:
    result = run(
        *(sys.executable, "manage.py", "serve", "--host", "192.0.2.1"), CASELIB_DATA_DIR=tmp_path
    )
    assert result.stderr == "caselib: --host 192.0.2.1: this machine has no such address\n"


def test_several_sockets_of_systemd_are_refused_in_one_line(tmp_path: Path) -> None:
    start = 'LISTEN_PID=$$ LISTEN_FDS=2 exec "$0" manage.py serve'
    result = run("sh", "-c", start, sys.executable, CASELIB_DATA_DIR=tmp_path)
    assert result.stderr == (
        "caselib: systemd handed over 2 sockets: let caselib.socket have one ListenStream=\n"
    )


def test_a_data_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = refusal(tmp_path / "file" / "data", CASELIB_SECRET_KEY="given")
    assert re.fullmatch(r"caselib: cannot write .*: set CASELIB_DATA_DIR .*\n", message)


def test_a_database_that_does_not_answer_is_named_in_one_line(tmp_path: Path) -> None:
    url = f"postgres://desk:secret@127.0.0.1:{free_port()}/caselib"
    message = refusal(tmp_path, CASELIB_DATABASE_URL=url)
    assert re.fullmatch(r"caselib: the database fails: .*\n", message)
    assert "secret" not in message


def test_a_database_file_that_is_none_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "caselib.sqlite3").write_text("no database at all " * 99)
    assert refusal(tmp_path) == "caselib: the database fails: file is not a database\n"


@pytest.mark.parametrize("left", ["pictures", "static-collected"])
def test_an_empty_database_beside_data_is_no_first_run(tmp_path: Path, left: str) -> None:
    (tmp_path / left).touch()
    missing = f"caselib: {tmp_path}/caselib.sqlite3 is not there, but {left} of an earlier start is"
    assert refusal(tmp_path).startswith(missing)
    (tmp_path / "caselib.sqlite3").touch()
    empty = f"caselib: {tmp_path}/caselib.sqlite3 is empty, but {left} of an earlier start is"
    assert refusal(tmp_path).startswith(empty)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "caselib.sqlite3")) as other:
        other.execute("CREATE TABLE bookmarks (address)")
    assert refusal(tmp_path) == (
        "caselib: the database is another program's: it holds bookmarks; name one of its own in "
        "CASELIB_DATABASE_URL or CASELIB_DATA_DIR\n"
    )
    with closing(sqlite3.connect(tmp_path / "caselib.sqlite3")) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("bookmarks",)]


def test_a_release_that_cannot_go_back_says_so(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "caselib.sqlite3")) as newer:
        newer.execute("CREATE TABLE stories_case (id)")
        newer.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        newer.execute(
            "INSERT INTO django_migrations VALUES (1, 'stories', '9001_new', '2031-01-01')"
        )
        newer.commit()
    said = refusal(tmp_path)
    assert "is of a newer release: it has the migration 9001_new. There is no way back" in said
    assert said.count("\n") == 1


# ---------------------------------------------------------------- starts


def test_the_first_start_sets_up_and_the_next_keeps_what_editors_did(tmp_path: Path) -> None:
    data_dir, first, second = tmp_path / "data", list[str](), list[str]()
    with serving(data_dir, first) as port:
        assert answer(port, "/healthz") == (200, "ok")
        assert answer(port, "/cases/yucai.json")[0] == 200
        assert answer(port, "/admin/login/")[0] == 200
        assert answer(port, f"/cases/?q={'a' * 10_000}")[0] == 414
    assert sum("password: " in line for line in first) == 1
    assert f"caselib serves on http://127.0.0.1:{port}/ until Ctrl-C" in first

    removal = (
        "from stories.models import Case; from stories.publishing import publisher;"
        "publisher.withdraw('yucai'); print(Case.objects.all().delete()[0] > 0)"
    )
    removed = run(
        *(sys.executable, "manage.py", "shell", "-v0", "-c", removal), CASELIB_DATA_DIR=data_dir
    )
    assert removed.stdout == "True\n"

    with serving(data_dir, second) as port:
        assert answer(port, "/healthz") == (200, "ok")
        assert answer(port, "/cases/yucai.json")[0] == 410
        assert answer(port, "/cases/hanyang.json")[0] == 200  # versions need no rows of the desk
    assert second == [f"caselib serves on http://127.0.0.1:{port}/ until Ctrl-C"]
    assert "Traceback" not in "\n".join(first)


def test_servers_that_start_at_once_set_up_one_folder_one_after_another(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    old = data_dir / "static" / "css" / "of-the-previous-release.css"
    old.parent.mkdir(parents=True)
    old.touch()
    outputs: list[list[str]] = [[], [], []]
    with ExitStack() as servers:
        for port in [servers.enter_context(serving(data_dir, words)) for words in outputs]:
            page = answer(port, "/")[1]
            (style,) = set(re.findall(r'href="(/static/[^"]+\.css)"', page))
            assert answer(port, style)[0] == 200
        releases = list_of_releases(data_dir)
    assert len(releases) == 1
    assert sum("the first run: loading the cases" in words for words in outputs) == 1
    assert old.exists()


def test_no_header_moves_the_site_and_a_withdrawn_case_is_gone_within_a_second(
    tmp_path: Path,
) -> None:
    data_dir, said = tmp_path / "data", list[str]()
    with serving(data_dir, said) as port:
        moved = {"SCRIPT_NAME": "/evil", "PATH_INFO": "/evil/", "X-Script-Name": "/evil"}
        for address in ("/", "/cases/", "/cases/yucai/"):
            status, page = answer(port, address, **moved)
            assert (status, "evil" in page) == (200, False)
            assert answer(port, address) == (200, page)
            assert answer(port, address, SCRIPT_NAME=address[:6]) == (200, page)

        withdrawal = "from stories.publishing import publisher; publisher.withdraw('yucai')"
        run(
            *(sys.executable, "manage.py", "shell", "-v0", "-c", withdrawal),
            CASELIB_DATA_DIR=data_dir,
        )
        time.sleep(1)
        # From both workers, each on a new connection.
        assert {answer(port, "/cases/yucai/")[0] for _n in range(8)} == {410}
    assert "Traceback" not in "\n".join(said)


# ---------------------------------------------------------------- the server's own settings


class App:
    """A WSGI application that records its requests."""

    def __init__(self, status: str, page: bytes) -> None:
        self.status, self.page = status, page
        self.requests: list[list[str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        names = ("HTTP_HOST", "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")
        self.requests.append([environ[name] for name in names])
        start_response(self.status, [])
        return [self.page[:2], self.page[2:]]


def test_the_warm_up_requests_pages_as_a_reader_would() -> None:
    app = App("200 OK", b"page")
    assert gunicorn_conf.get(app, "/cases/?q=灯") == b"page"
    assert app.requests == [["127.0.0.1", "GET", "/cases/", "q=%E7%81%AF"]]


def test_the_warm_up_requests_each_page_once_with_its_first_case() -> None:
    app = App("200 OK", b'<a href="/cases/yucai/"> <a href="/cases/hanyang/">')
    gunicorn_conf.warm_up(app)
    paths = [path for _host, _method, path, _query in app.requests]
    assert paths[:3] == ["/", "/cases/yucai/", "/cases/"]
    assert len(paths) == len(gunicorn_conf.WARM_UP) * 2


def test_the_warm_up_stops_at_the_first_failure() -> None:
    app = App("500 Internal Server Error", b"no tables")
    gunicorn_conf.warm_up(app)
    assert len(app.requests) == 1
