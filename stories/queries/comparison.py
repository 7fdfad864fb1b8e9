"""Compares two to four cases side by side, aligned by vocabulary terms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from stories.choices import GlanceQuestion
from stories.presenters.case import CasePresenter
from stories.presenters.metrics import MetricPresenter
from stories.presenters.terms import TermPresenter
from stories.queries.cards import Card
from stories.queries.snapshot import Library

COMPARED = 4  # cases at most


@dataclass(frozen=True)
class ComparedRow:
    """One row of a comparison: for each case its parts, [] if it states nothing."""

    label: str
    cells: tuple[tuple[CasePresenter, list[Any]], ...]

    @property
    def is_shared(self) -> bool:
        return sum(bool(parts) for _case, parts in self.cells) > 1


@dataclass(frozen=True)
class Alone:
    """The parts of one case under terms that no other case has, by kind: (label of the term,
    parts).
    """

    case: CasePresenter
    problems: list[tuple[str, list[Any]]]
    measures: list[tuple[str, list[Any]]]
    metrics: list[tuple[str, list[Any]]]
    targets: list[tuple[str, list[Any]]]
    context: list[tuple[str, list[Any]]]

    def __bool__(self) -> bool:
        return any((self.problems, self.measures, self.metrics, self.targets, self.context))


@dataclass(frozen=True)
class Comparison:
    """Rows have terms that several cases share; all other parts are in `alone`, in the order of
    cases.
    """

    cases: list[CasePresenter]
    offered: list[tuple[Card, bool]]  # candidates while fewer than two are selected; True: selected
    answers: list[ComparedRow]  # glance answers, by question
    problems: list[ComparedRow]  # by problem type
    measures: list[ComparedRow]  # by measure family
    metrics: list[ComparedRow]  # of measures, without targets, by indicator
    targets: list[ComparedRow]  # the same of plans and requirements
    context: list[ComparedRow]  # context metrics
    alone: list[Alone]

    @property
    def is_whole(self) -> bool:
        return len(self.cases) > 1

    @property
    def column_count(self) -> int:
        """Including the column of labels."""
        return 1 + len(self.cases)


def compared(parameters: QueryDict, library: Library) -> Comparison:
    """The requested cases in their order, at most COMPARED: 1 query a case, plus at most 3."""
    requested = [
        slug for slug in parameters.getlist("case") if "\0" not in slug
    ]  # PostgreSQL's limit
    slugs = list(dict.fromkeys(requested))[: 10 * COMPARED]
    found = (library.case(slug) for slug in slugs)
    cases = [case for case in found if case][:COMPARED]
    problems, measures, metrics, targets, context = aligned = [
        _aligned(cases, lambda case: case.problems, lambda problem: problem.type),
        _aligned(cases, lambda case: case.measures, lambda measure: measure.type.family),
        _aligned(cases, _results, _indicator),
        _aligned(cases, _targets, _indicator),
        _aligned(cases, lambda case: case.context, _indicator),
    ]
    return Comparison(
        cases,
        _offered(cases, library) if len(cases) < 2 else [],
        [
            ComparedRow(
                str(question.label),
                tuple((case, [case.answers[question.value]]) for case in cases),
            )
            for question in GlanceQuestion
        ],
        _shared(problems),
        _shared(measures),
        _shared(metrics),
        _shared(targets),
        _shared(context),
        [
            Alone(case, *(_alone(rows, position) for rows in aligned))
            for position, case in enumerate(cases)
        ],
    )


def _shared(rows: Iterable[ComparedRow]) -> list[ComparedRow]:
    return [row for row in rows if row.is_shared]


def _alone(rows: Iterable[ComparedRow], position: int) -> list[tuple[str, list[Any]]]:
    """(label, parts) of the rows that only the case at this position has."""
    found = ((row, row.cells[position][1]) for row in rows)
    return [(row.label, parts) for row, parts in found if parts and not row.is_shared]


def _offered(chosen: Sequence[CasePresenter], library: Library) -> list[tuple[Card, bool]]:
    """The newest cases, after the one already selected."""
    pks = [case.pk for case in chosen]
    others = [card for card in library.newest() if card.pk not in pks]
    return [*((card, True) for card in library.cards(pks)), *((card, False) for card in others)]


def _results(case: CasePresenter) -> list[MetricPresenter]:
    return [metric for measure in case.measures for metric in measure.results]


def _targets(case: CasePresenter) -> list[MetricPresenter]:
    return [metric for measure in case.measures for metric in measure.targets]


def _indicator(metric: MetricPresenter) -> TermPresenter:
    return metric.indicator


def _aligned(
    cases: Sequence[CasePresenter],
    parts: Callable[[CasePresenter], Iterable[Any]],
    term: Callable[[Any], TermPresenter],
) -> list[ComparedRow]:
    """One row for each term that any of the cases has, most shared terms first."""
    terms: dict[str, TermPresenter] = {}
    lines: dict[str, list[list[Any]]] = {}
    for n, case in enumerate(cases):
        for part in parts(case):
            of_part = term(part)
            terms[of_part.value] = of_part
            lines.setdefault(of_part.value, [[] for _case in cases])[n].append(part)
    order = sorted(
        lines, key=lambda value: (-sum(map(bool, lines[value])), terms[value].row.position, value)
    )
    return [
        ComparedRow(str(terms[value].label), tuple(zip(cases, lines[value], strict=True)))
        for value in order
    ]
