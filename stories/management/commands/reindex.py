"""Rebuilds the index from the current versions, or reports where it is stale."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from caselib import interrupts
from stories.management.commands._progress import LongCommand
from stories.management.commands._tables import require_tables
from stories.publishing import publisher
from stories.search import writer


class Command(LongCommand):
    help = "Builds the index of the search and the facets anew. --check only says what is stale."
    left_by_interrupt = "the index is as it was"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 if anything is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        if options["check"]:
            if stale := writer.stale():
                raise CommandError(f"stale, run manage.py reindex: {', '.join(stale)}")
            self.stdout.write("the index is in step with the cases")
            return
        with transaction.atomic():
            count = publisher.reindex(
                lambda done, count: self.progress(f"{done} of {count} cases indexed")
            )
            interrupts.ignore()
        self.progress.end()
        if options["verbosity"]:
            self.stdout.write(f"{count} cases indexed")
