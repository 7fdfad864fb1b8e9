"""Compares the stored files of pictures with the rows of pictures, versions and edits."""

from collections.abc import Iterator

from stories.models.pictures import SHOWING, Picture
from stories.pictures import storage


def compare() -> tuple[list[str], list[str]]:
    """(orphaned files, missing files): 3 queries."""
    stored = storage.stored()  # before the rows: a picture saved in between is no orphan
    wanted = set(Picture.objects.all().files()) | set(_of_versions_and_edits())
    return storage.settled(stored - wanted), sorted(wanted - storage.stored())


def _of_versions_and_edits() -> Iterator[str]:
    wanted = {
        name
        for model in SHOWING
        for name in model._default_manager.order_by().values_list("name", flat=True)
    }
    for file in storage.stored():
        if file.partition("-")[0] in wanted:
            yield file
