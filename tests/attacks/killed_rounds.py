"""The rounds of `killed`: a child is killed at some step of its work, another checks the result.

A step is a statement, a commit, or opening for writing, renaming or removing a file.
"""

import io
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import django
from PIL import Image

django.setup()

from django.conf import settings  # noqa: E402  # what follows needs the set-up
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from stories.documents import serialization  # noqa: E402
from stories.models.case import Case  # noqa: E402
from stories.models.pictures import Picture  # noqa: E402
from stories.models.version import Publication  # noqa: E402
from stories.pictures import formats, storage  # noqa: E402
from stories.publishing import backup, diagnosis, importer, publisher  # noqa: E402
from stories.search import writer  # noqa: E402

WITHIN = 1.0  # seconds after a round until public pages must match the database
WORK = Path(settings.DATA_DIR).parent / "work"
NOTE = publisher.Note("改了。", "Changed.")
WRITES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link")
SLUGS = ("hanyang", "jiefangqu", "yucai")


class Steps:
    """Counts steps, and kills the process at one of them."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def take(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        is_written = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_written or event in WRITES:
            self.take()

    def statement(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        self.take()
        return execute(sql, parameters, many, context)

    def watch(self) -> None:
        sys.addaudithook(self.audit)
        connection.execute_wrappers.append(self.statement)
        commit = connection.commit

        def counted() -> None:
            self.take()
            commit()
            self.take()

        connection.commit = counted  # type: ignore[method-assign]


# ---------------------------------------------------------------- tasks to kill


def changed(slug: str, number: int) -> bytes:
    """The current document of a case with another title, which shows that it was loaded."""
    publication = Publication.objects.get(slug=slug)
    version = publication.versions.get(number=publication.number)
    document = json.loads(version.document)
    document["title"]["zh"] = f"标题{number}"
    document["checked"] = None
    return json.dumps(document).encode()


def publish(number: int) -> None:
    importer.load(serialization.read(changed(SLUGS[0], number)), NOTE)


def load(number: int) -> None:
    folder = WORK / "load"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for slug in SLUGS[1:]:
        (folder / f"{slug}.json").write_bytes(changed(slug, number))
    call_command("loadcases", str(folder), note=("改了。", "Changed."), stdout=io.StringIO())


def withdraw(number: int) -> None:
    """Withdraw a case and publish it again."""
    document = changed(SLUGS[0], number)
    if Publication.objects.current().filter(slug=SLUGS[0]).exists():
        publisher.withdraw(SLUGS[0], NOTE)
    importer.load(serialization.read(document), NOTE)


def index(_number: int) -> None:
    publisher.reindex()


def picture(number: int) -> None:
    """Add a picture, replace its file, and remove the oldest picture."""
    case = Case.objects.get(slug=SLUGS[0])
    file = io.BytesIO()
    Image.new("RGB", (500, 400), (number % 256, 0, 0)).save(file, "PNG")
    row = Picture(case=case, alt_zh="图", alt_en="A picture", credit_zh="某人", position=number)
    row.licence = "cc0-1.0"
    for _n in range(2):
        with storage.undone_on_failure():
            row.show(formats.read(file.getvalue()))
            row.save()
    if Picture.objects.count() > 3:
        Picture.objects.order_by("pk")[0].delete()


def make_backup(number: int) -> None:
    target = WORK / "backups"
    target.mkdir(parents=True, exist_ok=True)
    backup.write(target / f"{number}.tar", lambda _text: None)


def restore(_number: int) -> None:
    backup.restore(WORK / "given.tar", WORK / "restored", lambda _text: None)


TASKS: dict[str, Callable[[int], None]] = {
    "publish": publish,
    "load": load,
    "withdraw": withdraw,
    "index": index,
    "picture": picture,
    "backup": make_backup,
    "restore": restore,
}


# ---------------------------------------------------------------- required state afterwards


def titles() -> dict[str, str]:
    return dict(Publication.objects.values_list("slug", "title_zh"))


def look(task: str, number: int, before: dict[str, str], is_done: bool) -> None:
    """In a new process, as after a restart. Raises AssertionError."""
    now, new = titles(), f"标题{number}"
    if task in ("publish", "withdraw") and is_done:
        assert now[SLUGS[0]] == new, "what was acknowledged is not there"
    if task == "load":
        loaded = {now[slug] == new for slug in SLUGS[1:]}
        assert len(loaded) == 1 and (loaded == {True} or not is_done), "half of it was loaded"
    if task in ("index", "picture", "backup", "restore"):
        assert now == before
    storage.STILL_BEING_SAVED = timedelta(0)
    found = [str(complaint) for complaint in diagnosis.complaints()]
    orphans = [text for text in found if text.startswith("files of no picture")]
    assert found == orphans and not (orphans and task in ("index", "backup", "restore")), found
    assert writer.stale() == []
    if orphans:  # files without a row; the clean-up finds them after a day
        with redirect_stdout(io.StringIO()):
            call_command("doctor", mend=True)
        assert list(diagnosis.complaints()) == []
    if task == "backup" and (file := WORK / "backups" / f"{number}.tar").exists():
        backup.restore(file, WORK / "tried", lambda _text: None)
        shutil.rmtree(WORK / "tried")
    if task == "restore":
        if not (WORK / "restored" / "caselib.sqlite3").exists():
            assert not is_done, "what was acknowledged is not there"
            restore(number)  # retry the same command
        assert {"caselib.sqlite3", "pictures"} <= {e.name for e in (WORK / "restored").iterdir()}
        with closing(sqlite3.connect(WORK / "restored" / "caselib.sqlite3")) as restored:
            # Checks of the database name it; Django brings it along.
            restored.create_function(
                "REGEXP", 2, lambda pattern, text: bool(re.search(pattern, text))
            )
            assert restored.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            count = restored.execute("SELECT count(*) FROM stories_publication").fetchone()
        assert count == (len(before),)
        shutil.rmtree(WORK / "restored")


def agree(port: int) -> None:
    """The server's pages must match the database within a second."""
    deadline, wrong = time.monotonic() + WITHIN, [""]
    while wrong:
        wrong = [p.slug for p in Publication.objects.all() if not _is_shown(port, p)]
        assert not wrong or time.monotonic() < deadline, f"shown otherwise: {wrong}"


