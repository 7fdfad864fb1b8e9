"""Restores a backup into an empty data folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from stories.management.commands._progress import LongCommand
from stories.publishing import backup


class Command(LongCommand):
    help = "Restores a backup into the data folder, which has to be empty; all or nothing."
    left_by_interrupt = "nothing was restored"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("the database is PostgreSQL: use pg_restore, and copy the pictures")
        try:
            count = backup.restore(options["file"], settings.DATA_DIR, self.progress)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['file']}: {error.strerror}") from error
        self.progress.end()
        self.stdout.write(f"{count} files restored in {settings.DATA_DIR}; make serve starts it")
