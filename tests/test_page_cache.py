"""Kept pages, in front of applications written for the test and in front of the library itself."""

import gzip
import hashlib
import runpy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from caselib import page_cache as kept
from caselib.page_cache import KeptPages, code_version
from stories import documents, loading, records
from stories.models import Case
from tests.builders import a_complete_case, a_document, text

BODY = b"<p>a page</p>" * 100  # more than what is too small to compress
NEVER = ("/admin/", "/static/")


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
    """A WSGI application that remembers what it was asked."""

    body: Callable[[dict[str, Any]], bytes] = lambda environ: BODY
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        start_response(self.status, [("Content-Type", "text/html"), *self.headers])
        return Chunks(self, self.body(environ))


class Chunks(list[bytes]):
    def __init__(self, app: App, body: bytes) -> None:
        super().__init__([body[:7], body[7:]])
        self.app = app

    def close(self) -> None:
        self.app.closed += 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    begin(tmp_path / "revision", "first")
    return tmp_path / "revision"


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def pages(app: App, file: Path) -> KeptPages:
    return KeptPages(app, file, "code", NEVER)


def begin(file: Path, token: str) -> None:
    """A revision, as the index tells of it."""
    draft = file.with_suffix(".new")
    draft.write_text(token)
    draft.replace(file)


def ask(pages: Any, path: str = "/", method: str = "GET", **given: str) -> Answer:
    """Header names as in Accept_Encoding="br"; environ names in capitals as they are."""
    path, _mark, query = path.partition("?")
    environ = {
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
    }
    told: list[Any] = []
    chunks = pages(environ, lambda status, headers, *rest: told.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = told[-1]
    assert len({name.lower() for name, _value in headers}) == len(headers)
    return Answer(status, dict(headers), body)


# ---------------------------------------------------------------- kept, and until when


def test_a_page_asked_again_is_not_asked_of_the_application(pages: KeptPages, app: App) -> None:
    first, again = ask(pages), ask(pages)
    assert first == again
    assert again.body == BODY
    assert (len(app.asked), app.closed) == (1, 1)


def test_pages_differ_by_address_question_host_and_scheme(pages: KeptPages, app: App) -> None:
    app.body = lambda environ: f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
    addresses = ["/", "/cases/", "/cases/?q=%E7%81%AF", "/cases/?q=a&page=2", "/en/cases/"]
    for _n in range(2):
        for path in addresses:
            assert ask(pages, path).body.decode().removesuffix("?") == path
    assert len(app.asked) == len(addresses)
    ask(pages, Host="localhost")
    assert len(app.asked) == len(addresses) + 1


def test_a_new_revision_is_asked_anew(pages: KeptPages, app: App, file: Path) -> None:
    first = ask(pages)
    for n in range(3):
        begin(file, f"revision-{n}")
        app.body = lambda environ, n=n: BODY + str(n).encode()  # type: ignore[misc]
        answer = ask(pages)
        assert answer.body == BODY + str(n).encode()
        assert answer.etag != first.etag
    assert len(app.asked) == 4


def test_a_revision_is_known_by_its_token_alone(pages: KeptPages, app: App, file: Path) -> None:
    first = ask(pages)
    begin(file, "second")
    begin(file, "first")
    assert ask(pages) == first
    assert len(app.asked) == 1


def test_other_code_makes_other_etags(app: App, file: Path) -> None:
    assert ask(KeptPages(app, file, "a", ())).etag != ask(KeptPages(app, file, "b", ())).etag


def test_all_workers_of_one_release_give_the_same_etag(app: App, file: Path) -> None:
    assert ask(KeptPages(app, file, "a", ())) == ask(KeptPages(app, file, "a", ()))


def test_without_a_revision_everything_is_handed_on(app: App, tmp_path: Path) -> None:
    pages = KeptPages(app, tmp_path / "none", "code", NEVER)
    assert [ask(pages, Accept_Encoding="br").body for _n in range(2)] == [BODY, BODY]
    assert "ETag" not in ask(pages).headers
    assert app.asked[0]["HTTP_ACCEPT_ENCODING"] == "br"


def test_a_page_made_while_a_revision_began_is_not_kept(
    pages: KeptPages, app: App, file: Path
) -> None:
    def slow(environ: dict[str, Any]) -> bytes:
        begin(file, "second")
        return b"made of the first"

    app.body = slow
    assert ask(pages).body == b"made of the first"
    app.body = lambda environ: b"made of the second"
    assert ask(pages).body == b"made of the second"


def test_a_late_answer_to_an_old_revision_is_never_given_again(
    pages: KeptPages, app: App, file: Path
) -> None:
    """Another thread sees the new revision after this page was found good to keep."""
    present = pages._present_etag

    def overtaken() -> str:
        etag = present()
        if len(app.asked) == 1:
            begin(file, "second")
        return etag

    pages._present_etag = overtaken  # type: ignore[method-assign]
    ask(pages)
    app.body = lambda environ: b"new"
    assert ask(pages).body == b"new"


# ---------------------------------------------------------------- conditional requests


def test_an_etag_that_holds_is_answered_without_the_application(pages: KeptPages, app: App) -> None:
    first = ask(pages)
    for given in (first.etag, f"W/{first.etag}", f'"other", {first.etag}'):
        answer = ask(pages, If_None_Match=given)
        assert (answer.status, answer.body) == ("304 Not Modified", b"")
        assert answer.headers == {
            "ETag": first.etag,
            "Cache-Control": "no-cache",
            "Vary": "Cookie, Accept-Encoding",
        }
    assert len(app.asked) == 1


def test_an_etag_that_holds_no_more_is_answered_with_the_page(
    pages: KeptPages, app: App, file: Path
) -> None:
    first = ask(pages)
    begin(file, "second")
    answer = ask(pages, If_None_Match=first.etag)
    assert (answer.status, answer.body) == ("200 OK", BODY)


def test_the_application_never_sees_a_condition_a_cookie_or_a_range(
    pages: KeptPages, app: App
) -> None:
    """Its answer is for every reader."""
    given = {
        "If_None_Match": '"x"',
        "If_Modified_Since": "Sat, 21 Nov 2026 00:00:00 GMT",
        "Range": "bytes=0-9",
        "Cookie": "sessionid=x",
        "Accept_Encoding": "gzip",
    }
    assert gzip.decompress(ask(pages, **given).body) == BODY
    assert not {f"HTTP_{name.upper()}" for name in given} & set(app.asked[0])


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
    pages: KeptPages, app: App, accepted: str, encoding: str
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
        assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.body))
    assert len(app.asked) == 1


