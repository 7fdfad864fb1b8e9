"""Reads the archive of all versions that `archive` writes: first checked, then loaded case by case.

Only one case is in memory at a time. A manifest names the case, and its versions in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from stories.choices import VersionKind
from stories.documents import checks, file_checks, serialization, version_manifest
from stories.documents.faults import FILE, REFERENCES, DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.documents.terms import Terms
from stories.documents.version_manifest import VERSIONS, Entry
from stories.publishing import publisher
from stories.publishing.publisher import Note


@dataclass(frozen=True)
class ArchivedVersion:
    document: CaseDocument
    kind: VersionKind
    note: Note
    at: datetime


def manifests(folder: Path) -> list[Path]:
    """The manifests of an archive, one per case; [] if the folder is no archive."""
    return sorted((folder / VERSIONS).glob("*.json"))


def faults(manifest: Path, terms: Terms) -> list[Fault]:
    """Every fault of a case in an archive, its path prefixed with the file."""
    try:
        entries = version_manifest.read(serialization.content(manifest))
    except DocumentError as error:
        return [fault.inside(manifest) for fault in error.faults]
    return [
        fault.inside(_file(manifest, entry))
        for entry in entries
        for fault in _version_faults(manifest, entry, terms)
    ]


def published_faults(document: CaseDocument, terms: Terms) -> list[Fault]:
    """Faults of a document that was published: it may keep deprecated terms.

    If it is redacted, only its references are checked: its numbers and dates no longer agree with
    their blanked fragments.
    """
    found = checks.faults(document, replace(terms, deprecated={}))
    if publisher.BLANK not in serialization.write(document).decode():
        return found
    return [fault for fault in found if fault.code in REFERENCES]


def read(manifest: Path) -> list[ArchivedVersion]:
    """The versions of a case, oldest first. Raises DocumentError if a file is not as checked."""
    return [
        ArchivedVersion(
            serialization.read(_content(manifest, entry)),
            entry.kind,
            Note(entry.note.zh, entry.note.en),
            entry.published_at,
        )
        for entry in version_manifest.read(serialization.content(manifest))
    ]


def _version_faults(manifest: Path, entry: Entry, terms: Terms) -> Iterator[Fault]:
    try:
        document = serialization.read(_content(manifest, entry))
    except DocumentError as error:
        yield from error.faults
        yield from file_checks.rest_faults(error.rest, terms)
        return
    yield from published_faults(document, terms)
    if document.slug != manifest.stem:
        yield Fault("slug", "other-slug", {"slug": manifest.stem})


def _content(manifest: Path, entry: Entry) -> bytes:
    content = serialization.content(_file(manifest, entry))
    if publisher.sha256(content) != entry.sha256:
        raise DocumentError([Fault(FILE, "wrong-version")])
    return content


def _file(manifest: Path, entry: Entry) -> Path:
    return manifest.with_suffix("") / f"{entry.number}.json"
