"""Stores source texts on the desk and matches them to sources by SHA-256."""

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, QuerySet

from stories.documents.schema import CaseDocument
from stories.models.sources import Source
from stories.models.texts import SourceText
from stories.reading import resemblance, source_text


def attach(raws: Mapping[str, bytes]) -> list[tuple[Source, bool]]:
    """(source, whether its text is new) of each source that one of the texts belongs to.

    `raws`: SHA-256 → bytes. Texts without a source are not stored.
    """
    stored = SourceText.objects.filter(sha256__in=raws)
    known = set(stored.filter(is_proposed=False).values_list("sha256", flat=True))
    rows = Source.objects.filter(sha256__in=raws).order_by("key").prefetch_related("passages")
    found = [(source, source.sha256 not in known) for source in rows]
    for source, is_new in found:
        if is_new:
            store(source, raws[source.sha256])
    return found


def store(source: Source, raw: bytes) -> None:
    """Store the text of a source whose passages exist."""
    SourceText.objects.update_or_create(
        sha256=source.sha256,
        defaults={
            "raw": raw,
            "is_proposed": False,
            "sketch": resemblance.sketch("".join(passages_of(source, raw).values())),
        },
    )


def at_hand(document: CaseDocument) -> dict[str, bytes]:
    """SHA-256 → bytes of the stored texts of the document's sources: 1 query."""
    return of_hashes(source.reading.sha256 for source in document.sources)


def of_hashes(hashes: Iterable[str]) -> dict[str, bytes]:
    rows = SourceText.objects.filter(sha256__in=set(hashes), is_proposed=False)
    return {digest: bytes(raw) for digest, raw in rows.values_list("sha256", "raw")}


def without_text(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Sources without a stored text."""
    at_hand = SourceText.objects.filter(is_proposed=False, sha256=OuterRef("sha256"))
    return sources.filter(~Exists(at_hand))


def passages_of(source: Source, raw: bytes) -> dict[str, str]:
    """locator → folded passage; {} if the text does not match the passages."""
    lines = {passage.locator: passage.lines for passage in source.passages.all()}
    try:
        return source_text.passages(raw, lines, source.marks)
    except source_text.SourceError:
        return {}
