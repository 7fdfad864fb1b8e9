"""Metrics as a table lists them, by the numbers that the index has for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from stories import addresses
from stories.languages import Words, reader_language
from stories.library import Library
from stories.models import Metric
from stories.terms import Indicator
from stories.vocabulary import METRIC_LIMIT, Condition, Kind

_COLUMNS = (
    "key low high qualifier scope_zh scope_en period_zh period_en note_zh note_en"
    " indicator__slug case__slug case__title_zh case__title_en case__place__code"
    " measure__title_zh measure__title_en measure__status"
    " citations__printed citations__passage__locator citations__passage__source__key"
    " citations__passage__source__title_zh citations__passage__source__title_en"
    " citations__passage__source__condition"
).split()


@dataclass
class ListedSource:
    title: Words
    condition: str
    condition_words: str

    def get_condition_display(self) -> str:
        return self.condition_words


@dataclass
class ListedPassage:
    """A metric rests on one: it needs no place among others."""

    source: ListedSource
    locator: str
    address: str
    source_id: int = 0
    position: int = 0

    def get_absolute_url(self) -> str:
        return self.address


@dataclass
class ListedCitation:
    printed: str
    passage: ListedPassage
    passage_id: int = 0


@dataclass
class ListedMetric:
    """What a row prints, in the reader's language."""

    key: str
    low: Decimal | None
    high: Decimal | None
    qualifier: str
    indicator: Indicator
    indicator_label: str
    kind_label: str
    scope: Words
    period: Words
    note: Words
    case_url: str
    case_title: Words
    place_label: str
    measure_title: Words
    measure_status: str
    statement_citations: list[ListedCitation]

    def get_absolute_url(self) -> str:
        return f"{self.case_url}#metric-{self.key}"


def listed(library: Library, numbers: Sequence[int]) -> list[ListedMetric]:
    """The metrics that the index has these numbers for, in this order: 2 queries."""
    pks = _primary_keys({number // METRIC_LIMIT for number in numbers})
    wanted = [pks[number] for number in numbers if number in pks]
    rows = Metric.objects.filter(pk__in=wanted).order_by().values("pk", *_COLUMNS)
    listing = _Listing(library)
    found = {row["pk"]: listing.metric(row) for row in rows}
    return [found[pk] for pk in wanted if pk in found]


def _primary_keys(cases: Iterable[int]) -> dict[int, int]:
    """By the index's numbers: those of a case follow each other in the order of their keys."""
    rows = Metric.objects.filter(case__in=cases).order_by().values_list("case_id", "key", "pk")
    found: dict[int, int] = {}
    for case, metrics in groupby(sorted(rows), key=itemgetter(0)):
        for n, (_case, _key, pk) in enumerate(metrics, case * METRIC_LIMIT):
            found[n] = pk
    return found


class _Listing:
    """Rows of one page: language, addresses and the words of closed lists are asked for once."""

    def __init__(self, library: Library) -> None:
        self.terms = library.terms["indicator"]
        self.indicators = library.labels("indicator")
        self.places = library.labels("place")
        self.language = reader_language()
        self.other = {"en": "zh", "zh": "en"}[self.language]
        self.kinds = {kind.value: str(kind.label) for kind in Kind}
        self.conditions = {condition.value: str(condition.label) for condition in Condition}

    def metric(self, row: dict[str, Any]) -> ListedMetric:
        indicator = self.terms[row["indicator__slug"]]
        return ListedMetric(
            row["key"],
            row["low"],
            row["high"],
            row["qualifier"],
            indicator,
            self.indicators[indicator.slug],
            self.kinds[indicator.kind],
            self.words(row, "scope"),
            self.words(row, "period"),
            self.words(row, "note"),
            addresses.of("case", row["case__slug"]),
            self.words(row, "case__title"),
            self.places[row["case__place__code"]],
            self.words(row, "measure__title"),
            row["measure__status"] or "",
            [self.citation(row)] if row["citations__printed"] else [],
        )

    def citation(self, row: dict[str, Any]) -> ListedCitation:
        condition = row["citations__passage__source__condition"]
        title = self.words(row, "citations__passage__source__title")
        address = addresses.of("source", row["citations__passage__source__key"])
        locator = row["citations__passage__locator"]
        of = ListedSource(title, condition, self.conditions[condition])
        return ListedCitation(
            row["citations__printed"], ListedPassage(of, locator, f"{address}#{locator}")
        )

    def words(self, row: dict[str, Any], column: str) -> Words:
        text, language = row[f"{column}_{self.language}"], self.language
        if not text:
            text, language = row[f"{column}_{self.other}"] or "", self.other
        return Words(text, language, self.language)
