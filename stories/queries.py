"""What a reader asked, as a value: parameters ⇄ CaseQuery → cases, facets, words, addresses.

Lenient: what is not understood is dropped. One answer has one address, `.url`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stories.models import (
    Actor,
    BodyKind,
    Case,
    CaseTag,
    Citation,
    Indicator,
    Measure,
    MeasureFamily,
    MeasureType,
    Metric,
    Place,
    Problem,
    ProblemType,
    Tag,
)
from stories.vocabulary import Kind

PAGE_SIZE = 20  # cases
METRICS_PAGE_SIZE = 50  # metrics
QUERY_LIMIT = 200  # characters of q
CHOICE_LIMIT = 40  # chosen values; more is no reader's question

FACETS = {
    "measure": _("Measures"),
    "problem": _("Problems"),
    "place": _("Places"),
    "actor": _("Kinds of body"),
    "tag": _("Tags"),
    "year": _("Years"),
}
SORTS = {
    "relevance": _("Relevance"),
    "newest": _("Newest"),
    "title": pgettext_lazy("sort order", "Title"),
}


@dataclass(frozen=True)
class Value:
    """One value of a facet, counted as if its own facet had not been asked."""

    value: str
    label: str
    count: int
    is_selected: bool
    url: str
    children: tuple["Value", ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something below it is selected."""
        return any(child.is_selected or child.is_open for child in self.children)


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: tuple[Value, ...]

    @property
    def is_selected(self) -> bool:
        return any(value.is_selected or value.is_open for value in self.values)


