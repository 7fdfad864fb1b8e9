"""The matrix: every cell is the list it leads to, its sums are the facets' counts."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from stories.library import Library
from stories.matrix import Cell, Matrix
from stories.models import Case
from stories.queries import CaseQuery
from stories.terms import MeasureFamily, MeasureType, ProblemType
from tests.builders import (
    a_case,
    a_draft,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_problem,
    a_problem_type,
    keep,
)
from tests.pages import Page


def asked(url: str) -> CaseQuery:
    return CaseQuery.parse(QueryDict(urlsplit(url).query), Library.now())


def slugs(url: str) -> set[str]:
    return {card.slug for card in asked(url).page().items}


def cells() -> list[tuple[str, str, Cell]]:
    """(problem type, family, cell), by slug."""
    problems = ProblemType.objects.values_list("slug", flat=True)
    families = list(MeasureFamily.objects.values_list("slug", flat=True))
    rows = Matrix.of(Library.now()).rows
    return [
        (problem, family, cell)
        for problem, row in zip(problems, rows, strict=True)
        for family, cell in zip(families, row.cells, strict=True)
    ]


def counts_of(facet: str) -> dict[str, int]:
    """The top values of a facet of the whole list."""
    query = CaseQuery(Library.now(), whole=(facet,))
    return next({v.value: v.count for v in f.values} for f in query.facets() if f.name == facet)


def shipped() -> list[dict[str, Any]]:
    files = sorted(settings.CASES_DIR.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


# ---------------------------------------------------------------- kinds of empty, drafts, tones


@pytest.fixture
def problem(db: None) -> ProblemType:
    return a_problem_type()


@pytest.fixture
def measure_type(db: None) -> MeasureType:
    return a_measure_type(family=a_measure_family())


def a_case_with(problem: ProblemType | None, measure_type: MeasureType | None, **of: str) -> Case:
    case = a_case(**{"state": of.pop("state")} if "state" in of else {})
    if problem:
        a_problem(case=case, type=problem)
    if measure_type:
        a_measure(case=case, type=measure_type, **of)
    return case


def the_cell() -> Cell:
    keep()
    ((_problem, _family, cell),) = cells()
    return cell


def test_a_problem_that_nobody_met_is_unmet(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    a_case_with(None, measure_type)
    assert (the_cell().answer, the_cell().count) == ("unmet", 0)


def test_a_problem_that_was_met_and_not_answered_this_way_is_unanswered(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    a_case_with(problem, None)
    a_case_with(None, measure_type)
    assert (the_cell().answer, the_cell().count) == ("unanswered", 0)


@pytest.mark.parametrize("status", ["planned", "discussed"])
def test_a_problem_answered_by_plans_alone_is_planned(
    problem: ProblemType, measure_type: MeasureType, status: str
) -> None:
    a_case_with(problem, measure_type, status=status)
    a_case_with(None, measure_type, status="done")  # elsewhere, and not against this problem
    assert (the_cell().answer, the_cell().count) == ("planned", 1)


@pytest.mark.parametrize("status", ["done", "under_way"])
def test_one_measure_beyond_plans_answers(
    problem: ProblemType, measure_type: MeasureType, status: str
) -> None:
    a_case_with(problem, measure_type, status="planned")
    a_case_with(problem, measure_type, status=status)
    assert (the_cell().answer, the_cell().count) == ("answered", 2)


def test_drafts_count_nowhere(problem: ProblemType, measure_type: MeasureType) -> None:
    a_draft()
    a_case_with(problem, measure_type, state="draft")
    assert (the_cell().answer, the_cell().count) == ("unmet", 0)
    matrix = Matrix.of(Library.now())
    assert [axis.count for axis in (*matrix.rows, *matrix.columns)] == [0, 0]


def test_a_cell_is_a_tone_deeper_where_more_cases_are(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    tones = []
    for _n in range(5):
        a_case_with(problem, measure_type)
        tones.append(the_cell().tone)
    assert tones == [1, 2, 2, 2, 3]


def test_a_case_counts_once_however_often_it_answers(
    problem: ProblemType, measure_type: MeasureType
) -> None:
    case = a_case_with(problem, measure_type)
    a_measure(case=case, type=measure_type)
    a_problem(case=case, type=problem)
    assert the_cell().count == 1


# ---------------------------------------------------------------- the five shipped cases
# Last: they stay for the rest of the module.


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
class TestTheFiveCases:
    def test_every_cell_counts_exactly_the_list_it_leads_to(self) -> None:
        families = dict(MeasureType.objects.values_list("slug", "family__slug"))
        documents = shipped()
        told = cells()
        assert len(told) == ProblemType.objects.count() * MeasureFamily.objects.count()
        for problem, family, cell in told:
            expected = {
                document["slug"]
                for document in documents
                if problem in {part["type"] for part in document["problems"]}
                and family in {families[part["type"]] for part in document["measures"]}
            }
            assert slugs(cell.url) == expected
            assert cell.count == asked(cell.url).page().total == len(expected)

    def test_every_cell_tells_what_was_done(self) -> None:
        families = dict(MeasureType.objects.values_list("slug", "family__slug"))
        documents = shipped()
        for problem, family, cell in cells():
            meeting = [d for d in documents if problem in {p["type"] for p in d["problems"]}]
            statuses = {
                measure["status"]
                for document in meeting
                for measure in document["measures"]
                if families[measure["type"]] == family
            }
            expected = "unmet"
            if meeting and not statuses:
                expected = "unanswered"
            elif statuses:
                expected = "answered" if statuses & {"done", "under_way"} else "planned"
            assert cell.answer == expected, (problem, family)

    def test_sums_are_the_counts_of_the_facets(self) -> None:
        matrix = Matrix.of(Library.now())
        for facet, model, axes in (
            ("problem", ProblemType, matrix.rows),
            ("measure", MeasureFamily, matrix.columns),
        ):
            counts = counts_of(facet)
            terms = model.objects.values_list("slug", flat=True)  # type: ignore[attr-defined]
            for slug, axis in zip(terms, axes, strict=True):
                assert axis.count == counts.get(slug, 0) == asked(axis.url).page().total

    def test_no_cell_is_more_than_its_row_or_column(self) -> None:
        matrix = Matrix.of(Library.now())
        for row in matrix.rows:
            for column, cell in zip(matrix.columns, row.cells, strict=True):
                assert cell.count <= min(row.count, column.count)

    def test_the_facets_of_a_cells_list_agree_with_its_row(self) -> None:
        """Among the cases of a row, a family is counted as its cell is."""
        for problem, family, cell in cells():
            if cell.count:
                facets = asked(f"/?problem={problem}").facets()
                values = next(facet.values for facet in facets if facet.name == "measure")
                assert {v.value: v.count for v in values}[family] == cell.count

    @pytest.mark.parametrize("address", ["/matrix/", "/en/matrix/", "/", "/en/"])
    def test_the_page_shows_the_number_of_every_cell_with_its_link(
        self, client: Client, address: str
    ) -> None:
        page = Page(client.get(address).text)
        links = {urlsplit(e.href).query: e.text for e in page.all("a") if "problem=" in e.href}
        for _problem, _family, cell in cells():
            text = links.get(urlsplit(cell.url).query)
            assert (text is not None) == bool(cell.count)
            if text is not None:
                assert str(cell.count) in text.split()
