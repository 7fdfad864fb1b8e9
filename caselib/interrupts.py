"""Ctrl-C at a command: heard once, so that what cleans up behind it is not interrupted as well.

Where nobody called `watch` (in tests, in a server) the rest does nothing.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

STATUS = 128 + signal.SIGINT  # of a command that was interrupted, as a shell counts it
_happened: list[int] = []


def watch() -> None:
    """Not where SIGINT is ignored from the start, as a shell does for jobs in the background."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Interrupt())


def ignore() -> None:
    """What is as good as done is brought to its end."""
    _set_ignoring(True)


def heed_again() -> None:
    """After a part of a command that ignores them from some moment on."""
    _set_ignoring(False)


@contextmanager
def deferred() -> Iterator[None]:
    """What is done within is done whole: an interrupt waits for its end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def in_worker_process() -> None:
    """The terminal interrupts all processes at once; who began a worker ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def have_happened() -> bool:
    """Callers in C turn the exception into one of theirs: SQLite for functions that it calls."""
    return bool(_happened)


def end(left: str = "") -> NoReturn:
    """The end of a command that was interrupted; `left`: what is so now."""
    sys.stderr.write(f"caselib: interrupted{left and ': '}{left}\n")
    raise SystemExit(STATUS)


class _Interrupt:
    def __init__(self) -> None:
        self.is_ignored = False

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if not self.is_ignored:
            self.is_ignored = True
            _happened.append(number)
            raise KeyboardInterrupt


def _set_ignoring(is_ignored: bool) -> None:
    handler = signal.getsignal(signal.SIGINT)
    if isinstance(handler, _Interrupt) and not _happened:
        handler.is_ignored = is_ignored
