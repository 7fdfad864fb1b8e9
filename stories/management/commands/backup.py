"""Writes a backup of the library, which may be in use."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from stories.management.commands._progress import LongCommand
from stories.management.commands._tables import require_tables
from stories.publishing import backup


class Command(LongCommand):
    help = "Versions, drafts, pictures and accounts in one file with hashes, while the site runs."
    left_by_interrupt = "no backup was written"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        try:
            count = backup.write(options["file"].absolute(), self.progress)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['file']}: {error.strerror}") from error
        self.progress.end()
        self.stdout.write(f"{options['file']} (files: {count}); it holds accounts: keep it private")