def test_each_encoding_has_its_own_etag(pages: KeptPages) -> None:
    tags = {name: ask(pages, Accept_Encoding=name).etag for name in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    for name, tag in tags.items():
        for other in tags:
            status = ask(pages, Accept_Encoding=other, If_None_Match=tag).status
            assert status.startswith("304" if name == other else "200")


def test_little_is_not_compressed(pages: KeptPages, app: App) -> None:
    app.body = lambda environ: b"ok"
    answer = ask(pages, Accept_Encoding="br")
    assert (answer.body, answer.headers.get("Content-Encoding")) == (b"ok", None)


def test_a_picture_is_kept_as_it_is(pages: KeptPages, file: Path) -> None:
    """It is compressed already; drawings, which are text, are not."""

    def typed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind = "svg+xml" if environ["PATH_INFO"].endswith(".svg") else "png"
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


def test_headers_of_the_application_stay_but_for_those_that_are_answered_here(
    pages: KeptPages, app: App
) -> None:
    app.headers = [
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Robots-Tag", "noindex"),
        ("ETag", '"own"'),
        ("Vary", "Accept-Language"),
        ("Cache-Control", "max-age=60"),
        ("Content-Length", str(len(BODY))),
    ]
    headers = ask(pages, Accept_Encoding="br").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["X-Robots-Tag"] == "noindex"
    assert (headers["Vary"], headers["Cache-Control"]) == (
        "Cookie, Accept-Encoding",
        "no-cache",
    )
    assert headers["ETag"] != '"own"'


def test_a_page_longer_than_the_first_flight_is_packed_smaller(pages: KeptPages, app: App) -> None:
    text = " ".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(600)).encode()
    app.body = lambda environ: text
    answer = ask(pages, Accept_Encoding="br")
    assert len(brotli.compress(text, quality=6)) > kept.FLIGHT
    assert answer.body == brotli.compress(text, quality=10)


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
    return b"care " * 200 if environ.get("HTTP_COOKIE") == CARE else b"standard " * 200


