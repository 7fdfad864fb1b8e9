"""The pages and files by which cases, versions and sources are cited."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from stories.exports.references.files import FORMS
from tests.pages import Page, page_of

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
    [("/cases/yucai/cite/", 14), ("/cases/yucai/v/1.bib", 13), ("/sources/akxw-2022/cite/", 15)],
)
def test_the_queries_of_citing_are_counted(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    """Including those for a new revision."""
    with django_assert_num_queries(queries):
        client.get(address)


# ---------------------------------------------------------------- what citation tools read


def meta_of(page: Page) -> dict[str, str]:
    named = (e.attributes for e in page.all("meta"))
    return {a["name"]: a["content"] for a in named if re.match("citation_|DC", a.get("name", ""))}


def test_a_case_names_itself_to_citation_tools(client: Client) -> None:
    meta = meta_of(page_of(client, "/en/cases/yucai/"))
    assert meta == {
        "citation_title": meta["DC.title"],
        "citation_author": "The editors of the Community Case Library",
        "citation_publication_date": meta["DC.date"].replace("-", "/"),
        "citation_publisher": "Community case library",
        "citation_language": "en",
        "citation_public_url": "http://testserver/en/cases/yucai/v/1/",
        "DC.title": page_of(client, "/en/cases/yucai/").all("h1")[0].text,
        "DC.creator": meta["citation_author"],
        "DC.publisher": meta["citation_publisher"],
        "DC.date": meta["DC.date"],
        "DC.identifier": meta["citation_public_url"],
        "DC.language": "en",
        "DC.rights": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", meta["DC.date"])


@pytest.mark.parametrize("address", ["/cases/yucai/", "/cases/yucai/v/1/"])
def test_a_case_says_where_its_metadata_and_its_document_are(client: Client, address: str) -> None:
    header = client.get(address)["Link"]
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', header)
    wanted = {"cite-as", "describedby", "item", "license", "type"}
    assert [link for link in links if link[1] in wanted] == [
        ("/cases/yucai/v/1/", "cite-as", ""),
        ("/cases/yucai/v/1.csl.json", "describedby", "application/vnd.citationstyles.csl+json"),
        ("/cases/yucai/v/1.bib", "describedby", "application/x-bibtex"),
        ("/cases/yucai/v/1.ris", "describedby", "application/x-research-info-systems"),
        ("/cases/yucai/v/1.jsonld", "describedby", "application/ld+json"),
        ("/cases/yucai/v/1.json", "item", "application/json"),
        ("https://creativecommons.org/licenses/by/4.0/", "license", ""),
        ("https://schema.org/Report", "type", ""),
    ]
    for url, relation, _type in links:
        if relation in {"describedby", "item"}:
            assert client.get(url).status_code == 200


def test_lists_name_what_they_list_to_citation_tools(client: Client) -> None:
    cases = page_of(client, "/cases/").all("span", class_="Z3988")
    found = [parse_qs(span.attributes["title"]) for span in cases]
    assert len(found) == 5
    assert {one["rft.identifier"][0] for one in found} >= {"http://testserver/cases/yucai/"}
    (source,) = page_of(client, "/sources/akxw-2022/").all("span", class_="Z3988")
    fields = parse_qs(source.attributes["title"])
    assert (fields["rft.creator"], fields["rft.date"]) == (["肖义军"], ["2022-02-23"])


# ---------------------------------------------------------------- identifiers


@pytest.mark.parametrize(
    ("prefix", "url"),
    [
        ("10.12345", "https://doi.org/10.12345/yucai.v1"),
        ("20.500.12345", "https://hdl.handle.net/20.500.12345/yucai.v1"),
    ],
)
def test_a_version_is_cited_by_its_identifier(
    client: Client, settings: Any, prefix: str, url: str
) -> None:
    settings.IDENTIFIER_PREFIX = prefix
    (first, *_others) = page_of(client, "/cases/yucai/cite/").texts("cite__text")
    assert first.endswith(f"{url}.")
    response = client.get("/cases/yucai/v/1/")
    assert f'<{url}>; rel="cite-as"' in response["Link"]
    assert url in page_of(client, "/cases/yucai/v/1/").links()
    (item,) = json.loads(client.get("/cases/yucai.csl.json").content)
    doi = "10.12345/yucai.v1" if prefix.startswith("10.") else None
    assert (item["URL"], item.get("DOI")) == (url, doi)
    assert meta_of(page_of(client, "/cases/yucai/")).get("citation_doi") == doi


def test_files_have_the_doi_in_its_field(client: Client, settings: Any) -> None:
    settings.IDENTIFIER_PREFIX = "10.12345"
    lines = {
        "bib": "  doi = {10.12345/yucai.v1},",
        "biblatex": "  doi = {10.12345/yucai.v1},",
        "ris": "DO  - 10.12345/yucai.v1",
        "endnote.xml": "<electronic-resource-num>10.12345/yucai.v1</electronic-resource-num>",
    }
    for ending, line in lines.items():
        assert line in client.get(f"/cases/yucai.{ending}").text, ending
