"""Slow clients of each kind beside a reader: half a header, half a body, not reading."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.attacks.server import log_of, p99, serving

PAGE = "/cases/yucai/"
FACTOR = 3  # greatest p99 of a reader, as a multiple of the undisturbed one


def half_a_header(client: socket.socket) -> None:
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-")


def half_a_body(client: socket.socket) -> None:
    head = b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
    client.sendall(head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=")


def no_reading(client: socket.socket) -> None:
    """Pipelines requests and reads no response."""
    client.settimeout(1)
    try:
        for _n in range(40):
            client.sendall(b"GET /cases/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    except OSError:
        pass  # the server takes no more


KINDS: dict[str, Callable[[socket.socket], None]] = {
    "half a header": half_a_header,
    "half a body": half_a_body,
    "no reading": no_reading,
}


def run(folder: Path, short: bool) -> list[str]:
    """Lines of figures. Raises AssertionError if readers wait for slow clients."""
    count, seconds = (15, 2.0) if short else (50, 6.0)
    lines = []
    data = folder / "slow"
    with serving(data) as port:
        p99(port, PAGE, 1)  # the page is in the caches
        before, _requests = p99(port, PAGE, seconds)
        lines.append(f"undisturbed: p99 {before:.1f} ms")
        for kind, attack in KINDS.items():
            with ExitStack() as stack:
                for _n in range(count):
                    client = stack.enter_context(socket.socket())
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    client.connect(("127.0.0.1", port))
                    attack(client)
                time.sleep(0.5)
                during, requests = p99(port, PAGE, seconds)
            lines.append(f"{count} × {kind}: p99 {during:.1f} ms of {requests} requests")
            # Below 20 ms the load of the machine dominates.
            assert during <= max(FACTOR * before, 20), lines[-1]
    assert "Traceback" not in log_of(data), log_of(data)
    return lines
