"""The table of metrics: parameters ⇄ MetricQuery → metrics.

What is found comes from the index; the tables are asked for the rows of one page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, islice

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories import index, sizes
from stories.library import Library
from stories.listed import listed
from stories.queries import CHOICE_LIMIT, Chip, Facet, Page, Value, address_of, page_number, page_of
from stories.terms import reader_language
from stories.vocabulary import METRIC_LIMIT, Kind

PAGE_SIZE = 50  # metrics
AT_ONCE = 32  # postings of one statement, where the first may do
_NONE = BitMap()


SORTS = {
    "indicator": _("Indicator"),
    "case": _("Case"),
    "size": _("Size"),
}


Group = tuple[int, BitMap]  # how many, and which; of those that are passed over only how many


@dataclass(frozen=True)
class MetricQuery:
    """A reader's question to the table of metrics; sizes are in the indicator's own unit."""

    library: Library = field(compare=False, repr=False)
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value)
    least: str = ""  # decimal, as asked
    most: str = ""
    sort: str = ""
    number: int = 1

    FACETS = {
        "indicator": _("Indicator"),
        "kind": _("Kind"),
        "measure": _("Measures"),
        "place": _("Places"),
    }

    @classmethod
    def parse(cls, parameters: QueryDict, library: Library) -> "MetricQuery":
        sort = parameters.get("sort", "")
        chosen = [
            (name, value)
            for name in cls.FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in offered(library, name)
        ]
        return cls(
            library,
            tuple(chosen[:CHOICE_LIMIT]),
            _decimal(parameters.get("min", "")),
            _decimal(parameters.get("max", "")),
            sort if sort in SORTS and sort != "indicator" else "",
            page_number(parameters.get("page", "")),
        )

    @property
    def url(self) -> str:
        page = str(self.number) if self.number > 1 else ""
        sizes = [("min", self.least), ("max", self.most)]
        return address_of("metrics", [*self.chosen, *sizes, ("sort", self.sort), ("page", page)])

    @property
    def order(self) -> str:
        return self.sort or "indicator"

    @property
    def is_indexable(self) -> bool:
        return len(self.chosen) <= 2 and not self.least and not self.most

    def words(self) -> list[Chip]:
        chips = [
            Chip(name, offered(self.library, name)[value], self._without(name, value).url)
            for name, value in self.chosen
        ]
        if self.least:
            chips.append(Chip("min", f"≥ {self.least}", replace(self, least="", number=1).url))
        if self.most:
            chips.append(Chip("max", f"≤ {self.most}", replace(self, most="", number=1).url))
        return chips

    def choices(self) -> list[Facet]:
        """What the form offers: every value that some case has."""
        return [
            Facet(
                name,
                str(label),
                tuple(
                    Value(value, words, 0, (name, value) in self.chosen, "")
                    for value, words in offered(self.library, name).items()
                ),
            )
            for name, label in self.FACETS.items()
        ]

    def sorts(self) -> list[Value]:
        return [
            Value(
                name,
                str(label),
                0,
                name == self.order,
                replace(self, sort="" if name == "indicator" else name, number=1).url,
            )
            for name, label in SORTS.items()
        ]

    def page(self) -> Page:
        """2 queries for the rows; for what is found 1 a facet, 5 for a size, 1 for AT_ONCE groups
        of the order."""
        count = max(1, -(-self.total // PAGE_SIZE))
        number = min(self.number, count)
        start = (number - 1) * PAGE_SIZE
        found = _taken(self._groups(start), start, start + PAGE_SIZE)
        items = listed(self.library, found)
        return page_of(items, number, count, self.total, lambda n: replace(self, number=n).url)

    @cached_property
    def total(self) -> int:
        if self._found is None:
            counts = self._counts(index.INDICATOR)
            return sum(counts[slug] for slug in self._indicators)
        if self._narrows_indicators:
            held = index.metrics_holding(index.INDICATOR, self._indicators)
            return sum(self._found.intersection_cardinality(metrics) for metrics in held.values())
        return len(self._found)

    @cached_property
    def _found(self) -> BitMap | None:
        """What answers all but indicator and kind; None where nothing else was asked."""
        found = [
            BitMap.union(_NONE, *index.metrics_holding(space, self._with_all_below(facet)).values())
            for facet, space in (("measure", index.TYPE), ("place", index.PLACE))
            if self._values(facet)
        ]
        if self.least or self.most:
            found.append(self._of_size())
        return BitMap.intersection(*found) if found else None

    @cached_property
    def _indicators(self) -> list[str]:
        """Those asked for, by themselves and by their kind, in the order of the vocabulary."""
        slugs, kinds = self._values("indicator"), self._values("kind")
        terms = self.library.terms["indicator"]
        return [
            slug
            for slug in terms
            if slug in self._counts(index.INDICATOR)
            and (not slugs or slug in slugs)
            and (not kinds or terms[slug].kind in kinds)
        ]

    @property
    def _narrows_indicators(self) -> bool:
        return bool(self._values("indicator") or self._values("kind"))

    def _of_size(self) -> BitMap:
        """Over n is just above n, nearly n just below n, a range all of itself."""
        least = sizes.place(Decimal(self.least)) if self.least else None
        most = sizes.place(Decimal(self.most)) if self.most else None
        if least is not None and most is not None and least > most:
            return BitMap()  # or wide ranges would overlap both
        found = self._beginning(least, most)
        if least is not None:
            ends = index.metrics_between(index.END, (sizes.written(least), sizes.LAST))
            if ends:
                reaching = BitMap.union(*ends.values())
                found |= reaching if most is None else reaching & self._beginning(None, least - 1)
        return found

    def _beginning(self, least: int | None, most: int | None) -> BitMap:
        """Those that begin from one place to another: whole groups, and of others what is in."""
        whole, parts = [], []
        for key in self._counts(index.SIZES):
            first, last = sizes.group(sizes.read(key))
            begin = first if least is None else max(first, least)
            end = last if most is None else min(last, most)
            if (begin, end) == (first, last):
                whole.append(key)
            elif begin <= end:
                parts.append(sizes.keys_between(begin, end))
        held = [
            *index.metrics_holding(index.SIZES, whole).values(),
            *(index.metrics_between(index.SIZE, *parts).values() if parts else ()),
        ]
        return BitMap.union(_NONE, *held)

    def _groups(self, start: int) -> Iterator["Group"]:
        if self.order == "indicator":
            return self._by_indicator(start)
        everything = self._found if self._found is not None else self.library.all_metrics
        if self._narrows_indicators:
            held = index.metrics_holding(index.INDICATOR, self._indicators).values()
            everything = everything & BitMap.union(_NONE, *held)
        if self.order == "case":
            return self._by_case(everything, start)
        return self._by_size(everything, start)

    def _by_indicator(self, start: int) -> Iterator["Group"]:
        if self._found is None:
            yield from self._counted_by_indicator(start)
            return
        for n in range(0, len(self._indicators), AT_ONCE):
            slugs = self._indicators[n : n + AT_ONCE]
            held = index.metrics_holding(index.INDICATOR, slugs)
            for slug in slugs:
                metrics = held[slug] & self._found
                yield len(metrics), metrics

    def _counted_by_indicator(self, start: int) -> Iterator["Group"]:
        """The counts tell which indicators the page is of."""
        counts = self._counts(index.INDICATOR)
        ends = list(accumulate(counts[slug] for slug in self._indicators))
        first = bisect_right(ends, start)
        last = bisect_left(ends, start + PAGE_SIZE)
        held = index.metrics_holding(index.INDICATOR, self._indicators[first : last + 1])
        for slug in self._indicators[: last + 1]:
            yield counts[slug], held.get(slug, _NONE)

    def _by_case(self, found: BitMap, start: int) -> Iterator["Group"]:
        for pk in self.library.ordered("slug"):
            first = pk * METRIC_LIMIT
            count = found.range_cardinality(first, first + METRIC_LIMIT)
            if start >= count:
                start -= count
                yield count, _NONE
            else:
                start = 0
                yield count, BitMap(islice(found.iter_equal_or_larger(first), count))

    def _by_size(self, found: BitMap, start: int) -> Iterator["Group"]:
        """The largest first."""
        keys = list(self._counts(index.SIZES))[::-1]
        for n in range(0, len(keys), AT_ONCE):
            held = index.metrics_holding(index.SIZES, keys[n : n + AT_ONCE])
            for key in keys[n : n + AT_ONCE]:
                count = held[key].intersection_cardinality(found)
                if start >= count:
                    start -= count
                    yield count, _NONE
                    continue
                start = 0
                exact = index.metrics_between(
                    index.SIZE, sizes.keys_between(*sizes.group(sizes.read(key)))
                )
                for metrics in reversed(exact.values()):
                    yield metrics.intersection_cardinality(found), metrics & found

    def _counts(self, space: str) -> dict[str, int]:
        return self.library.metric_counts.get(space, {})

    def _values(self, facet: str) -> list[str]:
        return [value for name, value in self.chosen if name == facet]

    def _without(self, facet: str, value: str) -> "MetricQuery":
        chosen = tuple(pair for pair in self.chosen if pair != (facet, value))
        return replace(self, chosen=chosen, number=1)

    def _with_all_below(self, facet: str) -> set[str]:
        found: set[str] = set()
        waiting = self._values(facet)
        while waiting:
            value = waiting.pop()
            found.add(value)
            waiting += [node.value for node in self.library.below[facet].get(value, [])]
        return found


def _taken(groups: Iterable[Group], start: int, end: int) -> list[int]:
    """start to end of what stands in groups; of those before it the count may be all there is."""
    taken: list[int] = []
    for count, metrics in groups:
        if start < count:
            taken += metrics[max(start, 0) : end]
        start, end = start - count, end - count
        if end <= 0:
            break
    return taken


def offered(library: Library, facet: str) -> dict[str, str]:
    """value → label, in the order of the vocabulary, of the values that some metric has."""
    question = f"metrics offered: {facet}, {reader_language()}"
    return library.kept(question, lambda: _offered(library, facet))


def _offered(library: Library, facet: str) -> dict[str, str]:
    held = library.with_metrics
    if facet == "kind":
        kinds = {library.terms["indicator"][value].kind for value in held["indicator"]}
        return {kind.value: str(kind.label) for kind in Kind if kind in kinds}
    labels = library.labels(facet)
    return {value: labels[value] for value in library.nodes[facet] if value in held[facet]}


def _decimal(text: str) -> str:
    """A size as asked, in one form; "" for what is no number."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII):
        return ""
    return f"{Decimal(text).normalize():f}"
