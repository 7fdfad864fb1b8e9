"""Database → case documents, byte for byte what was loaded."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stories import documents, records
from stories.management.commands._tables import require_tables


class Command(BaseCommand):
    help = "Writes each published case as DIR/<slug>.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        folder: Path = options["folder"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = [self._write(folder, document) for document in records.published()]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except documents.DocumentError as error:
            raise CommandError(str(error)) from error
        noun = "document" if len(written) == 1 else "documents"
        self.stdout.write(f"{len(written)} {noun} in {folder}")

    def _write(self, folder: Path, document: documents.CaseDocument) -> Path:
        file = folder / f"{document.slug}.json"
        documents.write_file(file, document)
        return file
