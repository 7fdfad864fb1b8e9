"""Comparison of two to four cases, side by side."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from stories.choices import GlanceQuestion
from stories.models.case import Case
from stories.queries import comparison
from stories.queries.comparison import ComparedRow, Comparison
from stories.queries.snapshot import Library
from tests.builders import (
    a_case,
    a_draft,
    a_glance,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_metric,
    a_problem,
    a_problem_type,
    a_type_link,
    an_indicator,
    keep,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
FIVE = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]


def compared(*slugs: str) -> Comparison:
    parameters = QueryDict(mutable=True)
    parameters.setlist("case", list(slugs))
    return comparison.compared(parameters, Library.now())


def slugs(*asked: str) -> list[str]:
    return [case.slug for case in compared(*asked).cases]


# ---------------------------------------------------------------- selection


@pytest.mark.usefixtures("library")
def test_two_to_four_cases_in_the_order_asked() -> None:
    assert slugs("yucai", "hanyang") == ["yucai", "hanyang"]
    assert slugs(*FIVE[3::-1]) == FIVE[3::-1]
    assert slugs(*FIVE) == FIVE[:4]
    assert compared(*FIVE).is_whole


@pytest.mark.usefixtures("library")
def test_a_case_is_compared_once() -> None:
    assert slugs("yucai", "yucai", "hanyang", "yucai") == ["yucai", "hanyang"]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("unknown", ["nowhere", "", "YUCAI", "yucai/", "\0", "育才", "x" * 500])
def test_what_is_no_case_is_dropped(client: Client, unknown: str) -> None:
    assert slugs("yucai", unknown, "hanyang") == ["yucai", "hanyang"]
    response = client.get("/compare/", {"case": ["yucai", unknown, "hanyang"]})
    assert response.status_code == 200


def test_a_draft_is_dropped(client: Client) -> None:
    one, other, draft = a_case(), a_case(), a_draft(title_zh="还没有发布的案例")
    keep()
    assert slugs(one.slug, draft.slug, other.slug) == [one.slug, other.slug]
    address = f"/compare/?case={draft.slug}&case={one.slug}"
    assert "还没有发布的案例" not in client.get(address).text
    assert draft.slug not in [card.slug for card, _chosen in compared(draft.slug).offered]


@pytest.mark.usefixtures("library")
def test_fewer_than_two_are_offered_others_to_choose_from() -> None:
    for asked in ([], ["yucai"], ["nowhere", "yucai"]):
        comparison = compared(*asked)
        assert not comparison.is_whole
        assert sorted(card.slug for card, _is_chosen in comparison.offered) == FIVE
        chosen = [card.slug for card, is_chosen in comparison.offered if is_chosen]
        assert chosen == [slug for slug in asked if slug == "yucai"]
    assert compared("yucai", "hanyang").offered == []


# ---------------------------------------------------------------- alignment


def two_cases() -> tuple[Case, Case]:
    return a_case(), a_case()


def comparison_of(*cases: Case) -> Comparison:
    """The comparison of cases with their present rows."""
    keep(*cases)
    return compared(*(case.slug for case in cases))


def keys(rows: list[ComparedRow]) -> dict[str, list[list[str]]]:
    """label → the keys of each case's parts there."""
    return {
        row.label: [[part.data["key"] for part in parts] for _case, parts in row.cells]
        for row in rows
    }


def alone(lines: list[tuple[str, list[Any]]]) -> dict[str, list[str]]:
    """label → the keys of the parts that only one case has."""
    return {label: [part.data["key"] for part in parts] for label, parts in lines}


def test_problems_are_aligned_by_their_type() -> None:
    one, other = two_cases()
    shared, single = a_problem_type(label_zh="昏暗"), a_problem_type(label_zh="积水")
    first, second = a_problem(case=one, type=shared), a_problem(case=other, type=shared)
    third = a_problem(case=other, type=single)
    comparison = comparison_of(one, other)
    assert keys(comparison.problems) == {"昏暗": [[first.key], [second.key]]}
    assert [alone(case.problems) for case in comparison.alone] == [{}, {"积水": [third.key]}]


def test_measures_are_aligned_by_the_family_of_their_first_type() -> None:
    one, other = two_cases()
    family = a_measure_family(label_zh="设施")
    lamps, benches = a_measure_type(family=family), a_measure_type(family=family)
    services = a_measure_type(family=a_measure_family(label_zh="服务"))
    first = [a_measure(case=one, type=lamps), a_measure(case=one, type=benches, position=1)]
    second = a_measure(case=other, type=benches)
    a_type_link(measure=second, type=services)
    third = a_measure(case=one, type=services, position=2)
    comparison = comparison_of(one, other)
    assert keys(comparison.measures) == {"设施": [[measure.key for measure in first], [second.key]]}
    assert [alone(case.measures) for case in comparison.alone] == [{"服务": [third.key]}, {}]


def test_metrics_are_aligned_by_their_indicator() -> None:
    one, other = two_cases()
    people, lamps = an_indicator(label_zh="居民"), an_indicator(label_zh="路灯")
    first = a_metric(measure=a_measure(case=one), indicator=people)
    second = a_metric(measure=a_measure(case=other), indicator=people)
    third = a_metric(measure=a_measure(case=other), indicator=lamps)
    comparison = comparison_of(one, other)
    assert keys(comparison.metrics) == {"居民": [[first.key], [second.key]]}
    assert [alone(case.metrics) for case in comparison.alone] == [{}, {"路灯": [third.key]}]


