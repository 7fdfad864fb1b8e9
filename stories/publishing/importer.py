"""Imports a case document: writes the rows of its case, and publishes its next version.

Loading what was dumped changes nothing; a case is loaded whole or not at all.
"""

import json
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from stories.choices import VersionKind
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.models.case import Case
from stories.models.sources import Source
from stories.publishing import publisher, quotations
from stories.publishing.exporter import dump
from stories.publishing.publisher import NO_NOTE, Note, PublishingError
from stories.publishing.row_writer import RowWriter


class Loading(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def load(
    document: CaseDocument,
    note: Note = NO_NOTE,
    kind: VersionKind = VersionKind.UPDATE,
    at: datetime | None = None,
) -> Loading:
    """Write the checked document as rows of its case, and publish it as the next version.

    Nothing happens if it equals the current version and the rows. Otherwise all rows of the case
    are replaced: about 50 statements. Raises DocumentError if the key of a source belongs to
    another case or a note is missing.
    """
    with transaction.atomic():
        case = Case.objects.filter(slug=document.slug).first()
        # Compared as text, because the order of a source's passages counts.
        is_same = case and json.dumps(dump(case)) == json.dumps(document.model_dump(mode="json"))
        is_current = publisher.is_current(document)
        if is_same and is_current:
            return Loading.UNCHANGED
        if not is_same:
            _refuse_taken_keys(document)
            case = case or Case(slug=document.slug)
            RowWriter(case, document).write()
        assert case
        if not is_current:
            try:
                version = publisher.publish(document, kind, note, at)
                quotations.publish(version, document)
            except PublishingError as error:
                raise DocumentError([error.fault]) from error
            case.mark_published(version.published_at)
            return Loading.CREATED if version.number == 1 else Loading.UPDATED
        return Loading.UPDATED


def _refuse_taken_keys(document: CaseDocument) -> None:
    keys = [source.key for source in document.sources]
    taken = dict(
        Source.objects.filter(key__in=keys)
        .exclude(case__slug=document.slug)
        .values_list("key", "case__slug")
    )
    if taken:
        raise DocumentError(
            Fault(f"sources[{n}].key", "source-taken", {"key": key, "case": taken[key]})
            for n, key in enumerate(keys)
            if key in taken
        )
