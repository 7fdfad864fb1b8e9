"""The matrix: every cell is recounted from the case documents, and links to exactly its cases."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from stories.models.case import Case
from stories.models.measures import Problem
from stories.models.vocabulary import MeasureFamily, MeasureType, ProblemType
from stories.queries import matrix
from stories.queries.cases import CaseQuery
from stories.queries.matrix import Cell, CellState, Matrix
from stories.queries.snapshot import Library
from tests.builders import (
    a_case,
    a_draft,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_problem,
    a_problem_type,
    a_solve,
    a_type_link,
    keep,
)
from tests.desk import withdraw
from tests.pages import Page
from tests.questions import shipped

BEYOND_PLANS = {"done", "under_way"}


def query_of(url: str) -> CaseQuery:
    return CaseQuery.parse(QueryDict(urlsplit(url).query), Library.now())


def slugs(url: str) -> set[str]:
    return {card.slug for card in query_of(url).page().items}


def cells() -> list[tuple[str, str, Cell]]:
    """(problem type, family, cell), by slug."""
    found = Matrix.of(Library.now())
    return [
        (row.value, column.value, cell)
        for row in found.rows
        for column, cell in zip(found.columns, row.cells, strict=True)
    ]


# ---------------------------------------------------------------- counting and states


@pytest.fixture
def problem(db: None) -> ProblemType:
    return a_problem_type()


@pytest.fixture
def measure_type(db: None) -> MeasureType:
    return a_measure_type(family=a_measure_family())


def a_case_that_answers(
    problem: ProblemType, measure_type: MeasureType, stage: str = "deliver", **of: Any
) -> Case:
    case = a_case(**{"state": of.pop("state")} if "state" in of else {})
    measure = a_measure(case=case, type=measure_type, **of)
    a_solve(measure=measure, problem=a_problem(case=case, type=problem), stage=stage)
    return case


def the_cell() -> Cell:
    keep()
    ((_problem, _family, cell),) = cells()
    return cell


def counted(cell: Cell) -> dict[str, int]:
    return {str(part.progress): part.count for part in cell.counts}


def state_and_count() -> tuple[str, int]:
    cell = the_cell()
    return str(cell.state), cell.count


def test_a_problem_that_no_case_reports_is_unmet(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    a_measure(type=measure_type)
    assert state_and_count() == ("unmet", 0)


def test_a_problem_for_which_no_measure_is_named_is_unanswered(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    """Although its case has measures, even of this family."""
    case = a_case()
    a_problem(case=case, type=problem)
    a_measure(case=case, type=measure_type)
    assert state_and_count() == ("unanswered", 0)


def test_a_problem_that_measures_of_other_families_answer_is_answered_otherwise(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    a_case_that_answers(problem, a_measure_type())
    a_problem(type=problem)  # of a case without a measure linked to it
    keep()
    states = {family: str(cell.state) for _problem, family, cell in cells()}
    assert states.pop(measure_type.family.slug) == "otherwise"
    assert set(states.values()) == {"answered"}


@pytest.mark.parametrize(
    ("of", "elsewhere"),
    [
        ({"status": "planned"}, "planned-otherwise"),
        ({"status": "discussed"}, "planned-otherwise"),
        ({"status": "done", "stage": "fund"}, "planned-otherwise"),
        ({"status": "awaiting_acceptance"}, "otherwise"),
        ({"status": "under_way"}, "otherwise"),
    ],
)
def test_a_problem_with_plans_of_other_families_alone_is_not_answered_otherwise(
    problem: ProblemType, measure_type: MeasureType, of: dict[str, str], elsewhere: str
) -> None:
    a_case_that_answers(problem, a_measure_type(), **of)
    keep()
    states = {family: str(cell.state) for _problem, family, cell in cells()}
    assert states[measure_type.family.slug] == elsewhere


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("done", "answered"),
        ("under_way", "answered"),
        ("awaiting_acceptance", "awaiting"),
        ("planned", "planned"),
        ("discussed", "planned"),
    ],
)
def test_a_cell_says_how_far_its_measures_have_come(
    problem: ProblemType, measure_type: MeasureType, status: str, state: str
) -> None:
    a_case_that_answers(problem, measure_type, status=status)
    a_measure(type=measure_type, status="done")  # in another case, linked to no problem
    assert state_and_count() == (state, 1)


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("diagnose", "planned"),
        ("plan", "planned"),
        ("fund", "planned"),
        ("deliver", "answered"),
        ("maintain", "answered"),
    ],
)
def test_a_step_that_prepares_is_no_answer_however_finished(
    problem: ProblemType, measure_type: MeasureType, stage: str, state: str
) -> None:
    a_case_that_answers(problem, measure_type, stage=stage, status="done")
    assert state_and_count() == (state, 1)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["planned", "awaiting_acceptance"], "awaiting"),
        (["awaiting_acceptance", "under_way"], "answered"),
        (["done", "planned"], "answered"),
    ],
)
def test_the_furthest_answer_gives_the_cell_its_state(
    problem: ProblemType, measure_type: MeasureType, statuses: list[str], state: str
) -> None:
    for status in statuses:
        a_case_that_answers(problem, measure_type, status=status)
    assert state_and_count() == (state, 2)


def test_each_case_counts_by_its_own_furthest_answer(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    for status in ("planned", "awaiting_acceptance", "done", "discussed"):
        case = a_case_that_answers(problem, measure_type, status=status)
    a_solve(
        measure=a_measure(case=case, type=measure_type, status="awaiting_acceptance"),
        problem=case.problems.get(),
    )
    assert counted(the_cell()) == {"answered": 1, "awaiting": 2, "planned": 1}


@pytest.mark.parametrize(
    ("statuses", "tone"),
    [(["planned"] * 5, 0), (["done", *["planned"] * 5], 1), (["done", "awaiting_acceptance"], 2)],
)
def test_the_tone_follows_the_cases_that_delivered(
    problem: ProblemType, measure_type: MeasureType, statuses: list[str], tone: int
) -> None:
    for status in statuses:
        a_case_that_answers(problem, measure_type, status=status)
    assert the_cell().tone == tone


def test_a_cell_says_how_many_have_come_how_far(
    client: Client, problem: ProblemType, measure_type: MeasureType
) -> None:
    for status in ("done", "planned"):
        a_case_that_answers(problem, measure_type, status=status)
    keep()
    pair = f"{problem.slug}:{measure_type.family.slug}"
    shown = shown_links(client, "/en/matrix/")[pair]
    assert shown.endswith(": 1 done or under way, and 1 only planned or prepared")
    cell = Page(client.get(f"/en/problems/{problem.slug}/").text).all("li", class_="cells__cell")[0]
    assert "1 done or under way; 1 only planned, discussed or prepared" in cell.text


def test_a_measure_counts_in_the_family_of_each_of_its_types(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    second = a_measure_type()
    case = a_case_that_answers(problem, measure_type)
    a_type_link(measure=case.measures.get(), type=second)
    keep()
    counts = {family: cell.count for _problem, family, cell in cells()}
    assert counts == {measure_type.family.slug: 1, second.family.slug: 1}


def test_a_measure_answers_only_the_problems_it_is_tied_to(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    other = a_problem_type()
    a_problem(case=a_case_that_answers(problem, measure_type), type=other)
    keep()
    assert {of: cell.count for of, _family, cell in cells()} == {problem.slug: 1, other.slug: 0}


def test_drafts_count_nowhere(problem: ProblemType, measure_type: MeasureType) -> None:
    a_draft()
    a_case_that_answers(problem, measure_type, state="draft")
    assert state_and_count() == ("unmet", 0)
    found = Matrix.of(Library.now())
    assert [axis.count for axis in (*found.rows, *found.columns)] == [0, 0]


def test_a_withdrawn_case_counts_no_more(problem: ProblemType, measure_type: MeasureType) -> None:
    case = a_case_that_answers(problem, measure_type)
    assert state_and_count() == ("answered", 1)
    keep(case)
    withdraw(case)
    assert state_and_count() == ("unmet", 0)


def test_a_cell_is_a_tone_deeper_where_more_cases_are(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    tones = [the_cell().tone]
    for _n in range(5):
        a_case_that_answers(problem, measure_type)
        tones.append(the_cell().tone)
    assert tones == [0, 1, 2, 2, 2, 3]


def test_a_case_counts_once_however_often_it_answers(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    case = a_case_that_answers(problem, measure_type)
    measure = a_measure(case=case, type=measure_type)
    a_solve(measure=measure, problem=Problem.objects.get())
    a_solve(measure=measure, problem=a_problem(case=case, type=problem))
    assert state_and_count() == ("answered", 1)


def test_an_empty_cell_leads_nowhere(problem: ProblemType, measure_type: MeasureType) -> None:
    a_problem(type=problem)
    assert the_cell().url == ""


# ---------------------------------------------------------------- the five shipped cases
# Last, as they stay in the database for the rest of the module.


def links() -> Iterator[tuple[str, str, list[str], str]]:
    """(slug, problem type, measure types, state) of every link in the documents."""
    for document in shipped():
        problems = {part["key"]: part["type"] for part in document["problems"]}
        for measure in document["measures"]:
            for solve in measure["solves"]:
                prepares = solve["stage"] in ("diagnose", "plan", "fund")
                state = "planned"
                if not prepares and measure["status"] in BEYOND_PLANS:
                    state = "answered"
                elif not prepares and measure["status"] == "awaiting_acceptance":
                    state = "awaiting"
                yield document["slug"], problems[solve["problem"]], measure["types"], state


def expected_state(problem: str, states: set[str]) -> str:
    for state in ("answered", "awaiting", "planned"):
        if state in states:
            return state
    if not any(problem in {p["type"] for p in document["problems"]} for document in shipped()):
        return "unmet"
    elsewhere = {state for _slug, answered, _types, state in links() if answered == problem}
    if not elsewhere:
        return "unanswered"
    return "planned-otherwise" if elsewhere == {"planned"} else "otherwise"


def expected_counts(links: list[tuple[str, str]]) -> dict[str, int]:
    """From (slug, state): state → number of cases whose furthest answer has it."""
    furthest = {
        slug: next(s for s in ("answered", "awaiting", "planned") if (slug, s) in links)
        for slug, _state in links
    }
    return dict(Counter(furthest.values()))


def shown_links(client: Client, address: str) -> dict[str, str]:
    """The query of each link to cases that address a problem → its text."""
    page = Page(client.get(address).text)
    return {
        QueryDict(urlsplit(a.href).query)["answered"]: a.text
        for a in page.all("a")
        if "answered=" in a.href
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
class TestTheFiveCases:
    def test_every_cell_is_recounted_from_the_documents(self) -> None:
        families = dict(MeasureType.objects.values_list("slug", "family__slug"))
        found = cells()
        assert len(found) == ProblemType.objects.count() * MeasureFamily.objects.count()
        for problem, family, cell in found:
            here = [
                (slug, state)
                for slug, answered, types, state in links()
                if answered == problem and family in {families[type] for type in types}
            ]
            states = {state for _slug, state in here}
            assert (counted(cell), str(cell.state)) == (
                expected_counts(here),
                expected_state(problem, states),
            ), (problem, family)

    def test_every_cell_leads_to_exactly_its_cases(self) -> None:
        families = dict(MeasureType.objects.values_list("slug", "family__slug"))
        for problem, family, cell in cells():
            cases = {
                slug
                for slug, answered, types, _state in links()
                if answered == problem and family in {families[type] for type in types}
            }
            assert (slugs(cell.url) if cell.url else set()) == cases, (problem, family)
            if cell.url:
                assert query_of(cell.url).chosen == (("answered", f"{problem}:{family}"),)

    def test_the_cells_of_a_problem_type_and_a_measure_type_are_recounted_too(self) -> None:
        library = Library.now()
        labels = library.labels("problem")
        for measure_type in MeasureType.objects.values_list("slug", flat=True):
            expected: dict[str, list[tuple[str, str]]] = {}
            for slug, problem, types, state in links():
                if measure_type in types:
                    expected.setdefault(labels[problem], []).append((slug, state))
            shown = matrix.answered_by(library, measure_type)
            assert {label: slugs(cell.url) for label, cell in shown} == {
                label: {slug for slug, _state in found} for label, found in expected.items()
            }
            assert {label: counted(cell) for label, cell in shown} == {
                label: expected_counts(found) for label, found in expected.items()
            }

    def test_sums_are_the_cases_that_report_a_problem_or_have_a_measure(self) -> None:
        families = dict(MeasureType.objects.values_list("slug", "family__slug"))
        found = Matrix.of(Library.now())
        for row in found.rows:
            reporting = {
                document["slug"]
                for document in shipped()
                if row.value in {part["type"] for part in document["problems"]}
            }
            assert (row.count, slugs(row.url)) == (len(reporting), reporting)
        for column in found.columns:
            having = {
                document["slug"]
                for document in shipped()
                for part in document["measures"]
                if column.value in {families[type] for type in part["types"]}
            }
            assert (column.count, slugs(column.url)) == (len(having), having)

    def test_no_cell_is_more_than_its_row_or_column(self) -> None:
        found = Matrix.of(Library.now())
        for row in found.rows:
            for column, cell in zip(found.columns, row.cells, strict=True):
                assert cell.count <= min(row.count, column.count)

    def test_a_cell_says_in_how_many_cases_its_link_is_inferred(self) -> None:
        families = {
            row.slug: row.family.slug for row in MeasureType.objects.select_related("family")
        }
        stated = {
            (document["slug"], problems[solve["problem"]], families[type])
            for document in shipped()
            for problems in [{p["key"]: p["type"] for p in document["problems"]}]
            for part in document["measures"]
            for solve in part["solves"]
            if solve["basis"] == "stated"
            for type in part["types"]
        }
        for problem, family, cell in cells():
            having = {slug for slug, *pair in stated if pair == [problem, family]}
            assert cell.inferred == cell.count - len(having)

    @pytest.mark.parametrize("address", ["/matrix/", "/en/matrix/", "/", "/en/"])
    def test_overview_and_matrix_show_every_number_with_its_link(
        self, client: Client, address: str
    ) -> None:
        expected = {
            f"{problem}:{family}": [
                *(str(part.count) for part in cell.counts),
                *re.findall(r"\d+", cell.inferred_words),
            ]
            for problem, family, cell in cells()
            if cell.count
        }
        shown = {
            pair: re.findall(r"\d+", text) for pair, text in shown_links(client, address).items()
        }
        assert shown == expected

    @pytest.mark.parametrize("address", ["/matrix/", "/en/"])
    def test_every_cell_says_its_state_to_the_eye_and_to_the_ear(
        self, client: Client, address: str
    ) -> None:
        page = Page(client.get(address).text)
        for element, (_problem, _family, cell) in zip(
            page.all("td", class_="matrix__cell"), cells(), strict=True
        ):
            assert f"matrix__cell--{cell.state}" in element.classes
            assert f"matrix__cell--tone-{cell.tone}" in element.classes
        (caption,) = page.all("caption")
        keys = [e for e in page.all("li", class_="matrix__key") if caption in e.parents]
        assert [e.classes[1] for e in keys] == [f"matrix__key--{state}" for state in CellState]

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_a_problem_type_shows_the_cells_of_its_row(self, client: Client, prefix: str) -> None:
        rows: dict[str, set[str]] = {}
        for problem, family, cell in cells():
            rows.setdefault(problem, set()).update([f"{problem}:{family}"] * bool(cell.count))
        for problem, pairs in rows.items():
            assert shown_links(client, f"{prefix}/problems/{problem}/").keys() == pairs

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_a_measure_type_shows_the_problems_it_answers(
        self, client: Client, prefix: str
    ) -> None:
        for measure_type in MeasureType.objects.values_list("slug", flat=True):
            problems = {answered for _s, answered, types, _st in links() if measure_type in types}
            pairs = {f"{problem}:{measure_type}" for problem in problems}
            assert shown_links(client, f"{prefix}/measures/{measure_type}/").keys() == pairs
