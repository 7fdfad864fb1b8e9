"""Publishes a case of the desk: its version, the quotations of it, and the state of its rows."""

from datetime import datetime

from django.db import transaction

from stories.choices import VersionKind
from stories.documents.schema import CaseDocument
from stories.models.case import Case
from stories.models.version import Version
from stories.publishing import publisher, quotations
from stories.publishing.publisher import NO_NOTE, Note


def publish_case(
    case: Case,
    document: CaseDocument,
    kind: VersionKind = VersionKind.UPDATE,
    note: Note = NO_NOTE,
    at: datetime | None = None,
) -> Version:
    """Publish a document as the next version of its case; see `publisher.publish`."""
    with transaction.atomic():
        version = publisher.publish(document, kind, note, at)
        quotations.publish(version, document)
        proof = (document.checked.on, document.checked.sha256) if document.checked else ("", "")
        case.mark_published(version.published_at, *proof)
    return version
