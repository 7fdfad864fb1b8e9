"""The API: strict, in both languages, errors as JSON, its description generated from the code."""

import json
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client

from stories.publishing import publisher
from stories.publishing.publisher import Note
from stories.web.api_v1 import ENDPOINTS
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
BASE = "/api/v1"
ADDRESSES = {
    "cases": "/cases",
    "case": "/cases/yucai",
    "versions": "/cases/yucai/versions",
    "metrics": "/metrics",
    "measure-types": "/measure-types",
    "problem-types": "/problem-types",
    "places": "/places",
    "sources": "/sources",
    "source": "/sources/akxw-2022",
    "vocabulary": "/vocabulary",
}


def json_of(client: Client, address: str) -> Any:
    response = client.get(f"{BASE}{address}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json"), address
    return response.json()


def problem(client: Client, address: str, status: int) -> Any:
    response = client.get(f"{BASE}{address}")
    answer = response.status_code, response["Content-Type"]
    assert answer == (status, "application/problem+json"), address
    assert response.json()["status"] == status
    return response.json()


@pytest.mark.parametrize("name", [endpoint.name for endpoint, _view in ENDPOINTS])
def test_an_answer_has_the_shape_that_its_description_says(client: Client, name: str) -> None:
    (answer,) = [endpoint.answer for endpoint, _view in ENDPOINTS if endpoint.name == name]
    given = json_of(client, ADDRESSES[name])
    assert answer.model_validate(given).model_dump(mode="json") == given


def test_cases_come_with_facets_in_both_languages(client: Client) -> None:
    given = json_of(client, "/cases?measure=street-lighting")
    assert 0 < given["total"] == len(given["items"]) < 5
    chosen = [value for value in given["facets"]["measure"] if value["is_selected"]]
    assert chosen == [
        {
            "value": "street-lighting",
            "label": {"zh": ANY, "en": ANY},
            "count": given["total"],
            "is_selected": True,
        }
    ]
    assert all(given["items"][0]["title"].values())


def test_the_document_of_a_case_is_the_one_that_was_published(client: Client) -> None:
    given = json_of(client, "/cases/yucai")
    assert given["document"] == client.get("/cases/yucai.json").json()
    assert (given["case"]["slug"], given["case"]["version"]) == ("yucai", 1)


@pytest.mark.parametrize(("address", "limit"), [("/cases", 2), ("/metrics", 40), ("/places", 7)])
def test_the_parts_of_a_list_make_up_the_whole(client: Client, address: str, limit: int) -> None:
    whole = json_of(client, f"{address}?limit=200")
    parts, following = [], f"{BASE}{address}?limit={limit}"
    while following:
        response = client.get(following)
        given = response.json()
        parts += given["items"]
        following = given["next"]
        assert ('rel="next"' in response["Link"]) == bool(following)
        assert not following or f'<{following}>; rel="next"' in response["Link"]
    assert parts == whole["items"]
    assert len(parts) == whole["total"]


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("/cases?mesure=x", ["mesure"]),
        ("/cases?measure=nope&place=1&sort=best", ["measure", "place", "sort"]),
        ("/cases?page=2", ["page"]),
        ("/cases?limit=0", ["limit"]),
        ("/cases?limit=201", ["limit"]),
        ("/cases?cursor=abc", ["cursor"]),
        ("/cases?cursor=%ff", ["cursor"]),
        ("/metrics?kind=x&min=much", ["kind", "min"]),
        ("/vocabulary?x=1", ["x"]),
        ("/cases?view=care", ["view"]),
        ("/cases/yucai?x=1", ["x"]),
        ("/cases?q=" + "x" * 201, ["q"]),
        ("/cases?q=a&q=b", ["q"]),
        (f"/cases?{'measure=x&' * 41}", ["measure", "measure"]),
        ("/metrics?min=1&min=2&sort=size&sort=case", ["min", "sort"]),
    ],
)
def test_what_is_not_understood_is_refused_and_named(
    client: Client, address: str, wrong: list[str]
) -> None:
    given = problem(client, address, 400)
    assert [error["parameter"] for error in given["errors"]] == wrong


@pytest.mark.parametrize("address", ["", "/", "/nope", "/cases/", "/cases/nope", "/sources/nope"])
def test_what_is_not_there_is_told_as_json(client: Client, address: str) -> None:
    problem(client, address, 404)


@pytest.mark.parametrize("address", ["/cases", "/nope", ""])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_is_written(client: Client, method: str, address: str) -> None:
    response = getattr(client, method)(f"{BASE}{address}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"


def test_other_sites_may_ask(client: Client) -> None:
    for response in (client.options(f"{BASE}/cases"), client.get(f"{BASE}/cases")):
        assert response["Access-Control-Allow-Origin"] == "*"
    assert client.options(f"{BASE}/cases").status_code == 204


def test_an_answer_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.get(f"{BASE}/cases")["ETag"]
    assert client.get(f"{BASE}/cases", headers={"If-None-Match": tag}).status_code == 304


def test_a_cursor_ends_with_its_revision(client: Client) -> None:
    following = json_of(client, "/cases?limit=2")["next"]
    publisher.withdraw("yucai")
    response = client.get(following)
    assert (response.status_code, response.json()["status"]) == (410, 410)


def test_a_withdrawn_case_is_gone(client: Client) -> None:
    publisher.withdraw("yucai", Note("有误。", "It was wrong."))
    for address in ("/cases/yucai", "/cases/yucai/versions"):
        assert problem(client, address, 410)["reason"] == {"zh": "有误。", "en": "It was wrong."}


def test_a_failure_is_told_as_json(client: Client, caplog: Any) -> None:
    with connection.execute_wrapper(refuse):
        given = problem(client, "/cases/yucai", 500)
    assert "secret" not in json.dumps(given)
    assert "/api/v1/cases/yucai" in caplog.text


def refuse(*_query: object) -> None:
    raise ProgrammingError("secret of the database")


def test_a_database_that_is_away_is_worth_another_try(client: Client) -> None:
    def away(*_query: object) -> None:
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(away):
        response = client.get(f"{BASE}/cases/yucai")
    assert (response.status_code, response.json()["status"]) == (503, 503)
    assert response["Retry-After"] == "10"


def test_the_description_names_every_endpoint_and_resolves(client: Client) -> None:
    given = json_of(client, "/openapi.json")
    assert given["openapi"].startswith("3.1.")
    assert len(given["paths"]) == len(ENDPOINTS) == len(ADDRESSES)
    schemas = given["components"]["schemas"]
    named = set(json.dumps(given).split('"#/components/schemas/')[1:])
    assert {text.partition('"')[0] for text in named} <= set(schemas)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_description_is_a_page_too(client: Client, prefix: str) -> None:
    page = page_of(client, f"{prefix}{BASE}/docs")
    assert page.faults == []
    assert f"{BASE}/openapi.json" in page.links()
    assert len(page.all("dt")) == len(ENDPOINTS)


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/cases", 14), ("/metrics", 15), ("/vocabulary", 12), ("/cases/yucai", 13)],
)
def test_the_queries_of_an_answer_are_counted(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    """Including those for a new revision."""
    with django_assert_num_queries(queries):
        json_of(client, address)


def test_what_is_near_stands_apart(library: None, client: Client) -> None:
    answer = client.get("/api/v1/cases", {"q": "路登"}).json()
    assert (answer["total"], answer["items"]) == (0, [])
    assert answer["near"][0] == {"slug": "pingfangqu", "met": [{"asked": "路登", "found": "路灯"}]}
