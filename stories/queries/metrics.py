"""The table of metrics: parameters ⇄ MetricQuery → metrics of the current versions."""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories.choices import Kind
from stories.languages import reader_language
from stories.models.search_index import IndexedMetric, IndexedMetricType
from stories.queries.cases import CHOICE_LIMIT
from stories.queries.facets import Chip, Facet, Value
from stories.queries.metric_rows import rows_of
from stories.queries.paging import Page, address_of, page_number, page_of
from stories.queries.snapshot import Library
from stories.search import reader, sizes
from stories.search.reader import MetricKey

PAGE_SIZE = 50  # metrics

SORTS = {
    "indicator": _("Indicator"),
    "case": _("Case"),
    "size": _("Value"),
}
# Columns; of indicators then by the order of the vocabulary.
_ORDERS = {
    "indicator": ["indicator", "publication_id", "key"],
    "case": ["publication__slug", "key"],
    "size": ["-begin", "publication_id", "key"],
}
_PACKED = 500  # keys


@dataclass(frozen=True)
class MetricQuery:
    """A reader's query of the table of metrics; bounds are in the indicator's own unit."""

    library: Library = field(compare=False, repr=False)
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value)
    least: str = ""  # decimal, as requested
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
        return address_of("metrics", [*self.parameters, ("page", page)])

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as parameters, without the page."""
        return [*self.chosen, ("min", self.least), ("max", self.most), ("sort", self.sort)]

    @property
    def csv_url(self) -> str:
        """The address of the whole result as a table."""
        return address_of("metrics-csv", self.parameters)

    @property
    def json_lines_url(self) -> str:
        return address_of("metrics-jsonl", self.parameters)

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
        """The options of the form: every value that some case has."""
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
        """1 query for the counts, 1 for the documents of the page's cases, and 3 at most for the
        keys of its metrics."""
        count = max(1, -(-self.total // PAGE_SIZE))
        number = min(self.number, count)
        start = (number - 1) * PAGE_SIZE
        items = rows_of(self.library, self.keys(start, start + PAGE_SIZE))
        return page_of(items, number, count, self.total, lambda n: replace(self, number=n).url)

    @property
    def total(self) -> int:
        return sum(self._counts.values())

    @property
    def is_everything(self) -> bool:
        return not (self.chosen or self.least or self.most)

    @cached_property
    def _counts(self) -> dict[str, int]:
        """indicator → how many metrics, in the order of the vocabulary."""
        if self.is_everything:
            return self.library.memoized("counts of metrics", self._counted)
        return self._counted()

    def _counted(self) -> dict[str, int]:
        rows = self._rows().order_by().values_list("indicator").annotate(count=Count("pk"))
        counts = dict(rows)
        known = self.library.terms["indicator"]
        return {slug: counts[slug] for slug in known if slug in counts}

    def keys(self, start: int, end: int) -> list[MetricKey]:
        """Keys of the metrics from start to end of the ordered result."""
        if self.order == "indicator":
            return list(self._by_indicator(start, end))
        rows = self._rows().order_by(*_ORDERS[self.order]).values_list("publication_id", "key")
        return list(rows[start:end])

    def every_key(self) -> Iterator[MetricKey]:
        """Of the whole result in its order, whatever is published meanwhile: 1 query. They are
        packed into about 30 bytes a metric."""
        in_order = self._rows().order_by(*_ORDERS[self.order])
        rows = in_order.values_list("indicator", "publication_id", "key").iterator()
        known = self.library.terms["indicator"]
        if self.order == "indicator":
            packed = {slug: list(_packed(group)) for slug, group in groupby(rows, itemgetter(0))}
            chunks = [chunk for slug in known for chunk in packed.get(slug, ())]
        else:
            chunks = list(_packed(row for row in rows if row[0] in known))
        for pks, keys in chunks:
            yield from zip(pks, keys.split("\n"), strict=True)

    def _by_indicator(self, start: int, end: int) -> Iterator[MetricKey]:
        """The counts tell which indicators are on the page: those completely on it take 1 query
        together, the first and the last, if cut, 1 each."""
        cut: dict[str, tuple[int, int]] = {}
        behind = 0
        for slug, count in self._counts.items():
            before, behind = behind, behind + count
            first, last = max(start - before, 0), min(end - before, count)
            if first < last:
                cut[slug] = (first, last)
        whole = [slug for slug, span in cut.items() if span == (0, self._counts[slug])]
        found: dict[str, list[MetricKey]] = {}
        rows = self._rows().order_by("publication_id", "key")
        for slug, pk, key in rows.filter(indicator__in=whole).values_list(
            "indicator", "publication_id", "key"
        ):
            found.setdefault(slug, []).append((pk, key))
        for slug, (first, last) in cut.items():
            if slug in found:
                yield from found[slug]
            else:
                some = rows.filter(indicator=slug).values_list("publication_id", "key")
                yield from some[first:last]

    def _rows(self) -> QuerySet[IndexedMetric]:
        rows = IndexedMetric.objects.all()
        if self.least and self.most and Decimal(self.least) > Decimal(self.most):
            return rows.none()
        if slugs := self._values("indicator"):
            rows = rows.filter(indicator__in=slugs)
        if kinds := self._values("kind"):
            rows = rows.filter(kind__in=kinds)
        if self._values("measure"):
            of_types = IndexedMetricType.objects.filter(type__in=self._with_all_below("measure"))
            rows = rows.filter(pk__in=of_types.values("metric"))
        if codes := self._values("place"):
            cases = BitMap.union(*(self.library.with_metrics["place"][code] for code in codes))
            rows = rows.filter(publication__in=reader.among(cases))
        if self.least:
            rows = rows.filter(end__gte=sizes.place(Decimal(self.least)))
        if self.most:
            rows = rows.filter(begin__lte=sizes.place(Decimal(self.most)))
        return rows

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


def offered(library: Library, facet: str) -> dict[str, str]:
    """value → label, in the order of the vocabulary, of the values that some metric has."""
    question = f"metrics offered: {facet}, {reader_language()}"
    return library.memoized(question, lambda: _offered(library, facet))


def _offered(library: Library, facet: str) -> dict[str, str]:
    if facet == "kind":
        metrics = IndexedMetric.objects.order_by()
        kinds = [kind for kind in Kind if metrics.filter(kind=kind).exists()]
        return {kind.value: str(kind.label) for kind in kinds}
    labels, counted = library.labels(facet), library.with_metrics[facet]
    return {value: labels[value] for value in library.nodes[facet] if value in counted}


def _packed(rows: Iterable[tuple[str, int, str]]) -> Iterator[tuple["array[int]", str]]:
    """The keys of metrics as numbers and one text, some at a time."""
    remaining = iter(rows)
    while some := list(islice(remaining, _PACKED)):
        yield array("q", (pk for _slug, pk, _key in some)), "\n".join(key for *_, key in some)


def _decimal(text: str) -> str:
    """A bound in one canonical form; "" if it is no number."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII):
        return ""
    return f"{Decimal(text).normalize():f}"
