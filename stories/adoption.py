"""Databases of releases without versions: each published case becomes version 1 of itself."""

import hashlib
import json

from django.db import transaction
from django.utils.timezone import now

from stories import documents, files, publishing
from stories.illustrations import Picture
from stories.models import Case
from stories.records import dump
from stories.versions import Publication
from stories.vocabulary import CaseState


def adopt() -> int:
    """Publish as version 1 what the desk calls published and has no version; how many cases.

    The document is not checked: what was public stays public, and the desk names what it lacks.
    """
    known = Publication.objects.values("slug")
    with transaction.atomic():
        _fill_in_hashes()
        cases = Case.objects.filter(state=CaseState.PUBLISHED).exclude(slug__in=known)
        for case in cases:
            document = documents.read(json.dumps(dump(case)).encode())
            publishing.publish(document, at=case.published_at or now())
        return len(cases)


def _fill_in_hashes() -> None:
    """Of pictures that were stored before their hash was."""
    for picture in Picture.objects.filter(sha256=""):
        try:
            content = files.content(f"{picture.name}-{picture.width}.webp")
        except FileNotFoundError:
            content = b""  # the check of pictures names it
        picture.sha256 = hashlib.sha256(content).hexdigest()
        picture.save(update_fields=["sha256"])
