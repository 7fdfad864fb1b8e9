"""Tables of the data set that are derived from case documents, and the extraction of their rows.

Keys of parts are unique within their case: with the slug they identify a row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_noop as _

from stories import links
from stories.choices import VersionKind
from stories.documents import schema
from stories.documents.descriptions import describe
from stories.exports.dataset.columns import Column, Value, of
from stories.queries.publications import PublishedCase

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """`key`: the columns that identify a row; `rows`: of one case, in the order of its document."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[PublishedCase], Iterable[Row]] = lambda _case: ()

    @property
    def column_names(self) -> list[str]:
        return [name for column in self.columns for name in column.names]

    @property
    def references(self) -> list[tuple[list[str], str]]:
        """(columns, table whose key they contain), for parts of a case including the slug."""
        return [
            (["case_slug", column.name] if column.is_of_case else [column.name], column.refers_to)
            for column in self.columns
            if column.refers_to
        ]

    def values(self, row: Row) -> list[Value]:
        """The values of a row, one for each column name; an empty text is None."""
        found = (value for column in self.columns for value in column.values(row))
        return [None if value == "" else value for value in found]


CASE = Column("case_slug", _("Slug of the case"), refers_to="cases")
POSITION = Column("position", _("Place in the order of the document, from 1"), "integer")
SOURCE = next(of(schema.Cite, "source", source="sources"))
CITED = (SOURCE, replace(next(of(schema.Cite, "at")), name="locator"))
PRINTED = tuple(of(schema.Cite, "printed", "gloss"))


# ---------------------------------------------------------------- cases


def _cases(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    yield {
        **data,
        **{name: data[name] and data[name]["edtf"] for name in ("began", "ended")},
        "version": found.number,
        "published_on": localtime(found.published_at).date().isoformat(),
        "first_published_on": localtime(found.first_published_at).date().isoformat(),
        "path": links.of("case", data["slug"]),
    }


def parts_of(name: str) -> Callable[[PublishedCase], Iterator[Row]]:
    """Rows for a list of the document, each with the slug of its case."""

    def rows(found: PublishedCase) -> Iterator[Row]:
        data = found.case.data
        for n, part in enumerate(data[name], 1):
            yield {**part, "case_slug": data["slug"], "position": n}

    return rows


def _values(name: str, column: str) -> Callable[[PublishedCase], Iterator[Row]]:
    """Rows for a list of plain values."""

    def rows(found: PublishedCase) -> Iterator[Row]:
        data = found.case.data
        for n, value in enumerate(data[name], 1):
            yield {"case_slug": data["slug"], column: value, "position": n}

    return rows


OF_CASES = (
    Table(
        "cases",
        _("A case in its current version"),
        ("slug",),
        (
            *of(schema.CaseDocument, "slug", "title", "key_message", "abstract"),
            *of(schema.CaseDocument, "place", "place_note", "name_as_reported", place="places"),
            *of(schema.CaseDocument, "began", "ended", "period_note"),
            Column("version", _("Number of the version that this is made of"), "integer"),
            Column("published_on", _("Day on which this version was published")),
            Column("first_published_on", _("Day on which the case was first published")),
            Column("path", _("Address of the page of the case, without the host")),
        ),
        _cases,
    ),
    Table(
        "tags_of_case",
        _("A tag of a case"),
        ("case_slug", "tag"),
        (CASE, Column("tag", describe("CaseDocument", "tags"), refers_to="tags"), POSITION),
        _values("tags", "tag"),
    ),
    Table(
        "pictures",
        _("A picture of a case"),
        ("case_slug", "file"),
        (CASE, *of(schema.Picture, "file", "alt", "caption", "credit", "credit_url", "licence")),
        parts_of("pictures"),
    ),
)


# ---------------------------------------------------------------- sources


def _sources(found: PublishedCase) -> Iterator[Row]:
    for source in parts_of("sources")(found):
        yield {**source, "sha256": source["reading"]["sha256"]}


def _people(found: PublishedCase) -> Iterator[Row]:
    for source in found.case.data["sources"]:
        for n, person in enumerate((*source["authors"], *source["editors"]), 1):
            yield {**person, "source": source["key"], "position": n}


def _passages(found: PublishedCase) -> Iterator[Row]:
    for source in found.case.data["sources"]:
        for n, passage in enumerate(source["passages"], 1):
            yield {**passage, "source": source["key"], "position": n}


def _left_out(found: PublishedCase) -> Iterator[Row]:
    for row in parts_of("left_out")(found):
        yield {**row, "locator": row["at"]}


OF_SOURCES = (
    Table(
        "sources",
        _("A text that a case was read from; the text itself is not here"),
        ("key",),
        (
            *of(schema.Source, "key"),
            CASE,
            *of(schema.Source, "type", "title", "container", "publisher", "section"),
            *of(schema.Source, "issued", "issued_note", "url", "archived_url", "url_note"),
            *of(schema.Source, "accessed", "reported_by", "independence", "independence_note"),
            *of(schema.Source, "same_report_as", same_report_as="sources"),
            *of(schema.Source, "condition", "condition_note"),
            *of(schema.Reading, "sha256"),
        ),
        _sources,
    ),
    Table(
        "people_of_source",
        _("An author or editor of a source"),
        ("source", "position"),
        (SOURCE, POSITION, *of(schema.Person, "name", "role")),
        _people,
    ),
    Table(
        "passages",
        _("A passage of a source, and what it says in our own words"),
        ("source", "locator"),
        (SOURCE, POSITION, *of(schema.Passage, "locator", "kind", "gist")),
        _passages,
    ),
    Table(
        "numbers_left_out",
        _("A number that a source prints and that is no figure here"),
        ("case_slug", "position"),
        (CASE, POSITION, *CITED, *PRINTED, *of(schema.LeftOut, "reason", "note")),
        _left_out,
    ),
)


# ---------------------------------------------------------------- versions


VERSIONS = Table(
    "versions",
    _("A published version of a case; its document is a file of its own"),
    ("case_slug", "number"),
    (
        CASE,
        Column("number", _("Number of the version, from 1"), "integer"),
        Column("kind", _("Why it was published"), choices=VersionKind),
        Column("published_at", _("When it was published, ISO 8601")),
        Column("note", _("What changed and why"), is_bilingual=True, is_required=False),
        Column("sha256", _("SHA-256 of its document")),
        Column("is_current", _("Whether readers see it"), "boolean"),
    ),
)