def test_the_two_views_of_a_page_are_kept_apart(pages: KeptPages, app: App) -> None:
    app.body = views
    for _n in range(2):
        assert ask(pages).body.startswith(b"standard")
        assert ask(pages, Cookie=CARE).body.startswith(b"care")
        assert ask(pages, Cookie=f"sessionid=x;  {CARE} ; b=c").body.startswith(b"care")
    assert len(app.asked) == 2


@pytest.mark.parametrize("cookie", NO_CHOICE)
def test_no_other_cookie_is_a_choice_or_reaches_the_page(
    pages: KeptPages, app: App, cookie: str
) -> None:
    app.body = views
    assert ask(pages, Cookie=cookie).body.startswith(b"standard")
    assert "HTTP_COOKIE" not in app.asked[0]
    assert ask(pages).etag == ask(pages, Cookie=cookie).etag


def test_an_etag_of_one_view_does_not_hold_for_the_other(pages: KeptPages, app: App) -> None:
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
def test_machine_formats_have_one_view(pages: KeptPages, app: App, path: str) -> None:
    app.body = views
    assert ask(pages, path, Cookie=CARE) == ask(pages, path)
    assert ask(pages, path).headers["Vary"] == "Accept-Encoding"
    assert len(app.asked) == 1


# ---------------------------------------------------------------- HEAD, and what is never kept


def test_head_is_get_without_the_body(pages: KeptPages, app: App) -> None:
    head = ask(pages, method="HEAD", Accept_Encoding="gzip")
    page = ask(pages, Accept_Encoding="gzip")
    assert (head.status, head.headers, head.body) == (page.status, page.headers, b"")
    assert [environ["REQUEST_METHOD"] for environ in app.asked] == ["GET"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_questions_are_answered_here(pages: KeptPages, app: App, method: str) -> None:
    ask(pages)
    answer = ask(pages, method=method, Cookie="a=b")
    assert "ETag" not in answer.headers
    assert app.asked[-1]["HTTP_COOKIE"] == "a=b"
    assert app.asked[-1]["REQUEST_METHOD"] == method


@pytest.mark.parametrize("path", ["/admin/", "/admin/stories/case/", "/static/css/base.css"])
def test_the_desk_and_its_like_are_always_handed_on(pages: KeptPages, app: App, path: str) -> None:
    for _n in range(2):
        assert "ETag" not in ask(pages, path, Cookie="sessionid=x").headers
    assert [environ["HTTP_COOKIE"] for environ in app.asked] == ["sessionid=x"] * 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", [("Set-Cookie", "csrftoken=x")]),
        ("404 Not Found", []),
        ("301 Moved Permanently", [("Location", "/cases/")]),
        ("500 Internal Server Error", []),
        ("206 Partial Content", []),
    ],
)
def test_what_is_not_for_everyone_is_not_kept(
    pages: KeptPages, app: App, status: str, headers: list[tuple[str, str]]
) -> None:
    app.status, app.headers = status, [*headers, ("ETag", '"own"')]
    answers = [ask(pages, Accept_Encoding="br") for _n in range(2)]
    assert [(a.status, a.body, a.headers.get("ETag")) for a in answers] == [
        (status, BODY, '"own"'),
        (status, BODY, '"own"'),
    ]
    assert dict(headers).items() <= answers[0].headers.items()
    assert len(app.asked) == 2


def test_an_application_that_fails_is_closed_and_its_error_is_seen(file: Path) -> None:
    class Failing(App):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            super().__call__(environ, start_response)
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        ask(KeptPages(Failing(), file, "code", ()))


# ---------------------------------------------------------------- memory


