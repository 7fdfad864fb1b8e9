"""Compares stored picture files with the database; reports, and on request removes, orphans."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError

from stories.management.commands._progress import LongCommand, counted
from stories.management.commands._tables import require_tables
from stories.models.pictures import SHOWING, Picture
from stories.pictures import storage


class Command(LongCommand):
    help = "Holds the files of pictures against their rows; exit 1 if anything is astray."
    left_by_interrupt = "only files of no picture were removed, if any; run it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove files of no picture")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        orphans, missing = compare_files()
        if options["remove"]:
            storage.remove(self.progress.over(orphans, "files removed"))
            self.progress.end()
            for file in orphans:
                self.stdout.write(f"{file}: removed")
            orphans = []
        found = [f"{file}: of no picture" for file in orphans]
        found += [f"{file}: is missing" for file in missing]
        if found:
            raise CommandError("\n".join(found))
        count = Picture.objects.count()
        self.stdout.write(f"{counted(count, 'picture')}, nothing astray")


def compare_files() -> tuple[list[str], list[str]]:
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
