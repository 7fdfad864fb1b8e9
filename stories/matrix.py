"""Problem types × measure families: which problem was answered in which way, and which was not."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyroaring import BitMap

from stories.library import Library
from stories.queries import CaseQuery

TONES = (1, 2, 5, 20, 100)  # cases from which a cell is a tone deeper


@dataclass(slots=True)
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
    def of(cls, library: Library) -> "Matrix":
        """No query."""
        every = CaseQuery(library)
        columns = _axes(every, "measure")
        addresses = [every.toggled("measure", slug).addresses("problem") for slug in columns]
        rows = [
            replace(row, cells=tuple(_cells(library, (slug, row), columns, addresses)))
            for slug, row in _axes(every, "problem").items()
        ]
        return cls(tuple(columns.values()), tuple(rows))


def _axes(every: CaseQuery, facet: str) -> dict[str, Axis]:
    """slug → axis, of every family or problem type."""
    library, address = every.library, every.addresses(facet)
    return {
        node.value: Axis(
            str(node.label), len(library.of(facet, node.value)), address(node.value), node.value
        )
        for node in library.below[facet].get("", [])
    }


def _cells(
    library: Library,
    problem: tuple[str, Axis],
    families: Mapping[str, Axis],
    addresses: Sequence[Callable[[str], str]],
) -> Iterator[Cell]:
    slug, row = problem
    met = library.of("problem", slug)
    for (family, column), address in zip(families.items(), addresses, strict=True):
        count = met.intersection_cardinality(library.of("measure", family))
        yield Cell(
            count,
            bisect_right(TONES, count),
            _answer(library, met, family, count),
            address(slug),
            f"{row.label} × {column.label}",
        )


def _answer(library: Library, met: BitMap, family: str, count: int) -> str:
    if not met:
        return "unmet"
    if not count:
        return "unanswered"
    answered = library.answered.get(family, BitMap())
    return "answered" if met.intersection_cardinality(answered) else "planned"
