"""Encodings of cached responses: which are stored, which are computed on request."""

import gzip
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import brotli
import pytest

from caselib import page_cache
from caselib.page_cache import CANDIDATE, PageCache
from tests.wsgi import BODY, TEXT, App, Database, send


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def pages(app: App, database: Database) -> PageCache:
    return PageCache(app, database)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip;q=0", ""),
        ("deflate", ""),
    ],
)
def test_a_page_comes_as_the_reader_takes_it(
    pages: PageCache, app: App, accepted: str, encoding: str
) -> None:
    decode: dict[str, Callable[[bytes], bytes]] = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "": bytes,
    }
    for _n in range(2):
        answer = send(pages, Accept_Encoding=accepted)
        assert decode[encoding](answer.body) == BODY
        assert answer.headers.get("Content-Encoding", "") == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.body))
    assert len(app.requests) == 1


def test_each_encoding_has_its_own_etag(pages: PageCache) -> None:
    tags = {name: send(pages, Accept_Encoding=name).etag for name in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    for name, tag in tags.items():
        for other in tags:
            status = send(pages, Accept_Encoding=other, If_None_Match=tag).status
            assert status.startswith("304" if name == other else "200")


@contextmanager
def threads_ended() -> Iterator[None]:
    """Waits at its end for the threads that were started in it."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_a_response_that_is_requested_again_is_sent_in_fewer_bytes_from_then_on(
    pages: PageCache, app: App
) -> None:
    """A background thread recompresses it; the first two requests do not wait. The ETag stays the
    same, and is weak, as the bytes differ."""
    app.body = lambda environ: TEXT
    with threads_ended():
        first, second = send(pages, accept_encoding="br"), send(pages, accept_encoding="br")
    third = send(pages, accept_encoding="br")
    assert first == second
    assert len(third.body) == int(third.headers["Content-Length"]) < len(first.body)
    assert (brotli.decompress(third.body), third.etag) == (TEXT, first.etag)
    assert third.etag.startswith('W/"')
    assert send(pages, accept_encoding="br", if_none_match=first.etag).status.startswith("304")


def test_fewer_bytes_take_less_memory(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for nine pages, but for their addresses; none is dropped once they shrink."""
    app.body = lambda environ: TEXT
    size = page_cache.OVERHEAD + len(send(pages, accept_encoding="br").body)
    monkeypatch.setattr(page_cache, "CAPACITY", 9 * size)
    paths = [f"/?page={n}" for n in range(9)]
    for path in paths:
        with threads_ended():
            send(pages, path, accept_encoding="br")
            send(pages, path, accept_encoding="br")
    assert {send(pages, path, accept_encoding="br").outcome for path in paths} == {"hit"}


def test_neither_a_single_request_nor_another_encoding_is_compressed_again(
    pages: PageCache, app: App
) -> None:
    app.body = lambda environ: TEXT
    with threads_ended():
        first = send(pages, accept_encoding="br")
        for encoding in ("gzip", "identity"):
            assert len({send(pages, accept_encoding=encoding).body for _ in range(3)}) == 1
    with threads_ended():
        assert send(pages, accept_encoding="br").body == first.body


def test_a_response_that_left_the_cache_meanwhile_does_not_come_back(
    pages: PageCache, app: App, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_replaced, compress = threading.Event(), brotli.compress

    def waiting(body: bytes, quality: int) -> bytes:
        if quality == page_cache.FINAL_QUALITY:
            is_replaced.wait(60)  # seconds at most
        return bytes(compress(body, quality=quality))

    monkeypatch.setattr(brotli, "compress", waiting)
    app.body = lambda environ: TEXT
    with threads_ended():
        for _n in range(2):
            send(pages, accept_encoding="br")
        database.token, app.body = "second", lambda environ: BODY
        send(pages, accept_encoding="br")
        is_replaced.set()
    assert brotli.decompress(send(pages, accept_encoding="br").body) == BODY


def test_little_is_not_compressed(pages: PageCache, app: App) -> None:
    app.body = lambda environ: b"ok"
    answer = send(pages, Accept_Encoding="br")
    assert (answer.body, answer.headers.get("Content-Encoding")) == (b"ok", None)


def test_a_picture_is_cached_uncompressed(pages: PageCache, database: Database) -> None:
    """Its format is compressed; SVG is text and is not."""

    def typed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind = "svg+xml" if environ["PATH_INFO"].endswith(".svg") else "png"
        environ[CANDIDATE].is_cacheable = True
        start_response("200 OK", [("Content-Type", f"image/{kind}")])
        return [BODY]

    pages.application = typed
    for _n in range(2):
        answer = send(pages, "/cases/lamps/card.png", Accept_Encoding="br")
        assert (answer.body, answer.headers.get("Content-Encoding")) == (BODY, None)
        assert answer.headers["Content-Length"] == str(len(BODY))
    held = send(pages, "/cases/lamps/card.png", Accept_Encoding="br", If_None_Match=answer.etag)
    assert held.status == "304 Not Modified"
    assert send(pages, "/a.svg", Accept_Encoding="br").headers["Content-Encoding"] == "br"


def test_headers_of_the_view_stay_but_for_its_etag(pages: PageCache, app: App) -> None:
    app.headers = [
        ("X-Robots-Tag", "noindex"),
        ("ETag", '"own"'),
        ("Vary", "Cookie"),
        ("Cache-Control", "max-age=60"),
        ("Content-Length", str(len(BODY))),
    ]
    for _n in range(2):
        headers = send(pages, Accept_Encoding="br").headers
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Vary"] == "Cookie, Accept-Encoding"
        assert headers["Cache-Control"] == "max-age=60"
        assert headers["ETag"] != '"own"'
    assert len(app.requests) == 1


def test_what_is_encoded_is_not_encoded_again(pages: PageCache, app: App) -> None:
    app.headers = [("Content-Encoding", "zstd")]
    assert send(pages, Accept_Encoding="br").body == BODY
