"""Request bodies of hundreds of megabytes, with and without Content-Length, at all addresses."""

import socket
import time
from pathlib import Path

from tests.attacks.server import get, log_of, serving

PIECE = b"x" * 2**16
CUT_OFF = "cut off"  # before the answer could be read
ADDRESSES = ("/admin/login/", "/", "/healthz", "/admin/stories/case/add/")


def run(folder: Path, short: bool) -> list[str]:
    size = (50 if short else 600) * 2**20
    lines = []
    data = folder / "bodies"
    with serving(data) as port:
        for address in ADDRESSES:
            for has_length in (True, False):
                began = time.perf_counter()
                status, sent = _send(port, address, size, has_length)
                took = time.perf_counter() - began
                kind = "with its length" if has_length else "in pieces"
                lines.append(
                    f"{address} {kind}: {status} after {sent / 2**20:.1f} MB, {took:.1f} s"
                )
                assert status in ("403", "405", "413", CUT_OFF), lines[-1]
                assert sent < 8 * 2**20, lines[-1]
        assert get(port, "/") == 200
    assert "Traceback" not in log_of(data), log_of(data)
    return lines


def _send(port: int, address: str, size: int, has_length: bool) -> tuple[str, int]:
    """The status of the response, and the number of bytes that the server read before it."""
    length = f"Content-Length: {size}" if has_length else "Transfer-Encoding: chunked"
    head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode()
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(head)
        client.setblocking(False)
        try:
            while sent < size:
                piece = PIECE if has_length else b"%x\r\n%s\r\n" % (len(PIECE), PIECE)
                client.setblocking(True)
                client.settimeout(5)
                client.sendall(piece)
                sent += len(PIECE)
                client.setblocking(False)
                try:
                    if client.recv(1, socket.MSG_PEEK):
                        break
                except BlockingIOError:
                    continue
        except (ConnectionError, TimeoutError):
            pass
        client.settimeout(10)
        try:
            answer = client.recv(100)
        except ConnectionError:
            answer = b""
    return (answer.split()[1].decode() if answer else CUT_OFF), sent
