"""Checks what is to be loaded, archives and documents alike, before anything is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from stories.documents import checks, file_checks, serialization, text_checks
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.models.version import Publication
from stories.publishing import archive_reader, glossary

# Iterates over files and shows progress; the text says what is done.
Counted = Callable[[list[Path], str], Iterator[Path]]


def manifests_of_new_cases(folders: Iterable[Path]) -> list[Path]:
    """The archived cases that the library lacks, each once."""
    manifests = {
        manifest.stem: manifest
        for folder in folders
        for manifest in archive_reader.manifests(folder)
    }
    present = Publication.objects.values_list("slug", flat=True)
    return sorted(manifests[slug] for slug in manifests.keys() - set(present))


def checked(
    manifests: list[Path], files: list[Path], raws: Mapping[str, bytes], counted: Counted
) -> list[tuple[Path, CaseDocument]]:
    """The documents of files, checked with the texts; archives are checked without them.

    Raises DocumentError with all faults.
    """
    terms = glossary.stored_terms()
    read, faults = [], []
    for manifest in counted(manifests, "archived cases checked"):
        faults += archive_reader.faults(manifest, terms)
    archived = {manifest.stem for manifest in manifests}
    for file in counted(files, "documents checked"):
        try:
            document = serialization.read_file(file)
        except DocumentError as error:
            found = error.faults + file_checks.rest_faults(error.rest, terms)
            faults += [fault.inside(file) for fault in found]
            continue
        is_archived = document.slug in archived
        faults_of = archive_reader.published_faults if is_archived else checks.faults
        found = faults_of(document, terms) + text_checks.disproved(document, raws)
        faults += [fault.inside(file) for fault in found]
        read.append((file, document))
    faults += _same_slug(read)
    if faults:
        raise DocumentError(faults)
    return read


def _same_slug(read: list[tuple[Path, CaseDocument]]) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for file, document in read:
        if (other := first.setdefault(document.slug, file)) != file:
            parameters = {"slug": document.slug, "file": other}
            yield Fault("slug", "slug-taken", parameters).inside(file)
