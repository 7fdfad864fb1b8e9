"""The evidence of a case: its sources, measured outcomes, and verification."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from stories.choices import Evidence, Independence
from stories.documents import evidence
from stories.web import printing
from tests.builders import a_complete_case, a_document, with_value
from tests.pages import Page


def a_case_of(*sources: tuple[str, str | None], **changed: Any) -> dict[str, Any]:
    """A document with sources of this independence; the second value is the key of the report that
    a source reprints."""
    document = a_document()
    document["sources"] = [
        document["sources"][0]
        | {"key": f"source-{n}", "independence": independence, "same_report_as": report}
        for n, (independence, report) in enumerate(sources)
    ]
    return document | changed


@pytest.mark.parametrize(
    ("independences", "value"),
    [
        (["independent"], Evidence.INDEPENDENT),
        (["not_independent"], Evidence.SELF_REPORTED),
        (["unclear"], Evidence.UNCLEAR),
        (["not_independent", "unclear"], Evidence.UNCLEAR),
        (["not_independent", "independent"], Evidence.INDEPENDENT),
        (["unclear", "independent"], Evidence.INDEPENDENT),
    ],
)
def test_a_case_is_as_independent_as_its_best_source(
    independences: list[str], value: Evidence
) -> None:
    found = evidence.summary(a_case_of(*((name, None) for name in independences)))
    assert list(found.values) == [value]


def test_every_independence_has_its_value() -> None:
    for independence in Independence:
        found = evidence.summary(a_case_of((independence.value, None)))
        assert len(list(found.values)) == 1


def test_two_independent_reports_are_several() -> None:
    found = evidence.summary(a_case_of(("independent", None), ("independent", None)))
    assert (found.reports, found.independent) == (2, 2)
    assert list(found.values) == [Evidence.INDEPENDENT, Evidence.SEVERAL_INDEPENDENT]


def test_reprints_of_one_report_count_once() -> None:
    reprinted = a_case_of(("independent", None), ("independent", "source-0"))
    found = evidence.summary(reprinted)
    assert (found.reports, found.independent) == (1, 1)
    assert list(found.values) == [Evidence.INDEPENDENT]


@pytest.mark.parametrize(
    ("kind", "is_measured"), [("outcome", True), ("output", False), ("target", False)]
)
def test_an_outcome_is_measured_where_a_metric_is_one(kind: str, is_measured: bool) -> None:
    document = with_value(a_document(), "measures[0].metrics[0].kind", kind)
    found = evidence.summary(document)
    assert found.is_outcome_measured == is_measured
    assert (Evidence.OUTCOME_MEASURED in found.values) == is_measured


def test_what_describes_the_place_is_no_outcome() -> None:
    document = with_value(a_document(), "context[0].kind", "outcome")
    assert not evidence.summary(document).is_outcome_measured


@pytest.mark.parametrize(
    ("state", "is_checked"),
    [("stated", True), ("partly", False), ("silent", False), ("not_coded", False)],
)
def test_results_are_checked_where_a_source_says_so_in_full(state: str, is_checked: bool) -> None:
    found = evidence.summary(with_value(a_document(), "glance.check.state", state))
    assert found.is_checked == is_checked
    assert (Evidence.CHECKED in found.values) == is_checked


# ---------------------------------------------------------------- in words


def lines(document: dict[str, Any]) -> list[str]:
    with override("en"):
        return printing.evidence_lines(evidence.summary(document))


def test_evidence_is_said_in_plain_words() -> None:
    assert lines(a_case_of(("not_independent", None), ("not_independent", "source-0"))) == [
        "self-reported: no independent source",
        "1 report read",
        "no outcome measured",
        "no check of the results reported",
    ]
    assert lines(a_case_of(("unclear", None)))[0] == "unclear whether any source is independent"
    assert lines(a_case_of(("independent", None), ("independent", None)))[:2] == [
        "2 independent sources",
        "2 reports read",
    ]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("stated", "the source names who checked the results"),
        ("partly", "check of the results: partly stated"),
        ("silent", "no check of the results reported"),
        ("not_coded", "no check of the results reported"),
    ],
)
def test_a_check_is_said_no_more_surely_than_the_source_says_it(state: str, line: str) -> None:
    assert lines(with_value(a_document(), "glance.check.state", state))[-1] == line


@pytest.mark.django_db
@pytest.mark.usefixtures("vocabulary")
def test_the_evidence_stands_in_the_head_of_a_case_and_on_its_card(client: Client) -> None:
    a_complete_case()
    case = Page(client.get("/en/cases/liudi/").text)
    (head,) = case.all("header", class_="case__head")
    said = [line.text for line in case.all("li", class_="evidence__line") if head in line.parents]
    assert said == lines(a_document())
    card = Page(client.get("/en/cases/").text).all("article", class_="case-card")[0]
    with override("en"):
        assert str(Evidence.INDEPENDENT.label) in card.text
