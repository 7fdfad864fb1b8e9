"""WSGI applications that record requests, a fake source of revisions, and requests to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from caselib.page_cache import CANDIDATE, OUTCOME

BODY = b"<p>a page</p>" * 100  # large enough for compression
# Content that a higher brotli quality makes smaller.
TEXT = b"".join(b"<li>%d lamps in lane %d</li>" % (n * n, n * 7919 % 997) for n in range(900))


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes
    outcome: str = field(default="bypass", compare=False)  # of the page cache: hit, miss or bypass

    @property
    def etag(self) -> str:
        return self.headers["ETag"]


@dataclass
class App:
    """A WSGI application that records its requests; its responses may be cacheable."""

    body: Callable[[dict[str, Any]], bytes] = lambda environ: BODY
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    is_cacheable: bool = True
    requests: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.requests.append(environ)
        body = self.body(environ)
        if CANDIDATE in environ:
            environ[CANDIDATE].is_cacheable = self.is_cacheable
        start_response(self.status, [("Content-Type", "text/html"), *self.headers])
        return Chunks(self, body)


class Chunks(list[bytes]):
    def __init__(self, app: App, body: bytes) -> None:
        super().__init__([body[:7], body[7:]])
        self.app = app

    def close(self) -> None:
        self.app.closed += 1


@dataclass
class Database:
    """The revision, as a process knows it."""

    token: str = "first"
    fails: bool = False

    def __call__(self) -> str | None:
        return None if self.fails else self.token


def send(
    pages: Any,
    path: str = "/",
    method: str = "GET",
    environ: dict[str, Any] | None = None,
    **given: str,
) -> Answer:
    """Header names are written as Accept_Encoding="br"."""
    path, _mark, query = path.partition("?")
    environ = {
        "SCRIPT_NAME": "",
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in given.items()},
        **(environ or {}),
    }
    responses: list[Any] = []
    chunks = pages(environ, lambda status, headers, *rest: responses.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = responses[-1]
    assert len({name.lower() for name, _value in headers}) == len(headers)
    return Answer(status, dict(headers), body, environ.get(OUTCOME, "bypass"))
