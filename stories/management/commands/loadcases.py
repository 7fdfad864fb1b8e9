"""Loads case documents into the database, all or nothing."""

from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from caselib import interrupts
from stories.choices import VersionKind
from stories.documents import schema, serialization
from stories.documents.faults import DocumentError
from stories.management.commands._progress import LongCommand, counted
from stories.management.commands._tables import require_tables
from stories.pictures import storage
from stories.publishing import (
    archive,
    archive_reader,
    glossary,
    importer,
    loading,
    publisher,
    quotations,
    texts,
)
from stories.reading import characters, source_text


class _DryRun(Exception):
    """Rolls back a dry run."""


class Command(LongCommand):
    help = "Loads case documents, all or nothing; reports created, updated and unchanged."
    left_by_interrupt = "nothing was loaded"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument(
            "--note",
            nargs=2,
            metavar=("ZH", "EN"),
            help="what changed and why, for the versions after the first",
        )
        parser.add_argument(
            "--texts",
            type=Path,
            metavar="DIR",
            help="folder of article files: documents are proved against them, and the desk keeps "
            "those of its sources",
        )
        parser.add_argument(
            "--correction", action="store_true", help="the new versions are corrections"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        try:
            files = serialization.files(options["paths"] or [settings.CASES_DIR])
            raws = source_text.read_folder(options["texts"]) if options["texts"] else {}
            # A dry run rolls back database and files.
            with suppress(_DryRun), storage.undone_on_failure(), transaction.atomic():
                self._bring_vocabulary()
                manifests = loading.manifests_of_new_cases(options["paths"])
                checked = loading.checked(manifests, files, raws, self.progress.over)
                outcomes = [*self._load_archives(manifests), *self._load(checked, options)]
                attached = texts.attach(raws)
                quotations.complete()
                self.progress.end()
                if options["dry_run"]:
                    raise _DryRun
                interrupts.ignore()
        except (DocumentError, source_text.SourceError) as error:
            raise CommandError(f"{error}\nnothing was loaded") from error
        if raws:
            self.stdout.write(f"texts of {len(attached)} sources are at the desk")
        counts = Counter(outcomes)
        summary = ", ".join(f"{counts[outcome]} {outcome}" for outcome in importer.Loading)
        self.stdout.write(
            f"{summary}{' (dry run: nothing was written)' if options['dry_run'] else ''}"
        )

    def _bring_vocabulary(self) -> None:
        """Load the shipped vocabulary if the database has none."""
        if not glossary.is_vocabulary_stored():
            files = sorted(settings.VOCABULARY_DIR.glob("*.json"))
            call_command("loaddata", *files, verbosity=0)

    def _load_archives(self, manifests: list[Path]) -> list[importer.Loading]:
        """Load all versions of each case, oldest first."""
        outcomes, faults = [], []
        for manifest in self.progress.over(manifests, "cases loaded with all versions"):
            versions = archive_reader.read(manifest)
            try:
                importer.load_versions(versions)
            except DocumentError as error:
                faults += [fault.inside(manifest) for fault in error.faults]
                continue
            self._restore_pictures(
                manifest.parent.parent, [version.document for version in versions]
            )
            outcomes.append((manifest.stem, len(versions)))
        if faults:
            raise DocumentError(faults)
        self.progress.end()
        for slug, count in outcomes:
            self.stdout.write(f"{slug}: {counted(count, 'version')}")
        return [importer.Loading.CREATED] * len(outcomes)

    def _restore_pictures(self, folder: Path, loaded: list[schema.CaseDocument]) -> None:
        for name in archive.restore_pictures(folder, loaded):
            self.stderr.write(f"{folder / archive.PICTURES / name}: is missing")

    def _load(
        self, checked: list[tuple[Path, schema.CaseDocument]], options: dict[str, Any]
    ) -> list[importer.Loading]:
        outcomes, faults = [], []
        note = publisher.Note(*options["note"]) if options["note"] else publisher.NO_NOTE
        kind = VersionKind.CORRECTION if options["correction"] else VersionKind.UPDATE
        for file, document in self.progress.over(checked, "documents loaded"):
            try:
                outcomes.append((file, importer.load(document, note, kind)))
                self._restore_pictures(file.parent, [document])
            except DocumentError as error:
                faults += [fault.inside(file) for fault in error.faults]
        if faults:
            raise DocumentError(faults)
        self.progress.end()
        for file, outcome in outcomes:
            self.stdout.write(f"{characters.printable(str(file))}: {outcome}")
        return [outcome for _file, outcome in outcomes]
