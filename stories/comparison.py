"""Two to four cases side by side, aligned by the terms of the vocabulary."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from stories.library import Card, Library
from stories.models import Case, Metric
from stories.vocabulary import GlanceQuestion

COMPARED = 4  # cases at most


@dataclass(frozen=True)
class ComparedRow:
    """One line of a comparison: for each case what it has there, [] where nothing is stated."""

    label: str
    cells: tuple[tuple[Case, list[Any]], ...]


@dataclass(frozen=True)
class Comparison:
    cases: list[Case]
    offered: list[tuple[Card, bool]]  # to choose from while there are fewer than two; True: chosen
    answers: list[ComparedRow]  # glance answers, by question
    problems: list[ComparedRow]  # by problem type
    measures: list[ComparedRow]  # by measure family
    metrics: list[ComparedRow]  # by indicator, those of the measures and of the place

    @property
    def is_whole(self) -> bool:
        return len(self.cases) > 1

    @property
    def column_count(self) -> int:
        """With the one of the labels."""
        return 1 + len(self.cases)


def compared(parameters: QueryDict, library: Library) -> Comparison:
    """The cases asked for, in the order asked, at most COMPARED; about 22 queries."""
    asked = [slug for slug in parameters.getlist("case") if "\0" not in slug]  # PostgreSQL's limit
    slugs = list(dict.fromkeys(asked))[: 10 * COMPARED]
    rows = Case.objects.published().filter(slug__in=slugs).for_page()
    found = {row.slug: row for row in rows}
    cases = [found[slug] for slug in slugs if slug in found][:COMPARED]
    return Comparison(
        cases,
        _offered(cases, library) if len(cases) < 2 else [],
        [
            ComparedRow(
                str(question.label),
                tuple(
                    (case, [g for g in case.glances.all() if g.question == question])
                    for case in cases
                ),
            )
            for question in GlanceQuestion
        ],
        _aligned(cases, lambda case: case.problems.all(), lambda row: row.type),
        _aligned(cases, lambda case: case.measures.all(), lambda row: row.type.family),
        _aligned(cases, _all_metrics, lambda row: row.indicator),
    )


def _offered(chosen: Sequence[Case], library: Library) -> list[tuple[Card, bool]]:
    """The newest cases, and before them the one already chosen."""
    pks = [case.pk for case in chosen]
    others = [card for card in library.newest() if card.pk not in pks]
    return [*((card, True) for card in library.cards(pks)), *((card, False) for card in others)]


def _all_metrics(case: Case) -> list[Metric]:
    of_measures = [metric for measure in case.measures.all() for metric in measure.metrics.all()]
    return [*of_measures, *case.context]  # type: ignore[attr-defined]


def _aligned(
    cases: Sequence[Case], rows: Callable[[Case], Iterable[Any]], term: Callable[[Any], Any]
) -> list[ComparedRow]:
    """One line for each term that any of the cases has: those of most cases first."""
    lines: dict[Any, list[list[Any]]] = {}
    for n, case in enumerate(cases):
        for row in rows(case):
            lines.setdefault(term(row), [[] for _case in cases])[n].append(row)
    shared = sorted(lines, key=lambda t: (-sum(map(bool, lines[t])), t.position, t.slug))
    return [ComparedRow(str(t.label), tuple(zip(cases, lines[t], strict=True))) for t in shared]
