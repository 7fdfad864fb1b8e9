"""Related cases: published cases with the same problem types and measure types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from stories.presenters.case import CasePresenter
from stories.presenters.terms import TermPresenter
from stories.queries.cards import Card
from stories.queries.snapshot import Library

REASONS_SHOWN = 4  # terms of each facet that two cases share
LIKE_SIZE = 3  # greatest ratio of residents of two places of like size
RELATED_CANDIDATES = 1500  # cases that are scored

Shared = tuple[str, str, BitMap]  # facet, value, the cases with it


@dataclass(frozen=True)
class Related:
    """A related case and what it has in common.

    `level`: the level of both places, "" if they differ. `residents`: of both places, the other's
    first, if neither has more than LIKE_SIZE times as many as the other.
    """

    card: Card
    measure_types: list[TermPresenter]
    problem_types: list[TermPresenter]
    level: str
    residents: tuple[float, float] | None


def related(library: Library, case: CasePresenter, count: int = 3) -> list[Related]:
    """The cases with most problem types and measure types in common: 1 query."""
    shared = [
        (facet, value, library.of(facet, value))
        for facet, parts in (("measure", case.measures), ("problem", case.problems))
        for value in dict.fromkeys(term.value for part in parts for term in _types(part))
    ]
    best: list[int] = []
    seen = BitMap([case.pk])
    for level in reversed(_by_points(shared)):
        best += (level - seen)[: count - len(best)]
        seen |= level
    cards = library.cards([case.pk, *best])
    own = next((card for card in cards if card.pk == case.pk), None)
    return [_related(library, card, shared, own) for card in cards if card.pk != case.pk]


def _related(library: Library, card: Card, shared: Sequence[Shared], own: Card | None) -> Related:
    terms = library.presented_terms()
    both = [(facet, terms[facet][value]) for facet, value, cases in shared if card.pk in cases]
    return Related(
        card,
        [term for facet, term in both if facet == "measure"][:REASONS_SHOWN],
        [term for facet, term in both if facet == "problem"][:REASONS_SHOWN],
        _same_level(card, own),
        _like_size(card, own),
    )


def _same_level(card: Card, own: Card | None) -> str:
    if own is None or own.place.row.level != card.place.row.level:
        return ""
    return str(card.place.row.get_level_display())


def _like_size(card: Card, own: Card | None) -> tuple[float, float] | None:
    if own is None or not card.residents or not own.residents:
        return None
    smaller, larger = sorted((card.residents, own.residents))
    return (card.residents, own.residents) if larger <= LIKE_SIZE * smaller else None


def _by_points(shared: Sequence[Shared]) -> list[BitMap]:
    """Item n is the cases with more than n points; a common problem counts more than a common
    measure.
    """
    levels: list[BitMap] = []
    for facet, _value, cases in _rarest(shared):
        points = 3 if facet == "problem" else 1
        for n, raised in enumerate([cases] * points + [level & cases for level in levels]):
            if n < len(levels):
                levels[n] |= raised
            elif raised:
                levels.append(raised.copy())
    return levels


def _types(part: Any) -> list[TermPresenter]:
    """The type of a problem, or all types of a measure."""
    return getattr(part, "types", None) or [part.type]


def _rarest(shared: Sequence[Shared]) -> Iterator[Shared]:
    """The most specific values: the rarest, until together they have RELATED_CANDIDATES cases."""
    candidate_count = 0
    for facet, value, cases in sorted(shared, key=lambda item: len(item[2])):
        if candidate_count and candidate_count + len(cases) > RELATED_CANDIDATES:
            return
        candidate_count += len(cases)
        yield facet, value, cases
