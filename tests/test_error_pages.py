"""Error pages do not fail themselves, and errors are logged with their traceback."""

import logging
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from caselib import error_pages, urls
from caselib.outage_log import OutageLine
from caselib.request_log import ErrorLine
from stories.web import views
from tests.pages import Page

WORDS = {
    400: ("请求有误", "Bad request"),
    403: ("请求被拒绝", "Request refused"),
    500: ("服务器出错", "Server error"),
    503: ("暂时无法读取案例库", "The library cannot be read at the moment"),
}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the original error")


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


def cut_off(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("what psycopg raises for an error of libpq")


def cut_off_in_the_end(request: HttpRequest) -> HttpResponse:
    """As Django closes a cursor of PostgreSQL, with the driver's own error."""
    raise connection.Database.OperationalError("consuming input failed")


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    """The project's addresses, plus views that fail."""
    module = ModuleType("addresses")
    vars(module).update(vars(urls))
    failing = {"broken/": broken, "refused/": refused, "suspicious/": suspicious}
    failing |= {"away/": away, "cut-off/": cut_off, "cut-off-late/": cut_off_in_the_end}
    module.urlpatterns = [  # type: ignore[attr-defined]
        *(path(address, view) for address, view in failing.items()),
        *urls.urlpatterns,
    ]
    with override_settings(ROOT_URLCONF=module):
        yield


@pytest.fixture
def reader() -> Client:
    """Errors become pages, as on a server."""
    return Client(raise_request_exception=False)


@pytest.fixture
def nothing_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables templates, catalogue and database."""

    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise OperationalError("out of order")

    monkeypatch.setattr("django.template.loader.get_template", fails)
    monkeypatch.setattr("django.template.loader.render_to_string", fails)
    monkeypatch.setattr("django.shortcuts.loader.render_to_string", fails)
    monkeypatch.setattr("django.utils.translation.gettext", fails)
    monkeypatch.setattr(connection, "cursor", fails)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *(("/broken/", 500), ("/refused/", 403), ("/suspicious/", 400)),
        *(("/away/", 503), ("/cut-off/", 503), ("/cut-off-late/", 503)),
    ],
)
@pytest.mark.usefixtures("nothing_works")
def test_an_error_page_needs_nothing_that_can_fail(
    reader: Client, address: str, status: int
) -> None:
    response = reader.get(address)
    page = Page(response.text)
    assert (response.status_code, page.faults) == (status, [])
    assert (page.all("h1")[0].text, page.all("h2")[0].text) == WORDS[status]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", WORDS)
def test_an_error_page_loads_nothing(status: int) -> None:
    text = error_pages.PAGES[status].decode()
    assert re.findall(r'(?:src|href)="([^"]+)"', text) == ["/", "/en/"]
    policy = error_pages.POLICIES[status]
    assert "'none'" in policy and "unsafe" not in policy
    assert policy.count("'sha256-") == text.count("<style>") == 1
    assert "{%" not in text and "{{" not in text


@pytest.mark.usefixtures("nothing_works")
def test_the_original_error_is_logged_with_its_traceback(
    reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    reader.get("/broken/")
    (record,) = [r for r in caplog.records if r.name == "django.request"]
    assert (record.levelno, record.getMessage()) == (
        logging.ERROR,
        "Internal Server Error: /broken/",
    )
    assert "the original error" in (caplog.text)
    assert "in broken" in caplog.text


def test_a_database_that_is_away_is_worth_another_try(reader: Client) -> None:
    assert reader.get("/away/")["Retry-After"] == "10"


def test_an_outage_of_the_database_is_one_traceback_and_then_a_line_a_request(
    reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(OutageLine())
    assert {reader.get(address).status_code for address in ("/away/", "/cut-off/") * 5} == {503}
    assert caplog.text.count("Traceback") == 1
    caplog.clear()
    reader.get("/away/")
    assert re.fullmatch(
        r"\[[0-9a-f]{16}\] Service Unavailable: /away/: "
        r"OperationalError: server closed the connection unexpectedly\n",
        caplog.text,
    )


def test_another_error_keeps_its_traceback_during_an_outage(
    reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(OutageLine())
    for address in ("/away/", "/broken/", "/away/", "/broken/"):
        reader.get(address)
    assert caplog.text.count("in broken") == 2


def test_the_log_of_a_server_is_shortened_in_an_outage() -> None:
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "error"
    assert settings.LOGGING["formatters"]["error"]["()"] == f"{OutageLine.__module__}.OutageLine"


def test_an_error_page_shows_the_number_that_the_log_has(
    reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(ErrorLine())
    page = Page(reader.get("/broken/").text)
    (number, again) = [code.text for code in page.all("code")]
    assert number == again and re.fullmatch("[0-9a-f]{16}", number)
    assert caplog.text.startswith(f"[{number}] Internal Server Error: /broken/\n")


def test_the_number_of_a_request_may_come_from_a_proxy_of_ours(reader: Client) -> None:
    given = {"X-Request-ID": "a1b2c3d4"}
    assert "a1b2c3d4" not in reader.get("/broken/", headers=given).text
    with override_settings(TRUSTED_PROXIES=1):
        assert "a1b2c3d4" in reader.get("/broken/", headers=given).text
        odd = reader.get("/broken/", headers={"X-Request-ID": "<script>1234"})
    assert "<script>" not in odd.text


@pytest.mark.django_db
def test_a_404_whose_page_fails_is_logged_and_answered(
    reader: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(error_pages, "render", fails)
    response = reader.get("/nope/")
    assert (response.status_code, Page(response.text).all("h2")[0].text) == (500, WORDS[500][1])
    assert "the template is broken" in caplog.text and "Traceback" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/en/cases/", "/about/"])
def test_a_template_that_fails_is_logged_and_answered(
    reader: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(views, "render", fails)
    response = reader.get(address)
    assert (response.status_code, Page(response.text).all("h2")[0].text) == (500, WORDS[500][1])
    assert "the template is broken" in caplog.text and "Traceback" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/login/", "/en/admin/login/"])
def test_a_form_without_its_token_is_refused_by_the_same_page(address: str) -> None:
    response = Client(enforce_csrf_checks=True).post(address)
    assert (response.status_code, response.content) == (403, error_pages.PAGES[403])


@pytest.mark.django_db
def test_a_page_that_is_not_there_keeps_the_header_of_the_site(reader: Client) -> None:
    for address, heading in (("/nope/", "页面不存在"), ("/en/nope/", "Page not found")):
        page = Page(reader.get(address).text)
        assert page.all("h1")[0].text == heading
        assert page.all(class_="site-header")
