"""Checks case documents and reports all faults."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import localdate

from stories.documents import file_checks, proof, serialization
from stories.management.commands._progress import LongCommand, counted
from stories.publishing import glossary
from stories.reading import source_text


class Command(LongCommand):
    help = (
        "Says everything wrong with case documents, each as file: path: what; exit 1 if anything. "
        "With --texts it also proves them against the article files."
    )
    requires_system_checks: list[str] = []
    left_by_interrupt = "not all documents were checked"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--texts", type=Path, metavar="DIR", help="folder of article files")
        parser.add_argument(
            "--mark",
            action="store_true",
            help="with --texts: write into each document without fault that it was proved today",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = serialization.files(options["paths"] or [settings.CASES_DIR])
            raws = source_text.read_folder(options["texts"]) if options["texts"] else None
        except ValueError as error:
            raise CommandError(str(error)) from error
        terms = glossary.terms(sorted(settings.VOCABULARY_DIR.glob("*.json")))
        total = 0
        for file in self.progress.over(files, "documents"):
            found = file_checks.file_faults(file, terms, raws)
            if options["mark"]:  # the mark is replaced, so an outdated one is no fault
                found = [fault for fault in found if fault.path != "checked"]
            total += len(found)
            if found:
                self.progress.end()
            for fault in found:
                self.stdout.write(str(fault.inside(file)))
            if raws and options["mark"] and not found:
                _mark(file, raws)
        self.progress.end()
        if total:
            raise CommandError(f"{counted(total, 'fault')} in {counted(len(files), 'document')}")
        self.stdout.write(f"{counted(len(files), 'document')}, no fault")


def _mark(file: Path, raws: Mapping[str, bytes]) -> None:
    document = serialization.read_file(file)
    marked = proof.proved(document, raws, localdate())
    if marked != document:
        serialization.write_file(file, marked)
