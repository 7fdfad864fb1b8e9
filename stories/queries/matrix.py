"""Problem types × measure families: the number of cases in which the family addresses the problem.

Counts only links between measures and problems in the case documents.
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

TONES = (1, 2, 5, 20, 100)  # cases with a delivered answer, from which a cell is darker


class CellState(TextChoices):
    """The state of a cell: the stage of its furthest answer, or why it is empty."""

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
    """The cases in which a measure addresses a problem; exactly those at `url`, "" if there are
    none.
    """

    counts: tuple["Count", ...]  # by stage, furthest first; a case counts once
    state: CellState  # of the furthest
    label: str  # "problem → family" or "problem → type"
    url: str
    inferred: int = 0  # cases in which no source states the link

    @property
    def count(self) -> int:
        return sum(part.count for part in self.counts)

    @property
    def tone(self) -> int:
        """0 to len(TONES), by the number of cases with a delivered answer, accepted or not."""
        plans = sum(part.count for part in self.counts if part.progress == CellState.PLANNED)
        return bisect_right(TONES, self.count - plans)

    @property
    def state_label(self) -> str:
        """The state that all its cases share; else the count of each state."""
        if len(self.counts) < 2:
            return str(self.state.label)
        parts = (f"{part.count} {part.progress.label}" for part in self.counts)
        return pgettext("between labels", "; ").join(parts)

    @property
    def inferred_words(self) -> str:
        """The number of cases whose link is inferred; "" if sources state it."""
        if not self.inferred:
            return ""
        if self.inferred == self.count:
            return pgettext("a link", "our inference")
        return gettext("%(count)s of them inferred") % {"count": self.inferred}


@dataclass(frozen=True, slots=True)
class Count:
    """The number of cases whose furthest answer has this stage."""

    progress: CellState  # ANSWERED, AWAITING or PLANNED
    count: int

    @property
    def words(self) -> str:
        """As printed in a cell, after the counts of further stages."""
        if self.progress == CellState.AWAITING:
            return gettext("and %(count)s awaiting acceptance") % {"count": self.count}
        return gettext("and %(count)s only planned or prepared") % {"count": self.count}


@dataclass(frozen=True)
class Axis:
    """A problem type (`count`: cases that report it) or a measure family (`count`: cases with a
    measure of it), with the address of the list of these cases."""

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
        """The states of cells, for the legend."""
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
    """(family label, cell) for every family that addresses a problem type. No query."""
    families = [node.value for node in _roots(library, "measure")]
    labels = library.labels("measure")
    cells = zip(families, _cells(library, problem, families), strict=True)
    return [(labels[family], cell) for family, cell in cells if cell.count]


def answered_by(library: Library, measure: str) -> list[tuple[str, Cell]]:
    """(problem label, cell) for every problem type that a measure type addresses. No query."""
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
    """The state of a cell without a case; the same along the whole row."""
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
