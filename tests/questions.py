"""Questions to the library in tests, and what stands on the first page of the answer."""

from urllib.parse import urlencode

from django.http import QueryDict

from stories.queries.cases import CaseQuery
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import Library


def searched(q: str) -> CaseQuery:
    return CaseQuery.parse(QueryDict(urlencode({"q": q})), Library.now())


def slugs(query: CaseQuery) -> list[str]:
    """Of the cases on the first page, in order."""
    return [card.slug for card in query.page().items]


def keys(query: MetricQuery) -> list[str]:
    """Of the metrics on the first page, in order."""
    return [metric.key for metric in query.page().items]
