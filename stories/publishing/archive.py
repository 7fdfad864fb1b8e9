"""The archive of all versions as files, as dumpcases writes and loadcases reads it."""

# FOLDER/<slug>.json              the current version
# FOLDER/versions/<slug>.json     number, kind, note, instant and SHA-256 of each version
# FOLDER/versions/<slug>/<n>.json each version, in its written form
# FOLDER/pictures/                the files of the pictures that versions show

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stories.choices import VersionKind
from stories.documents import serialization
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.models.version import Publication, Version
from stories.pictures import storage
from stories.pictures.formats import file_names
from stories.publishing import publisher
from stories.publishing.publisher import Note

VERSIONS, PICTURES = "versions", "pictures"
# Iterates over publications and shows progress; the text says what is done.
Counted = Callable[[list[Publication], str], Iterator[Publication]]


@dataclass(frozen=True)
class ArchivedVersion:
    document: CaseDocument
    kind: VersionKind
    note: Note
    at: datetime


def write_current(folder: Path, counted: Counted) -> list[Path]:
    """Write each current version as FOLDER/<slug>.json with its picture files; return the paths."""
    written = []
    for publication in counted(list(Publication.objects.current()), "cases written"):
        version = publication.versions.get(number=publication.number)
        file = folder / f"{publication.slug}.json"
        serialization.write_bytes(file, version.document.encode())
        _write_pictures(folder, version)
        written.append(file)
    return written


def write_all(folder: Path, counted: Counted) -> int:
    """Write all versions of every case that is not withdrawn; return their number."""
    count = 0
    for publication in counted(list(Publication.objects.current()), "cases with all versions"):
        target = folder / VERSIONS / publication.slug
        target.mkdir(parents=True, exist_ok=True)
        rows = list(publication.versions.order_by("number"))
        for version in rows:
            serialization.write_bytes(target / f"{version.number}.json", version.document.encode())
            _write_pictures(folder, version)
        entries = json.dumps([_entry(row) for row in rows], ensure_ascii=False, indent=2)
        file = folder / VERSIONS / f"{publication.slug}.json"
        serialization.write_bytes(file, f"{entries}\n".encode())
        count += len(rows)
    return count


def read_all(folder: Path) -> Iterator[tuple[str, list[ArchivedVersion]]]:
    """(slug, versions in order) of each case in an archive. Raises DocumentError if a version is
    missing or does not match its SHA-256."""
    for file in sorted((folder / VERSIONS).glob("*.json")):
        rows = json.loads(file.read_text(encoding="utf-8"))
        yield file.stem, [_read(file.with_suffix(""), row) for row in rows]


def restore_pictures(folder: Path, loaded: Iterable[CaseDocument]) -> list[str]:
    """Copy the picture files of these documents into the storage; return the names of missing ones.

    Within `storage.undone_on_failure` they are deleted if the loading fails.
    """
    names = [
        name
        for document in loaded
        for picture in document.pictures
        for name in file_names(picture.file, picture.widths)
    ]
    given = [name for name in names if (folder / PICTURES / name).is_file()]
    storage.bring(folder / PICTURES, given)
    return [name for name in names if name not in given and not storage.has(name)]


def _entry(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind": version.kind,
        "note": {"zh": version.note_zh, "en": version.note_en},
        "published_at": version.published_at.isoformat(),
        "sha256": version.sha256,
    }


def _read(folder: Path, row: dict[str, Any]) -> ArchivedVersion:
    file = folder / f"{row['number']}.json"
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise serialization.unreadable(str(file), error) from error
    if publisher.sha256(raw) != row["sha256"]:
        raise DocumentError([Fault(str(file), "wrong-version")])
    return ArchivedVersion(
        serialization.read(raw),
        VersionKind(row["kind"]),
        Note(row["note"]["zh"], row["note"]["en"]),
        datetime.fromisoformat(row["published_at"]),
    )


def _write_pictures(folder: Path, version: Version) -> None:
    document = serialization.read(version.document.encode())
    for picture in document.pictures:
        target = folder / PICTURES
        target.mkdir(parents=True, exist_ok=True)
        for name in file_names(picture.file, picture.widths):
            serialization.write_bytes(target / name, storage.content(name))