@dataclass(frozen=True)
class Chip:
    """One thing asked, in words, with the address of the question without it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True)
class Page:
    """One page of a result. `previous` and `next` are addresses, "" where there is none."""

    items: Sequence[Any]
    number: int
    count: int  # pages
    total: int  # items on all pages
    url: str
    previous: str
    next: str


# ---------------------------------------------------------------- the index of facets


@dataclass(frozen=True)
class Node:
    """A value of a facet as the tree of its facet has it."""

    value: str
    label: str
    parent: str = ""


@dataclass(frozen=True)
class Index:
    """facet → value → primary keys of the published cases that have it, and the facets' trees.

    A value holds all that the values below it hold. Reading it costs 14 queries.
    """

    cases: frozenset[int]
    holding: Mapping[str, Mapping[str, frozenset[int]]]
    nodes: Mapping[str, Mapping[str, Node]]

    @classmethod
    def read(cls) -> "Index":
        years = Case.objects.published().values_list("pk", "first_year", "last_year")
        cases = {pk: (first, last) for pk, first, last in years}
        nodes = _nodes()
        pairs = _pairs()
        pairs["year"] = [
            (pk, str(year))
            for pk, (first, last) in cases.items()
            if first and last
            for year in range(first, last + 1)
        ]
        nodes["year"] = {
            year: Node(year, year)
            for year in sorted({year for _pk, year in pairs["year"]}, reverse=True)
        }
        holding = {name: _holding(pairs[name], nodes[name], cases) for name in FACETS}
        return cls(frozenset(cases), holding, nodes)


def _pairs() -> dict[str, list[tuple[int, str]]]:
    """facet → (case, value) as the rows have it, without the values above."""
    return {
        "measure": list(Measure.objects.values_list("case", "type__slug").distinct()),
        "problem": list(Problem.objects.values_list("case", "type__slug").distinct()),
        "place": [
            *Case.objects.values_list("pk", "place__code"),
            *Measure.where.through._default_manager.values_list(
                "measure__case", "place__code"
            ).distinct(),
        ],
        "actor": list(Actor.objects.values_list("measure__case", "kind__slug").distinct()),
        "tag": list(CaseTag.objects.values_list("content_object", "tag__slug")),
    }


def _nodes() -> dict[str, dict[str, Node]]:
    families = [Node(row.slug, row.label) for row in MeasureFamily.objects.all()]
    types = [
        Node(row.slug, row.label, row.family.slug)
        for row in MeasureType.objects.select_related("family")
    ]
    places = [
        Node(row.code, row.label, row.parent.code if row.parent else "")
        for row in Place.objects.select_related("parent")
    ]
    plain: dict[str, type[Any]] = {"problem": ProblemType, "actor": BodyKind, "tag": Tag}
    return {
        "measure": {node.value: node for node in (*families, *types)},
        "place": {node.value: node for node in places},
        **{
            name: {row.slug: Node(row.slug, row.label) for row in model._default_manager.all()}
            for name, model in plain.items()
        },
    }


def _holding(
    pairs: Iterable[tuple[int, str]], nodes: Mapping[str, Node], cases: Mapping[int, Any]
) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for case, value in pairs:
        if case not in cases:
            continue
        while value:
            found.setdefault(value, set()).add(case)
            value = nodes[value].parent
    return {value: frozenset(holders) for value, holders in found.items()}


# ---------------------------------------------------------------- cases


@dataclass(frozen=True)
class CaseQuery:
    """A reader's question to the list of cases."""

    index: Index = field(compare=False, repr=False)
    q: str = ""
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value), in canonical order
    sort: str = ""
    number: int = 1  # of the page

    @classmethod
    def parse(cls, parameters: QueryDict, index: Index | None = None) -> "CaseQuery":
        index = index or Index.read()
        q = clean(parameters.get("q", ""))
        chosen = [
            (name, value)
            for name in FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in index.nodes[name]
        ]
        sort = parameters.get("sort", "")
        return cls(
            index=index,
            q=q,
            chosen=tuple(chosen[:CHOICE_LIMIT]),
            sort=sort if sort in SORTS and sort != _default_sort(q) else "",
            number=_page_number(parameters.get("page", "")),
        )

    @property
    def url(self) -> str:
        return _address(
            "cases",
            [
                ("q", self.q),
                *self.chosen,
                ("sort", self.sort),
                ("page", str(self.number) if self.number > 1 else ""),
            ],
        )

    @property
    def order(self) -> str:
        return self.sort or _default_sort(self.q)

    @property
    def is_indexable(self) -> bool:
        """Combinations of more than two choices, and words of the reader's own, are not."""
        return len(self.chosen) <= 2 and not self.q

    def toggled(self, facet: str, value: str) -> "CaseQuery":
        """With the value chosen if it was not, and the other way round; back on page 1."""
        pair = (facet, value)
        if pair in self.chosen:
            chosen = [other for other in self.chosen if other != pair]
        else:
            names = list(FACETS)
            chosen = sorted([*self.chosen, pair], key=lambda p: (names.index(p[0]), p[1]))
        return replace(self, chosen=tuple(chosen), number=1)

    def words(self) -> list[Chip]:
        """What was asked, for chips, heading and title."""
        without_q = replace(self, q="", sort="", number=1)
        chips = [Chip("q", f"“{self.q}”", without_q.url)] if self.q else []
        for name, value in self.chosen:
            label = self.index.nodes[name][value].label
            chips.append(Chip(name, label, self.toggled(name, value).url))
        return chips

    def sorts(self) -> list[Value]:
        offered = SORTS if self.q else {name: SORTS[name] for name in SORTS if name != "relevance"}
        return [
            Value(
                name,
                str(label),
                0,
                name == self.order,
                replace(self, sort="" if name == _default_sort(self.q) else name, number=1).url,
            )
            for name, label in offered.items()
        ]

    def facets(self) -> list[Facet]:
        return [Facet(name, str(label), self._values(name)) for name, label in FACETS.items()]

    def page(self) -> Page:
        """The cases of the page asked for; past the last page it is the last."""
        found = self.cases()
        return _page(found, self.number, PAGE_SIZE, lambda n: replace(self, number=n).url)

    def cases(self) -> QuerySet[Case]:
        rows = Case.objects.published().filter(pk__in=self._found).for_cards()
        return rows.order_by(*_orders(self.order))

    @cached_property
    def _found(self) -> frozenset[int]:
        return self._narrowed(without="")

    @cached_property
    def _holding_words(self) -> frozenset[int]:
        if not self.q:
            return self.index.cases
        return frozenset(_holding_all_words(self.q).values_list("pk", flat=True))

    def _narrowed(self, without: str) -> frozenset[int]:
        """Values of one facet widen, facets narrow; one facet's choice may be left aside."""
        found = self.index.cases & self._holding_words
        for name in FACETS:
            values = [value for facet, value in self.chosen if facet == name != without]
            if values:
                holding = self.index.holding[name]
                found &= frozenset().union(*(holding.get(value, frozenset()) for value in values))
        return found

    def _values(self, name: str) -> tuple[Value, ...]:
        among = self._narrowed(without=name)
        below: dict[str, list[Node]] = {}
        for node in self.index.nodes[name].values():
            below.setdefault(node.parent, []).append(node)

        def values(parent: str) -> tuple[Value, ...]:
            return tuple(
                _in_use(self._value(name, n, among, values(n.value)) for n in below[parent])
            )

        below = {"": [], **{node.value: [] for node in self.index.nodes[name].values()}, **below}
        return values("")

    def _value(
        self, name: str, node: Node, among: frozenset[int], children: tuple[Value, ...]
    ) -> Value:
        return Value(
            node.value,
            node.label,
            len(self.index.holding[name].get(node.value, frozenset()) & among),
            (name, node.value) in self.chosen,
            self.toggled(name, node.value).url,
            children,
        )


