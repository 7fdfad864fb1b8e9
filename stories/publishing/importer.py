"""Imports a case document: writes the rows of its case, and publishes its next version.

Loading what was dumped changes nothing; a case is loaded whole or not at all.
"""

import json
from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction

from stories.choices import VersionKind
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.models.case import Case
from stories.models.sources import Source
from stories.publishing import publisher
from stories.publishing.archive_reader import ArchivedVersion
from stories.publishing.case_publisher import publish_case
from stories.publishing.exporter import dump
from stories.publishing.publisher import NO_NOTE, Note, PublishingError
from stories.publishing.row_writer import RowWriter


class Loading(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def load(
    document: CaseDocument, note: Note = NO_NOTE, kind: VersionKind = VersionKind.UPDATE
) -> Loading:
    """Write the checked document as rows of its case, and publish it as the next version.

    Nothing happens if it equals the current version and the rows. Otherwise all rows of the case
    are replaced: about 50 statements. Raises DocumentError if the key of a source belongs to
    another case or a note is missing.
    """
    with transaction.atomic():
        case = Case.objects.filter(slug=document.slug).first()
        is_same = case is not None and _is_same(case, document)
        is_current = publisher.is_current(document)
        if is_same and is_current:
            return Loading.UNCHANGED
        if case is None or not is_same:
            case = _write_rows(case, document)
        if is_current:
            return Loading.UPDATED
        try:
            version = publish_case(case, document, kind, note)
        except PublishingError as error:
            raise DocumentError([error.fault]) from error
        return Loading.CREATED if version.number == 1 else Loading.UPDATED


def load_versions(versions: Sequence[ArchivedVersion]) -> None:
    """Publish the checked versions of a case that has none, oldest first; the rows of the case are
    those of the last. Raises DocumentError like `load`."""
    document = versions[-1].document
    with transaction.atomic():
        case = Case.objects.filter(slug=document.slug).first()
        if case is None or not _is_same(case, document):
            case = _write_rows(case, document)
        for version in versions:
            publish_case(case, version.document, version.kind, version.note, version.at)


def _is_same(case: Case, document: CaseDocument) -> bool:
    """Compared as text, because the order of a source's passages counts."""
    return json.dumps(dump(case)) == json.dumps(document.model_dump(mode="json"))


def _write_rows(case: Case | None, document: CaseDocument) -> Case:
    _refuse_taken_keys(document)
    case = case or Case(slug=document.slug)
    RowWriter(case, document).write()
    return case


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
