"""Ctrl-C in management commands: handled once, so that it does not interrupt the cleanup too.

Unless `watch` was called (in tests or a server it is not), the other functions do nothing.
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
    """Install the handler, unless SIGINT is ignored, as a shell does for background jobs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Interrupt())


def ignore() -> None:
    """Ignore Ctrl-C while the last steps of a command finish."""
    _set_ignoring(True)


def resume() -> None:
    """Handle Ctrl-C again after `ignore`."""
    _set_ignoring(False)


@contextmanager
def deferred() -> Iterator[None]:
    """Run the block to its end; an interrupt is raised after it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def in_worker_process() -> None:
    """Ignore Ctrl-C in a worker: a terminal signals all processes, and the parent ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def have_happened() -> bool:
    """Whether Ctrl-C was pressed. For callers in C that replace the exception with their own, as
    SQLite does for functions that it calls.
    """
    return bool(_happened)


def end(left: str = "") -> NoReturn:
    """Exit an interrupted command; `left` describes the state that it leaves."""
    sys.stderr.write(f"caselib: interrupted{left and ': '}{left}\n")
    raise SystemExit(STATUS)


def end_if_happened() -> None:
    """Exit if Ctrl-C was pressed. Before 3.12, Python raises RuntimeError in place of an interrupt
    while it calls `__set_name__`.
    """
    if have_happened():
        end()


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
