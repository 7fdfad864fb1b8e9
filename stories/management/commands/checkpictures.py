"""Compares stored picture files with the database; reports, and on request removes, orphans."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from stories.management.commands._progress import LongCommand, counted
from stories.management.commands._tables import require_tables
from stories.models.pictures import Picture
from stories.pictures import storage
from stories.publishing import picture_files


class Command(LongCommand):
    help = "Compares the files of pictures with their rows; exit 1 if anything is astray."
    left_by_interrupt = "only files of no picture were removed, if any; run it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove files of no picture")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        orphans, missing = picture_files.compare()
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
