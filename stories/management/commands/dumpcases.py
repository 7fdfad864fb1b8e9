"""Dumps the database as case documents, byte-identical to the files loaded."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from stories.documents import serialization, version_manifest
from stories.documents.faults import DocumentError
from stories.management.commands._progress import LongCommand, counted
from stories.management.commands._tables import require_tables
from stories.models.case import Case
from stories.publishing import archive, exporter


class Command(LongCommand):
    help = (
        "Writes the current version of each published case as DIR/<slug>.json, with the files of "
        "its pictures. --all-versions writes all versions too, --drafts the desk's rows instead."
    )
    left_by_interrupt = "the folder has a part of the library, each file whole; run it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all-versions", action="store_true", help="all versions of each case")
        which.add_argument("--drafts", action="store_true", help="every case as the desk has it")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        folder: Path = options["folder"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if options["drafts"]:
                count = self._write_drafts(folder)
            else:
                count = len(archive.write_current(folder, self.progress.over))
            has_versions = options["all_versions"]
            versions = archive.write_all(folder, self.progress.over) if has_versions else 0
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except DocumentError as error:
            raise CommandError(str(error)) from error
        self.progress.end()
        self.stdout.write(f"{counted(count, 'document')} in {folder}")
        if options["all_versions"]:
            self.stdout.write(
                f"{counted(versions, 'version')} in {folder / version_manifest.VERSIONS}"
            )

    def _write_drafts(self, folder: Path) -> int:
        pks = list(Case.objects.order_by("slug").values_list("pk", flat=True))
        for number, (case, document) in enumerate(exporter.documents_of(pks), 1):
            self.progress(f"{number} of {len(pks)} cases written")
            serialization.write_file(folder / f"{case.slug}.json", document)
        return len(pks)
