"""Publishing: a checked case document becomes the next version, and the index is built from it.

Nothing here reads a row of the desk; whoever publishes hands in the document.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
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

CHUNK = 200  # versions read at a time
BLANK = "█"  # stands for each character that a redaction takes away


class PublishingError(ValueError):
    """A version that cannot be published; `fault` is the reason."""

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
    """Whether the current version of the case is this document; False for a withdrawn case.

    A version of an older release, which lacks a part that is empty, is the same document.
    """
    current = Version.objects.filter(
        publication__slug=document.slug,
        publication__withdrawn_at=None,
        number=F("publication__number"),
    )
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
    """The document, which has passed the check, as the next version of its case.

    A first version is of kind first and has no note; later ones have one in both languages, else
    PublishingError. A withdrawn case is public again. About 20 queries with the index.
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
    """Readers get 410 for the case and all its versions, with the date and the reason."""
    with transaction.atomic():
        publication = Publication.objects.select_for_update().current().get(slug=slug)
        publication.withdrawn_at = at or now()
        publication.reason_zh, publication.reason_en = reason.zh, reason.en
        publication.save()
        writer.drop(publication.pk)


def reindex(progress: writer.Progress = writer.silent) -> int:
    """The whole index anew from the current versions; how many cases."""
    count = Publication.objects.current().count()
    return writer.rebuild(_current_documents(), count, progress)


def redact(slug: str, words: Sequence[str], reason: Note, at: datetime | None = None) -> int:
    """Blank words in every version of a case, mark the places and log them; in how many versions.

    For what the law or a person's right demands: the one exception to "never changed". The hash
    of a redacted version is that of its new text; the log keeps where words were blanked, never
    the words. Quotations that hold them are deleted: the fragments remain.
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
    """Set what a publication repeats of its current version."""
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
    """Of a document in its written form, in hexadecimal."""
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
    blanked["checked"] = None  # no text says what is left
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
    """The value with the words blanked out of every text; `paths` grows by where they stood."""
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