def _in_use(values: Iterable[Value]) -> Iterator[Value]:
    """Only values with cases; a chosen one stays visible at 0."""
    return (value for value in values if value.count or value.is_selected or value.is_open)


def _default_sort(q: str) -> str:
    return "relevance" if q else "newest"


def _orders(sort: str) -> list[Any]:
    if sort == "title":
        return ["title_zh", "slug"]
    return [F("last_year").desc(nulls_last=True), F("first_year").desc(nulls_last=True), "slug"]


# Rows of a case, the way from them to it, and the columns that a reader sees.
SEARCHED: list[tuple[type[Any], str, str]] = [
    (Case, "pk", "title_zh title_en key_message_zh key_message_en abstract_zh abstract_en"),
    (Case, "pk", "name_as_reported place__label_zh place__label_en"),
    (Measure, "case", "title_zh title_en summary_zh summary_en type__label_zh type__label_en"),
    (Problem, "case", "statement_zh statement_en"),
    (Metric, "case", "indicator__label_zh indicator__label_en"),
    (Citation, "metric__case", "printed"),
    (CaseTag, "content_object", "tag__label_zh tag__label_en"),
]


def _holding_all_words(q: str) -> QuerySet[Case]:
    """A plain substring search: each word stands somewhere in what a reader sees of the case."""
    found = Case.objects.published()
    for word in dict.fromkeys(q.split()):
        anywhere = Q()
        for model, case, columns in SEARCHED:
            here = Q()
            for column in columns.split():
                here |= Q(**{f"{column}__icontains": word})
            # One table at a time: joined, their rows would multiply.
            anywhere |= Q(pk__in=model._default_manager.filter(here).values(case))
        found = found.filter(anywhere)
    return found


# ---------------------------------------------------------------- metrics


METRIC_SORTS = {
    "indicator": _("Indicator"),
    "case": _("Case"),
    "size": _("Size"),
}


