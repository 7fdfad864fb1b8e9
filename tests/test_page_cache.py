"""The page cache, in front of applications written for the test and in front of the library."""

import gzip
import runpy
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import brotli
import pytest
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from caselib import page_cache
from caselib.page_cache import CANDIDATE, PageCache, cacheable
from stories.documents import serialization
from stories.models.case import Case
from stories.publishing import importer, publisher
from stories.queries.snapshot import Library, in_one_revision
from stories.search import reader, writer
from tests.builders import a_complete_case, a_document, text
from tests.desk import withdraw

BODY = b"<p>a page</p>" * 100  # more than what is too small to compress
# What brotli at a higher quality makes smaller.
TEXT = b"".join(b"<li>%d lamps in lane %d</li>" % (n * n, n * 7919 % 997) for n in range(900))


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def etag(self) -> str:
        return self.headers["ETag"]


@dataclass
class App:
    """A WSGI application that records its requests; its answers are cacheable if it says so."""

    body: Callable[[dict[str, Any]], bytes] = lambda environ: BODY
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    is_cacheable: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
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
    """The revision, as the database has it."""

    token: str = "first"
    read: int = 0  # times
    fails: bool = False

    def __call__(self) -> str:
        self.read += 1
        if self.fails:
            raise DatabaseError
        return self.token


