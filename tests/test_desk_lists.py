"""The desk with a large vocabulary: constant numbers of queries, filters, and search."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models.case import Case
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from tests import builders
from tests.desk import address, page_of

pytestmark = pytest.mark.django_db
MANY = 1_000  # terms of each vocabulary
MODELS = (MeasureFamily, MeasureType, ProblemType, BodyKind, Indicator, Tag, Place)


def fill() -> None:
    """A thousand terms of each vocabulary; the places are counties of one province."""
    family = builders.a_measure_family()
    above = builders.a_place(level="province", parent=None)
    words: Callable[[int], dict[str, Any]] = lambda n: {  # noqa: E731
        "label_zh": f"词{n}",
        "label_en": f"Word {n}",
    }
    for model in (MeasureFamily, ProblemType, BodyKind):
        model.objects.bulk_create(model(slug=f"word-{n}", **words(n)) for n in range(MANY))
    MeasureType.objects.bulk_create(
        MeasureType(slug=f"word-{n}", family=family, **words(n)) for n in range(MANY)
    )
    Indicator.objects.bulk_create(
        Indicator(slug=f"word-{n}", kind="output", dimension="count", **words(n))
        for n in range(MANY)
    )
    Tag.objects.bulk_create(Tag(slug=f"word-{n}", name=f"词{n}", **words(n)) for n in range(MANY))
    Place.objects.bulk_create(
        Place(code=f"9{n:05}", level="county", parent=above, **words(n)) for n in range(MANY)
    )


def query_count(client: Client, page: str, **asked: str) -> int:
    client.get(page, asked)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page, asked).status_code == 200
    return len(queries)


@pytest.fixture
def case(vocabulary: None) -> Case:
    return builders.a_complete_case()


def pages(case: Case) -> dict[str, tuple[str, dict[str, str]]]:
    """Name → (address, parameters) of pages that show or offer terms."""
    lists = {
        f"list of {model._meta.verbose_name_plural}": (
            address(f"{model._meta.model_name}_changelist"),
            {},
        )
        for model in MODELS
    }
    boxes = {
        f"search for {name}": (address("case_all_terms", name), {"q": "词 9"})
        for name in ("indicator", "measure-type", "problem-type", "place")
    }
    return {
        **lists,
        **boxes,
        "search of places": (address("place_changelist"), {"q": "词9"}),
        "cases": (address("case_changelist"), {}),
        "cases by words": (address("case_changelist"), {"q": "灯"}),
        "cases by a tag": (address("case_changelist"), {"tag": "词1"}),
        "form of a case": (page_of(case), {}),
        "form of a place": (page_of(case.place), {}),
        "a new place": (address("place_add"), {}),
        "measures": (address("measure_changelist"), {}),
        "problems": (address("problem_changelist"), {}),
    }


def test_a_large_vocabulary_takes_no_more_queries(case: Case, editor: Client) -> None:
    few = {name: query_count(editor, page, **q) for name, (page, q) in pages(case).items()}
    fill()
    many = {name: query_count(editor, page, **q) for name, (page, q) in pages(case).items()}
    assert {name: (few[name], n) for name, n in many.items() if n > few[name] + 2} == {}
    assert max(few.values()) < 120  # the form of a whole case


def test_a_filter_of_the_cases_is_a_box_and_no_link_a_term(case: Case, editor: Client) -> None:
    fill()
    page = editor.get(address("case_changelist")).content.decode()
    assert "词9" not in page
    assert re.findall(r'<input type="search" name="(\w+)"', page) == ["problem", "measure", "tag"]


@pytest.mark.parametrize("name", ["problem", "measure", "tag"])
def test_a_box_finds_cases_by_a_term_of_theirs(case: Case, editor: Client, name: str) -> None:
    """By label, synonym or slug; other cases are left out."""
    builders.a_draft()
    problem = case.problems.all()[0].type
    assert problem
    typed = {
        "problem": problem.label_zh,
        "measure": case.measures.all()[0].types.all()[0].slug,
        "tag": case.case_tags.all()[0].tag.label_en,
    }[name]
    listed = editor.get(address("case_changelist"), {name: typed})
    assert [row.pk for row in listed.context_data["cl"].result_list] == [case.pk]  # type: ignore[attr-defined]


def test_a_box_says_which_terms_it_found_and_keeps_the_rest(case: Case, editor: Client) -> None:
    tag = case.case_tags.all()[0].tag
    asked = {"tag": tag.slug, "q": "灯", "state__exact": "published"}
    page = editor.get(address("case_changelist"), asked).content.decode()
    assert tag.label_zh in page
    assert '<input type="hidden" name="state__exact" value="published">' in page
    assert '<input type="hidden" name="q" value="灯">' in page


def test_words_that_no_term_has_find_nothing_and_say_so(case: Case, editor: Client) -> None:
    listed = editor.get(address("case_changelist"), {"tag": "没有这个词"})
    assert listed.context_data["cl"].result_count == 0  # type: ignore[attr-defined]
    assert "没有词条含有这些词" in listed.content.decode()


# ---------------------------------------------------------------- search of the cases


def found(client: Client, q: str) -> list[int]:
    listed = client.get(address("case_changelist"), {"q": q})
    return [row.pk for row in listed.context_data["cl"].result_list]  # type: ignore[attr-defined]


def test_a_case_is_found_by_the_aliases_of_its_terms(case: Case, editor: Client) -> None:
    builders.a_draft()
    problem = case.problems.all()[0].type
    measure_type = case.measures.all()[0].types.all()[0]
    tag = case.case_tags.all()[0].tag
    for n, term in enumerate((problem, measure_type, tag)):
        type(term)._default_manager.filter(pk=term.pk).update(synonyms_zh=[f"别名{n}号"])  # type: ignore[union-attr]
        assert found(editor, f"别名{n}号") == [case.pk]


def test_a_draft_is_found_by_what_its_place_lies_in_and_was_called(editor: Client) -> None:
    county = builders.a_place(
        **{"code": "510117", "label_zh": "郫都区", "level": "county"},
        parent=builders.a_place(level="province", parent=None, label_zh="四川省"),
    )
    place = builders.a_place(parent=county, label_zh="望丛社区")
    draft = builders.a_draft(place=place)
    builders.a_draft()
    for q in ("四川", "郫都", "郫县", "郫县 望丛"):
        assert found(editor, q) == [draft.pk]


def test_what_is_near_is_shown_below_and_is_no_result(case: Case, editor: Client) -> None:
    """If the words find nothing, but homophones would."""
    listed = editor.get(address("case_changelist"), {"q": "小项亮灯"})
    context = listed.context_data  # type: ignore[attr-defined]
    assert context["cl"].result_count == 0
    assert [row.pk for row in context["near"]] == [case.pk]
    assert "相近" in listed.content.decode()