def test_targets_and_what_describes_the_place_are_no_results() -> None:
    one, other = two_cases()
    people = an_indicator(label_zh="居民")
    result = a_metric(measure=a_measure(case=one), indicator=people)
    target = a_metric(measure=a_measure(case=other), indicator=people, kind="target")
    profile = a_metric(case=other, measure=None, indicator=people, kind="context")
    comparison = comparison_of(one, other)
    here, there = comparison.alone
    assert [alone(lines) for lines in (here.metrics, here.targets, here.context)] == [
        {"居民": [result.key]},
        {},
        {},
    ]
    assert [alone(lines) for lines in (there.metrics, there.targets, there.context)] == [
        {},
        {"居民": [target.key]},
        {"居民": [profile.key]},
    ]


def test_what_most_cases_have_comes_first() -> None:
    one, other, third = a_case(), a_case(), a_case()
    early, late = a_problem_type(position=1), a_problem_type(position=2)
    for case, types in ((one, [early, late]), (other, [early, late]), (third, [late])):
        for problem_type in types:
            a_problem(case=case, type=problem_type)
    first, second = comparison_of(one, other, third).problems
    assert [len(cell) for _case, cell in first.cells] == [1, 1, 1]
    assert [len(cell) for _case, cell in second.cells] == [1, 1, 0]


def test_every_question_has_a_line_answered_or_not() -> None:
    one, other = two_cases()
    a_glance(case=one, question="cost", state="stated", text_zh="25万元", text_en="25")
    a_glance(case=other, question="cost", state="silent")
    rows = comparison_of(one, other).answers
    assert [row.label for row in rows] == [str(question.label) for question in GlanceQuestion]
    states = {
        row.label: [[part.state for part in parts] for _case, parts in row.cells] for row in rows
    }
    assert states[str(GlanceQuestion("cost").label)] == [["stated"], ["silent"]]
    assert states[str(GlanceQuestion("lead").label)] == [["not_coded"], ["not_coded"]]


@pytest.mark.usefixtures("library")
def test_every_part_of_a_case_stands_once_in_its_own_column_or_list() -> None:
    comparison = compared(*FIVE[:4])
    numbers = ("metrics", "targets", "context")
    for n, (case, only) in enumerate(zip(comparison.cases, comparison.alone, strict=True)):
        assert only.case is case
        for kinds, parts in (
            (["problems"], case.problems),
            (["measures"], case.measures),
            (numbers, case.metrics_by_key.values()),
        ):
            rows = [row for kind in kinds for row in getattr(comparison, kind)]
            assert all(row.cells[n][0] is case for row in rows)
            here = [part for row in rows for part in row.cells[n][1]]
            lines = [line for kind in kinds for line in getattr(only, kind)]
            here += [part for _label, found in lines for part in found]
            assert sorted(map(key, here)) == sorted(map(key, parts))


def key(part: Any) -> str:
    return str(part.data["key"])


# ---------------------------------------------------------------- the page


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_says_what_is_not_stated(client: Client, prefix: str) -> None:
    page = Page(client.get(f"{prefix}/compare/?case=yucai&case=jiefangqu").text)
    assert not page.faults
    empty = page.all("span", class_="not-stated")
    assert empty and all(e.text for e in empty)
    if prefix:
        assert "not stated" in {e.text for e in empty}
    for row in page.all("tr"):
        cells = [e for e in page.all("td") if e.parents and e.parents[-1] is row]
        assert all(cell.text for cell in cells) or len(cells) == 1  # the corner


@pytest.mark.usefixtures("library")
def test_inputs_and_activities_do_not_stand_as_results(client: Client) -> None:
    address = f"/en/compare/?case={FIVE[0]}&case={FIVE[1]}"
    page = Page(client.get(address).text)
    rows = [th.text for th in page.all("th") if th.attributes.get("scope") == "rowgroup"]
    headings = [*rows, *(heading.text for heading in page.all("h3"))]
    assert "Figures" in headings
    assert [heading for heading in headings if "Results" in heading] == []


@pytest.mark.usefixtures("library")
def test_each_case_has_its_own_column(client: Client) -> None:
    page = Page(client.get("/compare/?case=yucai&case=hanyang&case=pingfangqu").text)
    heads = page.all("th", scope="col")
    links = [link.href for link in page.all("a") if any(head in link.parents for head in heads)]
    assert links == ["/cases/yucai/", "/cases/hanyang/", "/cases/pingfangqu/"]


@pytest.mark.usefixtures("library")
def test_the_number_of_queries_does_not_grow_with_the_cases(
    django_assert_max_num_queries: Any,
) -> None:
    compared("yucai", "hanyang")
    with django_assert_max_num_queries(30):
        compared("yucai", "hanyang")
    with django_assert_max_num_queries(30):
        compared(*FIVE[:4])


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_number_that_is_a_part_names_its_whole_or_that_it_is_not_stated(
    client: Client, prefix: str
) -> None:
    page = Page(client.get(f"{prefix}/compare/?case=yucai&case=hanyang").text)
    comparison = compared("yucai", "hanyang")
    states = [
        metric.data["whole"]["state"]
        for case in comparison.cases
        for metric in case.metrics_by_key.values()
    ]
    wholes = page.all(class_="metric__whole")
    assert len(wholes) == len(states) - states.count("not_applicable") > 0
    unsaid = [e for e in wholes if "not-stated" in e.classes]
    assert len(unsaid) == states.count("not_stated")


@pytest.mark.usefixtures("library")
def test_the_evidence_of_each_case_stands_in_its_column(client: Client) -> None:
    page = Page(client.get("/en/compare/?case=yucai&case=hanyang").text)
    assert len(page.all("ul", class_="evidence")) == 2
