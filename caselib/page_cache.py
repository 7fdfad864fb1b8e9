"""The page cache: public responses, served from memory in front of Django.

Views opt in with `cacheable`; other requests pass through. Entries never expire: a new revision of
the library empties the cache.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from threading import Lock, Thread
from typing import Any, NamedTuple

import brotli
from django.http import HttpRequest, HttpResponse

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]
View = Callable[..., HttpResponse]

CAPACITY = 40 * 2**20  # bytes of cached responses, in each process
OVERHEAD = 2048  # bytes of an entry besides its body and key: roughly Python's overhead
# Measured in docs/decisions/0001-page-compression.md.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 5, mtime=0),
}
FINAL_QUALITY = 10  # of brotli, for a response that is requested again
RECOMPRESSIBLE = 60_000  # bytes at quality 5; more would take the thread too long
SMALL = 500  # bytes that are not worth compressing
CARE = "view=care"  # the only cookie that pages differ by
MACHINE_FORMATS = (".json", ".jsonld", ".xml", ".png", ".txt")  # no care view, no parameters
# Downloads have parameters but no care view; neither do machine formats.
FILES = (*MACHINE_FORMATS, ".csv", ".jsonl", ".bib", ".biblatex", ".ris", ".atom")
PROGRAMS, THEIR_PAGE = "/api/", "/docs"
VARIES_BY = {"cookie", "accept-encoding"}  # what `Vary` may name: parts of the key
CANDIDATE = "caselib.page_cache"  # in the environ
OUTCOME = "caselib.page_cache.outcome"  # in the environ: hit or miss, unset on bypass


class CacheKey(NamedTuple):
    """Everything that a public response depends on, besides the revision."""

    scheme: str
    host: str
    script_name: str
    path: str  # with its language
    query: str  # canonical
    encoding: str  # "br", "gzip" or ""
    view: str  # "care" or ""


@dataclass
class Candidate:
    """A response that is cached if its view has opted in."""

    key: CacheKey
    is_cacheable: bool = False


@dataclass(frozen=True)
class CachedResponse:
    status: str
    headers: Headers
    body: bytes
    etag: str
    is_provisional: bool = False  # compressed at the fast level

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.body)


class PageCache:
    """WSGI middleware. `revision` is called for each request and returns the current revision of
    the library, or None if it is unknown.
    """

    def __init__(self, application: Application, revision: Callable[[], str | None]) -> None:
        self.application = application
        self.revision = revision
        self._responses: OrderedDict[CacheKey, CachedResponse] = OrderedDict()
        self._size = 0  # bytes
        self._lock = Lock()  # of the responses and the generation
        self._generation = 0  # incremented each time this process sees a new revision
        self._known: str | None = None  # the revision of the responses
        self._recompressing = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_HOST" not in environ:
            return self.application(environ, start_response)
        # Read before the view runs, so that what is stored is never older than its generation.
        generation = self._current_generation()
        if generation is None:
            return self.application(environ, start_response)
        key = _key(environ)
        response = self._get(key)
        if response is None:
            candidate = Candidate(key)
            started, chunks = _run(self.application, {**environ, CANDIDATE: candidate})
            status, headers, *exc_info = started
            if not candidate.is_cacheable or not _is_storable(status, headers):
                start_response(status, headers, *exc_info)
                return chunks
            environ[OUTCOME] = "miss"
            response = _response(key, status, headers, _joined(chunks))
            self._put(key, response, generation)
        else:
            environ[OUTCOME] = "hit"
            if response.is_provisional:
                self._recompress_later(key, response)
        return _answer(response, environ, start_response)

    def _current_generation(self) -> int | None:
        """None if the revision is unknown."""
        revision = self.revision()
        if revision != self._known:
            with self._lock:
                self._responses.clear()
                self._size = 0
                self._generation += 1
                self._known = revision
        return None if revision is None else self._generation

    def _get(self, key: CacheKey) -> CachedResponse | None:
        with self._lock:
            if response := self._responses.get(key):
                self._responses.move_to_end(key)
            return response

    def _put(self, key: CacheKey, response: CachedResponse, generation: int) -> None:
        """Store the response, unless the revision changed while it was rendered."""
        if response.size > CAPACITY // 8:
            return
        with self._lock:
            if generation != self._generation or key in self._responses:
                return
            self._responses[key] = response
            self._size += _size(key, response)
            while self._size > CAPACITY:
                self._size -= _size(*self._responses.popitem(last=False))

    def _recompress_later(self, key: CacheKey, response: CachedResponse) -> None:
        """Queue better compression, one response at a time; if the thread is busy, the next request
        of the entry tries again.
        """
        if self._recompressing.acquire(blocking=False):
            Thread(target=self._recompress, args=(key, response), daemon=True).start()

    def _recompress(self, key: CacheKey, response: CachedResponse) -> None:
        try:
            smaller = _recompressed(response)
            with self._lock:
                if self._responses.get(key) is response:  # not dropped, nor of another revision
                    self._responses[key] = smaller
                    self._size += smaller.size - response.size
        finally:
            self._recompressing.release()


def _recompressed(response: CachedResponse) -> CachedResponse:
    """The same content in fewer bytes, with the same weak ETag."""
    body = bytes(brotli.compress(brotli.decompress(response.body), quality=FINAL_QUALITY))
    headers = [(n, str(len(body)) if n == "Content-Length" else v) for n, v in response.headers]
    return replace(response, headers=headers, body=body, is_provisional=False)


def cacheable(view: View) -> View:
    """Opt a view in. It receives a request reduced to the content of the cache key."""

    @wraps(view)
    def reduced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        candidate: Candidate | None = request.META.get(CANDIDATE)
        if candidate is None:
            return view(request, *args, **kwargs)
        _reduce(request, candidate.key)
        response = view(request, *args, **kwargs)
        candidate.is_cacheable = not getattr(getattr(request, "session", None), "accessed", False)
        return response

    return reduced


def has_views(path: str) -> bool:
    """Whether the page at this path has a care view."""
    is_for_programs = path.startswith(PROGRAMS) and not path.endswith(THEIR_PAGE)
    return not (is_for_programs or path.endswith(FILES))


def is_care(path: str, cookies: str) -> bool:
    """Whether the Cookie header of a request for this path selects the care view."""
    return has_views(path) and CARE in (c.strip() for c in cookies.split(";"))


def _reduce(request: HttpRequest, key: CacheKey) -> None:
    """HEAD becomes GET, so that both share one entry."""
    for name in [name for name in request.META if name.startswith("HTTP_")]:
        if name != "HTTP_HOST":
            del request.META[name]
    if key.view:
        request.META["HTTP_COOKIE"] = CARE
    request.META["QUERY_STRING"] = key.query
    request.method = request.META["REQUEST_METHOD"] = "GET"
    for name in ("GET", "COOKIES", "headers"):  # cached properties of META
        vars(request).pop(name, None)


def _key(environ: Environ) -> CacheKey:
    path = environ.get("PATH_INFO", "")
    return CacheKey(
        str(environ["wsgi.url_scheme"]),
        environ["HTTP_HOST"],
        environ.get("SCRIPT_NAME", ""),
        path,
        _canonical(path, environ.get("QUERY_STRING", "")),
        _encoding(environ.get("HTTP_ACCEPT_ENCODING", "")),
        "care" if is_care(path, environ.get("HTTP_COOKIE", "")) else "",
    )


def _canonical(path: str, query: str) -> str:
    """Parameters sorted by name, in stable order; machine formats have none."""
    if not query or path.endswith(MACHINE_FORMATS):
        return ""
    pairs = [(pair.partition("=")[0], pair) for pair in query.split("&") if pair]
    return "&".join(pair for _name, pair in sorted(pairs, key=lambda named: named[0]))


@lru_cache(maxsize=100)
def _encoding(accepted: str) -> str:
    """Prefers br to gzip to none; an encoding refused with q=0 is not used."""
    offered = {}
    for item in accepted.lower().split(","):
        name, _semicolon, weight = item.partition(";")
        offered[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ENCODERS if offered.get(name)), "")


def _run(application: Application, environ: Environ) -> tuple[tuple[Any, ...], Iterable[bytes]]:
    """(arguments of start_response, body); Django calls it before returning the body."""
    started: list[tuple[Any, ...]] = []
    chunks = application(environ, lambda *arguments: started.append(arguments))
    return started[-1], chunks


def _joined(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()


def _is_storable(status: str, headers: Headers) -> bool:
    """Status 200, public, and without a dependency that the key lacks."""
    values = _by_name(headers)
    control = {part.strip().lower() for part in values.get("cache-control", "").split(",")}
    varies_by = {name.strip().lower() for name in values.get("vary", "").split(",")} - {""}
    return (
        status.startswith("200")
        and "set-cookie" not in values
        and control.isdisjoint({"private", "no-store"})
        and varies_by <= VARIES_BY
    )


def _response(key: CacheKey, status: str, headers: Headers, body: bytes) -> CachedResponse:
    """The ETag is a digest of headers and body, so that any visible change alters it. Brotli's is
    weak, as its bytes change with the quality. Source: RFC 9110, section 8.8.1.
    """
    values = _by_name(headers)
    headers = [(n, v) for n, v in headers if n.lower() not in ("etag", "vary", "content-length")]
    if "cache-control" not in values:
        headers.append(("Cache-Control", "no-cache"))  # revalidate each time
    by_cookie = "cookie" in values.get("vary", "").lower()
    headers.append(("Vary", "Cookie, Accept-Encoding" if by_cookie else "Accept-Encoding"))
    digest = hashlib.blake2b(repr(headers).encode() + body, digest_size=10).hexdigest()
    is_provisional = False
    if key.encoding and len(body) > SMALL and _is_compressible(values):
        body = ENCODERS[key.encoding](body)
        headers.append(("Content-Encoding", key.encoding))
        is_provisional = key.encoding == "br" and len(body) < RECOMPRESSIBLE
    etag = f'"{"-".join(filter(None, (digest, key.encoding)))}"'
    if key.encoding == "br":
        etag = f"W/{etag}"
    headers += [("ETag", etag), ("Content-Length", str(len(body)))]
    return CachedResponse(status, headers, body, etag, is_provisional)


def _is_compressible(values: dict[str, str]) -> bool:
    """Raster pictures are compressed already; SVG is text."""
    kind = values.get("content-type", "")
    is_picture = kind.startswith("image/") and "svg" not in kind
    return not is_picture and "content-encoding" not in values


def _answer(
    response: CachedResponse, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    if _matches(environ.get("HTTP_IF_NONE_MATCH", ""), response.etag):
        in_304 = ("ETag", "Cache-Control", "Vary")
        headers = [(name, value) for name, value in response.headers if name in in_304]
        start_response("304 Not Modified", headers)
        return []
    start_response(response.status, list(response.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]


def _matches(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag.removeprefix("W/") in tags or "*" in tags


def _by_name(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _size(key: CacheKey, response: CachedResponse) -> int:
    return response.size + sum(map(len, key))
