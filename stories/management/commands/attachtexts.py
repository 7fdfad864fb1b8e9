"""Stores article files as texts of the sources that they belong to, for the desk only."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from caselib import interrupts
from stories.management.commands._progress import LongCommand
from stories.management.commands._tables import require_tables
from stories.publishing import quotations, texts
from stories.reading import source_text


class Command(LongCommand):
    help = (
        "Attaches article files (*.txt) to the sources that were read from them, by SHA-256. Only "
        "the desk and its check read them."
    )
    left_by_interrupt = "nothing was attached"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        try:
            raws = source_text.read_folder(options["folder"])
        except source_text.SourceError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            found = texts.attach(raws)
            quotations.complete()
            interrupts.ignore()
        for source, is_new in found:
            self.stdout.write(f"{source.key}: {'attached' if is_new else 'unchanged'}")
        rest = len(raws.keys() - {source.sha256 for source, _is_new in found})
        attached = sum(is_new for _source, is_new in found)
        self.stdout.write(
            f"{attached} attached, {len(found) - attached} unchanged, {rest} of no source here"
        )
