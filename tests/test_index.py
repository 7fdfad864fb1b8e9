"""The search index: exact results, consistent with the published cases at all times."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.choices import VersionKind
from stories.documents import serialization
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.search_index import (
    IndexedCard,
    IndexedMetric,
    IndexedMetricType,
    IndexedText,
    Posting,
    Revision,
)
from stories.models.sources import Citation
from stories.models.version import Publication
from stories.publishing import importer, publisher
from stories.publishing.publisher import Note
from stories.queries.cases import CaseQuery, clean
from stories.queries.snapshot import FACETS, Library, Totals
from stories.queries.suggestions import suggestions
from stories.search import analyzer, reader, tokenizer, writer
from tests.builders import a_case, a_complete_case, a_document, keep, no_keywords, text, with_value
from tests.commands import run
from tests.desk import send, withdraw
from tests.questions import searched, slugs
from tests.test_search import finds

pytestmark = pytest.mark.django_db
TEXT_COLUMNS = ("pk", "raw", "folded", "parts", "values")
NOTE = Note("变了。", "It changed.")


def found(q: str) -> set[int]:
    """Primary keys of publications."""
    return set(searched(q).found)


def indexed() -> dict[str, Any]:
    """The whole index, by table. Postings are decoded, because equal sets may have different bytes;
    primary keys of metrics are left out, as they change."""
    metrics = IndexedMetric.objects.select_related("row").prefetch_related("types")
    return {
        "postings": {(row.space, row.key): set(row.members()) for row in Posting.objects.all()},
        "texts": list(IndexedText.objects.order_by("pk").values(*TEXT_COLUMNS)),
        "cards": list(IndexedCard.objects.order_by("pk").values()),
        "metrics": {
            (row.publication_id, row.key): (
                (row.indicator, row.kind, row.begin, row.end),
                sorted(row.types.values_list("type", flat=True)),
                row.row.row,
            )
            for row in metrics
        },
    }


def reindexed(*arguments: str) -> str:
    return run("reindex", *arguments)


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return a_complete_case()


def pk_of(case: Case) -> int:
    return Publication.objects.get(slug=case.slug).pk


@pytest.fixture(autouse=True)
def in_step(db: None) -> Iterator[None]:
    """After each test the index must equal a rebuilt one."""
    yield
    before = indexed()
    if writer.stale():
        return  # tests exactly that
    reindexed()
    assert indexed() == before


# ---------------------------------------------------------------- exactness, with random texts

CASES = 4
# Few characters, so that words collide; two scripts, Latin, digits, full width, punctuation.
ALPHABET = "灯燈路水社區区aAbé01２Ａ，-. 。\n"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=12)
LIBRARIES = st.lists(st.lists(TEXTS, min_size=5, max_size=5), min_size=1, max_size=CASES)
TRIED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def with_texts(slug: str, texts: Sequence[str]) -> dict[str, Any]:
    """The indexed parts of a document, with these texts in fields of every kind."""
    title, abstract, summary, printed, answer = texts
    number = {"low": len(title), "high": len(title) + len(abstract), "qualifier": "range"}
    metric = {"key": "m", "indicator": "i", "kind": "output", "scope": None} | number
    metric["cite"] = {"printed": printed}
    measure = {
        "key": "k",
        "types": ["t"],
        "title": text("", ""),
        "summary": text(summary, ""),
        "status": "done",
        "where": [],
        "when": None,
        "actors": [],
        "solves": [],
        "keywords": no_keywords(),
        "cites": [],
        "metrics": [metric],
    }
    return {
        "slug": slug,
        "title": text(title, ""),
        "key_message": text("", ""),
        "abstract": text("", abstract),
        "cites": [],
        "telling": [],
        "place": "",
        "name_as_reported": text("", ""),
        "began": None,
        "ended": None,
        "tags": [],
        "sources": [],
        "problems": [],
        "measures": [measure],
        "context": [],
        "derived": [],
        "changes": [],
        "glance": {
            "cost": {"text": text(answer, ""), "cites": []},
            "check": {"state": "silent", "text": None, "cites": []},
        },
        "follow_up": [],
    }


Texts = Mapping[Publication, Sequence[str]]


def put(library: Texts) -> None:
    writer.put({row.pk: with_texts(row.slug, texts) for row, texts in library.items()})


def by_brute_force(library: Texts, q: str) -> set[int]:
    """The cases with all words of the question, found without any index."""
    words = [word.text for word in tokenizer.words(clean(q))]
    return {
        row.pk
        for row, texts in library.items()
        if (words or not clean(q))
        and all(any(finds(word, tokenizer.fold(t)) for t in texts) for word in words)
    }


@pytest.fixture
def cases() -> list[Publication]:
    at = now()
    return Publication.objects.bulk_create(
        Publication(
            slug=f"random-{n}",
            number=1,
            first_published_at=at,
            published_at=at,
            kind=VersionKind.FIRST,
            title_zh="灯",
        )
        for n in range(CASES)
    )


@pytest.fixture
def no_library_is_left(cases: list[Publication]) -> Iterator[None]:
    """These documents are incomplete: no version could restore them."""
    yield
    writer.rebuild([])
    Publication.objects.all().delete()


@TRIED
@given(LIBRARIES, st.data())
@pytest.mark.usefixtures("no_library_is_left")
def test_what_is_found_is_what_is_there(
    cases: list[Publication], libraries: list[list[str]], data: st.DataObject
) -> None:
    library = dict(zip(cases, libraries, strict=False))
    writer.rebuild([])
    put(library)
    for _n in range(6):
        # A word from a text, or one that may not occur.
        source = data.draw(st.sampled_from([t for texts in libraries for t in texts]))
        start = data.draw(st.integers(0, len(source)))
        out_of_it = source[start : data.draw(st.integers(start, min(len(source), start + 5)))]
        q = data.draw(st.sampled_from([out_of_it, data.draw(TEXTS)]))
        assert found(q) == by_brute_force(library, q), q


@TRIED
@given(st.lists(st.tuples(st.integers(0, CASES - 1), st.none() | LIBRARIES), max_size=6))
@pytest.mark.usefixtures("no_library_is_left")
def test_an_index_edited_at_random_is_one_built_anew(
    cases: list[Publication], edits: list[tuple[int, list[list[str]] | None]]
) -> None:
    writer.rebuild([])
    library: dict[Publication, Sequence[str]] = {}
    for n, texts in edits:
        if texts is None:
            writer.drop(cases[n].pk)
            library.pop(cases[n], None)
        else:
            changed = {cases[(n + at) % CASES]: t for at, t in enumerate(texts)}
            put(changed)
            library |= changed
    edited = indexed()
    writer.rebuild(
        (row.pk, json.dumps(with_texts(row.slug, texts))) for row, texts in library.items()
    )
    assert edited == indexed()


@pytest.mark.parametrize(
    ("texts", "q"),
    [
        (["太阳能", "", "", "", ""], "太阳能"),
        (["太阳", "阳能", "", "", ""], "太阳能"),  # its pairs are in two parts
        (["阳能太阳", "", "", "", ""], "太阳能"),
        (["太阳", "能", "", "", ""], "太阳能"),
        (["café", "", "", "", ""], "é"),
        (["é", "", "", "", ""], "é"),
        (["x" * 90, "", "", "", ""], "x" * 70),
        (["x" * 90, "", "", "", ""], "x" * 69 + "y"),
        (["1" * 90, "", "", "", ""], "1" * 70),
        (["100%", "", "", "", ""], "0%"),
        (["a_b%c", "", "", "", ""], "a_b%c"),
        (["a\\b'c", "", "", "", ""], "a\\b'c"),
        (["灯\0泡", "", "", "", ""], "灯泡"),
        (["灯泡", "", "", "", ""], "灯\0泡"),
        (["𠮷家", "", "", "", ""], "𠮷"),
    ],
)
@pytest.mark.usefixtures("no_library_is_left")
def test_odd_words_are_found_where_they_are(
    cases: list[Publication], texts: list[str], q: str
) -> None:
    texts = [t.replace("\0", "") for t in texts]
    put({cases[0]: texts})
    assert found(q) == by_brute_force({cases[0]: texts}, q)


@pytest.mark.usefixtures("no_library_is_left")
def test_a_word_ranks_by_the_part_that_holds_it(cases: list[Publication]) -> None:
    apart = ["太阳", "", "太阳能", "", ""]
    put({cases[0]: ["", "太阳能", "", "", ""], cases[1]: apart, cases[2]: ["太阳能"] + [""] * 4})
    (word,) = tokenizer.words("太阳能")
    pks = [case.pk for case in cases]
    assert {tier: set(cases) for tier, cases in reader.cases_with_word(word).items()} == {
        analyzer.TITLE: {pks[2]},
        analyzer.DONE_MEASURE: {pks[1]},
        analyzer.PLANNED_MEASURE: set(),
        analyzer.PROBLEM: set(),
        analyzer.REST: {pks[0]},
        analyzer.KEYWORD: set(),
    }


# ---------------------------------------------------------------- spaces


def held(document: Mapping[str, Any], space: str) -> set[str]:
    return {key for of, key in analyzer.entry(document).values if of == space}


@pytest.mark.parametrize(
    ("status", "stage", "space"),
    [
        ("done", "deliver", analyzer.ANSWERED),
        ("under_way", "maintain", analyzer.ANSWERED),
        ("done", "fund", analyzer.PLANNED),
        ("awaiting_acceptance", "deliver", analyzer.AWAITING),
        ("awaiting_acceptance", "plan", analyzer.PLANNED),
        ("planned", "deliver", analyzer.PLANNED),
        ("discussed", "diagnose", analyzer.PLANNED),
    ],
)
def test_what_answers_a_problem_is_held_by_how_far_it_has_come(
    status: str, stage: str, space: str
) -> None:
    document = with_value(a_document(), "measures[0].status", status)
    document = with_value(document, "measures[0].solves[0].stage", stage)
    pairs = {f"dark-streets:{slug}" for slug in ("street-lighting", "fund-raising")}
    assert {name: held(document, name) for name in analyzer.ANSWERS} == {
        name: pairs if name == space else set() for name in analyzer.ANSWERS
    }
    assert held(document, analyzer.UNANSWERED) == set()


def test_a_problem_that_no_measure_answers_is_held_apart() -> None:
    document = with_value(a_document(), "measures[0].solves", [])
    assert held(document, analyzer.UNANSWERED) == {"dark-streets"}
    second = a_document()["problems"][0] | {"key": "dark-yards"}
    of_one_type = with_value(a_document(), "problems[1]", second)
    assert held(of_one_type, analyzer.UNANSWERED) == set()


def test_a_case_is_held_by_its_evidence_and_its_sources() -> None:
    assert held(a_document(), "evidence") == {"independent"}
    assert held(a_document(), analyzer.SOURCE) == {"liudi-news"}


def test_a_metric_is_held_by_its_own_kind_and_every_type_of_its_measure() -> None:
    document = with_value(a_document(), "measures[0].metrics[0].kind", "outcome")
    (lamps,) = [found for found in analyzer.entry(document).metrics if found.key == "lamps"]
    assert (lamps.kind, set(lamps.types)) == ("outcome", {"street-lighting", "fund-raising"})


# ---------------------------------------------------------------- withdrawal


def test_a_withdrawn_case_is_not_indexed_and_never_found(case: Case) -> None:
    withdraw(case)
    assert not IndexedText.objects.exists() and not IndexedCard.objects.exists()
    assert not IndexedMetric.objects.exists() and not IndexedMetricType.objects.exists()
    assert not Posting.objects.exists()
    for q in ("路灯", "柳堤", "装灯", "liudi", "lamp", "安徽"):
        assert found(q) == set()
    query = CaseQuery.parse(QueryDict("measure=street-lighting&tag=back-lanes"), Library.now())
    assert query.page().total == 0
    assert [facet.values for facet in CaseQuery.parse(QueryDict(), Library.now()).facets()] == [
        ()
    ] * len(FACETS)
    assert writer.stale() == []


# ---------------------------------------------------------------- consistency: loading


def test_a_case_is_found_once_it_is_loaded_and_as_it_was_loaded_last(vocabulary: None) -> None:
    assert found("柳堤") == set()
    case = a_complete_case()
    assert found("柳堤") == {pk_of(case)}
    assert found("凉亭") == set()
    a_complete_case(a_document(title=text("凉亭", "Pavilion")))
    assert found("凉亭") == found("pavilion") == {pk_of(case)}
    assert writer.stale() == []


def test_what_left_a_document_is_found_no_more(case: Case) -> None:
    assert slugs(searched("修剪树木")) == ["liudi"]
    shorter = with_value(a_document(), "measures", a_document()["measures"][:1])
    shortest = with_value(shorter, "abstract", text("装灯。", "Lamps."))
    importer.load(serialization.shaped(shortest), NOTE)
    assert slugs(searched("修剪树木")) == []
    assert slugs(searched("铺平路面")) == []


def test_loading_what_is_there_begins_no_new_revision(case: Case) -> None:
    before = reader.revision()
    a_complete_case()
    assert reader.revision() == before


# ---------------------------------------------------------------- consistency: the desk


def test_publishing_and_withdrawing_show_at_once(case: Case) -> None:
    withdraw(case)
    assert found("柳堤") == set()
    publisher.publish(serialization.shaped(a_document()), note=NOTE)
    assert found("柳堤") == {pk_of(case)}
    assert reindexed("--check") == "the index is in step with the cases\n"


def test_what_is_saved_is_found_once_it_is_published(case: Case, editor: Client) -> None:
    before, revision = indexed(), reader.revision()
    assert send(editor, case, {"title_zh": "柳堤社区：凉亭"}).status_code == 302
    assert (found("凉亭"), indexed(), reader.revision()) == (set(), before, revision)
    case.refresh_from_db()
    keep(case)
    assert found("凉亭") == {pk_of(case)}


def test_a_changed_word_of_the_vocabulary_shows_at_once(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type_links.get(type__slug="street-lighting").type
    revision = reader.revision()
    assert found("萤火") == set()
    values = {"label_zh": "萤火照明", "synonyms_zh": "提灯"}
    assert send(editor, term, values).status_code == 302
    assert reader.revision() != revision
    assert found("萤火") == found("提灯") == {pk_of(case)}


def test_an_example_suggests_its_term_and_finds_no_case(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type_links.get(type__slug="street-lighting").type
    assert send(editor, term, {"examples_zh": "萤火提灯"}).status_code == 302
    both = f"{term.label_zh}（萤火提灯）"
    assert found("萤火提灯") == set()
    assert searched("萤火提灯").ways_out().terms[0].label == both
    offered = {one.label: one.names for one in suggestions(Library.now())}
    assert "萤火提灯" in offered[term.label_zh]


def test_a_new_term_begins_a_new_revision(case: Case, editor: Client) -> None:
    revision = reader.revision()
    tag = case.case_tags.order_by("pk")[0].tag
    assert send(editor, tag, {"label_zh": "换了的标签"}).status_code == 302
    assert reader.revision() != revision


# ---------------------------------------------------------------- revisions


def test_each_change_begins_another_revision(case: Case) -> None:
    tokens = []
    for change in (lambda: keep(case), lambda: writer.drop(pk_of(case)), reindexed):
        change()
        tokens.append(reader.revision())
    assert len(set(tokens)) == 3
    assert Revision.objects.count() == 1


# ---------------------------------------------------------------- reindexing, stale entries


def test_reindex_builds_the_same_anew(case: Case) -> None:
    before = indexed()
    assert reindexed() == "1 cases indexed\n"
    assert indexed() == before


def test_a_reindex_that_fails_changes_nothing(case: Case) -> None:
    before, revision = indexed(), reader.revision()
    with pytest.raises(KeyError):
        writer.rebuild([(pk_of(case), "{}")])
    assert (indexed(), reader.revision()) == (before, revision)


def test_reindexing_many_takes_no_more_queries_than_one(case: Case) -> None:
    with CaptureQueriesContext(connection) as one:
        reindexed()
    keep(a_case(), a_case())
    with CaptureQueriesContext(connection) as three:
        assert reindexed() == "3 cases indexed\n"
    assert _without_postings(three) == _without_postings(one) <= 40


def _without_postings(queries: CaptureQueriesContext) -> int:
    """Queries except those of postings, whose number grows with the words."""
    return sum(not q["sql"].startswith('INSERT INTO "stories_posting"') for q in queries)


def test_the_totals_are_those_of_the_rows(case: Case) -> None:
    assert Library.now().totals == Totals(
        Case.objects.count(),
        Measure.objects.count(),
        Metric.objects.count(),
        Citation.objects.count(),
    )


def test_reindex_mends_what_is_lost(case: Case) -> None:
    before = indexed()
    Posting.objects.filter(key="路灯").delete()
    Posting.objects.filter(space="state").update(cases=b"")
    IndexedMetric.objects.all().delete()
    reindexed()
    assert indexed() == before


def test_a_version_published_behind_the_index_is_stale(case: Case) -> None:
    changed = serialization.shaped(a_document(title=text("凉亭", "Pavilion")))
    publisher.publish(changed, note=NOTE, is_indexed=False)
    assert writer.stale() == ["liudi"]
    with pytest.raises(CommandError, match=r"stale, run manage.py reindex: liudi"):
        reindexed("--check")
    reindexed()
    assert writer.stale() == []
    assert found("凉亭") == {pk_of(case)}


def test_an_index_of_another_release_is_stale(case: Case) -> None:
    before = indexed()
    Posting.objects.filter(space=analyzer.FORM).update(key="1")
    assert writer.stale() == ["liudi"]
    reindexed()
    assert writer.stale() == []
    assert indexed() == before


def test_a_case_that_was_never_indexed_is_stale(case: Case) -> None:
    writer.drop(pk_of(case))
    assert writer.stale() == ["liudi"]


def test_a_withdrawal_behind_the_index_is_stale(case: Case) -> None:
    Publication.objects.update(withdrawn_at=now())
    assert writer.stale() == [f"#{pk_of(case)}"]
    reindexed()
    assert writer.stale() == []


@pytest.mark.django_db
def test_any_number_of_cases_is_asked_for_at_once() -> None:
    case = a_case()
    some = Case.objects.filter(pk__in=reader.among(range(case.pk, case.pk + 70_000)))
    assert list(some) == [case]
    assert not Case.objects.filter(pk__in=reader.among([])).exists()


def test_processes_build_the_same_index(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(a_case(), a_case())
    publisher.reindex()
    expected = indexed()
    monkeypatch.setattr(writer, "MANY", 1)
    assert publisher.reindex() == 3
    assert indexed() == expected