def _is_shown(port: int, publication: Publication) -> bool:
    client = HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", f"/cases/{publication.slug}.json")
    answer = client.getresponse()
    body = answer.read()
    client.close()
    if publication.withdrawn_at:
        return answer.status == 410
    version = publication.versions.get(number=publication.number)
    return answer.status == 200 and body.decode() == version.document


# ---------------------------------------------------------------- rounds


def in_child(work: Callable[[], None], written: int) -> tuple[int, str]:
    """(exit status, what it wrote into the pipe)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            os.dup2(writing, written)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        output = pipe.read()
    return os.waitpid(pid, 0)[1], output


ACKNOWLEDGED = 90  # file descriptor


def one(task: str, number: int, last: int, port: int) -> tuple[int, bool]:
    """(number of steps, whether it was completed)."""
    before: dict[str, str] = {}

    def work() -> None:
        steps = Steps(last)
        steps.watch()
        TASKS[task](number)
        os.write(ACKNOWLEDGED, str(steps.count).encode())

    def remember() -> None:
        os.write(ACKNOWLEDGED, json.dumps(titles()).encode())

    before = json.loads(in_child(remember, ACKNOWLEDGED)[1])
    status, output = in_child(work, ACKNOWLEDGED)
    assert status in (0, signal.SIGKILL), f"{task} failed"
    assert in_child(lambda: look(task, number, before, bool(output)), ACKNOWLEDGED)[0] == 0, (
        f"{task}, killed at step {last}"
    )
    assert in_child(lambda: agree(port), ACKNOWLEDGED)[0] == 0, f"{task}, step {last}: the server"
    return int(output or 0), bool(output)


def main(rounds: int, port: int) -> None:
    lot = random.Random(20261128)
    WORK.mkdir()
    connection.close()
    assert in_child(lambda: picture(1), ACKNOWLEDGED)[0] == 0  # one to be backed up
    given = lambda: (make_backup(0), os.replace(WORK / "backups" / "0.tar", WORK / "given.tar"))  # noqa: E731
    assert in_child(given, ACKNOWLEDGED)[0] == 0  # type: ignore[arg-type]
    counts = {task: one(task, 1000 + n, 0, port)[0] for n, task in enumerate(TASKS)}
    killed: dict[str, list[int]] = defaultdict(list)
    for number in range(rounds):
        task = list(TASKS)[number % len(TASKS)]
        # Evenly over the steps, and every other time among the last, which have files and commits.
        late = number // len(TASKS) % 2
        least = max(1, counts[task] - 12) if late else 1
        last = lot.randint(least, counts[task])
        is_done = one(task, 2000 + number, last, port)[1]
        if not is_done:  # else it took fewer steps this time
            killed[task].append(last)
    assert sum(map(len, killed.values())) > 0.8 * rounds
    lines = [
        f"{task}: killed {len(killed[task])} times at {len(set(killed[task]))} of its {count} steps"
        for task, count in counts.items()
    ]
    print(json.dumps(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
