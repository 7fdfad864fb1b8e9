"""The status of a case on the desk: publication, unpublished changes, damage."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from stories.documents import conversion, damage
from stories.documents.faults import Fault
from stories.models.case import Case
from stories.models.version import Publication, Version
from stories.publishing import exporter
from stories.queries.snapshot import Library
from stories.search import reader


def publication_of(case: Any) -> Publication | None:
    """The publication of the case, withdrawn or not; None if never published. Cached on the row."""
    if not hasattr(case, "publication"):
        case.publication = Publication.objects.filter(slug=case.slug).first()
    found: Publication | None = case.publication
    return found


def publications_of(cases: Sequence[Case]) -> list[Publication]:
    return list(Publication.objects.filter(slug__in=[case.slug for case in cases]))


def last_document(publication: Publication) -> Any:
    version = Version.objects.get(publication=publication, number=publication.number)
    return _present(orjson.loads(version.document))


def _present(document: Any) -> Any:
    """The document with empty values for the parts that versions of older releases lack."""
    return conversion.converted(document)


def changed_cases(cases: Sequence[Case]) -> set[int]:
    """Primary keys of the cases whose rows differ from their current version.

    Every change of a row sets `changed_at`, so most cases need not be read.
    """
    current = {row.slug: row for row in publications_of(cases) if not row.withdrawn_at}
    suspects = {
        case.pk: current[case.slug]
        for case in cases
        if case.slug in current and case.changed_at > current[case.slug].published_at
    }
    published = dict(reader.documents(row.pk for row in suspects.values())) if suspects else {}
    return {
        case.pk
        for case, document in exporter.dumped(suspects)
        if as_text(document) != as_text(_present(published[suspects[case.pk].pk].document))
    }


def as_text(document: Any) -> str:
    """The document as text, for comparison: the order of a source's passages counts."""
    return json.dumps(document, ensure_ascii=False)


def damage_of(cases: Sequence[Case]) -> Mapping[str, list[Fault]]:
    """slug → the faults for which pages or the card leave out parts of the current version."""
    known = Library.now().terms
    slugs = {row.pk: row.slug for row in publications_of(cases) if not row.withdrawn_at}
    documents, cards = dict(reader.documents(slugs)), reader.cards(slugs)
    return {
        slug: [
            *damage.showable(documents[pk].document if pk in documents else None, known).faults,
            *damage.showable_card(cards.get(pk), known).faults,
        ]
        for pk, slug in slugs.items()
    }
