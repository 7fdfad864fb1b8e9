"""Loading documents into rows: dumping gives the same document."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.documents import serialization
from stories.documents.faults import DocumentError
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.sources import Citation
from stories.models.version import Publication
from stories.publishing import exporter, importer
from stories.publishing.importer import Loading
from stories.publishing.publisher import Note
from stories.reading import characters
from tests.builders import LINES, a_cite, a_date, a_document, text, with_lines, with_value, without
from tests.desk import withdraw

pytestmark = pytest.mark.usefixtures("vocabulary")


def load(document: Mapping[str, Any]) -> Loading:
    return importer.load(serialization.shaped(document), Note("变了。", "It changed."))


def dump(slug: str = "liudi") -> dict[str, Any]:
    return exporter.dump(Case.objects.get(slug=slug))


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
        ("ended", a_date("2022-03~", "2022年3月", gloss=None)),
        ("telling", ["people", "months", "lamps"]),
        ("place_inferred", []),
        ("place_note", None),
        ("name_as_reported.en", "Willow Bank"),
        ("period_note", None),
        ("cites[0].gloss", None),
        ("cites[0].claim", "official"),
        ("tags", ["co-funding", "back-lanes"]),
        ("sources[0].url", None),
        ("sources[0].editors", []),
        ("sources[0].archived_url", "https://example.org/archived"),
        ("sources[0].url_note", text("镜像。", "A mirror.")),
        ("sources[0].accessed", None),
        ("sources[0].independence", "unclear"),
        ("sources[0].withheld_names", []),
        ("sources[0].passages[2].gist", None),
        ("problems[0].heading", None),
        ("problems[0].keywords.zh", ["黑灯", "摸黑"]),
        ("problems[0].cites[0].printed", "没有路灯"),
        ("measures[0].types", ["fund-raising", "street-lighting"]),
        ("measures[0].status", "awaiting_acceptance"),
        ("measures[0].before_case", True),
        ("measures[0].not_said", ["cost", "who"]),
        ("measures[0].where[0].basis", "stated"),
        ("measures[0].where[1]", {"place": "410000", "basis": "stated"}),
        ("measures[0].actors[0].basis", "inferred"),
        ("measures[0].solves", []),
        ("measures[0].solves[0].stage", "diagnose"),
        ("measures[0].keywords.en", ["street lamps"]),
        ("measures[0].metrics[0].scope", text("东巷", "East lane")),
        ("measures[0].metrics[0].kind", None),
        ("measures[0].metrics[0].reading_note", text("原文有歧义。", "It reads both ways.")),
        ("measures[0].metrics[0].whole", {"state": "stated", "metric": "households"}),
        ("measures[0].metrics", []),
        ("context", []),
        ("derived[0].value", 625.5),
        ("unit_cost", {"state": "stated", "of": "raised", "note": None}),
        ("unit_cost", {"state": "computed", "of": "cost-per-lamp", "note": None}),
        ("changes", []),
        ("changes[0].measures", ["pruning", "lamps"]),
        ("changes[0].after_cites", [a_cite("3", "近3公里"), a_cite("2", "装上路灯")]),
        ("glance.cost.state", "partly"),
        ("follow_up", []),
        ("follow_up[0].measure", None),
        ("follow_up[0].looked_on", "2026-11-20"),
        ("follow_up[0].cites", [a_cite("2", "装上路灯")]),
        ("left_out[0].gloss", None),
        ("glance.cost", {"state": "silent", "text": None, "cites": []}),
        ("left_out", []),
    ],
)
def test_a_changed_document_is_updated(path: str, value: object) -> None:
    load(a_document())
    bare = a_document(derived=[], telling=[]) if path.endswith("metrics") else a_document()
    changed = with_value(bare, path, value)
    if path == "follow_up[0].looked_on":
        changed = with_value(changed, "follow_up[0].state", "nothing_found")
    assert load(changed) is Loading.UPDATED
    assert dump() == changed


def test_the_order_of_passages_is_kept() -> None:
    load(a_document())
    turned = with_lines(a_document(), dict(reversed(LINES.items())))
    assert load(turned) is Loading.UPDATED
    assert list(dump()["sources"][0]["reading"]["lines"]) == list(reversed(LINES))


def test_two_sources_may_print_one_report() -> None:
    reprint = a_document()["sources"][0] | {"key": "reprint", "same_report_as": "liudi-news"}
    document = with_value(a_document(), "sources[1]", reprint)
    load(document)
    assert dump() == document


@pytest.mark.parametrize("part", ["measures", "tags"])
def test_the_order_of_parts_is_kept(part: str) -> None:
    load(a_document())
    turned = a_document(**{part: list(reversed(a_document()[part]))})
    load(turned)
    assert dump() == turned


def test_the_rows_of_a_part_that_went_go_too() -> None:
    load(a_document())
    load(without(a_document(telling=["lamps"]), "measures[1]"))
    assert sorted(Measure.objects.values_list("key", flat=True)) == ["lamps", "pruning"]
    assert not Metric.objects.filter(key__in=["length", "months"]).exists()
    assert Citation.objects.filter(passage__locator="3").count() == 0


def test_loading_leaves_other_cases_alone() -> None:
    load(a_document())
    other = with_value(a_document(slug="other"), "sources[0].key", "other-news")
    for path, _part in serialization.shaped(other).printed():
        other = with_value(other, f"{path}.source", "other-news")
    load(other)
    load(a_document(tags=[]))
    assert dump("other") == other


def test_a_withdrawn_case_is_published_again_by_its_next_version() -> None:
    load(a_document())
    withdraw(Case.objects.get())
    assert load(a_document()) is Loading.UPDATED
    assert Publication.objects.current().get().number == 2
    assert Case.objects.get().is_published


def test_a_source_key_of_another_case_is_refused() -> None:
    load(a_document())
    with pytest.raises(DocumentError) as caught:
        load(a_document(slug="other"))
    assert [str(fault) for fault in caught.value.faults] == [
        "sources[0].key: 'liudi-news' is the key of a source of case 'liudi'"
    ]
    assert [case.slug for case in Case.objects.all()] == ["liudi"]


words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(
    lambda text: not characters.invisible(text)
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words,
    st.integers(1, 10**9) | st.integers(1, 10**8).map(lambda n: (2 * n + 1) / 10_000),
    st.permutations(a_document()["measures"]),
    st.sets(st.sampled_from(["back-lanes", "co-funding", "water", "women"])),
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
    raw = serialization.write(serialization.shaped(document))
    assert serialization.write(serialization.shaped(dump())) == raw
    assert load(dump()) is Loading.UNCHANGED
