"""The gunicorn worker: slow clients wait in threads of their own, a few threads render pages.

A request reaches the application once it was received in full; a response is complete before it is
sent.
"""

# So a slow client occupies a cheap waiting thread, and never a rendering thread or a database
# connection. Waiting threads serve cached responses themselves, even while all rendering threads
# wait for a database that does not answer.

import errno
import logging
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import Any

from gunicorn.http.errors import (
    ChunkMissingTerminator,
    ConfigurationProblem,
    InvalidChunkExtension,
    InvalidChunkSize,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.http.wsgi import FileWrapper
from gunicorn.workers.gthread import ThreadWorker

from caselib.error_pages import status_of
from caselib.settings import PERMISSIONS_POLICY

logger = logging.getLogger("django.request")
PAGE_THREADS = 4  # of each worker; each has a connection to the database
GRACE = 10.0  # seconds a client may be idle: for a header, or before it reads the response
SLOWEST = 8 * 2**10  # bytes a second, the minimum rate of a body or a response
BODY_LIMIT = 2**20  # bytes
UPLOAD_LIMIT = 64 * 2**20  # bytes: three pictures of 20 MB
UPLOADS = 2  # at once, in each worker
IN_MEMORY = 2**20  # bytes of a body or response; more goes to a temporary file
DRAIN = 0.5  # seconds in which the rest of a refused body is thrown away
PIECE = 2**18  # bytes, of a body or response in a file
# The desk's forms may upload pictures, if the request has a session.
UPLOAD_ADDRESS = re.compile(r"(/en)?/admin/(stories/source/intake|.*/(add|change))/\Z")
SESSION = re.compile(r"(?:^|;\s*)sessionid=\w")

REFUSAL_HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OUR_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class TimedSocket(socket.socket):
    """Closes a connection on which the client sends or reads too slowly."""

    began = moved = 0.0  # monotonic seconds; bytes
    direction = ""
    may_have_more = False  # of a body, or of what was refused

    def begin(self) -> None:
        """Start the clock of a request."""
        self.direction, self.may_have_more = "", False

    def recv(self, size: int, flags: int = 0) -> bytes:
        remaining = self._remaining("in", 0)
        try:
            data = super().recv(size, flags | socket.MSG_DONTWAIT)  # mostly it is here already
        except BlockingIOError:
            data = self._awaited(size, flags, remaining)
        self.moved += len(data)
        return data

    def _awaited(self, size: int, flags: int, remaining: float) -> bytes:
        self.settimeout(remaining)
        try:
            return super().recv(size, flags)
        except TimeoutError as error:
            raise _too_slow() from error

    def sendall(self, data: Any, flags: int = 0) -> None:
        if self.gettimeout() == 0.0:  # gunicorn's last word on a broken request does not wait
            return super().sendall(data, flags)
        remaining = self._remaining("out", len(data))
        try:
            sent = super().send(data, flags | socket.MSG_DONTWAIT)
        except BlockingIOError:  # mostly the kernel takes all of it at once
            sent = 0
        if sent < len(data):
            self.settimeout(remaining)
            try:
                super().sendall(memoryview(data)[sent:], flags)
            except TimeoutError as error:
                raise _too_slow() from error
        self.moved += len(data)
        return None

    def setblocking(self, flag: bool) -> None:
        """gunicorn closes a connection again that is closed already: ignore that."""
        if self.fileno() >= 0:
            super().setblocking(flag)

    def close_for_good(self) -> None:
        """Close without gunicorn's two seconds of waiting in the accepting thread."""
        if self.may_have_more:
            with suppress(OSError):  # closed already
                self._drain()
        self.close()

    def _drain(self) -> None:
        """Read the rest: unread data would make the kernel reset the connection before the
        response, or a proxy that is still sending, is done.
        """
        self.shutdown(socket.SHUT_WR)
        end = time.monotonic() + DRAIN
        while (remaining := end - time.monotonic()) > 0:
            self.settimeout(remaining)
            if not super().recv(PIECE):
                return

    def _remaining(self, direction: str, further: int) -> float:
        now = time.monotonic()
        if direction != self.direction:
            self.direction, self.began, self.moved = direction, now, 0.0
        remaining = self.began + GRACE + (self.moved + further) / SLOWEST - now
        if remaining <= 0:
            raise _too_slow()
        return remaining


def _too_slow() -> ConnectionResetError:
    """Like a client that hung up: gunicorn closes the connection silently."""
    return ConnectionResetError(errno.ECONNRESET, "the client is too slow")


class WaitingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """`threads` in the configuration counts the threads that wait for clients."""

    def load_wsgi(self) -> None:
        super().load_wsgi()
        pages = import_module("caselib.wsgi").pages
        pages.application = PageThreads(pages.application)  # page cache misses
        self.wsgi: Any = CompleteRequests(self.wsgi)

    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket(fileno=conn.sock.detach())
        conn.sock.begin()
        result = super().handle(conn)
        if result is False:
            conn.sock.close_for_good()
        return result

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Refuse a body that its header declares too large, without reading it."""
        headers = dict(req.headers)
        length = headers.get("CONTENT-LENGTH", "0")
        limit = body_limit(req.path, headers.get("COOKIE", ""))
        conn.sock.may_have_more = length != "0" or "TRANSFER-ENCODING" in headers
        if not length.isdecimal() or int(length) > limit:
            conn.sock.sendall(refusal(413, "Content Too Large"))
            return False
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Give the server's own refusals the headers of all other responses."""
        client.may_have_more = True
        if not isinstance(exc, ParseException) or isinstance(exc, OUR_FAULTS):
            super().handle_error(req, client, addr, exc)
            return
        status, reason = 400, "Bad Request"
        if isinstance(exc, LimitRequestLine):
            status, reason = 414, "URI Too Long"
        elif isinstance(exc, LimitRequestHeaders):
            status, reason = 431, "Request Header Fields Too Large"
        with suppress(OSError):  # gone already
            client.sendall(refusal(status, reason))


def body_limit(path: str, cookies: str) -> int:
    """The largest request body at an address, in bytes."""
    is_upload = UPLOAD_ADDRESS.match(path) and SESSION.search(cookies)
    return UPLOAD_LIMIT if is_upload else BODY_LIMIT


def refusal(status: int, reason: str) -> bytes:
    """A raw HTTP response of the server itself."""
    body = f"{status} {reason}\n"
    headers = {"Connection": "close", "Content-Length": str(len(body)), **REFUSAL_HEADERS}
    lines = [
        f"HTTP/1.1 {status} {reason}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join([*lines, "", body])).encode("latin-1")


class CompleteRequests:
    """WSGI middleware: reads the whole body before the application runs."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.uploads = BoundedSemaphore(UPLOADS)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return self.application(environ, start_response)
        limit = body_limit(environ.get("PATH_INFO", ""), environ.get("HTTP_COOKIE", ""))
        # A chunked body does not declare its length.
        if limit == BODY_LIMIT or 0 < int(length) <= BODY_LIMIT:
            return self._with_body(environ, start_response)
        if not self.uploads.acquire(blocking=False):
            return _refuse(start_response, "503 Service Unavailable")
        try:
            return self._with_body(environ, start_response)
        finally:
            self.uploads.release()

    def _with_body(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        limit = body_limit(environ.get("PATH_INFO", ""), environ.get("HTTP_COOKIE", ""))
        with SpooledTemporaryFile(IN_MEMORY) as body:
            size = 0
            for piece in _received(environ["wsgi.input"]):
                size += len(piece)
                if size > limit:  # it was chunked, without a length
                    return _refuse(start_response, "413 Content Too Large")
                body.write(piece)
            if size < int(environ.get("CONTENT_LENGTH") or 0):
                return _refuse(start_response, "400 Bad Request")
            body.seek(0)
            environ["wsgi.input"] = body
            environ["CONTENT_LENGTH"] = str(size)
            return self.application(environ, start_response)


class PageThreads:
    """WSGI middleware: runs the application in a few threads, which buffer the whole response
    before it is sent.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(PAGE_THREADS, "page")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started: list[tuple[Any, ...]] = []
        try:
            answer = self.threads.submit(
                _complete_answer, self.application, environ, lambda *given: started.append(given)
            ).result()
        except Exception as error:  # in the middle of an answer, of which nothing was sent yet
            logger.exception("%s", environ["PATH_INFO"])
            status, headers = status_of(error)
            line = f"{status} {HTTPStatus(status).phrase}"
            return _refuse(start_response, line, headers)
        start_response(*started[-1])
        return answer


def _received(body: Any) -> Iterator[bytes]:
    """Ends early if the chunks of the body are malformed."""
    try:
        while piece := body.read(PIECE):
            yield piece
    except (ChunkMissingTerminator, InvalidChunkExtension, InvalidChunkSize, NoMoreData):
        return


def _complete_answer(
    application: Application, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    chunks = application(environ, start_response)
    if isinstance(chunks, FileWrapper):
        file: Iterable[bytes] = chunks  # on the disk
        return file
    try:
        answer = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # `_pieces` closes it
        for chunk in chunks:
            answer.write(chunk)
        if environ["REQUEST_METHOD"] == "HEAD":
            answer.truncate(0)
        answer.seek(0)
        return _pieces(answer)
    finally:
        if close := getattr(chunks, "close", None):
            close()


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _refuse(
    start_response: StartResponse, status: str, further: Mapping[str, str] | None = None
) -> list[bytes]:
    start_response(status, [*{**REFUSAL_HEADERS, **(further or {})}.items()])
    return [f"{status}\n".encode()]