def test_kept_pages_stay_within_their_memory(
    pages: KeptPages, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MEMORY", 100_000)
    app.body = lambda environ: b"x" * 8_000
    for n in range(40):
        ask(pages, f"/cases/?page={n}")
    assert 5 <= len(pages._pages) <= 10
    assert pages._size <= 100_000
    asked = len(app.asked)
    ask(pages, "/cases/?page=39")
    assert len(app.asked) == asked
    ask(pages, "/cases/?page=0")
    assert len(app.asked) == asked + 1


def test_many_small_pages_count_with_their_addresses(
    pages: KeptPages, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MEMORY", 200_000)
    app.body = lambda environ: b"no"
    for n in range(300):
        ask(pages, f"/cases/?q={'a' * 1000}{n}")
    assert len(pages._pages) < 100


def test_a_page_larger_than_an_eighth_of_the_memory_is_not_kept(
    pages: KeptPages, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MEMORY", 80_000)
    app.body = lambda environ: b"x" * 10_001
    assert ask(pages) == ask(pages)
    assert len(app.asked) == 2


def test_a_new_revision_frees_the_memory(pages: KeptPages, app: App, file: Path) -> None:
    for n in range(20):
        ask(pages, f"/?page={n}")
    begin(file, "second")
    ask(pages)
    assert len(pages._pages) == 1
    assert pages._size < 2 * len(BODY) + kept.OVERHEAD


def test_the_code_is_known_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("a")
    first = code_version([tmp_path])
    (tmp_path / "notes.txt").write_text("a")
    assert code_version([tmp_path]) == first
    (tmp_path / "views.py").write_text("b")
    assert code_version([tmp_path]) != first


# ---------------------------------------------------------------- the library itself


@pytest.fixture
def workers(settings: Any, tmp_path: Path) -> Iterator[list[Any]]:
    """The application of gunicorn's two workers: each its own memory, one file of the revision."""
    settings.REVISION_FILE = tmp_path / "revision"
    # A request would close the connection that the transaction of the test is on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield [runpy.run_module("caselib.wsgi")["application"] for _n in range(2)]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_a_published_change_shows_at_once_on_every_worker(
    vocabulary: None, workers: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        case = a_complete_case()
    before = [ask(worker, "/cases/liudi/", Accept_Encoding="gzip") for worker in workers]
    assert before[0] == before[1]
    assert "小巷亮灯" in gzip.decompress(before[0].body).decode()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = [ask(worker, "/cases/liudi/", Accept_Encoding="gzip") for worker in workers]
        held = [
            ask(worker, "/cases/", Accept_Encoding="gzip", If_None_Match=before[0].etag)
            for worker in workers
        ]
    assert again == before
    assert [answer.status for answer in held] == ["304 Not Modified"] * 2
    assert len(queries) == 0

    with django_capture_on_commit_callbacks(execute=True):
        changed = a_document(title=text("柳堤社区：凉亭", "Liudi Community: a pavilion"))
        loading.load(documents.shaped(changed))
    for worker in workers:
        for path in ("/cases/liudi/", "/cases/", "/"):
            assert "柳堤社区：凉亭" in ask(worker, path).body.decode()
        etag = before[0].etag
        assert ask(worker, "/cases/liudi/", Accept_Encoding="gzip", If_None_Match=etag).body

    with django_capture_on_commit_callbacks(execute=True):
        Case.objects.get(pk=case.pk).withdraw()
        records.keep(Case.objects.get(pk=case.pk))
    for worker in workers:
        assert ask(worker, "/cases/liudi/").status == "404 Not Found"
        assert "柳堤" not in ask(worker, "/cases/").body.decode()


@pytest.mark.django_db
def test_the_desk_is_never_kept(
    workers: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    begin_file = workers[0].revision_file
    Path(begin_file).write_text("token")
    for path in ("/admin/login/", "/en/admin/login/", "/healthz"):
        answer = ask(workers[0], path)
        assert answer.status == "200 OK"
        assert not workers[0]._pages, path


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_asked_each_time(workers: list[Any]) -> None:
    Path(workers[0].revision_file).write_text("token")
    assert ask(workers[0], "/cases/nowhere/").status == "404 Not Found"
    assert not workers[0]._pages
