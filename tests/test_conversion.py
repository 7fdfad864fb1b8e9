"""Conversion of caselib/1 documents to caselib/2: lossless; new fields stay empty."""

from typing import Any

import pytest

from stories.choices import PassageKind
from stories.documents import checks, conversion, serialization
from stories.documents.conversion import converted
from stories.documents.terms import Terms
from tests.builders import AN_OLDER_DOCUMENT, a_document, with_value, without


def older(path: str = "", value: object = None) -> dict[str, Any]:
    return with_value(AN_OLDER_DOCUMENT, path, value) if path else AN_OLDER_DOCUMENT


def test_a_converted_document_has_its_shape() -> None:
    document = converted(older())
    assert serialization.shaped(document).model_dump() == document


def test_the_present_format_is_left_as_it_is() -> None:
    document = a_document()
    assert converted(document) is document


@pytest.mark.parametrize("value", [None, 7, [], "x", {}, {"format": "caselib/3"}])
def test_what_is_no_older_document_is_left_as_it_is(value: object) -> None:
    assert converted(value) is value


@pytest.mark.parametrize(
    "path",
    [
        *("budget", "cites[0].x", "began.x", "sources[0].x", "problems[0].x", "left_out[0].x"),
        *("measures[0].x", "measures[0].metrics[0].x", "context[0].cite.x"),
    ],
)
def test_a_document_with_an_unknown_key_is_not_converted(path: str) -> None:
    document = older(path, "x")
    assert converted(document) is document


@pytest.mark.parametrize("path", ["measures[0].type", "place", "sources[0].reading", "cites"])
def test_a_document_that_lacks_a_key_is_not_converted(path: str) -> None:
    document = without(older(), path)
    assert converted(document) is document


def test_texts_dates_and_numbers_stay_what_they_were() -> None:
    before, after = older(), converted(older())
    for name in ("slug", "title", "key_message", "abstract", "place", "tags", "derived"):
        assert after[name] == before[name]
    metric, was = after["measures"][0]["metrics"][0], before["measures"][0]["metrics"][0]
    for name in ("key", "indicator", "low", "high", "qualifier", "scope", "period", "note"):
        assert metric[name] == was[name]


def test_a_name_as_reported_stands_in_both_languages_until_it_is_translated() -> None:
    assert converted(older())["name_as_reported"] == {"zh": "柳堤社区", "en": "柳堤社区"}


def test_links_become_parts_that_the_source_states() -> None:
    measure = converted(older())["measures"][0]
    assert measure["types"] == ["street-lighting"]
    assert measure["where"] == [{"place": "340000", "basis": "stated"}]
    assert measure["solves"] == [{"problem": "dark-lanes", "stage": "deliver", "basis": "stated"}]
    assert measure["actors"][0]["basis"] == "stated"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("done", None), ("under_way", None), ("planned", "target"), ("discussed", "target")],
)
def test_the_numbers_of_a_plan_are_targets(status: str, kind: str | None) -> None:
    measure = converted(older("measures[0].status", status))["measures"][0]
    assert {metric["kind"] for metric in measure["metrics"]} == {kind}
    assert measure["status"] == status


def test_the_numbers_of_the_place_are_context() -> None:
    assert converted(older())["context"][0]["kind"] == "context"


def test_what_is_new_stays_empty() -> None:
    document = converted(older())
    assert document["cites"][0]["gloss"] is document["began"]["gloss"] is None
    assert document["problems"][0]["heading"] is None
    assert {passage["gist"] for passage in document["sources"][0]["passages"]} == {None}
    assert document["changes"] == document["follow_up"] == document["telling"] == []


@pytest.mark.parametrize(
    ("locator", "kind"),
    [
        *(("T", PassageKind.TITLE), ("H2", PassageKind.HEADING), ("12", PassageKind.PARAGRAPH)),
        *(("C1", PassageKind.CAPTION), ("E1", PassageKind.NOTE)),
    ],
)
def test_a_locator_tells_the_kind_of_its_passage(locator: str, kind: PassageKind) -> None:
    assert conversion.kind_of(locator) == kind


def test_the_check_names_what_is_to_be_filled_in(terms: Terms) -> None:
    messages = [str(fault) for fault in checks.faults(serialization.shaped(older()), terms)]
    for wanted in (
        "sources[0].passages[2].gist: is missing",
        "cites[0].gloss: is missing",
        "problems[0].heading: is missing",
        "measures[0].metrics[0].scope: is missing",
        "measures[0].metrics[0].kind: is missing",
        "unit_cost: a cost that is not computable",
        "sources[0].independence_note: is missing",
    ):
        assert any(fault.startswith(wanted) for fault in messages), wanted
