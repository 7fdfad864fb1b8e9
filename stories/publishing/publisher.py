"""Publishes a checked case document as the next version, and updates the search index.

It never reads rows of the desk; the caller passes the document.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils.timezone import now

from stories.choices import VersionKind
from stories.documents import serialization
from stories.documents.faults import DOCUMENT, DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.models.version import (
    OpenRedaction,
    Publication,
    PublishedPicture,
    Quotation,
    Redaction,
    Version,
)
from stories.search import analyzer, writer

CHUNK = 200  # versions per query
BLANK = "█"  # replaces each redacted character


class PublishingError(ValueError):
    """A version cannot be published; `fault` is the reason."""

    def __init__(self, code: str) -> None:
        self.fault = Fault(DOCUMENT, code)
        super().__init__(str(self.fault))


@dataclass(frozen=True)
class Note:
    """What changed and why, in both languages."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh and self.en)


NO_NOTE = Note()


def is_current(document: CaseDocument) -> bool:
    """Whether the document equals the current version; False for a withdrawn case.

    Parts that versions of older releases lack count as empty.
    """
    current = Version.objects.of_case(document.slug).current().public()
    found = current.values_list("sha256", "document").first()
    if found is None:
        return False
    digest, written = found
    return bool(digest == sha256(serialization.write(document))) or _is_same(written, document)


def publish(
    document: CaseDocument,
    kind: VersionKind = VersionKind.UPDATE,
    note: Note = NO_NOTE,
    at: datetime | None = None,
    is_indexed: bool = True,
) -> Version:
    """Publish a checked document as the next version of its case.

    A first version is of kind "first" and has no note; later ones need a note in both languages, or
    PublishingError is raised. A withdrawn case becomes public again. About 20 queries with the
    index.
    """
    written, at = serialization.write(document), at or now()
    plain = orjson.loads(written)
    with transaction.atomic():
        publication = Publication.objects.select_for_update().filter(slug=document.slug).first()
        if publication is None:
            kind, note = VersionKind.FIRST, NO_NOTE
            publication = Publication(slug=document.slug, number=0, first_published_at=at)
        elif not note:
            raise PublishingError("no-note")
        elif kind == VersionKind.FIRST:
            raise PublishingError("second-first")
        describe(publication, plain, publication.number + 1, kind, at)
        publication.save()
        version = _create_version(publication, written, note)
        PublishedPicture.objects.bulk_create(
            [PublishedPicture(publication=publication, name=p.file) for p in document.pictures],
            ignore_conflicts=True,
        )
        if is_indexed:
            writer.put({publication.pk: plain})
    return version


def _is_same(written: str, document: CaseDocument) -> bool:
    try:
        return serialization.read(written.encode()) == document
    except DocumentError:
        return False


def withdraw(slug: str, reason: Note = NO_NOTE, at: datetime | None = None) -> None:
    """Withdraw a case: readers get 410 for all its versions, with the date and the reason."""
    with transaction.atomic():
        publication = Publication.objects.select_for_update().current().get(slug=slug)
        publication.withdrawn_at = at or now()
        publication.reason_zh, publication.reason_en = reason.zh, reason.en
        publication.save()
        writer.drop(publication.pk)


def reindex(progress: writer.Progress = writer.silent) -> int:
    """Rebuild the whole index from the current versions; return the number of cases."""
    count = Publication.objects.current().count()
    return writer.rebuild(_current_documents(), count, progress)


def redact(slug: str, words: Sequence[str], reason: Note, at: datetime | None = None) -> int:
    """Blank words in every version of a case, log where, and return the number of versions changed.

    Required by law or personal rights, it is the only exception to immutability. The hash of a
    redacted version is that of its new text; the log has the paths, not the words. Quotations that
    contain the words are deleted, the fragments remain.
    """
    at = at or now()
    with transaction.atomic():
        publication = Publication.objects.select_for_update().get(slug=slug)
        opened = OpenRedaction.objects.create()
        redacted = [
            version
            for version in publication.versions.order_by("number")
            if _redact_version(version, words, reason, at)
        ]
        opened.delete()
        for quotation in Quotation.objects.filter(version__publication=publication):
            if any(word in quotation.words for word in words):
                quotation.delete()
        if redacted and publication.withdrawn_at is None:
            current = publication.versions.get(number=publication.number)
            publication.title_zh = orjson.loads(current.document)["title"]["zh"]
            publication.save()
            writer.put({publication.pk: orjson.loads(current.document)})
    return len(redacted)


def describe(
    publication: Publication,
    document: Mapping[str, Any],
    number: int,
    kind: VersionKind,
    at: datetime,
) -> None:
    """Set the columns of a publication that repeat its current version."""
    years = analyzer.years(document)
    publication.number = number
    publication.kind = kind
    publication.published_at = at
    publication.withdrawn_at = None
    publication.reason_zh = publication.reason_en = ""
    publication.title_zh = document["title"]["zh"]
    publication.first_year = years[0] if years else None
    publication.last_year = years[-1] if years else None


def sha256(written: bytes) -> str:
    """Hexadecimal SHA-256 of a document in its written form."""
    return hashlib.sha256(written).hexdigest()


def _create_version(publication: Publication, written: bytes, note: Note) -> Version:
    return Version.objects.create(
        publication=publication,
        number=publication.number,
        kind=publication.kind,
        note_zh=note.zh,
        note_en=note.en,
        published_at=publication.published_at,
        sha256=sha256(written),
        document=written.decode(),
    )


def _current_documents() -> Iterator[tuple[int, str]]:
    rows = Publication.objects.current().order_by("pk").values_list("pk", "number")
    current = list(rows)
    for n in range(0, len(current), CHUNK):
        numbers = dict(current[n : n + CHUNK])
        versions = Version.objects.filter(publication__in=numbers)
        for pk, number, document in versions.order_by("publication_id").values_list(
            "publication_id", "number", "document"
        ):
            if numbers[pk] == number:
                yield pk, document


def _redact_version(
    version: Version, words: Iterable[str], reason: Note, at: datetime
) -> Redaction | None:
    paths: list[str] = []
    blanked = blanked_in(orjson.loads(version.document), list(words), "", paths)
    if not paths:
        return None
    blanked["checked"] = None  # the text that remains does not tell
    written = serialization.write(serialization.shaped(blanked))
    version.document, version.sha256 = written.decode(), sha256(written)
    version.save(update_fields=["document", "sha256"])
    return Redaction.objects.create(
        version=version,
        paths=paths,
        reason_zh=reason.zh,
        reason_en=reason.en,
        redacted_at=at,
    )


def blanked_in(value: Any, words: Sequence[str], path: str, paths: list[str]) -> Any:
    """The value with the words blanked in every text; their paths are appended to `paths`."""
    if isinstance(value, str):
        blanked = value
        for word in words:
            blanked = blanked.replace(word, BLANK * len(word))
        if blanked != value:
            paths.append(path)
        return blanked
    if isinstance(value, dict):
        return {
            key: blanked_in(part, words, f"{path}.{key}" if path else key, paths)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [blanked_in(part, words, f"{path}[{n}]", paths) for n, part in enumerate(value)]
    return value
