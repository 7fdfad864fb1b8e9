"""Writes case documents as first versions with their index into an empty SQLite library.

Writes the same as `publishing.publish`, many cases at a time and in two processes, without the
desk's rows, which no public page reads.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import django
import orjson
from django.db import connection, transaction
from django.utils.timezone import now

from stories.choices import VersionKind
from stories.models.version import Publication, Version
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from stories.publishing import publisher
from stories.search import analyzer, writer
from stories.search.writer import PostingsBuilder
from tests.bench import corpus

CHUNK = 200  # cases per transaction
PROCESSES = 2
# A failed load is discarded, so no journal and no fsync is needed.
CONNECTION = {
    "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF",
    "timeout": 600,  # seconds to wait for the other process's lock
}
WRITTEN_FORM = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE  # as documents.write, 15 × as fast


# ---------------------------------------------------------------- the vocabulary


def load_vocabulary(words: Mapping[str, list[dict[str, Any]]]) -> None:
    """Rows of `corpus.vocabulary`."""
    families = _terms(MeasureFamily, words["families"])
    types = [row | {"family_id": families[row["family"]]} for row in words["types"]]
    places: dict[str, int] = {}
    for row in words["places"]:
        values = {key: row[key] for key in ("code", "label_zh", "label_en", "level")}
        place = Place.objects.create(**values, parent_id=places.get(row["in"]))
        places[place.code] = place.pk
    _terms(Tag, [row | {"name": row["label_zh"]} for row in words["tags"]])
    _terms(ProblemType, words["problems"])
    _terms(MeasureType, [_without(row, "family") for row in types])
    _terms(BodyKind, words["bodies"])
    _terms(Indicator, words["indicators"])


def _terms(model: type[Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    model.objects.bulk_create(model(**row) for row in rows)
    return dict(model.objects.values_list("slug", "pk"))


def _without(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


# ---------------------------------------------------------------- cases


def load_cases(folder: Path) -> int:
    """Load cases of the rig into an empty library; the count. Memory grows with the
    postings only.
    """
    _set_up()
    with connection.cursor():
        pass  # the journal mode can change only while no other connection is open
    connection.close()  # each process needs its own connection
    count, builder = 0, PostingsBuilder()
    with ProcessPoolExecutor(PROCESSES, initializer=_set_up) as pool:
        for cases, postings in pool.map(partial(load_share, folder), range(PROCESSES)):
            count += cases
            builder.merge(postings)
    write_postings(builder)
    return count


def load_share(folder: Path, share: int) -> tuple[int, PostingsBuilder]:
    """The chunks of this process: (number of cases, their postings)."""
    count, builder, at = 0, PostingsBuilder(), now()
    chunks = _chunks(enumerate(corpus.lines(folder), 1))
    for chunk in islice(chunks, share, None, PROCESSES):
        write_cases({pk: corpus.document(line) for pk, line in chunk}, at, builder)
        count += len(chunk)
    return count, builder


def write_cases(
    documents: Mapping[int, Mapping[str, Any]], at: datetime, builder: PostingsBuilder
) -> None:
    """Publish the cases with these primary keys; the builder collects the postings."""
    found = {pk: analyzer.entry(document) for pk, document in documents.items()}
    for pk, entry in found.items():
        builder.add(pk, entry)
    publications = [_publication(pk, document, at) for pk, document in documents.items()]
    versions = [_version(pk, document, at) for pk, document in documents.items()]
    with transaction.atomic():
        Publication.objects.bulk_create(publications)
        Version.objects.bulk_create(versions)
        writer.write_rows(found)


def write_postings(builder: PostingsBuilder) -> None:
    with transaction.atomic():
        builder.write()
        writer.begin_revision()


def _set_up() -> None:
    """Disable the garbage collector: rows are freed with their chunk."""
    django.setup()
    connection.settings_dict["OPTIONS"] |= CONNECTION
    gc.disable()


def _chunks(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    remaining = iter(lines)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _publication(pk: int, document: Mapping[str, Any], at: datetime) -> Publication:
    publication = Publication(pk=pk, slug=document["slug"], first_published_at=at)
    publisher.describe(publication, document, 1, VersionKind.FIRST, at)
    return publication


def _version(pk: int, document: Mapping[str, Any], at: datetime) -> Version:
    written = orjson.dumps(document, option=WRITTEN_FORM)
    return Version(
        publication_id=pk,
        number=1,
        kind=VersionKind.FIRST,
        published_at=at,
        sha256=publisher.sha256(written),
        document=written.decode(),
    )
