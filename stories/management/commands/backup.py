"""The whole library in one file, while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stories.management.commands._progress import Progress
from stories.management.commands._tables import require_tables
from stories.publishing import backup


class Command(BaseCommand):
    help = "Versions, drafts, pictures and accounts in one file with hashes, while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        progress = Progress(self.stdout)
        try:
            count = backup.write(options["file"].absolute(), progress)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['file']}: {error.strerror}") from error
        finally:
            progress.end()
        self.stdout.write(f"{count} files in {options['file']}; it holds accounts: keep it private")
