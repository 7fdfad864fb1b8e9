"""The table of metrics: parameters ⇄ MetricQuery → metrics; and what one indicator spreads over."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from stories.library import Library
from stories.models import Metric
from stories.queries import CHOICE_LIMIT, Chip, Facet, Page, Value, address_of, page_number, page_of
from stories.terms import (
    Indicator,
)
from stories.vocabulary import Kind, Qualifier

PAGE_SIZE = 50  # metrics


SORTS = {
    "indicator": _("Indicator"),
    "case": _("Case"),
    "size": _("Size"),
}


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
        offered = {name: _offered_with_metrics(library, name) for name in cls.FACETS}
        chosen = [
            (name, value)
            for name in cls.FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in offered[name]
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
            Chip(
                name,
                _offered_with_metrics(self.library, name)[value],
                self._without(name, value).url,
            )
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
                    for value, words in _offered_with_metrics(self.library, name).items()
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
        rows = self.metrics()
        total = self.library.counted(replace(self, sort="", number=1).url, rows.count)
        count = max(1, -(-total // PAGE_SIZE))
        number = min(self.number, count)
        items = list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        return page_of(items, number, count, total, lambda n: replace(self, number=n).url)

    def metrics(self) -> QuerySet[Metric]:
        rows = Metric.objects.of_published_cases()
        columns: dict[str, Callable[[list[str]], Q]] = {
            "indicator": lambda values: Q(indicator__slug__in=values),
            "kind": lambda values: Q(indicator__kind__in=values),
            "measure": lambda values: (
                Q(measure__type__slug__in=values) | Q(measure__type__family__slug__in=values)
            ),
            "place": lambda values: Q(case__place__code__in=self._with_all_below(values)),
        }
        for name, column in columns.items():
            values = [value for facet, value in self.chosen if facet == name]
            if values:
                rows = rows.filter(column(values))
        if self.least:
            rows = rows.filter(_not_below(Decimal(self.least)))
        if self.most:
            rows = rows.filter(_not_above(Decimal(self.most)))
        if self.least and self.most and Decimal(self.least) > Decimal(self.most):
            rows = rows.none()  # or wide ranges would overlap both
        orders: dict[str, list[Any]] = {
            "indicator": ["indicator"],
            "case": ["case"],
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

    def _with_all_below(self, values: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            found.add(value)
            waiting += [node.value for node in self.library.below["place"].get(value, [])]
        return found


def _offered_with_metrics(library: Library, facet: str) -> dict[str, str]:
    """value → label, in the order of the vocabulary."""
    held = library.with_metrics
    if facet == "kind":
        kinds = {library.terms["indicator"][value].kind for value in held["indicator"]}
        return {kind.value: str(kind.label) for kind in Kind if kind in kinds}
    return {
        value: str(node.label)
        for value, node in library.nodes[facet].items()
        if value in held[facet]
    }


def _not_below(least: Decimal) -> Q:
    """Over n is just above n, nearly n just below n, a range all of itself."""
    over = Q(high__isnull=True, low__gte=least)
    nearly = Q(low__isnull=True, qualifier=Qualifier.NEARLY, high__gt=least)
    return over | nearly | (~Q(qualifier=Qualifier.NEARLY) & Q(high__gte=least))


def _not_above(most: Decimal) -> Q:
    over = Q(high__isnull=True, qualifier=Qualifier.OVER, low__lt=most)
    nearly = Q(low__isnull=True, high__lte=most)
    return over | nearly | (~Q(qualifier=Qualifier.OVER) & Q(low__lte=most))


def _decimal(text: str) -> str:
    """A size as asked, in one form; "" for what is no number."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII):
        return ""
    return f"{Decimal(text).normalize():f}"


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
