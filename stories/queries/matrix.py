"""Problem types × measure families: in how many cases a measure of the family answers the problem.

Counted are the links between measures and problems that the case documents hold, nothing else.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories.queries.cases import CaseQuery
from stories.queries.nodes import Node
from stories.queries.snapshot import ANSWERED, Library
from stories.search.analyzer import ANSWERED as DONE_OR_UNDER_WAY
from stories.search.analyzer import AWAITING, PLANNED

TONES = (1, 2, 5, 20, 100)  # cases with a delivered answer from which a cell is a tone deeper


class CellState(TextChoices):
    """What a cell says: how far the furthest answer has come, or why there is none."""

    ANSWERED = "answered", _("done or under way")
    AWAITING = "awaiting", _("completed, awaiting acceptance")
    PLANNED = "planned", _("only planned, discussed or prepared")
    OTHERWISE = "otherwise", _("reported, answered in another way")
    PLANNED_OTHERWISE = (
        "planned-otherwise",
        _("reported; other measures only planned, discussed or prepared"),
    )
    UNANSWERED = "unanswered", _("reported, no measure named for it")
    UNMET = "unmet", _("no case reports this problem")


@dataclass(frozen=True, slots=True)
class Cell:
    """The cases in which a measure answers a problem; exactly those at `url`, "" where none do."""

    counts: tuple["Count", ...]  # by how far they have come, furthest first; a case counts once
    state: CellState  # of the furthest
    label: str  # "problem → family" or "problem → type"
    url: str
    inferred: int = 0  # cases in which no source says that the measure answers the problem

    @property
    def count(self) -> int:
        return sum(part.count for part in self.counts)

    @property
    def tone(self) -> int:
        """0 to len(TONES), by the cases in which something was delivered, accepted or not."""
        plans = sum(part.count for part in self.counts if part.progress == CellState.PLANNED)
        return bisect_right(TONES, self.count - plans)

    @property
    def state_label(self) -> str:
        """What all its cases have in common; the count of each state where they differ."""
        if len(self.counts) < 2:
            return str(self.state.label)
        parts = (f"{part.count} {part.progress.label}" for part in self.counts)
        return pgettext("between labels", "; ").join(parts)

    @property
    def inferred_words(self) -> str:
        """In how many of its cases the link was inferred here, "" where sources state it."""
        if not self.inferred:
            return ""
        if self.inferred == self.count:
            return pgettext("a link", "our inference")
        return gettext("%(count)s of them inferred") % {"count": self.inferred}


@dataclass(frozen=True, slots=True)
class Count:
    """In how many cases the furthest answer has come how far."""

    progress: CellState  # ANSWERED, AWAITING or PLANNED
    count: int

    @property
    def words(self) -> str:
        """As they stand in a cell, behind those that have come further."""
        if self.progress == CellState.AWAITING:
            return gettext("and %(count)s awaiting acceptance") % {"count": self.count}
        return gettext("and %(count)s only planned or prepared") % {"count": self.count}


@dataclass(frozen=True)
class Axis:
    """A problem type (`count`: cases that report it) or a measure family (`count`: cases with a
    measure of it), with the list of these cases."""

    label: str
    count: int
    url: str
    value: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Matrix:
    columns: tuple[Axis, ...]  # measure families
    rows: tuple[Axis, ...]  # problem types, with a cell for each column

    @property
    def states(self) -> type[CellState]:
        """What a cell may say, for the key."""
        return CellState

    @classmethod
    def of(cls, library: Library) -> "Matrix":
        """No query."""
        columns = tuple(_axes(library, "measure"))
        families = [column.value for column in columns]
        rows = tuple(
            replace(row, cells=tuple(_cells(library, row.value, families)))
            for row in _axes(library, "problem")
        )
        return cls(columns, rows)


def answers_to(library: Library, problem: str) -> list[tuple[str, Cell]]:
    """(family label, cell) of every family that answers a problem type. No query."""
    families = [node.value for node in _roots(library, "measure")]
    labels = library.labels("measure")
    cells = zip(families, _cells(library, problem, families), strict=True)
    return [(labels[family], cell) for family, cell in cells if cell.count]


def answered_by(library: Library, measure: str) -> list[tuple[str, Cell]]:
    """(problem label, cell) of every problem type that a measure type answers. No query."""
    labels = library.labels("problem")
    cells = [
        (labels[node.value], cell)
        for node in _roots(library, "problem")
        for cell in _cells(library, node.value, [measure])
    ]
    return [(label, cell) for label, cell in cells if cell.count]


def _roots(library: Library, facet: str) -> list[Node]:
    return library.below[facet].get("", [])


def _axes(library: Library, facet: str) -> Iterator[Axis]:
    address = CaseQuery(library).addresses(facet)
    labels = library.labels(facet)
    for node in _roots(library, facet):
        count = len(library.of(facet, node.value))
        yield Axis(labels[node.value], count, address(node.value), node.value)


def _cells(library: Library, problem: str, measures: list[str]) -> Iterator[Cell]:
    """A cell for each measure family or type."""
    address = CaseQuery(library).addresses(ANSWERED)
    problem_label, labels = library.labels("problem")[problem], library.labels("measure")
    emptiness = _emptiness(library, problem)
    for measure in measures:
        pair = f"{problem}:{measure}"
        counts = tuple(_counts(library, pair))
        yield Cell(
            counts,
            counts[0].progress if counts else emptiness,
            f"{problem_label} → {labels[measure]}",
            address(pair) if counts else "",
            sum(part.count for part in counts) - len(library.stated_answers.get(pair, BitMap())),
        )


def _counts(library: Library, pair: str) -> Iterator[Count]:
    further = BitMap()
    for space, state in _STATES.items():
        cases = library.answers[space].get(pair, BitMap())
        if new := cases - further:
            yield Count(state, len(new))
            further |= new


_STATES = {
    DONE_OR_UNDER_WAY: CellState.ANSWERED,
    AWAITING: CellState.AWAITING,
    PLANNED: CellState.PLANNED,
}


def _emptiness(library: Library, problem: str) -> CellState:
    """What a cell without a case says; the same along the whole row."""
    met = library.of("problem", problem)
    if not met:
        return CellState.UNMET
    without = library.unanswered.get(problem)
    if without is not None and met <= without:
        return CellState.UNANSWERED
    families = (node.value for node in _roots(library, "measure"))
    pairs = {f"{problem}:{family}" for family in families}
    delivered = (library.answers[space].keys() for space in (DONE_OR_UNDER_WAY, AWAITING))
    is_delivered = any(pairs & found for found in delivered)
    return CellState.OTHERWISE if is_delivered else CellState.PLANNED_OTHERWISE
