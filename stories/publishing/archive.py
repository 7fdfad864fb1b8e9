"""Writes the archive of all versions, which `archive_reader` reads; restores its pictures."""

# FOLDER/<slug>.json              the current version
# FOLDER/versions/<slug>.json     the manifest: see documents/version_manifest
# FOLDER/versions/<slug>/<n>.json each version, in its written form
# FOLDER/pictures/                the files of the pictures that versions show

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from stories.documents import serialization, version_manifest
from stories.documents.schema import CaseDocument
from stories.documents.version_manifest import VERSIONS
from stories.models.version import Publication, Version
from stories.pictures import storage
from stories.pictures.formats import file_names

PICTURES = "pictures"
# Iterates over publications and shows progress; the text says what is done.
Counted = Callable[[list[Publication], str], Iterator[Publication]]


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
        manifest = version_manifest.write(map(version_manifest.entry, rows))
        serialization.write_bytes(folder / VERSIONS / f"{publication.slug}.json", manifest)
        count += len(rows)
    return count


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


def _write_pictures(folder: Path, version: Version) -> None:
    document = serialization.read(version.document.encode())
    for picture in document.pictures:
        target = folder / PICTURES
        target.mkdir(parents=True, exist_ok=True)
        for name in file_names(picture.file, picture.widths):
            serialization.write_bytes(target / name, storage.content(name))
