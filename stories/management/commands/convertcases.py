"""Converts case documents of an older format in place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from stories.choices import DOCUMENT_FORMAT
from stories.documents import checks, schema, serialization
from stories.documents.faults import DocumentError
from stories.management.commands._progress import LongCommand
from stories.publishing import glossary


class Command(LongCommand):
    help = (
        f"Rewrites case documents of an older format as {DOCUMENT_FORMAT}, in place, and says what "
        "of each is still to be filled in. Documents of the present format are left as they are."
    )
    requires_system_checks: list[str] = []
    left_by_interrupt = "what was not converted yet is as it was; run it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        """Convert all files or none: an unreadable file leaves the others unchanged."""
        try:
            files = serialization.files(options["paths"] or [settings.CASES_DIR])
            older = [(file, document) for file in files if (document := _older(file))]
        except DocumentError as error:
            raise CommandError(f"{error}\nnothing was converted") from error
        terms = glossary.terms(sorted(settings.VOCABULARY_DIR.glob("*.json")))
        for file, document in older:
            serialization.write_file(file, document)
            for fault in checks.faults(document, terms):
                self.stdout.write(str(fault.inside(file)))
        self.stdout.write(f"{len(older)} of {len(files)} documents converted")


def _older(file: Path) -> schema.CaseDocument | None:
    """The document of a file in an older format; None if it has the present format."""
    try:
        document = serialization.read_file(file)
    except DocumentError as error:
        raise DocumentError(fault.inside(file) for fault in error.faults) from error
    return document if serialization.is_older(file.read_bytes()) else None
