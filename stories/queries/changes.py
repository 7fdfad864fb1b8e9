"""The change log: current versions and withdrawals since a given time, oldest first.

Changes made while a client pages through the log sort after the pages already read, so that none is
missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from pyroaring import BitMap

from stories.models.version import Publication, Redaction, Version
from stories.queries.snapshot import Library
from stories.search import analyzer, reader

DOCUMENTS_READ = 50  # in memory at a time


@dataclass(frozen=True)
class Change:
    """The last change of a case: published, redacted or withdrawn at that moment."""

    pk: int
    slug: str
    changed_at: datetime
    is_withdrawn: bool


@dataclass(frozen=True)
class ChangeQuery:
    """`facet`, `value`: restrict the cases, "" for all; `until` is exclusive."""

    library: Library = field(compare=False, repr=False)
    facet: str = ""
    value: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def total(self) -> int:
        """1 query, or 2."""
        return self._rows().count()

    def page(self, after: tuple[datetime, int] | None, limit: int) -> list[Change]:
        """The changes after the one with this moment and primary key: 1 query, or 2."""
        rows = self._rows()
        if after:
            moment, pk = after
            rows = rows.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, pk__gt=pk))
        columns = ("pk", "slug", "changed_at", "withdrawn_at")
        found = rows.order_by("changed_at", "pk").values_list(*columns)[:limit]
        return [Change(pk, slug, at, withdrawn is not None) for pk, slug, at, withdrawn in found]

    def _rows(self) -> QuerySet[Any]:
        rows = changes()
        if self.facet:
            cases = self.library.of(self.facet, self.value)
            rows = rows.filter(pk__in=reader.among(cases | self._withdrawn_with()))
        if self.since:
            rows = rows.filter(changed_at__gte=self.since)
        if self.until:
            rows = rows.filter(changed_at__lt=self.until)
        return rows

    def _withdrawn_with(self) -> BitMap:
        values = withdrawn_values(self.library)
        return BitMap(pk for pk, pairs in values.items() if (self.facet, self.value) in pairs)


def changes() -> QuerySet[Any]:
    """Every case that was ever published, with the moment of its last change."""
    redactions = (
        Redaction.objects.filter(version__publication=OuterRef("pk"))
        .order_by()
        .values("version__publication")
        .annotate(last=Max("redacted_at"))
        .values("last")
    )
    redacted_at = Coalesce(Subquery(redactions), F("published_at"))
    changed_at = Coalesce(F("withdrawn_at"), Greatest(F("published_at"), redacted_at))
    return Publication.objects.annotate(changed_at=changed_at)


def first_change() -> datetime | None:
    """A lower bound of the moments of all changes: 1 query."""
    return (
        Publication.objects.order_by("first_published_at")
        .values_list("first_published_at", flat=True)
        .first()
    )


def withdrawn_values(library: Library) -> dict[int, frozenset[tuple[str, str]]]:
    """primary key → (facet, value) of the last values of a withdrawn case, with their ancestors: 1
    query, once a revision."""
    return library.memoized("values of withdrawn cases", lambda: _withdrawn_values(library))


def _withdrawn_values(library: Library) -> dict[int, frozenset[tuple[str, str]]]:
    last = Version.objects.current().filter(publication__in=Publication.objects.withdrawn())
    found = {}
    rows = last.values_list("publication_id", "document")
    for pk, document in rows.iterator(chunk_size=DOCUMENTS_READ):
        values = analyzer.entry(orjson.loads(document)).values
        found[pk] = frozenset(
            (facet, node.value)
            for facet, value in values
            if facet in library.nodes
            for node in library.chain(facet, value)
        )
    return found


def values_of(
    library: Library, change: Change, candidates: Iterable[tuple[str, str]]
) -> Sequence[tuple[str, str]]:
    """Which of these (facet, value) a case has; no query except that for withdrawn cases."""
    if change.is_withdrawn:
        values = withdrawn_values(library).get(change.pk, frozenset())
        return [key for key in candidates if key in values]
    return [key for key in candidates if change.pk in library.of(*key)]
