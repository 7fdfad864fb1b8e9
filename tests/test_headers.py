"""Headers of every response; and odd addresses, which get a response without a traceback."""

import gzip
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.pages import MACHINE_FORMATS, PAGES, Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
ODD = [
    "/cases/?q=" + "%E8%B7%AF" * 3500,
    "/cases/?q=" + "+".join("abcdefgh" * 200),
    "/cases/?q=%00&measure=%00&place=a%00b&page=%00&sort=%00",
    "/cases/?q=%0d%0aSet-Cookie:%20a=b&tag=%0d%0a",
    "/cases/?q=%ff%fe%80&tag=%c3%28&%ff=%ff",
    "/cases/?q=%ED%A0%80%F4%90%80%80&q=%u2028",
    "/cases/?q=%E2%80%AE%EF%BF%BE%F3%A0%80%81",
    "/cases/?q[]=1&q[$ne]=2&=&&&;;?&%",
    "/cases/?page=99999999999999999999&year=0000&year=-1",
    "/cases/?" + "&".join(f"tag=t{n}" for n in range(900)),
    "/metrics/?indicator=%00&min=1e999&max=NaN&page=%00",
    "/metrics/?" + "&".join(f"kind=output&place={n}" for n in range(450)),
    "/compare/?case=" + "x" * 9000,
    "/healthz?%00",
    "/sitemap.xml?p=%00&p=-1&section=%0d",
    "/sitemap-cases-99999999999999999999.xml",
    "/cases/yucai.json?x=%ff",
]
ODD_PATHS = [
    "/%00",
    "/cases/%00/",
    "/cases/yucai%00/",
    "/cases/%0d%0aLocation:%20x/",
    "/cases/%ff%fe/",
    "/en/cases/%c3%28/",
    "/cases/" + "a" * 10_000 + "/",
    "/cases/" + "a" * 10_000 + ".json",
    "/" + "a/" * 2_000,
    "/cases/../../etc/passwd",
    "/cases/%2e%2e%2fetc%2fpasswd/",
    "/static/../caselib/settings.py",
    "/places/610902-yucai/%F0%9F%8F%A0/",
    "/%5B%5D",
    "/EN/",
    "/zh-hans/",
    "/en-gb/cases/",
    "/fr/",
]


@pytest.fixture(scope="module")
def answers(library: None) -> dict[str, Any]:
    client = Client()
    return {address: client.get(address) for address in [*PAGES, *MACHINE_FORMATS, "/en/nope/"]}


def directives(response: Any) -> dict[str, str]:
    policy = response["Content-Security-Policy"]
    return dict(re.split(r"\s+", part.strip(), maxsplit=1) for part in policy.split(";"))


# ---------------------------------------------------------------- headers of every response


def test_a_page_may_load_only_from_this_site(answers: dict[str, Any]) -> None:
    for address, response in answers.items():
        policy = directives(response)
        assert policy["default-src"] == "'none'", address
        assert policy["script-src"] == policy["style-src"] == "'self'", address
        assert policy["base-uri"] == policy["frame-ancestors"] == "'none'", address
        assert "unsafe" not in response["Content-Security-Policy"], address


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_says_how_it_may_be_used(
    answers: dict[str, Any], header: str, value: str
) -> None:
    assert {response[header] for response in answers.values()} == {value}


def test_no_answer_varies_on_who_asks(answers: dict[str, Any]) -> None:
    """Except for the care view, which readers select for their pages."""
    varying = {a: response.get("Vary", "").split(", ") for a, response in answers.items()}
    assert {name for names in varying.values() for name in names} <= {
        "",
        "Accept-Encoding",
        "Cookie",
    }
    assert {a for a in varying if "Cookie" in varying[a]} == {a for a in varying if a.endswith("/")}
    assert [address for address, response in answers.items() if response.cookies] == []


def test_the_readers_own_language_changes_nothing(client: Client) -> None:
    asked = {"Accept-Language": "en", "Cookie": "django_language=en"}
    assert client.get("/", headers=asked).content == client.get("/").content


