"""Restart under load: the next server takes over the same socket, as with systemd."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Event

from tests.attacks.server import PATIENCE, environment, get, log_of, prepare

READERS = 8
PAGES = (
    "/cases/yucai/",
    "/cases/?q=%E7%81%AF",
    "/metrics/",
    "/en/",
    "/static/nothing",
    "/admin/login/",
)
# fd 3 is the socket; LISTEN_PID has to be the process that reads it.
START = 'exec 3<&"$FD"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" manage.py serve'


def run(folder: Path, short: bool) -> list[str]:
    rounds = 1 if short else 10
    data, stop = folder / "takeover", Event()
    prepare(data)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        port = listener.getsockname()[1]
        with ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(_read, port, stop, n) for n in range(READERS)]
            try:
                for _n in range(rounds):
                    with _serving(data, listener):
                        assert get(port, "/healthz", PATIENCE) == 200
                        time.sleep(2)
            finally:
                with _serving(data, listener):  # backlog
                    stop.set()
                    found = sum((reader.result() for reader in readers), Counter[str]())
    answered = {"200", "404"}
    line = f"{rounds} servers one after another, {found.total():,} requests: "
    line += ", ".join(f"{n:,} × {outcome}" for outcome, n in sorted(found.items()))
    assert set(found) <= answered, line
    assert "Traceback" not in log_of(data), log_of(data)
    return [line]


@contextmanager
def _serving(data: Path, listener: socket.socket) -> Iterator[None]:
    """Until SIGTERM; the socket stays open in this process."""
    with data.with_suffix(".log").open("a") as log:
        server = subprocess.Popen(
            ["/bin/sh", "-c", START, sys.executable],
            env={**environment(data), "FD": str(listener.fileno())},
            cwd=Path(__file__).parents[2],
            pass_fds=[listener.fileno()],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            os.kill(server.pid, signal.SIGTERM)
            assert server.wait(60) == 0, log_of(data)


def _read(port: int, stop: Event, number: int) -> "Counter[str]":
    """Count a reader's responses, each on a new connection."""
    found: Counter[str] = Counter()
    while not stop.is_set():
        number += 1
        try:
            found[str(get(port, PAGES[number % len(PAGES)], PATIENCE))] += 1
        except (OSError, HTTPException) as error:
            found[type(error).__name__] += 1
    return found