@dataclass(frozen=True)
class MetricQuery:
    """A reader's question to the table of metrics."""

    nodes: Mapping[str, Mapping[str, Node]] = field(compare=False, repr=False)
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value)
    sort: str = ""
    number: int = 1

    FACETS = {
        "indicator": _("Indicator"),
        "kind": _("Kind"),
        "measure": _("Measures"),
        "place": _("Places"),
    }

    @classmethod
    def parse(cls, parameters: QueryDict) -> "MetricQuery":
        nodes = _metric_nodes()
        sort = parameters.get("sort", "")
        chosen = [
            (name, value)
            for name in cls.FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in nodes[name]
        ]
        return cls(
            nodes,
            tuple(chosen[:CHOICE_LIMIT]),
            sort if sort in METRIC_SORTS and sort != "indicator" else "",
            _page_number(parameters.get("page", "")),
        )

    @property
    def url(self) -> str:
        page = str(self.number) if self.number > 1 else ""
        return _address("metrics", [*self.chosen, ("sort", self.sort), ("page", page)])

    @property
    def order(self) -> str:
        return self.sort or "indicator"

    @property
    def is_indexable(self) -> bool:
        return len(self.chosen) <= 2

    def words(self) -> list[Chip]:
        return [
            Chip(name, self.nodes[name][value].label, self._without(name, value).url)
            for name, value in self.chosen
        ]

    def choices(self) -> list[Facet]:
        """What the form offers: every value that some metric has."""
        return [
            Facet(
                name,
                str(label),
                tuple(
                    Value(node.value, node.label, 0, (name, node.value) in self.chosen, "")
                    for node in self.nodes[name].values()
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
            for name, label in METRIC_SORTS.items()
        ]

    def page(self) -> Page:
        rows = self.metrics()
        return _page(rows, self.number, METRICS_PAGE_SIZE, lambda n: replace(self, number=n).url)

    def metrics(self) -> QuerySet[Metric]:
        rows = Metric.objects.filter(case__in=Case.objects.published())
        columns: dict[str, Callable[[list[str]], Q]] = {
            "indicator": lambda values: Q(indicator__slug__in=values),
            "kind": lambda values: Q(indicator__kind__in=values),
            "measure": lambda values: (
                Q(measure__type__slug__in=values) | Q(measure__type__family__slug__in=values)
            ),
            "place": lambda values: Q(
                case__place__code__in=_with_all_below(values, self.nodes["place"])
            ),
        }
        for name, column in columns.items():
            values = [value for facet, value in self.chosen if facet == name]
            if values:
                rows = rows.filter(column(values))
        orders: dict[str, list[Any]] = {
            "indicator": ["indicator__slug", "case__slug"],
            "case": ["case__slug", "measure__position"],
            # Over n comes before n, and n before nearly n.
            "size": [
                Coalesce("low", "high").desc(),
                F("high").desc(nulls_first=True),
                F("low").desc(nulls_last=True),
            ],
        }
        return rows.for_table().order_by(*orders[self.order], "pk")

    def _without(self, facet: str, value: str) -> "MetricQuery":
        chosen = tuple(pair for pair in self.chosen if pair != (facet, value))
        return replace(self, chosen=chosen, number=1)


def _metric_nodes() -> dict[str, dict[str, Node]]:
    """Per facet of the metrics, the values that some published metric has."""
    published = Metric.objects.filter(case__in=Case.objects.published())
    indicators = Indicator.objects.filter(metrics__in=published).distinct()
    types = MeasureType.objects.filter(measures__metrics__in=published).distinct()
    places = {row.pk: row for row in Place.objects.select_related("parent")}
    in_use = set(published.values_list("case__place", flat=True))
    above = {place for pk in in_use for place in _upwards(places, pk)}
    return {
        "indicator": {row.slug: Node(row.slug, row.label) for row in indicators},
        "kind": {
            kind.value: Node(kind.value, str(kind.label))
            for kind in Kind
            if kind in {row.kind for row in indicators}
        },
        "measure": {
            node.value: node
            for row in types.select_related("family")
            for node in (Node(row.family.slug, row.family.label), Node(row.slug, row.label))
        },
        "place": {
            row.code: Node(row.code, row.label, row.parent.code if row.parent else "")
            for pk, row in places.items()
            if pk in above
        },
    }


def _upwards(places: Mapping[int, Place], pk: int | None) -> Iterator[int]:
    while pk:
        yield pk
        pk = places[pk].parent_id


def _with_all_below(values: Iterable[str], nodes: Mapping[str, Node]) -> set[str]:
    found = set(values)
    while True:
        below = {node.value for node in nodes.values() if node.parent in found} - found
        if not below:
            return found
        found |= below


# ---------------------------------------------------------------- what other pages ask


def families() -> list[tuple[MeasureFamily, list[MeasureType]]]:
    """Every family with its types, each with `case_count` and `measure_count`, the gaps too."""
    published = Q(measures__case__in=Case.objects.published())
    types = MeasureType.objects.select_related("family").annotate(
        case_count=Count("measures__case", filter=published, distinct=True),
        measure_count=Count("measures", filter=published, distinct=True),
    )
    grouped: dict[MeasureFamily, list[MeasureType]] = {
        family: [] for family in MeasureFamily.objects.all()
    }
    for row in types:
        grouped[row.family].append(row)
    return list(grouped.items())


def problem_types() -> QuerySet[Any]:
    """Every problem type with `case_count`, the gaps too."""
    published = Q(problems__case__in=Case.objects.published())
    rows: QuerySet[Any] = ProblemType.objects.annotate(
        case_count=Count("problems__case", filter=published, distinct=True)
    )
    return rows


@dataclass(frozen=True)
class Spread:
    """What the sources say of one indicator under one measure type. Never an average."""

    indicator: Indicator
    case_count: int
    metrics: list[Metric]  # by size
    least: Metric
    median: Metric | None  # None for an even number of metrics: nobody printed the middle
    most: Metric


def spreads(metrics: Iterable[Metric]) -> list[Spread]:
    """Per indicator the least, median and most of the metrics given, by indicator."""
    grouped: dict[Indicator, list[Metric]] = {}
    for metric in metrics:
        grouped.setdefault(metric.indicator, []).append(metric)
    found = []
    for indicator, rows in grouped.items():
        by_size = sorted(rows, key=_size)
        middle = by_size[len(by_size) // 2] if len(by_size) % 2 else None
        cases = {row.case_id for row in rows}
        found.append(Spread(indicator, len(cases), by_size, by_size[0], middle, by_size[-1]))
    return sorted(found, key=lambda spread: spread.indicator.slug)


def _size(metric: Metric) -> tuple[Decimal, int]:
    """Nearly n comes just before n, over n just behind it."""
    if metric.low is None:
        return (metric.high or Decimal(0), -1)
    return (metric.low, 0 if metric.low == metric.high else 1)


@dataclass(frozen=True)
class Related:
    """A case that resembles another, and in what."""

    case: Case
    measure_types: list[MeasureType]
    problem_types: list[ProblemType]


def related(case: Case, count: int = 3) -> list[Related]:
    """The published cases that share most problem types and measure types: 7 queries."""
    measures = {row.type_id: row.type for row in case.measures.all()}
    problems = {row.type_id: row.type for row in case.problems.all()}
    shared: dict[int, tuple[set[int], set[int]]] = {}
    others = Case.objects.published().exclude(pk=case.pk)
    kinds: list[tuple[type[Any], Any]] = [(Problem, problems), (Measure, measures)]
    for position, (model, types) in enumerate(kinds):
        rows = model._default_manager.filter(case__in=others, type__in=list(types))
        for pk, type_id in rows.values_list("case", "type").distinct():
            shared.setdefault(pk, (set(), set()))[position].add(type_id)
    # A problem in common says more than a measure in common.
    best = sorted(shared, key=lambda pk: (-3 * len(shared[pk][0]) - len(shared[pk][1]), pk))
    rows_by_pk = {row.pk: row for row in others.filter(pk__in=best[:count]).for_cards()}
    return [
        Related(
            rows_by_pk[pk],
            [measures[type_id] for type_id in sorted(shared[pk][1])],
            [problems[type_id] for type_id in sorted(shared[pk][0])],
        )
        for pk in best[:count]
    ]


def cases_in(place: Place, index: Index) -> QuerySet[Case]:
    """The published cases that are about a place or anything below it, or did something there."""
    found = index.holding["place"].get(place.code, frozenset())
    return Case.objects.published().filter(pk__in=found).for_cards().order_by(*_orders("newest"))


# ---------------------------------------------------------------- parameters and addresses


def clean(text: str) -> str:
    """A reader's words: no control characters, single spaces, at most QUERY_LIMIT characters."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 2 * QUERY_LIMIT])
    return re.sub(r"\s+", " ", text).strip()[:QUERY_LIMIT].strip()


def _page_number(text: str) -> int:
    return int(text) if re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII) else 1


def _address(name: str, parameters: Iterable[tuple[str, str]]) -> str:
    query = urlencode([(key, value) for key, value in parameters if value])
    return reverse(name) + (f"?{query}" if query else "")


def _page(rows: QuerySet[Any], number: int, size: int, url: Callable[[int], str]) -> Page:
    total = rows.count()
    count = max(1, -(-total // size))
    number = min(number, count)
    return Page(
        items=list(rows[(number - 1) * size : number * size]),
        number=number,
        count=count,
        total=total,
        url=url(number),
        previous=url(number - 1) if number > 1 else "",
        next=url(number + 1) if number < count else "",
    )
