"""Builds the data set of one revision: a SQLite file, a ZIP and their hashes.

Every case is read once and in constant memory; the same revision gives the same bytes.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.utils.translation import override

from stories.documents import version_manifest
from stories.documents.version_manifest import Entry
from stories.exports.dataset import archive, codebook, metadata, sqlite, vocabulary
from stories.exports.dataset.archive import Archive
from stories.exports.dataset.codebook import CODEBOOK, EVERY, LISTS, OF_DOCUMENTS
from stories.exports.dataset.columns import Value
from stories.exports.dataset.metadata import File, Release
from stories.exports.dataset.tables import VERSIONS, Row, Table
from stories.exports.tables import defused
from stories.models.version import Version
from stories.queries.publications import CHUNK, PublishedCase, current_cases, every_version
from stories.queries.snapshot import Library

Progress = Callable[[int], None]  # number of cases so far


def names(revision: str) -> tuple[str, str]:
    """File names for a revision: (SQLite, ZIP)."""
    return f"{metadata.NAME}-{revision}.sqlite3", f"{metadata.NAME}-{revision}.zip"


def write(library: Library, release: Release, folder: Path, progress: Progress) -> None:
    """Write into an empty folder. 1 query for every CHUNK cases, and one for all versions."""
    database, package = (folder / name for name in names(release.revision))
    with override("zh-hans"):
        with Tables(folder, database) as tables:
            _fill(tables, library, release, progress)
        with archive.writing(package) as made:
            _pack(made, tables, release)
        for file in tables.files.values():
            file.unlink()
    sums = [
        File(file.name, file.stat().st_size, archive.sha256_of(file))
        for file in (database, package)
    ]
    (folder / archive.SUMS).write_bytes(b"".join(map(archive.line_of, sums)))


class Tables:
    """The tables being written, as CSV and into a SQLite file; a context manager."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.files = {table.name: folder / f"{table.name}.csv" for table in EVERY}
        self._database_file = database
        self._open = ExitStack()

    def __enter__(self) -> "Tables":
        self._database = self._open.enter_context(sqlite.writing(self._database_file))
        self._writers = {}
        for table in EVERY:
            file = self._open.enter_context(_text_file(self.files[table.name]))
            self._writers[table.name] = csv.writer(file)
            self._writers[table.name].writerow(table.column_names)
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._open.__exit__(*error)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        values = [table.values(row) for row in rows]
        self._database.add(table, values)
        self._writers[table.name].writerows(map(_cell, row) for row in values)


def _fill(tables: Tables, library: Library, release: Release, progress: Progress) -> None:
    every = library.in_order(library.cases, "slug", 0, len(library.cases))
    for n, chunk in enumerate(_chunks(current_cases(library, every))):
        for table in OF_DOCUMENTS:
            tables.add(table, (row for found in chunk for row in table.rows(found)))
        progress(n * CHUNK + len(chunk))
    for version in every_version():
        tables.add(VERSIONS, [_version(version)])
    for table, rows in vocabulary.TABLES:
        tables.add(table, rows(library))
    tables.add(LISTS, codebook.choices())
    tables.add(CODEBOOK, (row for table in EVERY for row in codebook.columns(table)))
    tables.add(codebook.ABOUT, metadata.about(release))


def _chunks(cases: Iterator[PublishedCase]) -> Iterator[list[PublishedCase]]:
    chunk: list[PublishedCase] = []
    for found in cases:
        chunk.append(found)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _version(version: Version) -> Row:
    return {
        "case_slug": version.publication.slug,
        "number": version.number,
        "kind": version.kind,
        "published_at": version.published_at.isoformat(),
        "note": {"zh": version.note_zh, "en": version.note_en},
        "sha256": version.sha256,
        "is_current": version.number == version.publication.number,
    }


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return defused(value) if isinstance(value, str) else str(value)


def _text_file(file: Path) -> IO[str]:
    return file.open("w", encoding="utf-8", newline="")


# ---------------------------------------------------------------- the ZIP


def _pack(made: Archive, tables: Tables, release: Release) -> None:
    files: dict[str, File] = {}
    for name, file in tables.files.items():
        files[name] = made.add_file(f"data/{name}.csv", file)
    made.add("datapackage.json", metadata.written(metadata.data_package(release, files)))
    made.add("ro-crate-metadata.json", metadata.written(metadata.ro_crate(release, files)))
    made.add("README.md", metadata.readme(release).encode())
    made.add("LICENSE.txt", metadata.LICENCE_TEXT.encode())
    _pack_documents(made)


def _pack_documents(made: Archive) -> None:
    """In the format of `dumpcases --all-versions`, which `loadcases` reads, without pictures."""
    entries: list[Entry] = []
    for version in every_version():
        slug, document = version.publication.slug, version.document.encode()
        made.add(f"documents/versions/{slug}/{version.number}.json", document)
        entries.append(version_manifest.entry(version))
        if version.number == version.publication.number:  # the last version of its case
            made.add(f"documents/{slug}.json", document)
            made.add(f"documents/versions/{slug}.json", version_manifest.write(entries))
            entries = []
