"""Trust in proxy headers: scheme and address, and the counting of logins."""

from typing import Any

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.test import Client, RequestFactory

from caselib.logins import stored_name
from caselib.proxies import Proxies, scheme
from tests.desk import PASSWORD
from tests.pages import MACHINE_FORMATS

LOGIN = "/en/admin/login/"


@pytest.mark.parametrize(
    ("proxies", "passed_on", "counted"),
    [
        (0, "203.0.113.1", "127.0.0.1"),
        (1, "203.0.113.9, 203.0.113.1", "203.0.113.1"),
        (2, "203.0.113.9, 203.0.113.1, 10.0.0.1", "203.0.113.1"),
        (2, "203.0.113.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "9.9.9.9:1234", "9.9.9.9"),
        (1, "unknown", "127.0.0.1"),
        (1, "999.1.1.1, \x00", "127.0.0.1"),
        (1, "x" * 5000, "127.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
        (1, "fe80::1%eth0", "fe80::"),
        (1, "::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_the_client_is_whom_our_own_proxies_name(
    settings: Any, proxies: int, passed_on: str, counted: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=passed_on)
    assert get_client_ip_address(request) == counted


@pytest.mark.parametrize(
    ("is_https", "proxies", "passed_on", "found"),
    [
        (False, 0, "https", "http"),
        (True, 0, "https", "https"),
        (True, 1, "https, http", "http"),
        (True, 1, "http, https", "https"),
        (True, 2, "https, http", "https"),
        (True, 2, "http, https, http", "https"),
        (True, 2, "HTTPS", "https"),
        (True, 1, "gopher", "http"),
        (True, 1, "", "http"),
    ],
)
def test_the_scheme_is_what_our_own_proxies_say(
    settings: Any, is_https: bool, proxies: int, passed_on: str, found: str
) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = is_https, proxies
    environ = {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": passed_on}
    assert scheme(environ) == found


def test_page_cache_and_django_learn_one_scheme_and_no_header(settings: Any) -> None:
    settings.HTTPS = True
    asked: list[dict[str, Any]] = []
    application = Proxies(lambda environ, _start: asked.append(environ) or [])  # type: ignore[func-returns-value]
    application(
        {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https"}, lambda *_arguments: None
    )
    assert asked == [{"wsgi.url_scheme": "https"}]


# ---------------------------------------------------------------- logins


def attempt(name: str, password: str = "wrong", address: str = "192.0.2.1") -> int:
    """The status of a login: 302 on success, 429 if locked."""
    sent = {"username": name, "password": password}
    return Client().post(LOGIN, sent, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("name", ["x" * 300, "路" * 300, "a\x00b", "a\x1b[31m", "\ud800"])
@pytest.mark.django_db
def test_an_odd_name_fails_as_any_other(name: str) -> None:
    assert attempt(name.encode("utf-8", "replace").decode()) == 200
    assert all(len(row.username) <= 150 for row in AccessAttempt.objects.all())


def test_a_name_is_counted_without_control_characters() -> None:
    request = RequestFactory().post(LOGIN)
    assert stored_name(request, {"username": "a\x00\x1bb" + "c" * 300}) == "ab" + "c" * 146


@pytest.mark.usefixtures("li")
def test_an_address_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caselib.logins.ATTEMPTS_OF_ADDRESS", 3)
    assert [attempt(f"name{n}") for n in range(3)] == [200, 200, 429]
    assert attempt("li", PASSWORD) == 429
    assert attempt("li", PASSWORD, "192.0.2.2") == 302


@pytest.mark.usefixtures("li")
def test_a_name_has_a_limit_that_does_not_lock_its_owner_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("caselib.logins.ATTEMPTS_OF_NAME", 3)
    assert attempt("li", PASSWORD, "192.0.2.2") == 302
    assert [attempt("li", address=f"198.51.100.{n}") for n in range(3)] == [200, 200, 429]
    assert attempt("li", PASSWORD, "198.51.100.9") == 429
    assert attempt("li", PASSWORD, "192.0.2.2") == 302


# ---------------------------------------------------------------- headers of every answer

REFUSED = ["/en/nope/", "/cases/nope.json", "/media/nope", "/static/nope.css"]


@pytest.mark.usefixtures("library")
@pytest.mark.django_db
def test_no_answer_lacks_a_header(client: Client) -> None:
    answers = [client.get(address) for address in [*REFUSED, *MACHINE_FORMATS, "/healthz"]]
    answers += [client.post("/"), client.post("/healthz"), client.get("/", headers={"Host": "x/"})]
    for response in answers:
        assert "camera=()" in response["Permissions-Policy"], response
        if response.status_code >= 400 or response.request["PATH_INFO"] == "/healthz":
            assert response["Cache-Control"] == "no-store", response
        assert response["X-Content-Type-Options"] == "nosniff"
