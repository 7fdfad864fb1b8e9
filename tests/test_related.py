"""Related cases, and what they have in common."""

import pytest

from stories.models.case import Case
from stories.queries.related import Related, related
from stories.queries.snapshot import Library
from stories.search import analyzer
from tests.builders import (
    a_case,
    a_draft,
    a_measure,
    a_measure_type,
    a_metric,
    a_problem,
    a_problem_type,
    an_indicator,
    keep,
)


def related_to(case: Case) -> list[Related]:
    keep()
    library = Library.now()
    presented = library.case(case.slug)
    assert presented
    return related(library, presented)


@pytest.mark.django_db
def test_a_problem_in_common_says_more_than_two_measures() -> None:
    dark, lamps, paving = a_problem_type(), a_measure_type(), a_measure_type()
    case, same_problem, same_measures = a_case(), a_case(), a_case()
    for row in (case, same_problem):
        a_problem(case=row, type=dark)
    for row in (case, same_measures):
        a_measure(case=row, type=lamps)
        a_measure(case=row, type=paving)
    found = [
        (r.card.slug, [t.value for t in r.problem_types], {t.value for t in r.measure_types})
        for r in related_to(case)
    ]
    assert found == [
        (same_problem.slug, [dark.slug], set()),
        (same_measures.slug, [], {lamps.slug, paving.slug}),
    ]


@pytest.mark.django_db
def test_neither_a_draft_nor_a_stranger_nor_the_case_itself_is_related() -> None:
    dark = a_problem_type()
    case = a_case()
    a_problem(case=case, type=dark)
    a_problem(case=a_draft(), type=dark)
    a_problem()
    assert related_to(case) == []


@pytest.mark.django_db
def test_no_more_than_three_are_related() -> None:
    dark = a_problem_type()
    problems = [a_problem(type=dark) for _ in range(5)]
    related = related_to(problems[0].case)
    others = {problem.case.slug for problem in problems[1:]}
    assert len(related) == 3
    assert {r.card.slug for r in related} < others


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        ("", True),
        ("汉阳区", True),
        ("汉阳区全域", True),
        ("武汉汉阳的常住居民总数", True),
        ("汉阳区的全部居民", True),
        ("紫荆花社区居民", False),
        ("汉阳区紫荆花社区居民", False),
        ("汉阳区的老年居民", False),
    ],
)
def test_a_number_of_residents_counts_for_a_place_that_it_covers_as_a_whole(
    scope: str, covers: bool
) -> None:
    assert analyzer.covers_place(scope, ("汉阳区", "武汉汉阳")) == covers


@pytest.mark.django_db
def test_places_are_of_like_size_by_the_residents_of_all_of_each() -> None:
    dark, residents = a_problem_type(), an_indicator(slug="residents")
    number = {"measure": None, "indicator": residents, "kind": "context", "low": 3000}
    cases = [a_case() for _ in range(3)]  # of places named 柳堤社区
    for case, scope in zip(cases, ("柳堤社区全部居民", "柳堤社区", "一个小区"), strict=True):
        a_problem(case=case, type=dark)
        a_metric(case=case, scope_zh=scope, scope_en="Of it", **number)
    sizes = {r.card.slug: r.residents for r in related_to(cases[0])}
    assert sizes == {cases[1].slug: (3000, 3000), cases[2].slug: None}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_residents_of_the_five_cases_are_of_their_places() -> None:
    sizes = {card.slug: card.residents for card in Library.now().cards(Library.now().cases)}
    assert sizes == {
        "hanyang": None,
        "jiefangqu": None,
        "pingfangqu": 22139,
        "yanliuyuan": 6000,
        "yucai": None,
    }