@pytest.fixture(autouse=True)
def the_revision_is_read_at_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the connection of the test, which holds its transaction."""
    monkeypatch.setattr(page_cache, "REVISION_INTERVAL", 0)
    monkeypatch.setattr(page_cache, "close_old_connections", lambda: None)


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def pages(app: App, database: Database) -> PageCache:
    return PageCache(app, database)


def ask(
    pages: Any,
    path: str = "/",
    method: str = "GET",
    environ: dict[str, Any] | None = None,
    **given: str,
) -> Answer:
    """Header names as in Accept_Encoding="br"."""
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
    told: list[Any] = []
    chunks = pages(environ, lambda status, headers, *rest: told.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = told[-1]
    assert len({name.lower() for name, _value in headers}) == len(headers)
    return Answer(status, dict(headers), body)


# ---------------------------------------------------------------- cached, and until when


def test_a_cached_page_is_not_asked_of_the_application(pages: PageCache, app: App) -> None:
    first, again = ask(pages), ask(pages)
    assert first == again
    assert again.body == BODY
    assert (len(app.asked), app.closed) == (1, 1)


def test_an_answer_is_cached_only_where_its_view_opted_in(pages: PageCache, app: App) -> None:
    app.is_cacheable = False
    for _n in range(2):
        answer = ask(pages, Cookie="sessionid=x", Accept_Encoding="br", If_None_Match='"x"')
        assert (answer.body, answer.headers) == (BODY, {"Content-Type": "text/html"})
    asked = [environ["HTTP_COOKIE"] for environ in app.asked]
    assert (asked, app.closed) == (["sessionid=x"] * 2, 2)
    assert app.asked[0]["HTTP_IF_NONE_MATCH"] == '"x"'


ADDRESSES = ["/", "/cases/", "/cases/?q=%E7%81%AF", "/cases/?page=2&q=a", "/en/cases/"]


def test_pages_differ_by_path_and_query(pages: PageCache, app: App) -> None:
    app.body = lambda environ: f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
    for _n in range(2):
        for path in ADDRESSES:
            assert ask(pages, path).body.decode().removesuffix("?") == path
    assert len(app.asked) == len(ADDRESSES)


def test_pages_differ_by_host_scheme_and_script_name(app: App, database: Database) -> None:
    app.body = lambda environ: repr(
        [environ[name] for name in ("HTTP_HOST", "wsgi.url_scheme", "SCRIPT_NAME")]
    ).encode()
    pages = PageCache(app, database)
    asked = [
        {"HTTP_HOST": host, "wsgi.url_scheme": scheme, "SCRIPT_NAME": script}
        for host in ("a.example", "b.example")
        for scheme in ("http", "https")
        for script in ("", "/evil")
    ]
    for _n in range(2):
        for environ in asked:
            assert ask(pages, environ=environ).body == repr([*environ.values()]).encode()
    assert len(app.asked) == len(asked)


def test_the_scheme_is_that_of_django_behind_a_proxy(
    pages: PageCache, app: App, settings: Any
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    app.body = lambda environ: environ.get("HTTP_X_FORWARDED_PROTO", "none").encode()
    for proto in ("https", "http", "none"):
        given = {} if proto == "none" else {"X_Forwarded_Proto": proto}
        assert ask(pages, environ={"wsgi.url_scheme": "https"}, **given).body in (
            (b"https", b"none") if proto != "http" else (b"http",)
        )
    assert len(app.asked) == 2


def test_a_request_without_host_is_passed_on(pages: PageCache, app: App) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    for _n in range(2):
        assert b"".join(pages(environ, lambda *_arguments: None)) == BODY
    assert len(app.asked) == 2


def test_the_order_of_parameters_makes_no_other_page(pages: PageCache, app: App) -> None:
    for query in ("a=1&a=0&b=2", "b=2&a=1&a=0", "a=1&b=2&&a=0&"):
        ask(pages, f"/cases/?{query}")
    assert len(app.asked) == 1
    ask(pages, "/cases/?a=0&a=1&b=2")
    assert len(app.asked) == 2


@pytest.mark.parametrize("path", ["/cases/a.json", "/cases/a/card.png", "/robots.txt"])
def test_a_machine_format_has_no_parameters(pages: PageCache, app: App, path: str) -> None:
    for n in range(3):
        ask(pages, f"{path}?x={n}&p={n}&view=care")
    assert len(app.asked) == 1


def test_the_sitemap_has_pages(pages: PageCache, app: App) -> None:
    for query in ("p=1", "x=2&p=1", "p=2"):
        ask(pages, f"/sitemap.xml?{query}")
    assert len(app.asked) == 2


def test_a_new_revision_empties_the_cache(pages: PageCache, app: App, database: Database) -> None:
    first = ask(pages)
    for n in range(3):
        database.token = f"revision-{n}"
        app.body = lambda environ, n=n: BODY + str(n).encode()  # type: ignore[misc]
        answer = ask(pages, If_None_Match=first.etag)
        assert (answer.status, answer.body) == ("200 OK", BODY + str(n).encode())
        assert answer.etag != first.etag
    assert (len(app.asked), len(pages._responses)) == (4, 1)


def test_the_revision_of_a_restored_backup_is_a_new_one(
    pages: PageCache, app: App, database: Database
) -> None:
    for token, body in (("first", b"first"), ("second", b"second"), ("first", b"restored")):
        database.token = token
        app.body = lambda environ, body=body: body  # type: ignore[misc]
        assert ask(pages).body == body


def test_a_page_that_stays_the_same_keeps_its_etag(pages: PageCache, database: Database) -> None:
    """Of another revision, in another process, after a restart."""
    first = ask(pages)
    database.token = "second"
    assert ask(pages, If_None_Match=first.etag).status == "304 Not Modified"
    assert ask(PageCache(App(), database)).etag == first.etag


def test_whatever_shows_makes_another_etag(pages: PageCache, app: App, database: Database) -> None:
    first = ask(pages)
    app.headers = [("Content-Security-Policy", "default-src 'none'")]
    assert ask(PageCache(app, database)).etag != first.etag
    app.headers, app.body = [], lambda environ: BODY.replace(b"a", b"b")
    assert ask(PageCache(app, database)).etag != first.etag


def test_the_revision_is_read_once_an_interval(
    pages: PageCache, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "REVISION_INTERVAL", 0.5)
    now = 100.0
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: now)
    for _n in range(3):
        ask(pages)
    assert database.read == 1
    now = 100.5
    ask(pages)
    assert database.read == 2


def test_while_the_database_fails_everything_is_passed_on(
    pages: PageCache, app: App, database: Database
) -> None:
    ask(pages)
    database.fails = True
    assert [ask(pages).body for _n in range(2)] == [BODY, BODY]
    assert len(app.asked) == 3
    database.fails = False
    ask(pages)
    ask(pages)
    assert len(app.asked) == 4


def test_a_page_made_while_a_revision_began_is_dropped(
    pages: PageCache, app: App, database: Database
) -> None:
    """Another thread has learned of the new revision before this page is stored."""

    def overtaken(environ: dict[str, Any]) -> bytes:
        database.token = "second"
        app.body = lambda environ: b"made of the second"
        ask(pages, "/other/")
        return b"made of the first"

    app.body = overtaken
    assert ask(pages).body == b"made of the first"
    assert ask(pages).body == b"made of the second"


def test_threads_read_a_revision_once(
    pages: PageCache, database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr(page_cache, "REVISION_INTERVAL", 60)
    threads = [threading.Thread(target=ask, args=(pages,)) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.read == 1


# ---------------------------------------------------------------- conditional requests


def test_an_etag_that_holds_is_answered_without_the_application(pages: PageCache, app: App) -> None:
    first = ask(pages)
    for given in (first.etag, f"W/{first.etag}", f'"other", {first.etag}'):
        answer = ask(pages, If_None_Match=given)
        assert (answer.status, answer.body) == ("304 Not Modified", b"")
        assert answer.headers == {
            "ETag": first.etag,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }
    assert len(app.asked) == 1


def test_an_etag_that_holds_no_more_is_answered_with_the_page(
    pages: PageCache, app: App, database: Database
) -> None:
    first = ask(pages)
    database.token, app.body = "second", lambda environ: BODY * 2
    answer = ask(pages, If_None_Match=first.etag)
    assert (answer.status, answer.body) == ("200 OK", BODY * 2)


def test_a_known_etag_does_not_make_a_page_of_another_address(pages: PageCache, app: App) -> None:
    first = ask(pages)
    app.status, app.is_cacheable = "404 Not Found", False
    assert ask(pages, "/nope/", If_None_Match=first.etag).status == "404 Not Found"


# ---------------------------------------------------------------- encodings


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
        answer = ask(pages, Accept_Encoding=accepted)
        assert decode[encoding](answer.body) == BODY
        assert answer.headers.get("Content-Encoding", "") == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.body))
    assert len(app.asked) == 1


def test_each_encoding_has_its_own_etag(pages: PageCache) -> None:
    tags = {name: ask(pages, Accept_Encoding=name).etag for name in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    for name, tag in tags.items():
        for other in tags:
            status = ask(pages, Accept_Encoding=other, If_None_Match=tag).status
            assert status.startswith("304" if name == other else "200")


def test_a_response_that_is_requested_again_is_sent_in_fewer_bytes_from_then_on(
    pages: PageCache, app: App
) -> None:
    """A background thread makes it smaller; the first two requests do not wait for that. The ETag
    stays, and is weak, as two responses of other bytes have it."""
    app.body = lambda environ: TEXT
    first, second = ask(pages, accept_encoding="br"), ask(pages, accept_encoding="br")
    with pages._recompressing:  # released by the thread when it has ended
        pass
    third = ask(pages, accept_encoding="br")
    assert first == second
    assert len(third.body) == int(third.headers["Content-Length"]) < len(first.body)
    assert (brotli.decompress(third.body), third.etag) == (TEXT, first.etag)
    assert third.etag.startswith('W/"')
    assert ask(pages, accept_encoding="br", if_none_match=first.etag).status.startswith("304")
    assert pages._size == sum(page_cache._size(*entry) for entry in pages._responses.items())


def test_neither_a_single_request_nor_another_encoding_is_compressed_again(
    pages: PageCache, app: App
) -> None:
    app.body = lambda environ: TEXT
    ask(pages, accept_encoding="br")
    for encoding in ("gzip", "identity"):
        assert len({ask(pages, accept_encoding=encoding).body for _ in range(3)}) == 1
    assert not pages._recompressing.locked()


def test_a_response_that_left_the_cache_meanwhile_does_not_come_back(
    pages: PageCache, app: App, database: Database
) -> None:
    app.body = lambda environ: TEXT
    ask(pages, accept_encoding="br")
    ((key, old),) = pages._responses.items()
    database.token, app.body = "second", lambda environ: BODY
    ask(pages, accept_encoding="br")
    pages._recompressing.acquire()
    pages._recompress(key, old)
    assert brotli.decompress(ask(pages, accept_encoding="br").body) == BODY


def test_little_is_not_compressed(pages: PageCache, app: App) -> None:
    app.body = lambda environ: b"ok"
    answer = ask(pages, Accept_Encoding="br")
    assert (answer.body, answer.headers.get("Content-Encoding")) == (b"ok", None)


def test_a_picture_is_kept_as_it_is(pages: PageCache, database: Database) -> None:
    """It is compressed already; drawings, which are text, are not."""

    def typed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind = "svg+xml" if environ["PATH_INFO"].endswith(".svg") else "png"
        environ[CANDIDATE].is_cacheable = True
        start_response("200 OK", [("Content-Type", f"image/{kind}")])
        return [BODY]

    pages.application = typed
    for _n in range(2):
        answer = ask(pages, "/cases/lamps/card.png", Accept_Encoding="br")
        assert (answer.body, answer.headers.get("Content-Encoding")) == (BODY, None)
        assert answer.headers["Content-Length"] == str(len(BODY))
    held = ask(pages, "/cases/lamps/card.png", Accept_Encoding="br", If_None_Match=answer.etag)
    assert held.status == "304 Not Modified"
    assert ask(pages, "/a.svg", Accept_Encoding="br").headers["Content-Encoding"] == "br"


def test_headers_of_the_view_stay_but_for_its_etag(pages: PageCache, app: App) -> None:
    app.headers = [
        ("X-Robots-Tag", "noindex"),
        ("ETag", '"own"'),
        ("Vary", "Cookie"),
        ("Cache-Control", "max-age=60"),
        ("Content-Length", str(len(BODY))),
    ]
    for _n in range(2):
        headers = ask(pages, Accept_Encoding="br").headers
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Vary"] == "Cookie, Accept-Encoding"
        assert headers["Cache-Control"] == "max-age=60"
        assert headers["ETag"] != '"own"'
    assert len(app.asked) == 1


def test_what_is_encoded_is_not_encoded_again(pages: PageCache, app: App) -> None:
    app.headers = [("Content-Encoding", "zstd")]
    assert ask(pages, Accept_Encoding="br").body == BODY


# ---------------------------------------------------------------- the care view

CARE = "view=care"
NO_CHOICE = [
    "",
    "view=",
    "view=standard",
    "view=careful",
    "view=CARE",
    "xview=care",
    "view=care%3B",
    'view="care"',
    "a=view=care",
    "sessionid=care; csrftoken=view",
]


def views(environ: dict[str, Any]) -> bytes:
    return b"care " * 200 if environ[CANDIDATE].key.view else b"standard " * 200


def test_the_two_views_of_a_page_are_two_entries(pages: PageCache, app: App) -> None:
    app.body = views
    for _n in range(2):
        assert ask(pages).body.startswith(b"standard")
        assert ask(pages, Cookie=CARE).body.startswith(b"care")
        assert ask(pages, Cookie=f"sessionid=x;  {CARE} ; b=c").body.startswith(b"care")
    assert len(app.asked) == 2


@pytest.mark.parametrize("cookie", NO_CHOICE)
def test_no_other_cookie_is_a_choice(pages: PageCache, app: App, cookie: str) -> None:
    app.body = views
    assert ask(pages, Cookie=cookie).body.startswith(b"standard")
    assert ask(pages).etag == ask(pages, Cookie=cookie).etag


def test_an_etag_of_one_view_does_not_hold_for_the_other(pages: PageCache, app: App) -> None:
    app.body = views
    for encoding in ("br", "gzip", "identity"):
        standard = ask(pages, Accept_Encoding=encoding)
        care = ask(pages, Accept_Encoding=encoding, Cookie=CARE)
        assert standard.etag != care.etag
        held = {
            (given, cookie): ask(
                pages, Accept_Encoding=encoding, If_None_Match=given, Cookie=cookie
            ).status
            for given in (standard.etag, care.etag)
            for cookie in ("", CARE)
        }
        assert held == {
            (standard.etag, ""): "304 Not Modified",
            (standard.etag, CARE): "200 OK",
            (care.etag, ""): "200 OK",
            (care.etag, CARE): "304 Not Modified",
        }


@pytest.mark.parametrize("path", ["/cases/yucai.json", "/sitemap.xml", "/suggestions.json"])
def test_machine_formats_have_one_view(pages: PageCache, app: App, path: str) -> None:
    app.body = views
    assert ask(pages, path, Cookie=CARE) == ask(pages, path)
    assert ask(pages, path).headers["Vary"] == "Accept-Encoding"
    assert len(app.asked) == 1


# ---------------------------------------------------------------- HEAD, and what is never kept


def test_head_is_get_without_the_body(pages: PageCache, app: App) -> None:
    head = ask(pages, method="HEAD", Accept_Encoding="gzip")
    page = ask(pages, Accept_Encoding="gzip")
    assert (head.status, head.headers, head.body) == (page.status, page.headers, b"")
    assert len(app.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_questions_are_answered_here(pages: PageCache, app: App, method: str) -> None:
    ask(pages)
    answer = ask(pages, method=method, Cookie="a=b")
    assert "ETag" not in answer.headers
    assert app.asked[-1]["HTTP_COOKIE"] == "a=b"
    assert app.asked[-1]["REQUEST_METHOD"] == method


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", [("Set-Cookie", "csrftoken=x")]),
        ("200 OK", [("Vary", "Cookie, Accept-Language")]),
        ("200 OK", [("Cache-Control", "private, no-store")]),
        ("200 OK", [("Cache-Control", "max-age=0, private")]),
        ("404 Not Found", []),
        ("301 Moved Permanently", [("Location", "/cases/")]),
        ("500 Internal Server Error", []),
        ("206 Partial Content", []),
    ],
)
def test_what_is_not_for_everyone_is_not_kept(
    pages: PageCache, app: App, status: str, headers: list[tuple[str, str]]
) -> None:
    app.status, app.headers = status, [*headers, ("ETag", '"own"')]
    answers = [ask(pages, Accept_Encoding="br") for _n in range(2)]
    assert [(a.status, a.body, a.headers.get("ETag")) for a in answers] == [
        (status, BODY, '"own"'),
        (status, BODY, '"own"'),
    ]
    assert dict(headers).items() <= answers[0].headers.items()
    assert len(app.asked) == 2


def test_an_application_that_fails_is_closed_and_its_error_is_seen(database: Database) -> None:
    class Failing(App):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            super().__call__(environ, start_response)
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        ask(PageCache(Failing(), database))


# ---------------------------------------------------------------- memory


def test_the_least_recently_asked_leave_when_the_memory_is_full(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 100_000)
    app.body = lambda environ: b"x" * 8_000
    for n in range(40):
        ask(pages, f"/cases/?page={n}")
        ask(pages, "/")
    assert 5 <= len(pages._responses) <= 10
    assert pages._size <= 100_000
    asked = len(app.asked)
    for recent in ("/cases/?page=39", "/"):
        ask(pages, recent)
    assert len(app.asked) == asked == 41
    ask(pages, "/cases/?page=0")
    assert len(app.asked) == asked + 1


def test_many_small_pages_count_with_their_addresses(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 200_000)
    app.body = lambda environ: b"no"
    for n in range(300):
        ask(pages, f"/cases/?q={'a' * 1000}{n}")
    assert len(pages._responses) < 100


def test_a_page_larger_than_an_eighth_of_the_memory_is_not_kept(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 80_000)
    app.body = lambda environ: b"x" * 9_000
    assert ask(pages) == ask(pages)
    assert len(app.asked) == 2


def test_a_new_revision_frees_the_memory(pages: PageCache, app: App, database: Database) -> None:
    for n in range(20):
        ask(pages, f"/?page={n}")
    database.token = "second"
    ask(pages)
    assert len(pages._responses) == 1
    assert pages._size < 2 * len(BODY) + page_cache.OVERHEAD


# ---------------------------------------------------------------- a view that opts in


def candidate(path: str = "/", **environ: Any) -> tuple[HttpRequest, Any]:
    """A request as the page cache passes it on."""
    request = RequestFactory().get(path, **{"HTTP_HOST": "testserver", **environ})
    key = page_cache._key(request.META)
    request.META[CANDIDATE] = page_cache.Candidate(key)
    return request, request.META[CANDIDATE]


def test_a_view_sees_of_the_request_what_the_key_holds() -> None:
    given = {
        "HTTP_IF_NONE_MATCH": '"x"',
        "HTTP_RANGE": "bytes=0-9",
        "HTTP_COOKIE": "sessionid=x; view=care; a=b",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_USER_AGENT": "x",
    }
    request, _candidate = candidate("/cases/?b=1&a=2", **given)
    assert (request.COOKIES["a"], request.GET["b"], request.headers["Range"]) == (
        *("b", "1", "bytes=0-9"),
    )
    seen: list[HttpRequest] = []
    cacheable(lambda request: seen.append(request) or HttpResponse())(request)
    (request,) = seen
    assert (request.COOKIES, request.headers) == (
        {"view": "care"},
        {"Host": "testserver", "Cookie": "view=care"},
    )
    assert request.get_full_path() == "/cases/?a=2&b=1"


def test_a_view_without_the_cache_sees_the_whole_request() -> None:
    request = RequestFactory().get("/", headers={"Cookie": "a=b"})
    cacheable(lambda request: HttpResponse())(request)
    assert request.COOKIES == {"a": "b"}


def test_what_was_made_with_a_session_is_not_cacheable() -> None:
    @dataclass
    class Session:
        accessed: bool

    for accessed in (False, True):
        request, it = candidate()
        request.session = Session(accessed)  # type: ignore[assignment]
        cacheable(lambda request: HttpResponse())(request)
        assert it.is_cacheable is not accessed


def test_a_view_that_fails_has_not_opted_in() -> None:
    def failing(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    request, it = candidate()
    with pytest.raises(RuntimeError):
        cacheable(failing)(request)
    assert not it.is_cacheable


# ---------------------------------------------------------------- one revision


@pytest.mark.django_db
def test_an_answer_is_made_anew_when_the_library_changes_meanwhile() -> None:
    seen: list[str] = []

    @in_one_revision
    def view() -> str:
        seen.append(Library.now().revision)
        if len(seen) == 1:
            writer.begin_revision()
        assert Library.now().revision == seen[-1]  # a request has one library
        return reader.revision()

    assert view() == seen[-1]
    assert len(seen) == len(set(seen)) == 2


@pytest.mark.django_db
def test_a_view_that_fails_over_a_change_is_run_again_and_no_other() -> None:
    tries: list[int] = []

    @in_one_revision
    def view(changes: int) -> str:
        tries.append(changes)
        if len(tries) <= changes:
            writer.begin_revision()
            raise KeyError("gone")
        if changes == 0:
            raise KeyError("a fault of its own")
        return "answer"

    assert view(1) == "answer"
    for changes, expected in ((0, 1), (9, 3)):
        tries.clear()
        with pytest.raises(KeyError):
            view(changes)
        assert len(tries) == expected


@pytest.mark.django_db
def test_numbers_are_listed_while_a_case_is_withdrawn(
    vocabulary: None, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the library of one moment and the postings of another."""
    case = a_complete_case()
    read = reader.documents

    def withdrawn_meanwhile(*arguments: Any) -> Any:
        if Case.objects.get(pk=case.pk).is_published:
            withdraw(Case.objects.get(pk=case.pk))
        return read(*arguments)

    assert "柳堤" in client.get("/metrics/").text
    monkeypatch.setattr(reader, "documents", withdrawn_meanwhile)
    for _n in range(2):
        response = client.get("/metrics/?sort=size")
        assert (response.status_code, "柳堤" in response.text) == (200, False)


