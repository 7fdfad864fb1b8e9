"""The pages and files by which cases, versions and sources are cited."""

import json
from typing import Any

import pytest
from django.test import Client

from stories.exports.references.files import FORMS
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
CITED = ["/cases/yucai", "/cases/yucai/v/1", "/sources/akxw-2022"]


@pytest.mark.parametrize("address", CITED)
def test_what_is_cited_has_a_page_and_files(client: Client, address: str) -> None:
    page = page_of(client, f"{address}/cite/")
    assert page.links("downloads") == [f"{address}.{ending}" for ending in FORMS]
    for link in page.links("downloads"):
        assert client.get(link).status_code == 200, link
    assert len(page.texts("cite__text")) == 10  # five styles in two languages


def test_the_readers_language_comes_first(client: Client) -> None:
    first = [
        e.attributes["lang"]
        for e in page_of(client, "/cases/yucai/cite/").all("span", class_="cite__text")
    ]
    other = [
        e.attributes["lang"]
        for e in page_of(client, "/en/cases/yucai/cite/").all("span", class_="cite__text")
    ]
    assert (first[0], other[0]) == ("zh-Hans", "en")


def test_a_case_is_cited_at_its_permanent_address(client: Client) -> None:
    (first, *_others) = page_of(client, "/cases/yucai/cite/").texts("cite__text")
    assert "[EB/OL]. V1. 社区案例库（" in first
    assert first.endswith("http://testserver/cases/yucai/v/1/.")


def test_a_passage_is_cited_with_its_place(client: Client) -> None:
    (first, *_others) = page_of(client, "/sources/akxw-2022/cite/?at=4").texts("cite__text")
    assert first.startswith("肖义军. 温情帮扶办实事")
    assert first.endswith("[EB/OL]. 安康新闻网：第4段（2022-02-23）.")


def test_a_passage_that_is_not_there_is_dropped(client: Client) -> None:
    (first, *_others) = page_of(client, "/sources/akxw-2022/cite/?at=999").texts("cite__text")
    assert first.endswith("安康新闻网（2022-02-23）.")


@pytest.mark.parametrize(
    ("address", "cite"),
    [
        ("/cases/yucai/", "/cases/yucai/cite/"),
        ("/cases/yucai/v/1/", "/cases/yucai/v/1/cite/"),
        ("/en/cases/yucai/versions/", "/en/cases/yucai/v/1/cite/"),
        ("/sources/akxw-2022/", "/sources/akxw-2022/cite/"),
        ("/sources/akxw-2022/", "/sources/akxw-2022/cite/?at=4"),
    ],
)
def test_a_page_links_how_to_cite_it(client: Client, address: str, cite: str) -> None:
    assert cite in page_of(client, address).links()


def test_a_file_is_in_the_language_asked_for(client: Client) -> None:
    (zh,) = json.loads(client.get("/cases/yucai.csl.json").content)
    (en,) = json.loads(client.get("/cases/yucai.csl.json?language=en").content)
    assert (zh["language"], en["language"]) == ("zh-CN", "en")
    assert (zh["URL"], en["URL"]) == (
        "http://testserver/cases/yucai/v/1/",
        "http://testserver/en/cases/yucai/v/1/",
    )
    assert client.get("/cases/yucai.bib?language=fr").status_code == 400


@pytest.mark.parametrize("address", ["/cases/nope.bib", "/cases/yucai/v/9.ris", "/sources/no.bib"])
def test_a_file_of_what_is_not_there(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "address", ["/cases/no/cite/", "/cases/yucai/v/9/cite/", "/sources/no/cite/"]
)
def test_a_page_of_what_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/cases/yucai/cite/", 13), ("/cases/yucai/v/1.bib", 12), ("/sources/akxw-2022/cite/", 14)],
)
def test_the_queries_of_citing_are_counted(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    """Those of a new revision included."""
    with django_assert_num_queries(queries):
        client.get(address)
