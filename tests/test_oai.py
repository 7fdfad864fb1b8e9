"""OAI-PMH: every verb, every protocol error, and harvests during changes."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from django.test import Client
from django.utils.timezone import now

from stories.models.version import Publication
from stories.publishing import publisher
from stories.web import oai
from tests import builders

pytestmark = pytest.mark.django_db
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
PREFIX = "oai:testserver:"
# A moment before the first day of the calendar.
OF_THE_FIRST_DAY = base64.urlsafe_b64encode(
    json.dumps(
        {
            "verb": "ListRecords",
            "arguments": {"metadataPrefix": "oai_dc"},
            "after": ["0001-01-01T00:00:00+23:59", 1],
            "cursor": 0,
        }
    ).encode()
).decode()


def answered(client: Client, **arguments: str) -> Element:
    """The element of the response after the request element."""
    response = client.get("/oai", arguments)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)[2]


def code(client: Client, query: str) -> str:
    root = ElementTree.fromstring(client.get(f"/oai?{query}").content)
    return root[2].attrib.get("code", "")


def pages(client: Client, verb: str = "ListIdentifiers", **arguments: str) -> Iterator[Element]:
    """Every page of a list, following resumption tokens."""
    arguments.setdefault("metadataPrefix", "oai_dc")
    page = answered(client, verb=verb, **arguments)
    yield page
    while token := page.findtext(f"{OAI}resumptionToken"):
        page = answered(client, verb=verb, resumptionToken=token)
        yield page


def slugs(page: Element) -> list[str]:
    return [(e.text or "").removeprefix(PREFIX) for e in page.iter(f"{OAI}identifier")]


def harvested(client: Client, **arguments: str) -> list[str]:
    return [slug for page in pages(client, **arguments) for slug in slugs(page)]


@pytest.fixture
def five(db: None) -> list[str]:
    """Cases published a day apart, the last one today."""
    found = []
    for n in range(5):
        case = builders.a_case(slug=f"case-{n}", published_at=now() - timedelta(days=4 - n))
        builders.keep(case)
        found.append(case.slug)
    return found


# ---------------------------------------------------------------- verbs


def test_the_library_identifies_itself(client: Client, five: list[str], settings: Any) -> None:
    settings.CONTACT = "desk@cases.example"
    found = {e.tag.removeprefix(OAI): e.text for e in answered(client, verb="Identify")}
    first = Publication.objects.get(slug="case-0").first_published_at
    assert found == {
        "repositoryName": "Community case library",
        "baseURL": "http://testserver/oai",
        "protocolVersion": "2.0",
        "adminEmail": "desk@cases.example",
        "earliestDatestamp": first.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }


def test_two_formats_are_offered(client: Client, five: list[str]) -> None:
    for further in ({}, {"identifier": f"{PREFIX}case-1"}):
        found = answered(client, verb="ListMetadataFormats", **further)
        assert [e.text for e in found.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "qdc"]


@pytest.mark.usefixtures("library")
def test_there_is_a_set_for_each_family_problem_type_and_province(client: Client) -> None:
    specs = [e.text for e in answered(client, verb="ListSets").iter(f"{OAI}setSpec")]
    assert {"measure.streets", "problem.dark-streets", "place.610000"} <= set(specs)
    assert len(set(specs)) == len(specs) and "place.610902" not in specs
    assert harvested(client, set="place.610000") == ["yucai"]
    assert set(harvested(client, set="problem.dark-streets")) == {"jiefangqu", "pingfangqu"}


@pytest.mark.usefixtures("library")
def test_a_record_is_dublin_core_in_both_languages(client: Client) -> None:
    found = answered(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"{PREFIX}yucai")
    values = [(e.tag.removeprefix(DC), e.text) for e in found.iter() if e.tag.startswith(DC)]
    assert ("identifier", "http://testserver/cases/yucai/v/1/") in values
    assert ("relation", "http://testserver/cases/yucai.json") in values
    assert [name for name, _text in values].count("title") == 2
    assert {"creator", "subject", "description", "date", "source", "coverage", "rights"} <= {
        name for name, _text in values
    }
    header = found.find(f"{OAI}record/{OAI}header")
    assert header is not None and "place.610000" in {e.text for e in header}


@pytest.mark.usefixtures("library")
def test_the_richer_format_says_what_is_which(client: Client) -> None:
    found = answered(client, verb="GetRecord", metadataPrefix="qdc", identifier=f"{PREFIX}yucai")
    values = {e.tag.removeprefix(TERMS): e.text for e in found.iter() if e.tag.startswith(TERMS)}
    assert values["isVersionOf"] == "http://testserver/cases/yucai/"
    assert {"abstract", "issued", "references", "spatial", "license"} <= values.keys()


@pytest.mark.usefixtures("library")
def test_a_page_of_records_costs_the_same_however_many_there_are(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/oai?verb=Identify")
    with django_assert_max_num_queries(6):
        answered(client, verb="ListRecords", metadataPrefix="oai_dc")


# ---------------------------------------------------------------- lists


def test_the_oldest_change_comes_first(client: Client, five: list[str]) -> None:
    assert harvested(client) == five


def test_a_list_is_harvested_by_date(client: Client, five: list[str]) -> None:
    days = [(now() - timedelta(days=4 - n)).strftime("%Y-%m-%d") for n in range(5)]
    assert harvested(client, **{"from": days[2]}) == five[2:]
    assert harvested(client, until=days[1]) == five[:2]
    assert harvested(client, until="9999-12-31") == five
    assert harvested(client, **{"from": days[1], "until": days[3]}) == five[1:4]
    moment = Publication.objects.get(slug="case-3").published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert harvested(client, **{"from": moment, "until": moment}) == ["case-3"]


def test_a_long_list_has_pages(
    client: Client, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "RECORDS_OF_A_PAGE", 2)
    found = list(pages(client, "ListRecords"))
    assert [slugs(page) for page in found] == [five[:2], five[2:4], five[4:]]
    tokens = [page.find(f"{OAI}resumptionToken") for page in found]
    assert [t is not None and t.attrib for t in tokens] == [
        {"completeListSize": "5", "cursor": str(cursor)} for cursor in (0, 2, 4)
    ]
    assert tokens[-1] is not None and not tokens[-1].text
    assert found[0][-1].tag == f"{OAI}resumptionToken"


def test_what_is_published_during_a_harvest_is_passed_over_by_none(
    client: Client, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "RECORDS_OF_A_PAGE", 2)
    harvest = pages(client)
    found = slugs(next(harvest))
    builders.keep(builders.a_case(slug="case-new"))
    publisher.withdraw("case-0")  # already harvested; it is sent again, as deleted
    found += [slug for page in harvest for slug in slugs(page)]
    assert found == [*five, "case-new", "case-0"]


def test_a_withdrawn_case_is_a_deleted_record_for_good(client: Client, five: list[str]) -> None:
    publisher.withdraw("case-1")
    found = answered(client, verb="ListRecords", metadataPrefix="oai_dc")
    deleted = [record for record in found if record[0].attrib.get("status") == "deleted"]
    assert [slugs(record) for record in deleted] == [["case-1"]]
    assert [len(record) for record in deleted] == [1]  # a header, no metadata
    record = answered(client, verb="GetRecord", metadataPrefix="qdc", identifier=f"{PREFIX}case-1")
    assert record[0][0].attrib == {"status": "deleted"}


def test_a_deleted_record_stays_in_its_sets(client: Client) -> None:
    case = builders.a_case(slug="liudi")
    problem = builders.a_problem(case=case)
    builders.keep(case)
    publisher.withdraw("liudi")
    assert harvested(client, set=f"problem.{problem.type.slug}") == ["liudi"]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListSets&set=x", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=oai:testserver:case-1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2022", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2022-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2022-02-01T00:00:00", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2022-01-01&until=2022-01-02T00:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2022-02-02&until=2022-02-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=e30=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=MTI=", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        (
            "verb=GetRecord&metadataPrefix=marc&identifier=oai:testserver:case-1",
            "cannotDisseminateFormat",
        ),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:testserver:none", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=case-1", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:elsewhere:case-1", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        (f"verb=ListRecords&resumptionToken={OF_THE_FIRST_DAY}", "badResumptionToken"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=2999-01-01", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=problem.none", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=year.2022", "noRecordsMatch"),
    ],
)
def test_an_error_has_the_code_of_the_protocol(
    client: Client, five: list[str], query: str, expected: str
) -> None:
    assert code(client, query) == expected


def test_a_token_of_another_verb_is_refused(
    client: Client, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "RECORDS_OF_A_PAGE", 2)
    token = next(pages(client, "ListRecords")).findtext(f"{OAI}resumptionToken")
    assert code(client, f"verb=ListIdentifiers&resumptionToken={token}") == "badResumptionToken"


@pytest.mark.parametrize("query", ["verb=x", "verb=ListRecords&metadataPrefix=oai_dc&x=1"])
def test_what_is_not_understood_is_not_echoed(client: Client, query: str) -> None:
    root = ElementTree.fromstring(client.get(f"/oai?{query}").content)
    assert root[1].attrib == {} and root[1].text == "http://testserver/oai"


def test_the_request_is_echoed(client: Client, five: list[str]) -> None:
    root = ElementTree.fromstring(client.get("/oai?verb=ListRecords&metadataPrefix=x").content)
    assert root[1].attrib == {"verb": "ListRecords", "metadataPrefix": "x"}


def test_post_is_refused_like_everywhere(client: Client) -> None:
    assert client.post("/oai", {"verb": "Identify"}).status_code == 405