@pytest.mark.django_db
def test_threads_build_a_revision_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def build(library: Library, revision: str) -> None:
        built.append(revision)
        threading.Event().wait(0.05)  # seconds, in which the others come
        library.revision = revision

    monkeypatch.setattr(Library, "__init__", build)
    monkeypatch.setattr(reader, "revision", lambda: "first")
    threads = [threading.Thread(target=Library.now) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == ["first"]


# ---------------------------------------------------------------- the library itself


@pytest.fixture
def workers() -> Iterator[list[Any]]:
    """The application of gunicorn's two workers: each its own memory, one database."""
    # A request would close the connection that the transaction of the test is on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield [runpy.run_module("caselib.wsgi")["application"] for _n in range(2)]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


PATHS = ("/cases/liudi/", "/cases/", "/", "/metrics/", "/sitemap.xml", "/en/", "/robots.txt")


@pytest.mark.django_db
def test_a_published_change_shows_on_every_worker(vocabulary: None, workers: list[Any]) -> None:
    case = a_complete_case()
    before = [ask(worker, "/cases/liudi/", Accept_Encoding="gzip") for worker in workers]
    assert before[0] == before[1]
    assert "小巷亮灯" in gzip.decompress(before[0].body).decode()

    changed = a_document(title=text("柳堤社区：凉亭", "Liudi Community: a pavilion"))
    importer.load(serialization.shaped(changed), publisher.Note("变了。", "It changed."))
    for worker in workers:
        for path in ("/cases/liudi/", "/cases/", "/"):
            assert "凉亭" in ask(worker, path).body.decode()
        etag = before[0].etag
        assert ask(worker, "/cases/liudi/", Accept_Encoding="gzip", If_None_Match=etag).body

    withdraw(Case.objects.get(pk=case.pk))
    for worker in workers:
        assert ask(worker, "/cases/liudi/").status == "410 Gone"
        assert "柳堤" not in ask(worker, "/cases/").body.decode()


@pytest.mark.django_db
def test_a_cached_page_costs_the_reading_of_the_revision(
    vocabulary: None, workers: list[Any]
) -> None:
    a_complete_case()
    first = [ask(workers[0], path, Accept_Encoding="br") for path in PATHS]
    with CaptureQueriesContext(connection) as queries:
        assert [ask(workers[0], path, Accept_Encoding="br") for path in PATHS] == first
        etags = [answer.etag for answer in first]
        for path, etag in zip(PATHS, etags, strict=True):
            held = ask(workers[0], path, Accept_Encoding="br", If_None_Match=etag)
            assert held.status == "304 Not Modified"
    (only,) = {query["sql"] for query in queries}
    assert "stories_revision" in only and only.count("SELECT") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nope/", "/cases/nope/", "/cases/nope.json", "/x.png"])
def test_a_path_that_is_not_there_is_404_whatever_etag_is_known(
    vocabulary: None, workers: list[Any], path: str
) -> None:
    a_complete_case()
    known = ask(workers[0], "/cases/liudi/")
    for _n in range(2):
        answer = ask(workers[0], path, If_None_Match=f"{known.etag}, *")
        assert answer.status == "404 Not Found"
    assert len(workers[0]._responses) == 1


@pytest.mark.django_db
def test_a_setting_that_shows_makes_other_etags(
    vocabulary: None, workers: list[Any], settings: Any
) -> None:
    """The second worker stands for the process after a restart."""
    a_complete_case()
    before = {path: ask(workers[0], path).etag for path in PATHS}
    settings.SITE_URL = "https://cases.example"
    after = {path: ask(workers[1], path, If_None_Match=before[path]).status for path in PATHS}
    assert after == dict.fromkeys(PATHS, "200 OK")


@pytest.mark.django_db
def test_a_static_file_that_changed_makes_other_etags(
    vocabulary: None, workers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address, which pages print, has its hash."""
    before = ask(workers[0], "/about/").etag
    renamed = HashedStorage()
    monkeypatch.setattr("stories.web.site.storages", {"staticfiles": renamed})
    assert ask(workers[1], "/about/", If_None_Match=before).status == "200 OK"


class HashedStorage:
    def url(self, name: str) -> str:
        return f"/static/{name.replace('.', '.0123456789ab.')}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/en/admin/login/", "/healthz"])
def test_the_desk_is_never_cached(vocabulary: None, workers: list[Any], path: str) -> None:
    assert ask(workers[0], path).status == "200 OK"
    assert not workers[0]._responses
