"""Writes stories/reading/divisions.tsv: the code table of GB/T 2260 with its editions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stories.reading import division_packages, divisions, succession


class Command(BaseCommand):
    help = "Writes the code table of places anew from the packages that `make divisions` fetches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the two packages are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            editions, changes = division_packages.read(options["folder"])
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        runs = succession.runs(editions, changes)
        divisions.FILE.write_text(divisions.written(runs), encoding="utf-8")
        self.stdout.write(f"{divisions.FILE}: {len(runs):,} names in {len(editions)} editions")
