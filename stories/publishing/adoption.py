"""Upgrade of databases without versions: publishes each published case as its version 1."""

import hashlib
import json

from django.db import transaction
from django.utils.timezone import now

from stories.documents import serialization
from stories.documents.faults import DocumentError, Fault
from stories.models.case import Case
from stories.models.pictures import Picture
from stories.models.version import Publication
from stories.pictures import storage
from stories.publishing.case_publisher import publish_case
from stories.publishing.exporter import dump


def adopt() -> tuple[int, list[Fault]]:
    """Publish version 1 of every case that is marked as published and has no version.

    (number of cases, faults of those without a readable document, which become drafts). The
    document is not checked: public cases stay public, and the desk lists their faults.
    """
    count = 0
    faults: list[Fault] = []
    known = Publication.objects.values("slug")
    with transaction.atomic():
        _fill_in_hashes()
        for case in Case.objects.published().exclude(slug__in=known):
            try:
                document = serialization.read(json.dumps(dump(case)).encode())
            except DocumentError as error:
                faults += [fault.inside(case.slug) for fault in error.faults]
                case.mark_withdrawn()
                continue
            publish_case(case, document, at=case.published_at or now())
            count += 1
    return count, faults


def _fill_in_hashes() -> None:
    """Set the hash of pictures stored before the column existed."""
    for picture in Picture.objects.filter(sha256=""):
        try:
            content = storage.content(f"{picture.name}-{picture.width}.webp")
        except FileNotFoundError:
            content = b""  # checkpictures reports it
        picture.sha256 = hashlib.sha256(content).hexdigest()
        picture.save(update_fields=["sha256"])
