"""Pages asked again, answered from memory in front of Django, until a new revision begins.

Nothing goes by time: revision, code and view (the one cookie that counts) make the ETag of a page,
and an ETag that still holds is answered without Django, database or page.
"""

import gzip
import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import brotli

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

MEMORY = 40 * 2**20  # bytes of kept pages, for each worker
OVERHEAD = 2048  # bytes of a kept page besides its body and address: about what Python takes
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: _brotli(body),
    "gzip": lambda body: gzip.compress(body, 5, mtime=0),
}
SMALL = 500  # bytes that are not worth compressing
FLIGHT = 13_000  # bytes: with its headers what a server may send before the reader first answers
IS_KEPT = "caselib.is_kept"  # in the environ of a question: its answer needs no ETag of its own
CARE = "view=care"  # the one cookie that pages differ by


@dataclass(frozen=True)
class Form:
    """In which of its forms a page is given."""

    encoding: str
    is_for_readers: bool
    view: str  # "care" or ""


@dataclass(frozen=True)
class Kept:
    status: str
    headers: Headers
    body: bytes
    is_page: bool = False  # for everyone, and good until the next revision


class KeptPages:
    """`never` are the beginnings of paths that are always handed on: the desk and its like."""

    def __init__(
        self, application: Application, revision_file: Path, code: str, never: tuple[str, ...]
    ) -> None:
        self.application = application
        self.revision_file = os.fspath(revision_file)
        self.code = code
        self.never = never
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._size = 0
        self._present = (b"", "")  # revision and ETag, always together
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(self.never):
            return self.application(environ, start_response)
        etag = self._present_etag()
        if not etag:
            return self.application(environ, start_response)
        form = _form(environ)
        key = (
            etag,  # so that no page outlives its revision, whatever other threads do
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            path,
            environ.get("QUERY_STRING", ""),
            form.encoding,
            form.view,
        )
        kept = self._pages.get(key)
        if _holds(environ, etag, form):
            kept = Kept("304 Not Modified", _cached(etag, form), b"")
        elif kept is None:
            kept = self._made(environ, etag, form)
            self._keep(key, kept, etag)
        start_response(kept.status, kept.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]

    def _present_etag(self) -> str:
        """Of every page at this moment, "" while there is no revision; costs one small read."""
        try:
            revision = _content(self.revision_file)
        except OSError:
            return ""
        present = self._present
        if present[0] != revision:
            digest = hashlib.sha256(revision + b" " + self.code.encode()).hexdigest()
            present = revision, digest[:20]
            with self._lock:
                self._pages.clear()
                self._size = 0
                self._present = present
        return present[1]

    def _made(self, environ: Environ, etag: str, form: Form) -> Kept:
        """Django's answer to the plain question, encoded as the reader takes it."""
        status, headers, body = _answer(self.application, _plain(environ, form))
        names = {name.lower() for name, _value in headers}
        if not status.startswith("200") or "set-cookie" in names:
            return Kept(status, headers, body)
        headers = [(n, v) for n, v in headers if n.lower() not in _REPLACED]
        if form.encoding and len(body) > SMALL and not _is_packed(headers):
            body = ENCODERS[form.encoding](body)
            headers.append(("Content-Encoding", form.encoding))
        headers += [*_cached(etag, form), ("Content-Length", str(len(body)))]
        return Kept(status, headers, body, is_page=True)

    def _keep(self, key: tuple[str, ...], kept: Kept, etag: str) -> None:
        """Only what is still true: a revision may have begun while the page was made."""
        if not kept.is_page or etag != self._present_etag() or len(kept.body) > MEMORY // 8:
            return
        with self._lock:
            if key in self._pages:  # another thread made it too
                return
            self._pages[key] = kept
            self._size += _size(key, kept)
            while self._size > MEMORY:
                self._size -= _size(*self._pages.popitem(last=False))


def _content(file: str) -> bytes:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        return os.read(descriptor, 100)  # bytes
    finally:
        os.close(descriptor)


def _size(key: tuple[str, ...], kept: Kept) -> int:
    return OVERHEAD + sum(map(len, key)) + len(kept.body)


def _is_packed(headers: Headers) -> bool:
    """A picture is compressed as it is."""
    types = (value for name, value in headers if name.lower() == "content-type")
    return any(value.startswith("image/") and "svg" not in value for value in types)


_REPLACED = {"etag", "content-length", "content-encoding", "vary", "cache-control"}


def _cached(etag: str, form: Form) -> Headers:
    """What tells caches to ask again every time, which costs next to nothing."""
    tag = "-".join(filter(None, (etag, form.view, form.encoding)))
    vary = "Cookie, Accept-Encoding" if form.is_for_readers else "Accept-Encoding"
    return [("ETag", f'"{tag}"'), ("Cache-Control", "no-cache"), ("Vary", vary)]


def _holds(environ: Environ, etag: str, form: Form) -> bool:
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    if not asked:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return _cached(etag, form)[0][1] in tags


@lru_cache(maxsize=100)
def _encoding(accepted: str) -> str:
    """br before gzip before none; what the reader refuses with q=0 is not sent."""
    offered = {}
    for item in accepted.lower().split(","):
        name, _semicolon, weight = item.partition(";")
        offered[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ENCODERS if offered.get(name)), "")


def _form(environ: Environ) -> Form:
    """Addresses of pages end in a slash, those of machine formats do not."""
    is_for_readers = environ.get("PATH_INFO", "").endswith("/")
    is_chosen = is_for_readers and is_care(environ.get("HTTP_COOKIE", ""))
    return Form(
        _encoding(environ.get("HTTP_ACCEPT_ENCODING", "")),
        is_for_readers,
        "care" if is_chosen else "",
    )


def is_care(cookies: str) -> bool:
    """Whether a Cookie header says that the care view was chosen; nothing else in it counts."""
    return CARE in (cookie.strip() for cookie in cookies.split(";"))


def _brotli(body: bytes) -> bytes:
    """As quickly as its length allows: what is too long for the first flight is made smaller."""
    packed = body
    for quality in (3, 5, 10):  # of 50 kB in about 0.2, 0.6 and 30 ms
        packed = brotli.compress(body, quality=quality)
        if len(packed) <= FLIGHT:
            break
    return packed


def _plain(environ: Environ, form: Form) -> Environ:
    """The request without what this module answers for itself, and always as a GET."""
    dropped = {
        "HTTP_ACCEPT_ENCODING",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_RANGE",
        "HTTP_COOKIE",
    }
    plain = {name: value for name, value in environ.items() if name not in dropped}
    plain |= {"REQUEST_METHOD": "GET", IS_KEPT: True}
    return plain | ({"HTTP_COOKIE": CARE} if form.view else {})


def _answer(application: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    told: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
        told.append((status, headers))

    chunks = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
    status, headers = told[-1]
    return status, list(headers), body


def code_version(folders: Iterable[Path]) -> str:
    """A digest of every file of the code: another release makes other pages."""
    sha = hashlib.sha256()
    for file in sorted(_files(folders)):
        sha.update(file.name.encode() + b"\0" + file.read_bytes())
    return sha.hexdigest()


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for suffix in ("py", "html", "css", "js", "mo"):
            yield from folder.rglob(f"*.{suffix}")
