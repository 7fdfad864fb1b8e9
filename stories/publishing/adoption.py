"""Databases of releases without versions: each published case becomes version 1 of itself."""

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
from stories.publishing import publisher
from stories.publishing.exporter import dump


def adopt() -> tuple[int, list[Fault]]:
    """Publish as version 1 what the desk calls published and has no version.

    How many cases, and the faults of those that have no readable document: they are drafts now.
    The document is not checked: what was public stays public, and the desk names what it lacks.
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
            publisher.publish(document, at=case.published_at or now())
            count += 1
    return count, faults


def _fill_in_hashes() -> None:
    """Of pictures that were stored before their hash was."""
    for picture in Picture.objects.filter(sha256=""):
        try:
            content = storage.content(f"{picture.name}-{picture.width}.webp")
        except FileNotFoundError:
            content = b""  # the check of pictures names it
        picture.sha256 = hashlib.sha256(content).hexdigest()
        picture.save(update_fields=["sha256"])
