"""Blanks words in every version of a case: the only exception to immutability."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from stories.management.commands._tables import require_tables
from stories.models.version import Publication
from stories.publishing import history, publisher


class Command(BaseCommand):
    help = (
        "Blanks words in every version of a case, marks the places and logs them with the reason. "
        "Only where the law or a person's right demands it. The words are read from standard "
        "input, one a line, so that no shell history keeps them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the case")
        parser.add_argument("--reason", nargs=2, metavar=("ZH", "EN"), required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        words = [line.strip() for line in self.stdin_lines() if line.strip()]
        if not words:
            raise CommandError("no words on standard input: write one a line")
        try:
            with transaction.atomic():
                reason = publisher.Note(*options["reason"])
                count = publisher.redact(options["slug"], words, reason)
                edits = history.redact(options["slug"], words)
        except Publication.DoesNotExist as error:
            raise CommandError(f"there is no published case {options['slug']!r}") from error
        if not count and not edits:
            raise CommandError("no version of the case holds these words; nothing was changed")
        self.stdout.write(
            f"{count} versions and {edits} edits redacted; mend the case on the desk too, and its "
            "source's article"
        )

    def stdin_lines(self) -> list[str]:
        return sys.stdin.read().splitlines()
