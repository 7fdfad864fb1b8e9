"""A server on a free port with a data folder of its own, for the attacks; and how long it takes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds for a first start on a busy machine


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[int]:
    """The port; the server's own words are in `data`.log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = {
        name: v for name, v in os.environ.items() if not name.startswith(("CASELIB_", "DJANGO_"))
    }
    with data.with_suffix(".log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**kept, "CASELIB_DATA_DIR": str(data), **settings},
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


def said(data: Path) -> str:
    return data.with_suffix(".log").read_text(errors="replace")


def get(port: int, address: str, timeout: float = 30) -> int:
    """The status."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def p99(port: int, address: str, seconds: float) -> tuple[float, int]:
    """Milliseconds that 99 of 100 requests take at most, one after another; and how many."""
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
