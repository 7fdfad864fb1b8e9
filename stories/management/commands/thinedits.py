"""Thins out the old history of cases at the desk: of one person's edits of a day the last stays."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stories.management.commands._tables import require_tables
from stories.models.history import Edit
from stories.publishing import history


class Command(BaseCommand):
    help = (
        "Deletes old edits of the desk that another edit of the same person followed on the same "
        "day, so that the history of a case has one for each person and day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        most = f"age in days from which edits are thinned out ({history.SPARE_AFTER_DAYS})"
        parser.add_argument("--days", type=int, default=history.SPARE_AFTER_DAYS, help=most)
        parser.add_argument("--dry-run", action="store_true", help="delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        if options["days"] < 1:
            raise CommandError("--days: at least 1")
        spare = history.spare_edits(options["days"])
        if not options["dry_run"]:
            history.delete_edits(spare)
        done = "would be deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"{len(spare)} edits {done}, {Edit.objects.count()} are there")