@pytest.mark.parametrize("address", [*PAGES, *MACHINE_FORMATS, "/en/nope/"])
def test_a_session_is_neither_read_nor_answered_to_readers(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers={"Cookie": f"sessionid={'a' * 32}"})
    assert not [q["sql"] for q in queries if "session" in q["sql"] or "auth_" in q["sql"]]
    assert not response.wsgi_request.session.accessed
    assert response.cookies == {}
    assert response.content == client.get(address).content


def test_a_page_tells_its_language(answers: dict[str, Any]) -> None:
    for address in PAGES:
        language = "en" if address.startswith("/en/") else "zh-hans"
        assert answers[address]["Content-Language"] == language


def test_types_are_told(answers: dict[str, Any]) -> None:
    types = {answers[address]["Content-Type"] for address in PAGES}
    assert types == {"text/html; charset=utf-8"}
    assert [answers[address]["Content-Type"] for address in MACHINE_FORMATS] == [
        "application/json",
        "application/json",
        "application/atom+xml; charset=utf-8",
        "text/plain",
        "text/plain",
        "application/xml",
        "application/json",
    ]


@pytest.mark.parametrize("address", ["/", "/en/cases/yucai/", "/cases/yucai.json", "/sitemap.xml"])
def test_what_has_not_changed_is_not_sent_again(client: Client, address: str) -> None:
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_long_page_is_sent_compressed(client: Client) -> None:
    plain = client.get("/cases/yucai/")
    packed = client.get("/cases/yucai/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 4


def test_a_compressed_page_is_not_sent_again_either(client: Client) -> None:
    headers = {"Accept-Encoding": "gzip"}
    tag = client.get("/", headers=headers)["ETag"]
    again = client.get("/", headers={**headers, "If-None-Match": tag})
    assert again.status_code == 304


# ---------------------------------------------------------------- odd addresses


@pytest.mark.parametrize("address", ODD, ids=range(len(ODD)))
def test_odd_parameters_are_answered(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (200, 400, 404)
    assert response.cookies == {}
    assert "Traceback" not in response.text


@pytest.mark.parametrize("address", ODD_PATHS, ids=range(len(ODD_PATHS)))
def test_odd_paths_lead_nowhere(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (301, 404)
    if address.endswith(".json"):
        assert response.json() == {"error": "there is no such case"}
    elif response.status_code == 404 and not address.startswith("/static/"):
        assert Page(response.text).all(class_="site-header")


@pytest.mark.parametrize("address", ["/cases/?", "/en/metrics/?", "/cases/yucai.json?"])
def test_thousands_of_parameters_are_refused_or_dropped(client: Client, address: str) -> None:
    response = client.get(address + "&".join(f"tag={n}" for n in range(5000)))
    assert response.status_code in (200, 400)
    assert "Traceback" not in response.text


def test_a_refusal_says_so_in_both_languages(client: Client) -> None:
    response = client.get("/en/cases/", headers={"Host": "evil.example"})
    page = Page(response.text)
    assert (response.status_code, page.faults) == (400, [])
    assert [page.all(name)[0].text for name in ("h1", "h2")] == ["请求有误", "Bad request"]


def test_words_of_the_reader_are_printed_not_run(client: Client) -> None:
    address = "/cases/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=%22x"
    page = Page(client.get(address).text)
    executed = [script for script in page.all("script") if "type" not in script.attributes]
    assert [script.text for script in executed] == [""]  # except for the value echoed
    (field,) = page.all("input", name="q")
    assert field.attributes["value"] == '<script>alert(1)</script>" onfocus="x'
    assert "onfocus" not in field.attributes


@pytest.mark.parametrize("host", ["evil.example", "testserver:80:80", "a b", "x<script>"])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: str) -> None:
    response = client.get("/about/", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.text


def test_machine_formats_name_the_site_that_was_set(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://cases.example"
    for address in ("/robots.txt", "/sitemap.xml", "/en/about/"):
        assert "https://cases.example/" in client.get(address).text
        assert "testserver" not in client.get(address).text
