"""No page fails on damaged data: what cannot be shown is left out, logged and reported."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from stories.documents import damage
from stories.exports.dataset import parts
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.search_index import IndexedCard
from stories.models.sources import Source
from stories.models.version import OpenRedaction, Publication, Version
from stories.queries.publications import current_cases
from stories.queries.snapshot import Library
from stories.search import reader, writer
from stories.search.analyzer import card
from tests.builders import a_case, a_complete_case, a_document, a_measure, keep, with_value, without
from tests.desk import address, page_of, the_desk_of

WRONG_DATES = ["2021-02-29", "1900-02-29~", "2022/9021", "soon", "２０２０-０４", ".."]
DATES = {"began": "began.edtf", "when": "measures[0].when.edtf", "issued": "sources[0].issued"}
TERMS = {
    "place": "place",
    "tag": "tags[0]",
    "problem": "problems[0].type",
    "measure": "measures[0].types[0]",
    "where": "measures[0].where[0].place",
    "actor": "measures[0].actors[0].kind",
    "indicator": "measures[0].metrics[0].indicator",
}
PAGES = [
    *("/", "/cases/", "/cases/?q=灯", "/cases/?measure=street-lighting", "/cases/liudi/"),
    *("/cases/liudi.json", "/measures/", "/measures/street-lighting/", "/problems/"),
    *("/problems/dark-streets/", "/places/", "/places/340000/", "/metrics/", "/metrics/?sort=size"),
    *("/matrix/", "/compare/", "/compare/?case=liudi&case=other", "/sources/"),
    *("/sources/liudi-news/", "/about/", "/suggestions.json", "/cases/liudi/card.png"),
    *("/sitemap.xml", "/robots.txt"),
]
OF_THE_CASE = ("/cases/liudi/", "/sources/liudi-news/", "/cases/liudi/card.png")


@pytest.fixture
def case(vocabulary: None) -> Case:
    other = a_case(slug="other", began="2021")
    a_measure(case=other)
    keep(other)
    return a_complete_case()


def damaged(case: Case, document: Any) -> None:
    """Changes the stored document of the pages, bypassing the checks."""
    store(case, document, card(document))


def store(case: Case, document: Any, its_card: Any) -> None:
    opened = OpenRedaction.objects.create()
    Version.objects.filter(publication__slug=case.slug).update(document=json.dumps(document))
    opened.delete()
    IndexedCard.objects.filter(publication__slug=case.slug).update(card=its_card)
    writer.begin_revision()


def statuses(pages: list[str]) -> dict[str, int]:
    """Statuses of every page, in both languages."""
    client = Client(raise_request_exception=False)
    unprefixed = (".json", ".xml", ".txt")
    addresses = [*pages, *(f"/en{page}" for page in pages if not page.endswith(unprefixed))]
    return {page: client.get(page).status_code for page in addresses}


def known() -> dict[str, set[str]]:
    return {facet: Anything() for facet in damage.KINDS}


class Anything(set[str]):
    def __contains__(self, value: object) -> bool:
        return value != "no-such-term"


def test_every_page_is_there_without_damage(case: Case) -> None:
    assert {page: status for page, status in statuses(PAGES).items() if status != 200} == {}


@pytest.mark.parametrize("edtf", WRONG_DATES)
@pytest.mark.parametrize("path", DATES.values())
def test_no_page_fails_on_a_damaged_date(
    path: str, edtf: str, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    damaged(case, with_value(a_document(), path, edtf))
    with caplog.at_level(logging.ERROR):
        found = statuses(PAGES)
    assert {page: status for page, status in found.items() if status != 200} == {}
    assert any(text.startswith(f"liudi: left out of pages: {path}") for text in caplog.messages)


def test_no_page_fails_on_dates_that_do_not_go_together(case: Case) -> None:
    began = a_document()["began"]
    damaged(case, a_document(began=began | {"edtf": "2020"}, ended=began | {"edtf": "2019-05"}))
    assert {page: status for page, status in statuses(PAGES).items() if status != 200} == {}


@pytest.mark.parametrize("column", ["began", "ended", "when", "issued"])
@pytest.mark.parametrize("edtf", ["2021-02-29", "soon"])
def test_no_page_fails_on_a_damaged_row(column: str, edtf: str, case: Case) -> None:
    rows: dict[str, Any] = {"when": Measure, "issued": Source}
    rows.get(column, Case).objects.filter(
        **{"pk" if column in ("began", "ended") else "case": case.pk}
    ).update(**{column: edtf})
    keep()
    assert {page: status for page, status in statuses(PAGES).items() if status != 200} == {}
    assert the_desk_of("editors").get(f"/admin/stories/case/{case.pk}/preview/").status_code == 200


@pytest.mark.parametrize("path", [path for name, path in TERMS.items() if name != "place"])
def test_no_page_fails_on_a_term_that_is_missing(path: str, case: Case) -> None:
    damaged(case, with_value(a_document(), path, "no-such-term"))
    assert {page: status for page, status in statuses(PAGES).items() if status != 200} == {}


@pytest.mark.parametrize(
    "damage_of",
    [
        lambda document: with_value(document, "place", "no-such-place"),
        lambda document: {},
        lambda document: [],
        lambda document: "",
        lambda document: without(document, "measures"),
        lambda document: with_value(document, "title", {"zh": "一"}),
    ],
)
def test_a_case_of_which_nothing_can_be_shown_is_left_out(
    damage_of: Callable[[Any], Any], case: Case
) -> None:
    store(case, damage_of(a_document()), {})
    found = statuses(PAGES)
    assert {page.removeprefix("/en") for page, status in found.items() if status != 200} == {
        *OF_THE_CASE
    }
    assert {found[page] for page in OF_THE_CASE} == {404}


# ---------------------------------------------------------------- a document without its damage


def test_a_document_without_damage_stays_as_it_is() -> None:
    assert damage.showable(a_document(), known()) == damage.Showable(a_document(), [])


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("began.edtf", "soon", "began.edtf: 'soon' is not an EDTF date (2021-09, 2021/2022, 2021"),
        ("sources[0].issued", "2021-02-29", "sources[0].issued: '2021-02-29': there is no such"),
        ("tags[1]", "no-such-term", "tags: unknown tag 'no-such-term'"),
        ("problems[0].type", "no-such-term", "problems[0].type: unknown problem type "),
        ("measures[1].status", "perhaps", "measures[1].status: is not of the form expected here"),
        ("measures[0].cites[0].at", "99", "measures[0].cites[0].at: source 'liudi-news' has no "),
        ("sources[0].title", None, "sources[0].title: is not of the form expected here, got None"),
    ],
)
def test_what_cannot_be_shown_is_named(path: str, value: Any, fault: str) -> None:
    found = damage.showable(with_value(a_document(), path, value), known())
    assert found.document is not None
    assert str(found.faults[0]).startswith(fault)


def test_what_names_a_lost_part_is_lost_too() -> None:
    path = "measures[0].metrics[0].indicator"
    found = damage.showable(with_value(a_document(), path, "no-such-term"), known()).document
    assert found and "lamps" not in [m["key"] for m in found["measures"][0]["metrics"]]
    assert all("lamps" not in part["of"] for part in found["derived"])
    assert "lamps" not in found["telling"] and "lamps" in found["metric_keys"]


@pytest.mark.django_db
def test_the_desk_names_what_pages_leave_out(case: Case) -> None:
    desk = the_desk_of("editors")
    cases = address("case_changelist", language="en")
    assert "Pages leave out parts" not in desk.get(cases).text
    damaged(case, with_value(a_document(), "measures[0].when.edtf", "2021-02-29"))
    assert "Pages leave out parts of these cases: " in desk.get(cases).text
    page = desk.get(page_of(case, language="en")).text
    where = '#id_when">measure “Put up street lamps” › when</a>'
    assert f"{where}: &#x27;2021-02-29&#x27;: there is no such day" in page
    assert reader.documents([Publication.objects.get(slug=case.slug).pk])


def test_a_metric_without_a_citation_is_left_out_of_exports(case: Case, client: Client) -> None:
    document = without(a_document(), "measures[0].metrics[1].cite")
    damaged(case, document)
    writer.put({Publication.objects.get(slug="liudi").pk: document})
    table = client.get("/metrics.csv").getvalue().decode()
    (published,) = current_cases(Library.now(), [Publication.objects.get(slug="liudi").pk])
    metrics = next(found for found in parts.OF_FIGURES if found.name == "metrics")
    keys = [row["key"] for row in metrics.rows(published)]
    lost = a_document()["measures"][0]["metrics"][1]["key"]
    assert lost not in keys and f",{lost}," not in table
    assert keys and table.count("\n") > len(keys)
