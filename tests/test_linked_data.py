"""Linked data of pages and cases. tests/clients compares its terms with the vocabularies."""

import json
from typing import Any

import pytest
from django.test import Client

from stories.publishing import publisher
from stories.publishing.publisher import Note
from tests.pages import BASE, PAGES, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
CASE = {"/cases/yucai/", "/cases/yucai/v/1/", "/en/cases/yucai/", "/en/cases/yucai/v/1/"}


def block_of(client: Client, address: str) -> Any:
    (block,) = page_of(client, address).all("script", type_="application/ld+json")
    return json.loads("".join(block.texts))


def nodes(client: Client, address: str, kind: str) -> list[Any]:
    graph = json.loads(client.get(address).content)["@graph"]
    return [node for node in graph if node["@type"] == kind]


@pytest.mark.parametrize("address", [address for address in PAGES if address not in CASE])
def test_a_page_says_what_it_is(client: Client, address: str) -> None:
    block = block_of(client, address)
    described = block.get("@graph", [block])
    assert all(node["@type"] and node["@id"].startswith(BASE) for node in described)
    assert all(node.get("name") or node.get("headline") for node in described)


@pytest.mark.parametrize("address", sorted(CASE))
def test_a_case_leads_to_its_linked_data(client: Client, address: str) -> None:
    linked = page_of(client, address).link("alternate", type="application/ld+json")
    assert linked == "/cases/yucai.jsonld"
    response = client.get(linked)
    assert (response.status_code, response["Content-Type"]) == (200, "application/ld+json")
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_figure_is_a_claim_with_its_bounds_and_its_source(client: Client) -> None:
    claims = nodes(client, "/cases/pingfangqu.jsonld", "Claim")
    (claim,) = [claim for claim in claims if claim["@id"].endswith("#metric-lamps")]
    about = claim["about"]
    assert (about["@type"], about["minValue"]) == ("QuantitativeValue", 400)
    assert "maxValue" not in about
    assert about["unitText"][1] == {"@value": "lamps", "@language": "en"}
    (source,) = claim["appearance"]
    assert source["@id"].startswith(f"{BASE}/sources/")


def test_every_citation_is_an_annotation(client: Client) -> None:
    document = client.get("/cases/yucai.json").json()
    statements = [*document["problems"], *document["measures"]]
    figures = sum(len(m["metrics"]) for m in document["measures"]) + len(document["context"])
    annotations = nodes(client, "/cases/yucai.jsonld", "Annotation")
    assert len(annotations) == figures + sum(len(one["cites"]) for one in statements)
    exact = {one["target"]["selector"]["exact"] for one in annotations}
    assert all(0 < len(words) <= 20 for words in exact)


def test_an_older_version_has_its_own(client: Client) -> None:
    (report,) = nodes(client, "/cases/yucai/v/1.jsonld", "Report")
    assert (report["@id"], report["version"]) == (f"{BASE}/cases/yucai/v/1/", 1)


def test_linked_data_of_what_is_not_there(client: Client) -> None:
    assert client.get("/cases/nope.jsonld").status_code == 404
    assert client.get("/cases/yucai/v/9.jsonld").status_code == 404
    publisher.withdraw("yucai", Note("有误。", "It was wrong."))
    for address in ("/cases/yucai.jsonld", "/cases/yucai/v/1.jsonld"):
        assert client.get(address).status_code == 410


def test_no_word_of_a_reader_ends_the_block(client: Client) -> None:
    address = "/cases/?q=%3C/script%3E%3Cb%3E%26"
    (block,) = page_of(client, address).all("script", type_="application/ld+json")
    assert not set("<>&") & set("".join(block.texts))
    assert "</script><b>&" in block_of(client, address)["name"]


def test_the_queries_of_linked_data_are_counted(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(13):  # queries for a new revision included
        client.get("/cases/yucai.jsonld")
