"""The page cache in front of the library: which views opt in, and what invalidates an entry."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from caselib.page_cache import CANDIDATE, PageCache, cacheable
from stories.documents import serialization
from stories.models.case import Case
from stories.models.search_index import Revision
from stories.models.version import Version
from stories.publishing import importer, publisher
from stories.queries.snapshot import Library
from stories.search import reader, writer
from stories.web.revision import in_one_revision
from tests.builders import a_case, a_complete_case, a_document, a_place, keep, text
from tests.desk import withdraw
from tests.wsgi import send


def candidate(path: str = "/", **environ: Any) -> tuple[HttpRequest, Any]:
    """A request as passed on by the page cache."""
    request = RequestFactory().get(path, **{"HTTP_HOST": "testserver", **environ})

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        request.META[CANDIDATE] = environ[CANDIDATE]
        start_response("200 OK", [])
        return []

    PageCache(application, lambda: "first")(request.META, lambda *_started: None)
    return request, request.META[CANDIDATE]


def test_a_view_sees_only_the_parts_of_the_request_in_the_key() -> None:
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


@pytest.mark.django_db
def test_an_answer_is_made_anew_when_the_library_changes_meanwhile() -> None:
    seen: list[str] = []

    @in_one_revision
    def view() -> str:
        seen.append(Library.now().revision)
        if len(seen) == 1:
            writer.begin_revision()
        assert Library.now().revision == seen[-1]  # one snapshot per request
        return reader.revision()

    assert view() == seen[-1]
    assert len(seen) == len(set(seen)) == 2


@pytest.mark.django_db
def test_a_pinned_snapshot_outlasts_a_change_until_its_block_ends() -> None:
    library = Library.present()
    with library.pinned():
        writer.begin_revision()
        assert Library.now() is library
    assert Library.now().is_present()


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


def test_the_vocabulary_is_read_again_after_a_change_of_it_only(vocabulary: None) -> None:
    first = Library.present()
    importer.load(serialization.shaped(a_document()))
    second = Library.present()
    assert second is not first
    assert second.vocabulary is first.vocabulary
    writer.begin_revision()
    assert Library.present().vocabulary is not first.vocabulary


def test_a_term_that_came_past_the_desk_is_known_with_the_first_case_that_has_it(
    vocabulary: None,
) -> None:
    known = Library.present().vocabulary.revision
    keep(a_case(place=a_place(code="999999")))
    Revision.objects.update(vocabulary=known)
    assert Library.present().knows("place", "999999")


@pytest.mark.django_db
def test_the_page_of_metrics_works_while_a_case_is_withdrawn(vocabulary: None, client: Any) -> None:
    """Between reading the snapshot and reading the documents."""
    case = a_complete_case()
    changes: list[str] = []

    def withdraw_meanwhile(execute: Any, sql: str, *arguments: Any) -> Any:
        if Version._meta.db_table in sql and not changes:
            changes.append(sql)
            withdraw(case)
        return execute(sql, *arguments)

    assert "柳堤" in client.get("/metrics/").text
    with connection.execute_wrapper(withdraw_meanwhile):
        response = client.get("/metrics/?sort=size")
    assert (response.status_code, "柳堤" in response.text) == (200, False)
    assert len(changes) == 1


@pytest.mark.django_db
def test_threads_build_a_revision_once() -> None:
    built: list[str] = []

    class SlowLibrary(Library):
        def __init__(self, revision: str) -> None:
            built.append(revision)
            threading.Event().wait(0.05)  # seconds, in which the others arrive
            self.revision = revision

    def read() -> None:
        SlowLibrary.present()
        connection.close()  # each thread has its own

    threads = [threading.Thread(target=read) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == [reader.revision()]


@pytest.fixture
def workers() -> Iterator[list[Any]]:
    """The application in gunicorn's two workers: each with its own memory, one database.

    They read the revision at each request, on the connection with the test's transaction.
    """
    # A request would close the connection with the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield [PageCache(get_wsgi_application(), reader.revision) for _n in range(2)]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


PATHS = ("/cases/liudi/", "/cases/", "/", "/metrics/", "/sitemap.xml", "/en/", "/robots.txt")


@pytest.mark.django_db
def test_a_published_change_shows_on_every_worker(vocabulary: None, workers: list[Any]) -> None:
    case = a_complete_case()
    before = [send(worker, "/cases/liudi/", Accept_Encoding="gzip") for worker in workers]
    assert before[0] == before[1]
    assert "小巷亮灯" in gzip.decompress(before[0].body).decode()

    changed = a_document(title=text("柳堤社区：凉亭", "Liudi Community: a pavilion"))
    importer.load(serialization.shaped(changed), publisher.Note("变了。", "It changed."))
    for worker in workers:
        for path in ("/cases/liudi/", "/cases/", "/"):
            assert "凉亭" in send(worker, path).body.decode()
        etag = before[0].etag
        assert send(worker, "/cases/liudi/", Accept_Encoding="gzip", If_None_Match=etag).body

    withdraw(Case.objects.get(pk=case.pk))
    for worker in workers:
        assert send(worker, "/cases/liudi/").status == "410 Gone"
        assert "柳堤" not in send(worker, "/cases/").body.decode()


@pytest.mark.django_db
def test_a_cached_page_costs_the_reading_of_the_revision(
    vocabulary: None, workers: list[Any]
) -> None:
    a_complete_case()
    first = [send(workers[0], path, Accept_Encoding="br") for path in PATHS]
    with CaptureQueriesContext(connection) as queries:
        assert [send(workers[0], path, Accept_Encoding="br") for path in PATHS] == first
        etags = [answer.etag for answer in first]
        for path, etag in zip(PATHS, etags, strict=True):
            held = send(workers[0], path, Accept_Encoding="br", If_None_Match=etag)
            assert held.status == "304 Not Modified"
    (only,) = {query["sql"] for query in queries}
    assert "stories_revision" in only and only.count("SELECT") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nope/", "/cases/nope/", "/cases/nope.json", "/x.png"])
def test_a_path_that_is_not_there_is_404_whatever_etag_is_known(
    vocabulary: None, workers: list[Any], path: str
) -> None:
    a_complete_case()
    known = send(workers[0], "/cases/liudi/")
    for _n in range(2):
        answer = send(workers[0], path, If_None_Match=f"{known.etag}, *")
        assert (answer.status, answer.outcome) == ("404 Not Found", "bypass")


@pytest.mark.django_db
def test_a_setting_that_pages_print_changes_etags(
    vocabulary: None, workers: list[Any], settings: Any
) -> None:
    """The second worker represents the process after a restart."""
    a_complete_case()
    before = {path: send(workers[0], path).etag for path in PATHS}
    settings.SITE_URL = "https://cases.example"
    after = {path: send(workers[1], path, If_None_Match=before[path]).status for path in PATHS}
    assert after == dict.fromkeys(PATHS, "200 OK")


@pytest.mark.django_db
def test_a_changed_static_file_changes_etags(
    vocabulary: None, workers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address, which pages contain, has its hash."""
    before = send(workers[0], "/about/").etag
    renamed = HashedStorage()
    monkeypatch.setattr("stories.web.site.storages", {"staticfiles": renamed})
    assert send(workers[1], "/about/", If_None_Match=before).status == "200 OK"


class HashedStorage:
    def url(self, name: str) -> str:
        return f"/static/{name.replace('.', '.0123456789ab.')}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/en/admin/login/", "/healthz"])
def test_the_desk_is_never_cached(vocabulary: None, workers: list[Any], path: str) -> None:
    for _n in range(2):
        answer = send(workers[0], path)
        assert (answer.status, answer.outcome) == ("200 OK", "bypass")
