"""Machine-readable addresses: the case document and the health of the server."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from stories.documents import serialization
from stories.models.search_index import Revision

CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("slug", CASES)
def test_the_document_of_a_case_is_the_file_it_was_loaded_from(client: Client, slug: str) -> None:
    response = client.get(f"/cases/{slug}.json")
    assert response.content == (settings.CASES_DIR / f"{slug}.json").read_bytes()


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_document_that_is_served_can_be_read_again(client: Client) -> None:
    served = json.loads(client.get("/cases/yucai.json").content)
    assert (
        serialization.write(serialization.shaped(served)) == client.get("/cases/yucai.json").content
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/cases/nope.json", "/en/cases/yucai.json", "/cases/.json"])
def test_an_unknown_document_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_process_is_well_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.usefixtures("library")
@pytest.mark.django_db
@pytest.mark.parametrize("host", ["testserver", "10.0.0.7:8000"])
def test_the_server_is_ready_whatever_address_it_is_asked_by(client: Client, host: str) -> None:
    response = client.get("/readyz", headers={"Host": host})
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_the_server_is_not_ready_when_its_database_is_silent(client: Client) -> None:
    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "the database does not answer")


@pytest.mark.django_db
def test_the_server_is_not_ready_without_index_and_disk(client: Client, settings: Any) -> None:
    Revision.objects.all().delete()
    settings.DATA_DIR = settings.DATA_DIR / "nowhere"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.text.splitlines() == [
        "the index is not there: manage.py reindex",
        "the data folder is not there",
    ]


def refuse(*_query: object) -> None:
    raise DatabaseError("secret of the database")
