"""The page cache in front of test applications: keys, revisions, ETags, memory."""

from collections.abc import Iterable
from typing import Any

import pytest

from caselib import page_cache
from caselib.page_cache import CANDIDATE, PageCache
from tests.wsgi import BODY, App, Database, send


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def pages(app: App, database: Database) -> PageCache:
    return PageCache(app, database)


def test_a_cached_page_does_not_reach_the_application(pages: PageCache, app: App) -> None:
    first, again = send(pages), send(pages)
    assert first == again
    assert again.body == BODY
    assert (len(app.requests), app.closed) == (1, 1)


def test_an_answer_is_cached_only_where_its_view_opted_in(pages: PageCache, app: App) -> None:
    app.is_cacheable = False
    for _n in range(2):
        answer = send(pages, Cookie="sessionid=x", Accept_Encoding="br", If_None_Match='"x"')
        assert (answer.body, answer.headers) == (BODY, {"Content-Type": "text/html"})
    asked = [environ["HTTP_COOKIE"] for environ in app.requests]
    assert (asked, app.closed) == (["sessionid=x"] * 2, 2)
    assert app.requests[0]["HTTP_IF_NONE_MATCH"] == '"x"'


ADDRESSES = ["/", "/cases/", "/cases/?q=%E7%81%AF", "/cases/?page=2&q=a", "/en/cases/"]


def test_pages_differ_by_path_and_query(pages: PageCache, app: App) -> None:
    app.body = lambda environ: f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
    for _n in range(2):
        for path in ADDRESSES:
            assert send(pages, path).body.decode().removesuffix("?") == path
    assert len(app.requests) == len(ADDRESSES)


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
            assert send(pages, environ=environ).body == repr([*environ.values()]).encode()
    assert len(app.requests) == len(asked)


def test_a_request_without_host_is_passed_on(pages: PageCache, app: App) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    for _n in range(2):
        assert b"".join(pages(environ, lambda *_arguments: None)) == BODY
    assert len(app.requests) == 2


def test_the_order_of_parameters_makes_no_other_page(pages: PageCache, app: App) -> None:
    for query in ("a=1&a=0&b=2", "b=2&a=1&a=0", "a=1&b=2&&a=0&"):
        send(pages, f"/cases/?{query}")
    assert len(app.requests) == 1
    send(pages, "/cases/?a=0&a=1&b=2")
    assert len(app.requests) == 2


@pytest.mark.parametrize(
    "path", ["/cases/a.json", "/cases/a.jsonld", "/cases/a/card.png", "/robots.txt"]
)
def test_a_machine_format_has_no_parameters(pages: PageCache, app: App, path: str) -> None:
    for n in range(3):
        send(pages, f"{path}?x={n}&p={n}&view=care")
    assert len(app.requests) == 1


def test_a_new_revision_empties_the_cache(pages: PageCache, app: App, database: Database) -> None:
    first = send(pages)
    for n in range(3):
        database.token = f"revision-{n}"
        app.body = lambda environ, n=n: BODY + str(n).encode()  # type: ignore[misc]
        answer = send(pages, If_None_Match=first.etag)
        assert (answer.status, answer.body) == ("200 OK", BODY + str(n).encode())
        assert answer.etag != first.etag
    assert len(app.requests) == 4


def test_the_revision_of_a_restored_backup_is_a_new_one(
    pages: PageCache, app: App, database: Database
) -> None:
    for token, body in (("first", b"first"), ("second", b"second"), ("first", b"restored")):
        database.token = token
        app.body = lambda environ, body=body: body  # type: ignore[misc]
        assert send(pages).body == body


def test_a_page_that_stays_the_same_keeps_its_etag(pages: PageCache, database: Database) -> None:
    """In another revision, in another process, after a restart."""
    first = send(pages)
    database.token = "second"
    assert send(pages, If_None_Match=first.etag).status == "304 Not Modified"
    assert send(PageCache(App(), database)).etag == first.etag


def test_every_input_of_a_page_changes_its_etag(
    pages: PageCache, app: App, database: Database
) -> None:
    first = send(pages)
    app.headers = [("Content-Security-Policy", "default-src 'none'")]
    assert send(PageCache(app, database)).etag != first.etag
    app.headers, app.body = [], lambda environ: BODY.replace(b"a", b"b")
    assert send(PageCache(app, database)).etag != first.etag


def test_while_the_database_fails_everything_is_passed_on(
    pages: PageCache, app: App, database: Database
) -> None:
    send(pages)
    database.fails = True
    assert [send(pages).body for _n in range(2)] == [BODY, BODY]
    assert len(app.requests) == 3
    database.fails = False
    send(pages)
    send(pages)
    assert len(app.requests) == 4


def test_a_page_made_while_a_revision_began_is_dropped(
    pages: PageCache, app: App, database: Database
) -> None:
    """Another thread sees the new revision before this page is stored."""

    def overtaken(environ: dict[str, Any]) -> bytes:
        database.token = "second"
        app.body = lambda environ: b"made of the second"
        send(pages, "/other/")
        return b"made of the first"

    app.body = overtaken
    assert send(pages).body == b"made of the first"
    assert send(pages).body == b"made of the second"


