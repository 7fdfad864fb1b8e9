"""A progress line on terminals, and the handling of Ctrl-C, for commands that take long."""

import shutil
import time
from collections.abc import Iterable, Iterator, Sized
from functools import cached_property
from typing import Any, Protocol, TypeVar

from django.core.management.base import BaseCommand, OutputWrapper

from caselib import interrupts

CLEAR = "\r\x1b[K"  # clears the line
INTERVAL = 0.1  # seconds between two updates
Item = TypeVar("Item", covariant=True)


class Many(Iterable[Item], Sized, Protocol[Item]):
    """A sized iterable."""


class Progress:
    """A progress line, cut to the width of the terminal; nothing is written to a pipe."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self._is_shown = out.isatty()
        self._due = 0.0
        self._is_begun = False

    def __call__(self, text: str) -> None:
        if self._is_shown and (now := time.monotonic()) >= self._due:
            self._due = now + INTERVAL
            self._is_begun = True
            self._write(f"{CLEAR}{text[: shutil.get_terminal_size().columns - 1]}")

    def over(self, items: Many[Item], what: str) -> Iterator[Item]:
        """Iterate over the items and show their count: 3 of 5 documents read."""
        for number, item in enumerate(items, 1):
            self(f"{number} of {len(items)} {what}")
            yield item

    def end(self) -> None:
        """Clear the line before other output."""
        if self._is_begun:
            self._due, self._is_begun = 0.0, False
            self._write(CLEAR)

    def _write(self, text: str) -> None:
        self.out.write(text, ending="")
        self.out.flush()


class LongCommand(BaseCommand):
    """A command with a progress line. `left_by_interrupt`: the message after Ctrl-C."""

    left_by_interrupt = "nothing was changed"

    @cached_property
    def progress(self) -> Progress:
        return Progress(self.stdout)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except BaseException as error:
            is_reported = isinstance(error, SystemExit)  # reported by a nested command
            if is_reported or not _is_interrupt(error):
                raise
            self.progress.end()
            interrupts.end(self.left_by_interrupt)
        finally:
            self.progress.end()


def counted(number: int, noun: str) -> str:
    """The number with its noun: 1 version, 2 versions."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _is_interrupt(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt) or interrupts.have_happened()
