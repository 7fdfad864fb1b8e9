"""A disk that is full or read-only, or a database that another process has locked.

Readers are not affected, writes are refused with one line, and nothing is left half-written.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from threading import Event

from tests.attacks.server import ROOT, environment, get, log_of, prepare, serving

MB = 2**20
DISK = 192 * MB  # more than /readyz requires to be free
FREE = (2 * MB, MB, MB // 2, MB // 8, 4096, 0)  # bytes
HELD = 30  # seconds for which a writer locks the database; SQLite waits for 20
PAGES = ("/cases/yucai/", "/cases/?page={}", "/metrics/?page={}", "/en/", "/readyz")


def run(folder: Path, short: bool) -> list[str]:
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        return ["not tried: this machine lets nobody mount a disk of its own"]
    try:
        data = disk / "data"
        prepare(data)
        lines = []
        with serving(data) as port:
            lines += _full(disk, data, port, FREE[-1:] if short else FREE)
            lines.append(_locked(data, port, 5 if short else HELD))
        assert "Traceback" not in log_of(data), log_of(data)[-3000:]
        return lines + _read_only(disk, data)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _full(disk: Path, data: Path, port: int, sizes: tuple[int, ...]) -> list[str]:
    outcomes = []
    for free in sizes:
        with _filled(disk, free), _reading(port) as found:
            result = _manage(data, "loadcases", str(_document(disk.parent, f"free {free}")))
        outcomes.append(f"{free:,} bytes free: {_outcome(result)}")
        assert set(found) <= {"200", "503"} and found["200"], found  # /readyz reports a full disk
    _is_whole(data)
    return outcomes


def _read_only(disk: Path, data: Path) -> list[str]:
    """Without a running server, as its files are open; a start fails with one line that
    says why.
    """
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        document = str(_document(disk.parent, "read-only"))
        tried = {
            "a writer": _manage(data, "loadcases", document),
            "a start": _manage(data, "serve"),
        }
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    _is_whole(data)
    return [f"read-only disk, {who}: {_outcome(result)}" for who, result in tried.items()]


def _locked(data: Path, port: int, seconds: int) -> str:
    with ThreadPoolExecutor(1) as pool, _reading(port) as found:
        with closing(sqlite3.connect(data / "caselib.sqlite3", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            loading = pool.submit(
                _manage, data, "loadcases", str(_document(data.parent.parent, f"locked {seconds}"))
            )
            time.sleep(seconds)
            writer.execute("ROLLBACK")
        result = loading.result()
    _is_whole(data)
    assert set(found) == {"200"}, found
    count = found.total()
    return f"locked for {seconds} s: {count:,} pages read meanwhile; a writer: {_outcome(result)}"


def _document(folder: Path, title: str) -> Path:
    """A shipped document with another title, stored on another disk."""
    text = (ROOT / "fixtures" / "cases" / "hanyang.json").read_text()
    file = folder / "hanyang.json"
    code = "import json,sys; d=json.loads(sys.stdin.read()); d['title']['zh']=sys.argv[1]; "
    code += "d['checked']=None; print(json.dumps(d))"
    command = [sys.executable, "-c", code, title]
    file.write_text(subprocess.run(command, input=text, capture_output=True, text=True).stdout)
    return file


def _manage(data: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    note = ("--note", "改了。", "Changed.") if command[0] == "loadcases" else ()
    return subprocess.run(
        [sys.executable, "manage.py", *command, *note],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
    )


def _outcome(result: "subprocess.CompletedProcess[str]") -> str:
    if result.returncode == 0:
        return "written"
    assert result.stderr.count("\n") == 1, result.stderr
    return f"refused, {result.stderr.strip()!r}"


def _is_whole(data: Path) -> None:
    assert _manage(data, "reindex", "--check").returncode == 0
    found = _manage(data, "doctor").stdout.splitlines()
    assert [line for line in found if "MB free" not in line] in ([], ["nothing is astray"]), found


@contextmanager
def _filled(disk: Path, free: int) -> Iterator[None]:
    """Fill the disk until only this much is free."""
    filler = disk / "filler"
    space = os.statvfs(disk)
    with filler.open("wb") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(1, space.f_bavail * space.f_frsize - free))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _reading(port: int) -> Iterator["Counter[str]"]:
    """Count the responses to readers meanwhile, for cached pages and others."""
    found: Counter[str] = Counter()
    stop = Event()

    def read() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            address = PAGES[number % len(PAGES)].format(time.monotonic_ns())
            try:
                found[str(get(port, address))] += 1
            except (OSError, HTTPException) as error:
                found[type(error).__name__] += 1

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield found
        finally:
            stop.set()
            reader.result()
