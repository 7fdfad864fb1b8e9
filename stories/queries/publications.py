"""Published cases and their versions: one of them by its address, or many."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max

from stories.documents.rows import case_row
from stories.models.version import Publication, PublishedPicture, Redaction, Version
from stories.presenters.case import CasePresenter
from stories.queries.snapshot import Library
from stories.search import reader
from stories.search.reader import Row

ROWS = 200  # of cases in memory at a time
CHUNK = 50  # documents in memory at a time: a large one takes about 1 MB when parsed


class UnknownError(LookupError):
    """`what` never was published: "case" or "version"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class WithdrawnError(LookupError):
    def __init__(self, publication: Publication) -> None:
        super().__init__(publication.slug)
        self.publication = publication


@dataclass(frozen=True)
class PublishedCase:
    """`number`: of the presented version."""

    case: CasePresenter
    number: int
    published_at: datetime
    first_published_at: datetime

    @classmethod
    def of(cls, case: CasePresenter, version: Version) -> "PublishedCase":
        first = version.publication.first_published_at
        return cls(case, version.number, version.published_at, first)


def current_version(slug: str) -> Version:
    """Of a published case, with its publication: 1 query, another one before an error. Raises
    UnknownError, WithdrawnError."""
    version = reader.current_version(slug)
    if version is None:
        publication_of(slug)
        raise UnknownError("case")
    return version


def version_of(slug: str, number: int) -> Version:
    """A version, current or not, with its publication: 1 query. Raises UnknownError,
    WithdrawnError."""
    rows = Version.objects.of_case(slug).select_related("publication")
    version = rows.filter(number=number).first()
    if version is None:
        raise UnknownError("version")
    if version.publication.withdrawn_at:
        raise WithdrawnError(version.publication)
    return version


def publication_of(slug: str) -> Publication:
    """Of a published case: 1 query. Raises UnknownError, WithdrawnError."""
    publication = Publication.objects.filter(slug=slug).first()
    if publication is None:
        raise UnknownError("case")
    if publication.withdrawn_at:
        raise WithdrawnError(publication)
    return publication


def versions_of(publication: Publication) -> list[Version]:
    """Newest first, without their documents: 1 query."""
    return list(publication.versions.defer("document"))


def redactions_of(version: Version) -> list[Redaction]:
    """1 query."""
    return list(version.redactions.all())


def is_public_picture(name: str) -> bool:
    """Whether some version of a case that is not withdrawn has the picture: 1 query."""
    pictures = PublishedPicture.objects.filter(name=name, publication__withdrawn_at=None)
    return pictures.exists()


def current_cases(library: Library, pks: Iterable[int]) -> Iterator[PublishedCase]:
    """Published cases in this order: 1 query for every CHUNK of them, in constant memory. Those
    withdrawn meanwhile are skipped."""
    wanted = list(pks)
    for n in range(0, len(wanted), CHUNK):
        chunk = [pk for pk in wanted[n : n + CHUNK] if pk in library.cases]
        found = {row.publication_id: row for row in _current_versions(chunk)}
        yield from published(library, (found[pk] for pk in chunk if pk in found))


def numbered_rows(library: Library, pks: Iterable[int]) -> Iterator[tuple[Row, int, datetime]]:
    """Published cases in this order as `documents.rows` has them, each with the number of its
    version and when that was published: 1 query for every ROWS of them, and those of damaged ones.
    In constant memory."""
    wanted = [pk for pk in pks if pk in library.cases]
    for n in range(0, len(wanted), ROWS):
        chunk = wanted[n : n + ROWS]
        found = reader.case_rows(pk for pk in chunk if pk not in library.suspects)
        for one in current_cases(library, [pk for pk in chunk if pk in library.suspects]):
            found[one.case.pk] = one.number, one.published_at, case_row(one.case.data)
        for pk in chunk:
            if pk in found:
                number, published_at, row = found[pk]
                yield row, number, published_at


def latest(cases: Iterable[int], limit: int) -> list[tuple[int, datetime, datetime]]:
    """(primary key, first published, current version published) of the most recently published
    cases: 1 query."""
    rows = Publication.objects.current().filter(pk__in=reader.among(cases))
    rows = rows.order_by("-first_published_at", "pk")
    return list(rows.values_list("pk", "first_published_at", "published_at")[:limit])


def published(library: Library, versions: Iterable[Version]) -> Iterator[PublishedCase]:
    """Presents versions, current or not, and skips those that no page can show. No query."""
    for version in versions:
        case = library.presented(version)
        if case:
            yield PublishedCase.of(case, version)


def _current_versions(pks: list[int]) -> Iterable[Version]:
    rows = Version.objects.current().public().filter(publication__in=pks)
    return rows.select_related("publication")


def every_version() -> Iterator[Version]:
    """All versions of cases that are not withdrawn, by slug and number: 1 query, in constant
    memory.
    """
    rows = Version.objects.public().select_related("publication")
    return rows.order_by("publication__slug", "number").iterator(chunk_size=CHUNK)


def removals() -> str:
    """A token that changes with every withdrawal and redaction: data built before one must not be
    offered any more. 2 queries."""
    withdrawn = Publication.objects.withdrawn().aggregate(n=Count("pk"), last=Max("withdrawn_at"))
    last = withdrawn["last"].isoformat() if withdrawn["last"] else ""
    return f"{withdrawn['n']} {last} {Redaction.objects.count()}"


@contextmanager
def one_state() -> Iterator[None]:
    """All queries of the block see the same snapshot of the database, without locking others.

    Not `atomic`, which would take SQLite's write lock.
    """
    if connection.in_atomic_block:
        yield
        return
    begin = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
    with connection.cursor() as cursor:
        cursor.execute(begin.get(connection.vendor, "BEGIN"))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
