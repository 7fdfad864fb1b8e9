"""Requests assembled at random from odd paths, parameters and headers; none may give a 500."""

import random
import socket
from collections import Counter
from pathlib import Path

from tests.attacks.server import get, log_of, serving

PATHS = (
    "/ /cases/ /en/cases/ /metrics/ /compare/ /cases/yucai/ /admin/ /admin/login/ /media/x "
    "/cases/yucai.json /static/x.css /sitemap.xml /suggestions.json /healthz /readyz "
    "/cases/yucai/diff/1-2/ //evil.example/"
).split()
ODD = [
    *"%00 %ff %0d%0aX:y ..%2f ' \" <script> %F0%9F%8F%A0 -1 NaN %ED%A0%80 %u2028 [] &&==".split(),
    *("a" * 3000, "9" * 40, "\x7f", "%E8%B7%AF"),
]
NAMES = "q page sort measure place case min max view answered p %00".split()
HEADERS = (
    "X-Forwarded-For X-Forwarded-Proto Cookie Accept-Encoding If-None-Match Range Accept-Language "
    "Content-Length Transfer-Encoding Expect Host Content-Type X-Forwarded-Host SCRIPT_NAME "
    "Connection Referer"
).split()
METHODS = ["GET"] * 8 + ["HEAD", "POST", "PUT", "OPTIONS", "TRACE", "BREW", "get"]


def run(folder: Path, short: bool) -> list[str]:
    count = 300 if short else 40_000
    lot = random.Random(20261127)
    found: Counter[str] = Counter()
    data = folder / "odd"
    with serving(data, CASELIB_HTTPS="true", CASELIB_TRUSTED_PROXIES="1") as port:
        for _n in range(count):
            request = _request(lot)
            status = _answer(port, request)
            found[status] += 1
            assert status != "500" and status != "no answer", request
        assert get(port, "/") == 200
    assert "Traceback" not in log_of(data), log_of(data)[-3000:]
    return [f"{count:,} requests: " + ", ".join(f"{n:,} × {s}" for s, n in sorted(found.items()))]


def _request(lot: random.Random) -> bytes:
    path = lot.choice(PATHS) + (lot.choice(ODD) if lot.random() < 0.3 else "")
    pairs = [f"{lot.choice(NAMES)}={lot.choice(ODD)}" for _n in range(lot.randrange(4))]
    line = f"{lot.choice(METHODS)} {path}{'?' + '&'.join(pairs) if pairs else ''} HTTP/1.1"
    headers = [f"{lot.choice(HEADERS)}: {lot.choice(ODD)}" for _n in range(lot.randrange(3))]
    lines = [line, "Host: localhost", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _answer(port: int, request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=15) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        try:
            answer = client.recv(4096)
        except ConnectionResetError:
            return "closed"
        except TimeoutError:
            return "no answer"
    return answer.split()[1].decode() if answer else "closed"
