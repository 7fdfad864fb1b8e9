"""Which values have a page of their own, and which had one: for the sitemap and redirects."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from stories.models.search_index import Posting
from stories.models.version import Publication
from stories.models.vocabulary import FormerAddress, MeasureType, ProblemType
from stories.queries.snapshot import Library
from stories.search import analyzer, reader

Pair = tuple[str, str]  # facet and value
_TYPES: dict[str, type[Any]] = {"measure": MeasureType, "problem": ProblemType}


def cases(start: int, end: int) -> list[tuple[str, datetime]]:
    """(slug, current version published) of published cases, by slug: 1 query."""
    rows = Publication.objects.current().order_by("slug")
    return list(rows.values_list("slug", "published_at")[start:end])


def source_count() -> int:
    """1 query."""
    return Posting.objects.filter(space=analyzer.SOURCE).count()


def sources(start: int, end: int) -> list[tuple[str, datetime | None]]:
    """(key, current version of its case published) of sources of published cases, by key: 2
    queries. A source changes when its case does."""
    rows = list(Posting.objects.filter(space=analyzer.SOURCE).order_by("key")[start:end])
    cases = {row.key: min(row.members()) for row in rows}
    published = Publication.objects.filter(pk__in=reader.among(cases.values()))
    dates = dict(published.values_list("pk", "published_at"))
    return [(key, dates.get(pk)) for key, pk in cases.items()]


def type_count(facet: str) -> int:
    """1 query."""
    found: int = _TYPES[facet].objects.count()
    return found


def types(facet: str, start: int, end: int) -> list[str]:
    """Slugs of the types of measures or problems, gaps included: 1 query."""
    rows = _TYPES[facet].objects.order_by("slug")
    return list(rows.values_list("slug", flat=True)[start:end])


def places(library: Library) -> list[str]:
    """Codes of the places of published cases, not of those only in drafts. No query."""
    return sorted(library.cases_by_value["place"])


def successors(pairs: Iterable[Pair], library: Library) -> dict[Pair, str]:
    """Successors of the values that no published case has any more: 1 query, none if all are in
    use.
    """
    # PostgreSQL rejects NUL, and no address has one.
    lost = {(f, value) for f, value in pairs if "\0" not in value and not library.of(f, value)}
    if not lost:
        return {}
    rows = FormerAddress.objects.filter(value__in={value for _facet, value in lost})
    found = {(row.facet, row.value): row.successor for row in rows}
    return {pair: found[pair] for pair in lost & found.keys()}