def test_a_matching_etag_is_answered_without_the_application(pages: PageCache, app: App) -> None:
    first = send(pages)
    for given in (first.etag, f"W/{first.etag}", f'"other", {first.etag}'):
        answer = send(pages, If_None_Match=given)
        assert (answer.status, answer.body) == ("304 Not Modified", b"")
        assert answer.headers == {
            "ETag": first.etag,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }
    assert len(app.requests) == 1


def test_a_stale_etag_is_answered_with_the_page(
    pages: PageCache, app: App, database: Database
) -> None:
    first = send(pages)
    database.token, app.body = "second", lambda environ: BODY * 2
    answer = send(pages, If_None_Match=first.etag)
    assert (answer.status, answer.body) == ("200 OK", BODY * 2)


def test_a_known_etag_does_not_make_a_page_of_another_address(pages: PageCache, app: App) -> None:
    first = send(pages)
    app.status, app.is_cacheable = "404 Not Found", False
    assert send(pages, "/nope/", If_None_Match=first.etag).status == "404 Not Found"


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
        assert send(pages).body.startswith(b"standard")
        assert send(pages, Cookie=CARE).body.startswith(b"care")
        assert send(pages, Cookie=f"sessionid=x;  {CARE} ; b=c").body.startswith(b"care")
    assert len(app.requests) == 2


@pytest.mark.parametrize("cookie", NO_CHOICE)
def test_no_other_cookie_is_a_choice(pages: PageCache, app: App, cookie: str) -> None:
    app.body = views
    assert send(pages, Cookie=cookie).body.startswith(b"standard")
    assert send(pages).etag == send(pages, Cookie=cookie).etag


def test_an_etag_of_one_view_does_not_match_the_other(pages: PageCache, app: App) -> None:
    app.body = views
    for encoding in ("br", "gzip", "identity"):
        standard = send(pages, Accept_Encoding=encoding)
        care = send(pages, Accept_Encoding=encoding, Cookie=CARE)
        assert standard.etag != care.etag
        held = {
            (given, cookie): send(
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
    assert send(pages, path, Cookie=CARE) == send(pages, path)
    assert send(pages, path).headers["Vary"] == "Accept-Encoding"
    assert len(app.requests) == 1


def test_head_is_get_without_the_body(pages: PageCache, app: App) -> None:
    head = send(pages, method="HEAD", Accept_Encoding="gzip")
    page = send(pages, Accept_Encoding="gzip")
    assert (head.status, head.headers, head.body) == (page.status, page.headers, b"")
    assert len(app.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_than_get_and_head_are_passed_on(
    pages: PageCache, app: App, method: str
) -> None:
    send(pages)
    answer = send(pages, method=method, Cookie="a=b")
    assert "ETag" not in answer.headers
    assert app.requests[-1]["HTTP_COOKIE"] == "a=b"
    assert app.requests[-1]["REQUEST_METHOD"] == method


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
def test_errors_redirects_and_private_responses_are_not_cached(
    pages: PageCache, app: App, status: str, headers: list[tuple[str, str]]
) -> None:
    app.status, app.headers = status, [*headers, ("ETag", '"own"')]
    answers = [send(pages, Accept_Encoding="br") for _n in range(2)]
    assert [(a.status, a.body, a.headers.get("ETag")) for a in answers] == [
        (status, BODY, '"own"'),
        (status, BODY, '"own"'),
    ]
    assert dict(headers).items() <= answers[0].headers.items()
    assert len(app.requests) == 2


def test_an_application_that_fails_is_closed_and_its_error_is_seen(database: Database) -> None:
    class Failing(App):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            super().__call__(environ, start_response)
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        send(PageCache(Failing(), database))


def hits(pages: PageCache, paths: list[str]) -> int:
    """How many of the pages are cached, the last of which was requested last."""
    return [send(pages, path).outcome for path in reversed(paths)].count("hit")


def test_the_least_recently_used_entries_are_evicted_when_memory_is_full(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 100_000)
    app.body = lambda environ: b"x" * 8_000
    for n in range(40):
        send(pages, f"/cases/?page={n}")
        send(pages, "/")
    assert len(app.requests) == 41
    assert send(pages, "/").outcome == "hit"
    assert 4 <= hits(pages, [f"/cases/?page={n}" for n in range(40)]) <= 9


def test_many_small_pages_count_with_their_addresses(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 200_000)
    app.body = lambda environ: b"no"
    paths = [f"/cases/?q={'a' * 1000}{n}" for n in range(300)]
    for path in paths:
        send(pages, path)
    assert 0 < hits(pages, paths) < 100


def test_a_page_larger_than_an_eighth_of_the_memory_is_not_cached(
    pages: PageCache, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "CAPACITY", 80_000)
    app.body = lambda environ: b"x" * 9_000
    assert send(pages) == send(pages)
    assert len(app.requests) == 2


def test_a_new_revision_frees_the_memory(
    pages: PageCache, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for the pages of one revision, not of two."""
    monkeypatch.setattr(page_cache, "CAPACITY", 30 * (page_cache.OVERHEAD + len(BODY)))
    paths = [f"/?page={n}" for n in range(20)]
    for token in ("first", "second"):
        database.token = token
        for path in paths:
            send(pages, path)
        assert hits(pages, paths) == len(paths)
