"""Facets of a list as plain data: values, counts, and addresses that toggle them."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from stories.queries.paging import joined
from stories.queries.snapshot import FACETS, Library

VALUES_SHOWN = 12  # values of a facet, the most frequent ones
SHOWN_WHOLE = ("measure", "year")  # facets


@dataclass(slots=True)  # not frozen: a page has many, and frozen ones take longer to create
class Value:
    """One value of a facet, with its count regardless of the other values of that facet."""

    value: str
    label: str
    count: int
    is_selected: bool
    url: str
    children: tuple[Any, ...] = ()  # values


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: tuple[Value, ...]
    is_selected: bool = False  # one of its values is selected
    count: int = 0  # number of all values, if `values` has only the most frequent
    whole: str = ""  # the address with all of them


@dataclass(frozen=True)
class Chip:
    """One part of a query in words, with the address of the query without it."""

    facet: str
    label: str
    url: str


class FacetCounts:
    """Counts the values of one facet among the cases that the rest of a query finds.

    `chosen`: selected values of this facet; `address`: value → address of the query with it
    toggled; `url`: of the query unchanged; `is_whole`: return every value, whatever their number.
    """

    def __init__(
        self,
        library: Library,
        name: str,
        chosen: AbstractSet[str],
        among: BitMap,
        address: Callable[[str], str],
        url: str,
        is_whole: bool,
    ) -> None:
        self.name, self.chosen, self.among = name, chosen, among
        self.address, self.url, self.is_whole = address, url, is_whole
        # Ancestors of selected values; both stay visible at 0.
        above = (library.chain(name, value)[:-1] for value in chosen)
        self.opened = {node.value for chain in above for node in chain}
        self.cases_by_value, self.below = library.cases_by_value[name], library.below[name]
        self.labels = library.labels(name)

    def facet(self) -> Facet:
        """Long facets have their most frequent values, or all on request."""
        counted, label = self._counted(""), str(FACETS[self.name])
        if self.is_whole or self.name in SHOWN_WHOLE or len(counted) <= VALUES_SHOWN:
            return Facet(self.name, label, self._values(counted), is_selected=bool(self.chosen))
        near = self.chosen | self.opened
        best = sorted(counted, key=lambda pair: (pair[0] not in near, -pair[1]))[:VALUES_SHOWN]
        whole = joined(self.url, ("whole", self.name))
        values = self._values(best)
        return Facet(self.name, label, values, bool(self.chosen), len(counted), whole)

    def _counted(self, parent: str) -> list[tuple[str, int]]:
        """(value, cases) of the children of a value."""
        found = []
        for node in self.below.get(parent, ()):
            cases = self.cases_by_value.get(node.value)
            count = cases.intersection_cardinality(self.among) if cases else 0
            if count or node.value in self.chosen or node.value in self.opened:
                found.append((node.value, count))
        return found

    def _values(self, counted: Iterable[tuple[str, int]]) -> tuple[Value, ...]:
        return tuple(
            Value(
                value,
                self.labels[value],
                count,
                value in self.chosen,
                self.address(value),
                self._values(self._counted(value)) if self._is_shown_below(value) else (),
            )
            for value, count in counted
        )

    def _is_shown_below(self, value: str) -> bool:
        """Whether the children are shown: in the tree of places only along a selected value, for
        decades also if there are few years."""
        if value not in self.below:
            return False
        is_open = value in self.chosen or value in self.opened or self.is_whole
        if self.name == "year":
            return is_open or len(self.labels) - len(self.below[""]) <= VALUES_SHOWN
        return is_open or self.name != "place"
