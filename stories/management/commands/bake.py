"""Exports the site as static files, for a disk or any static host."""

import os
import re
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from stories.bake.baker import BakeError, Plan, bake
from stories.bake.folder import FolderError
from stories.management.commands._progress import LongCommand
from stories.management.commands._tables import require_tables
from stories.models.version import Publication

LANGUAGES = ("zh", "en")
MANY = 100  # cases; below it, one process is faster than starting several


class Command(LongCommand):
    help = (
        "Writes every public page as files into DIR, which open from a disk or from any host of "
        "files. Run again, it writes what has changed; interrupted, it goes on where it was."
    )
    left_by_interrupt = "the copy is as it was before; run it again, it goes on from here"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--base-url", default="", metavar="URL", help="where the files will be read"
        )
        parser.add_argument("--lang", choices=LANGUAGES, help="one language instead of both")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        url: str = options["base_url"].rstrip("/")
        if url and not re.fullmatch(r"https?://[^\s?#\"'<>]+", url):
            raise CommandError(f"--base-url {url}: write the whole address, https://…")
        languages = (options["lang"],) if options["lang"] else LANGUAGES
        is_large = Publication.objects.current().count() >= MANY
        plan = Plan(options["folder"], url, languages, options["jobs"] if is_large else 1)
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("exportlibrary", stdout=StringIO())  # the files of /data/
        try:
            baked = bake(plan, self._show_progress)
        except (BakeError, FolderError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.progress.end()
        for address in baked.left_out:
            self.stderr.write(f"left out, no page can show it: {address}")
        if options["verbosity"]:
            self.stdout.write(
                f"{baked.files} files, {baked.pages} pages among them, made in {baked.made} parts; "
                f"{baked.reused} parts reused: "
                f"{plan.target / 'index.html'}"
            )

    def _show_progress(self, done: int, count: int) -> None:
        self.progress(f"{done} of {count} parts of the site")
