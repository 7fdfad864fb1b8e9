"""Diagnoses a library: reports each problem with a remedy, and repairs what it can."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from stories.management.commands._progress import LongCommand
from stories.publishing import diagnosis


class Command(LongCommand):
    help = "Says what is astray, each with what to do; exit 1 if anything. --mend does what it can."
    requires_system_checks: list[str] = []
    left_by_interrupt = "not everything was checked; what was mended stays so"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="do what can be done")

    def handle(self, *args: Any, **options: Any) -> None:
        left = 0
        for complaint in diagnosis.complaints():
            if options["mend"] and complaint.mend:
                complaint.mend()
                self.stdout.write(f"{complaint.what}: mended")
            else:
                self.stdout.write(str(complaint))
                left += 1
        if left:
            hint = "" if options["mend"] else "; --mend does what can be done"
            raise CommandError(f"astray: {left}{hint}")
        self.stdout.write("nothing is astray")
