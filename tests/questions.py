"""Queries of the library in tests, the first page of their results, and the shipped documents."""

import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
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


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    files = sorted(settings.CASES_DIR.glob("*.json"))
    return tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)
