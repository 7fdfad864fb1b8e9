"""Corrections of all cases that are not withdrawn, newest first."""

from dataclasses import dataclass

from stories.choices import VersionKind
from stories.languages import Words
from stories.models.version import Version
from stories.queries.snapshot import Library


@dataclass(frozen=True)
class Correction:
    version: Version  # without its document
    title: Words  # of its case, as it is now


def corrections(library: Library, limit: int) -> list[Correction]:
    """1 query, plus those of the cards."""
    rows = list(
        Version.objects.public()
        .filter(kind=VersionKind.CORRECTION)
        .select_related("publication")
        .defer("document")
        .order_by("-published_at", "-pk")[:limit]
    )
    cards = {card.pk: card for card in library.cards(sorted({row.publication_id for row in rows}))}
    return [
        Correction(row, cards[row.publication_id].title)
        for row in rows
        if row.publication_id in cards
    ]
