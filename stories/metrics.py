"""The table of metrics: parameters ⇄ MetricQuery → metrics.

What is found comes from the index; the tables are asked for the rows of one page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, reduce
from itertools import accumulate, islice
from operator import and_

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories import entries, lookups, sizes
from stories.languages import reader_language
from stories.library import Library
from stories.listed import listed
from stories.queries import CHOICE_LIMIT, Chip, Facet, Page, Value, address_of, page_number, page_of
from stories.vocabulary import METRIC_LIMIT, Kind

PAGE_SIZE = 50  # metrics
AT_ONCE = 2  # postings of the first statement where few may do; of each further one twice as many
# Of sizes, wide ones first.
LEVELS = ((entries.OCTAVES, sizes.OCTAVE), (entries.SIZES, sizes.GROUP))
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
        """2 queries for the rows; for what is found 1 a facet and 7 at most for a size; for the
        order as many as AT_ONCE has to be doubled."""
        count = max(1, -(-self.total // PAGE_SIZE))
        number = min(self.number, count)
        start = (number - 1) * PAGE_SIZE
        items = listed(self.library, self._numbers(start))
        return page_of(items, number, count, self.total, lambda n: replace(self, number=n).url)

    @cached_property
    def total(self) -> int:
        if self._found is None:
            counts = self._counts(entries.INDICATOR)
            return sum(counts[slug] for slug in self._indicators)
        if self._narrows_indicators:
            held = lookups.metrics_holding(entries.INDICATOR, self._indicators)
            return sum(self._found.intersection_cardinality(metrics) for metrics in held.values())
        return len(self._found)

    @cached_property
    def _found(self) -> BitMap | None:
        """What answers all but the indicator; None where nothing else was asked."""
        found = [
            BitMap.union(
                _NONE, *lookups.metrics_holding(space, self._with_all_below(facet)).values()
            )
            for facet, space in (("measure", entries.TYPE), ("place", entries.PLACE))
            if self._values(facet)
        ]
        if kinds := self._values("kind"):
            found.append(
                BitMap.union(_NONE, *lookups.metrics_holding(entries.KIND, kinds).values())
            )
        if self.least or self.most:
            found.append(self._of_size())
        return reduce(and_, found) if found else None

    @cached_property
    def _indicators(self) -> list[str]:
        """Those asked for, or all, in the order of the vocabulary."""
        slugs = self._values("indicator")
        terms = self.library.terms["indicator"]
        return [
            slug
            for slug in terms
            if slug in self._counts(entries.INDICATOR) and (not slugs or slug in slugs)
        ]

    @property
    def _narrows_indicators(self) -> bool:
        return bool(self._values("indicator"))

    def _of_size(self) -> BitMap:
        """Over n is just above n, nearly n just below n, a range all of itself."""
        begin, end = sizes.ALL
        least = sizes.place(Decimal(self.least)) if self.least else begin
        most = sizes.place(Decimal(self.most)) if self.most else end
        if least > most:
            return BitMap()  # or wide ranges would overlap both
        found = self._beginning(least, most)
        if self.least:
            ends = lookups.metrics_between(entries.END, (sizes.written(least), sizes.LAST))
            if ends:
                reaching = BitMap.union(*ends.values())
                found |= reaching & self._beginning(begin, least - 1) if self.most else reaching
        return found

    def _beginning(self, least: int, most: int) -> BitMap:
        """Those that begin from one place to another: whole groups, and of others what is in."""
        held: list[BitMap] = []
        ranges = [(least, most)]
        for space, leading in LEVELS:
            whole, parts = [], []
            for key in self._counts(space):
                group = sizes.group(sizes.read(key), leading)
                for begin, end in ranges:
                    shared = max(group[0], begin), min(group[1], end)
                    if shared == group:
                        whole.append(key)
                    elif shared[0] <= shared[1]:
                        parts.append(shared)
            held += lookups.metrics_holding(space, whole).values()
            ranges = parts
        return BitMap.union(_NONE, *held, *_of_ranges(ranges).values())

    def _numbers(self, start: int) -> list[int]:
        """Those on the page that begins there, by the numbers that the index has for metrics."""
        end = start + PAGE_SIZE
        if self.order == "indicator":
            return _taken(self._by_indicator(start), start, end)
        found = self._found if self._found is not None else self.library.all_metrics
        if self._narrows_indicators:
            held = lookups.metrics_holding(entries.INDICATOR, self._indicators).values()
            found = found & BitMap.union(_NONE, *held)
        if self.order == "case":
            return _taken(self._by_case(found, start), start, end)
        return self._by_size(found, start)

    def _by_indicator(self, start: int) -> Iterator["Group"]:
        if self._found is None:
            yield from self._counted_by_indicator(start)
            return
        for slugs in _in_growing_parts(self._indicators):
            held = lookups.metrics_holding(entries.INDICATOR, slugs)
            for slug in slugs:
                metrics = held[slug] & self._found
                yield len(metrics), metrics

    def _counted_by_indicator(self, start: int) -> Iterator["Group"]:
        """The counts tell which indicators the page is of."""
        counts = self._counts(entries.INDICATOR)
        ends = list(accumulate(counts[slug] for slug in self._indicators))
        first = bisect_right(ends, start)
        last = bisect_left(ends, start + PAGE_SIZE)
        held = lookups.metrics_holding(entries.INDICATOR, self._indicators[first : last + 1])
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

    def _by_size(self, found: BitMap, start: int) -> list[int]:
        """The largest first: the groups that the page is of, and then each size in them."""
        ranges = [sizes.ALL]
        for space, leading in LEVELS:
            within = [
                key
                for key in self._counts(space)
                if any(begin <= sizes.read(key) <= end for begin, end in ranges)
            ]
            counted = _counted(space, within[::-1], found)
            keys, start = _overlapping(counted, start, start + PAGE_SIZE)
            ranges = [sizes.group(sizes.read(key), leading) for key in keys]
        exact = reversed(_of_ranges(ranges).values())
        hits = (metrics & found for metrics in exact)
        return _taken(((len(metrics), metrics) for metrics in hits), start, start + PAGE_SIZE)

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


def _counted(space: str, keys: list[str], found: BitMap) -> Iterator[tuple[str, int]]:
    """How many of the metrics found each key has, as long as anybody asks."""
    for some in _in_growing_parts(keys):
        held = lookups.metrics_holding(space, some)
        for key in some:
            yield key, held[key].intersection_cardinality(found)


def _in_growing_parts(keys: list[str]) -> Iterator[list[str]]:
    n = 0
    while n < len(keys):
        yield keys[n : 2 * n + AT_ONCE]
        n = 2 * n + AT_ONCE


def _overlapping(counted: Iterable[tuple[str, int]], start: int, end: int) -> tuple[list[str], int]:
    """The keys that start to end are in, and where start is among what these have."""
    keys: list[str] = []
    passed, before = 0, 0
    for key, count in counted:
        if count and passed + count > start:
            keys.append(key)
        else:
            before += count
        passed += count
        if passed >= end:
            break
    return keys, start - before


def _of_ranges(ranges: list[sizes.Span]) -> dict[str, BitMap]:
    """The metrics of each size in the ranges, by size."""
    wanted = [sizes.keys_between(begin, end) for begin, end in ranges]
    return lookups.metrics_between(entries.SIZE, *wanted) if wanted else {}


def offered(library: Library, facet: str) -> dict[str, str]:
    """value → label, in the order of the vocabulary, of the values that some metric has."""
    question = f"metrics offered: {facet}, {reader_language()}"
    return library.kept(question, lambda: _offered(library, facet))


def _offered(library: Library, facet: str) -> dict[str, str]:
    held = library.with_metrics
    if facet == "kind":
        kinds = library.metric_counts.get(entries.KIND, {})
        return {kind.value: str(kind.label) for kind in Kind if kind in kinds}
    labels = library.labels(facet)
    return {value: labels[value] for value in library.nodes[facet] if value in held[facet]}


def _decimal(text: str) -> str:
    """A size as asked, in one form; "" for what is no number."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII):
        return ""
    return f"{Decimal(text).normalize():f}"
