"""Problem types × measure families: which problem was answered in which way, and which was not."""

from dataclasses import dataclass, replace

from pyroaring import BitMap

from stories.library import Library, Node
from stories.queries import CaseQuery

TONES = (1, 2, 5, 20, 100)  # cases from which a cell is a tone deeper


@dataclass(frozen=True)
class Cell:
    """The cases that met a problem and took a measure of a family; exactly those at `url`."""

    count: int
    tone: int  # 0 to len(TONES)
    answer: str  # "answered", "planned" (only planned or discussed), "unanswered" or "unmet"
    url: str
    label: str

    @property
    def is_planned(self) -> bool:
        return self.answer == "planned"

    @property
    def is_unanswered(self) -> bool:
        return self.answer == "unanswered"


@dataclass(frozen=True)
class Axis:
    """A row or column: its label, all its cases, the list of them, and its slug."""

    label: str
    count: int
    url: str
    value: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Matrix:
    columns: tuple[Axis, ...]  # measure families
    rows: tuple[Axis, ...]  # problem types, with a cell for each column

    @classmethod
    def now(cls) -> "Matrix":
        """No query beyond those of the library."""
        library = Library.now()
        every = CaseQuery(library)
        families = library.below["measure"].get("", [])
        problems = library.below["problem"].get("", [])
        return cls(
            tuple(_axis(library, every, "measure", family) for family in families),
            tuple(
                replace(
                    _axis(library, every, "problem", problem),
                    cells=tuple(_cell(library, every, problem, family) for family in families),
                )
                for problem in problems
            ),
        )


def _axis(library: Library, every: CaseQuery, facet: str, node: Node) -> Axis:
    url = every.toggled(facet, node.value).url
    return Axis(str(node.label), len(library.of(facet, node.value)), url, node.value)


def _cell(library: Library, every: CaseQuery, problem: Node, family: Node) -> Cell:
    met = library.of("problem", problem.value)
    count = met.intersection_cardinality(library.of("measure", family.value))
    if not met:
        answer = "unmet"
    elif not count:
        answer = "unanswered"
    elif met.intersection_cardinality(library.answered.get(family.value, BitMap())):
        answer = "answered"
    else:
        answer = "planned"
    return Cell(
        count,
        sum(count >= tone for tone in TONES),
        answer,
        every.toggled("problem", problem.value).toggled("measure", family.value).url,
        f"{problem.label} × {family.label}",
    )
