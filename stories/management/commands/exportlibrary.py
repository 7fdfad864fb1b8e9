"""Exports the whole library as a data set, once or after every change."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import override

from stories.exports.dataset import watch
from stories.languages import DJANGO_CODES
from stories.management.commands._progress import LongCommand
from stories.management.commands._tables import require_tables
from stories.web.site import imprint


class Command(LongCommand):
    help = (
        "Writes the current versions as a SQLite file and a Data Package, for /data/. --watch goes "
        "on with every publication until the process that began it has ended."
    )
    left_by_interrupt = "the data set is there as a whole or not at all; run it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="whenever the library changes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["watch"]:
            watch.watch(os.getppid(), _publishers())
            return
        require_tables()
        try:
            release, is_new = watch.export(_publishers(), self._show)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.progress.end()
        folder = settings.EXPORTS_DIR / release.revision
        outcome = "written to" if is_new else "is, or is being written, in"
        self.stdout.write(f"revision {release.revision} {outcome} {folder}")

    def _show(self, done: int) -> None:
        self.progress(f"{done} cases")


def _publishers() -> dict[str, str]:
    """The name of the publisher in each language."""
    found = {}
    for language, code in DJANGO_CODES.items():
        with override(code):
            found[language] = imprint().publisher
    return found
