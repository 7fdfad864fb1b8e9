"""Queries of the library in tests, and the first page of their results."""

from urllib.parse import urlencode

from django.http import QueryDict

from stories.queries.cases import CaseQuery
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import Library


def searched(q: str) -> CaseQuery:
    return CaseQuery.parse(QueryDict(urlencode({"q": q})), Library.now())


def slugs(query: CaseQuery) -> list[str]:
    """Slugs of the cases on the first page, in order."""
    return [card.slug for card in query.page().items]


def keys(query: MetricQuery) -> list[str]:
    """Keys of the metrics on the first page, in order."""
    return [metric.key for metric in query.page().items]
