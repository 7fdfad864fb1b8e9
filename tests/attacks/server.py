"""Runs a server on a free port with its own data folder for the attacks, and measures latency."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds for a first start on a busy machine


@contextmanager
def serving(data: Path, python: str = sys.executable, **settings: str) -> Iterator[int]:
    """Yields the port; the output of the server is in `data`.log."""
    if "CASELIB_DATABASE_URL" not in settings and not data.exists():
        prepare(data)
    with _started(data, python, **settings) as port:
        yield port


def prepare(data: Path) -> None:
    """A data folder as after the first start, created once per run."""
    shutil.copytree(_first_start(), data)


@cache
def _first_start() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="caselib-first-"))
    atexit.register(shutil.rmtree, folder)
    with _started(folder / "data"):
        pass
    return folder / "data"


@contextmanager
def _started(data: Path, python: str = sys.executable, **settings: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with data.with_suffix(".log").open("w") as log:
        server = subprocess.Popen(
            [python, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(data, **settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(port, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(40)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Without the settings of the user who runs the attacks."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("CASELIB_", "DJANGO_"))}
    return {**kept, "CASELIB_DATA_DIR": str(data), **settings}


def log_of(data: Path) -> str:
    return data.with_suffix(".log").read_text(errors="replace")


def get(port: int, address: str, timeout: float = 30) -> int:
    """The status of the response."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def p99(port: int, address: str, seconds: float) -> tuple[float, int]:
    """(99th percentile of sequential requests in milliseconds, number of requests)."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        assert get(port, address) == 200
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[int(len(took) * 0.99)], len(took)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit("the server has ended; see its log")
        try:
            if get(port, "/healthz", PATIENCE) == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")
