"""Exports the data set of the present revision, once or after every change of the library."""

import logging
import os
import signal
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from typing import NoReturn

from django.conf import settings
from django.db import close_old_connections, connections

from stories.exports.dataset import build, releases
from stories.exports.dataset.metadata import Release
from stories.queries import publications
from stories.queries.snapshot import Library
from stories.search import reader

logger = logging.getLogger(__name__)
INTERVAL = 2.0  # seconds between polls of the revision
RETRY = 60.0  # seconds until a retry after a failure
IS_THERE, IS_BEING_WRITTEN = 0, 3  # exit codes; those of Python itself are 1 and 2
Publishers = Mapping[str, str]  # language → name of the publisher


def export(publishers: Publishers, progress: build.Progress) -> tuple[Release, bool]:
    """(release of the present revision, whether it was written now)."""
    with publications.one_state():
        library = Library.present()
        release = _release(library, publishers)
        return release, releases.make(settings.EXPORTS_DIR, release, library, progress)


def watch(parent: int, publishers: Publishers) -> None:
    """Export every new revision until the parent process ends, also during an export.

    Each export has a process of its own, with which its memory goes: 80 MiB at 2,000 cases, which
    this process would keep.
    """
    known: str | None = None

    def go_on() -> None:
        if os.getppid() != parent:
            raise SystemExit

    while True:
        go_on()
        try:
            close_old_connections()
            revision = reader.revision()
            if revision != known:
                releases.remove_outdated(settings.EXPORTS_DIR)
                if _export_in_child(publishers, go_on):
                    known = revision
        except Exception:
            logger.exception("the data set of the library could not be written")
            _wait(RETRY, go_on)
        _wait(INTERVAL, go_on)


def _export_in_child(publishers: Publishers, go_on: Callable[[], None]) -> bool:
    """Whether the release of the present revision is there; raises ChildProcessError."""
    connections.close_all()  # no process may share a connection with another
    child = get_context("fork").Process(
        target=_export_for, args=(os.getpid(), publishers), daemon=True
    )
    child.start()
    while child.is_alive():
        go_on()
        child.join(INTERVAL)
    if child.exitcode not in (IS_THERE, IS_BEING_WRITTEN):
        raise ChildProcessError(f"exit code {child.exitcode}")
    return child.exitcode == IS_THERE


def _export_for(parent: int, publishers: Publishers) -> NoReturn:
    """Runs in a child of `parent`, which it does not outlive."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent

    def go_on(_done: int) -> None:
        if os.getppid() != parent:
            raise SystemExit

    release, _is_new = export(publishers, go_on)
    is_there = releases.is_there(settings.EXPORTS_DIR, release)
    raise SystemExit(IS_THERE if is_there else IS_BEING_WRITTEN)


def _release(library: Library, publishers: Publishers) -> Release:
    return Release(
        revision=releases.short(library.revision),
        published_on=library.last_published_on,
        case_count=len(library.cases),
        site=settings.SITE_URL,
        publisher=dict(publishers),
    )


def _wait(seconds: float, go_on: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        go_on()
        time.sleep(min(INTERVAL, seconds))
