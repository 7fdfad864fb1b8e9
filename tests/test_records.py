"""The rows of a case ⇄ its document: what was loaded is what is dumped."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories import documents, records
from stories.documents import DocumentError
from stories.models import Case, Measure, Metric
from stories.passages import Citation, Passage, Source
from stories.records import Loading
from stories.terms import MeasureType
from tests.builders import (
    LINES,
    a_case,
    a_complete_case,
    a_document,
    a_draft,
    a_measure_type,
    a_metric,
    text,
    with_value,
    without,
)

pytestmark = pytest.mark.usefixtures("vocabulary")


def load(document: Mapping[str, Any]) -> Loading:
    return records.load(documents.shaped(document))


def dump(slug: str = "liudi") -> dict[str, Any]:
    return records.dump(Case.objects.get(slug=slug))


# ---------------------------------------------------------------- loading


def test_a_new_document_is_created_and_published() -> None:
    assert load(a_document()) is Loading.CREATED
    assert [case.slug for case in Case.objects.published()] == ["liudi"]


def test_what_was_loaded_is_dumped() -> None:
    load(a_document())
    assert dump() == a_document()


def test_loading_again_changes_nothing() -> None:
    load(a_document())
    with CaptureQueriesContext(connection) as queries:
        assert load(a_document()) is Loading.UNCHANGED
    written = [query["sql"] for query in queries if query["sql"][:6] not in ("SELECT", "SAVEPO")]
    assert [sql for sql in written if not sql.startswith("RELEASE")] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title.en", "Another title"),
        ("began", None),
        ("ended", {**a_document()["began"], "edtf": "2022-03~"}),
        ("tags", ["co-funding", "back-lanes"]),
        ("sources[0].url", None),
        ("sources[0].editors", []),
        ("problems[0].cites[0].printed", "没有路灯"),
        ("measures[0].solves", []),
        ("measures[0].metrics[0].scope", text("东巷", "East lane")),
        ("measures[0].metrics", []),
        ("context", []),
        ("derived[0].value", 625.5),
        ("glance.cost", {"state": "silent", "text": None, "cites": []}),
        ("left_out", []),
    ],
)
def test_a_changed_document_is_updated(path: str, value: object) -> None:
    load(a_document())
    changed = with_value(a_document(derived=[]) if "metrics" in path else a_document(), path, value)
    assert load(changed) is Loading.UPDATED
    assert dump() == changed


def test_the_order_of_passages_is_kept() -> None:
    load(a_document())
    turned = with_value(a_document(), "sources[0].reading.lines", dict(reversed(LINES.items())))
    assert load(turned) is Loading.UPDATED
    assert list(dump()["sources"][0]["reading"]["lines"]) == list(reversed(LINES))


@pytest.mark.parametrize("part", ["measures", "tags"])
def test_the_order_of_parts_is_kept(part: str) -> None:
    load(a_document())
    turned = a_document(**{part: list(reversed(a_document()[part]))})
    load(turned)
    assert dump() == turned


def test_the_rows_of_a_part_that_went_go_too() -> None:
    load(a_document())
    load(without(a_document(), "measures[1]"))
    assert sorted(Measure.objects.values_list("key", flat=True)) == ["lamps", "pruning"]
    assert not Metric.objects.filter(key__in=["length", "months"]).exists()
    assert Citation.objects.filter(passage__locator="3").count() == 0


def test_loading_leaves_other_cases_alone() -> None:
    load(a_document())
    other = with_value(a_document(slug="other"), "sources[0].key", "other-news")
    for path, _part in documents.shaped(other).printed():
        other = with_value(other, f"{path}.source", "other-news")
    load(other)
    load(a_document(tags=[]))
    assert dump("other") == other


def test_a_withdrawn_case_stays_withdrawn() -> None:
    load(a_document())
    Case.objects.update(state="draft")
    assert load(a_document(tags=[])) is Loading.UPDATED
    assert Case.objects.published().count() == 0


def test_a_source_key_of_another_case_is_refused() -> None:
    load(a_document())
    with pytest.raises(DocumentError) as caught:
        load(a_document(slug="other"))
    assert caught.value.problems == [
        "sources[0].key: 'liudi-news' is the key of a source of case 'liudi'"
    ]
    assert [case.slug for case in Case.objects.all()] == ["liudi"]


words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words,
    st.integers(1, 10**9) | st.integers(1, 10**8).map(lambda n: (2 * n + 1) / 10_000),
    st.permutations(a_document()["measures"]),
    st.sets(st.sampled_from(["back-lanes", "co-funding", "grid", "water"])),
    st.sampled_from([None, text("注", "A note")]),
)
def test_any_document_is_dumped_as_it_was_loaded(
    title: str, number: float, measures: list[Any], tags: set[str], note: dict[str, str] | None
) -> None:
    document = a_document(title=text(title, title), measures=measures, tags=sorted(tags))
    document = with_value(document, "left_out[0].note", note)
    for bound in ("low", "high"):
        document = with_value(document, f"context[0].{bound}", number)
    load(document)
    raw = documents.write(documents.shaped(document))
    assert documents.write(documents.shaped(dump())) == raw
    assert load(dump()) is Loading.UNCHANGED


# ---------------------------------------------------------------- dumping and checking


def test_published_documents_come_by_slug_without_drafts() -> None:
    load(a_document())
    a_draft()
    assert [document.slug for document in records.published()] == ["liudi"]


def test_a_damaged_case_is_named() -> None:
    a_complete_case()
    a_case(slug="bare")
    with pytest.raises(DocumentError) as caught:
        list(records.published())
    assert caught.value.problems == [
        "bare: cites: is empty; at least one is needed",
        "bare: sources: is empty; at least one is needed",
        "bare: measures: is empty; at least one is needed",
    ]


def test_a_complete_case_has_no_fault() -> None:
    assert records.faults(a_complete_case()) == []


def test_an_unfinished_draft_is_told_what_it_lacks() -> None:
    assert records.faults(a_draft()) == [
        "cites: is empty; at least one is needed",
        "sources: is empty; at least one is needed",
        "measures: is empty; at least one is needed",
    ]


def test_a_metric_without_citation_and_a_date_without_fragment_are_faults() -> None:
    case = a_complete_case()
    Citation.objects.filter(metric__key="lamps").delete()
    Citation.objects.filter(event="began").delete()
    assert records.faults(case) == [
        "began.printed: is blank",
        "began.source: is not of the form expected here, got ''",
        "began.at: is not of the form expected here, got ''",
        "measures[0].metrics[0].cite: is missing",
    ]


def test_a_stored_case_is_checked_like_a_document() -> None:
    case = a_complete_case()
    Metric.objects.filter(key="raised").update(low=3, high=3)
    MeasureType.objects.filter(slug="lane-paving").update(status="deprecated")
    assert records.faults(case) == [
        "measures[1].type: measure type 'lane-paving' is deprecated",
        "measures[0].metrics[1].low: '25万元' says exact 250000, the metric says exact 3",
        "derived[0].value: computes to 0.0075, not 625",
    ]


def test_dumping_costs_the_same_however_much_there_is() -> None:
    case = a_complete_case(a_document(measures=a_document()["measures"][:1]))
    with CaptureQueriesContext(connection) as few:
        records.dump(case)
    load(a_document())
    with CaptureQueriesContext(connection) as more:
        records.dump(case)
    assert len(few) == len(more)


# ---------------------------------------------------------------- the vocabulary of the checks


def test_the_stored_vocabulary_is_the_shipped_one() -> None:
    files = sorted(project.VOCABULARY_DIR.glob("*.json"))
    assert records.stored_terms() == records.shipped_terms(files)


def test_the_stored_vocabulary_counts_where_there_is_one() -> None:
    a_measure_type(slug="moon-landing")
    assert "moon-landing" in records.terms([]).slugs["measure type"]


def test_the_shipped_vocabulary_counts_where_none_is_stored() -> None:
    for model in (Source, Passage, MeasureType):
        model.objects.all().delete()
    assert records.terms([]).slugs["measure type"] == frozenset()


def test_a_deprecated_term_is_known_with_its_replacement() -> None:
    instead = a_measure_type(slug="new")
    a_measure_type(slug="old", status="deprecated", replaced_by=instead)
    a_measure_type(slug="older", status="deprecated")
    assert records.stored_terms().deprecated == {
        ("measure type", "old"): "new",
        ("measure type", "older"): "",
    }


def test_a_number_keeps_its_four_places() -> None:
    metric = a_metric(low="0.1250", high="0.1250", qualifier="exact")
    metric.refresh_from_db()
    (part,) = records.dump(metric.case)["measures"][0]["metrics"]
    assert (part["low"], part["high"]) == (0.125, 0.125)
