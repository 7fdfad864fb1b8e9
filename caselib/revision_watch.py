"""The current revision of the library as this process knows it, read by a background thread.

PostgreSQL notifies the thread of new revisions; polling catches those without a notification.
A poll without a response is how a process detects that its database hangs.
"""

import math
import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import close_old_connections, connection

from caselib import open_connections

INTERVAL = 0.5  # seconds between two polls without a notification
PATIENCE = 5.0  # seconds that the first request waits for the first read
# Seconds for which the last revision stays valid while it cannot be read again: a server cut off
# from its database keeps serving cached pages, and a withdrawn one disappears within this time.
TRUSTED_FOR = 60.0
SILENT_AFTER = 4.0  # seconds without a response to a read, after which the database hangs


class RevisionWatch:
    """Callable from any thread: the revision, or None if it is unknown. No query.

    `read` reads it from the database. The thread starts at the first call, in the calling process,
    as a fork does not copy threads.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._revision: str | None = None
        self._read_at = -math.inf  # monotonic seconds
        self._asked_at = math.inf  # while a read waits for its response; else infinite
        self._was_tried = Event()
        self._starting = Lock()
        self._thread: Thread | None = None
        self._listening: Any = None  # the connection on which LISTEN was tried

    def __call__(self) -> str | None:
        if self._thread is None or not self._thread.is_alive():
            self._start()
        return self.known

    @property
    def known(self) -> str | None:
        return self._revision if time.monotonic() - self._read_at < TRUSTED_FOR else None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                thread = Thread(target=self._follow, name="revision", daemon=True)
                thread.start()
                Thread(target=self._guard, args=(thread,), name="silence", daemon=True).start()
                self._was_tried.wait(PATIENCE)
                self._thread = thread

    def _follow(self) -> None:
        while True:
            try:
                self._asked_at = time.monotonic()
                close_old_connections()  # outside a request Django does not look at their age
                self.look()
                self._asked_at = math.inf
                self._was_tried.set()
                self.wait()
            except DatabaseFailure:
                self._asked_at = math.inf
                self._was_tried.set()
                connection.close()
                time.sleep(INTERVAL)

    def _guard(self, thread: Thread) -> None:
        """Shut down all connections of the process if a read gets no response: threads that wait
        for the database fail instead of blocking."""
        while thread.is_alive():
            time.sleep(INTERVAL)
            if time.monotonic() - self._asked_at > SILENT_AFTER:
                open_connections.end_all()

    def look(self) -> None:
        """Read the revision: 1 query, and LISTEN on a new connection to PostgreSQL."""
        connection.ensure_connection()
        if connection.vendor == "postgresql" and self._listening is not connection.connection:
            self._listening = connection.connection
            self._listen()  # LISTEN first, so that no change between the two is missed
        revision = self._read()
        self._revision, self._read_at = revision, time.monotonic()

    def wait(self) -> None:
        """Until a notification comes, or for the interval."""
        if connection.vendor != "postgresql":
            time.sleep(INTERVAL)
            return
        with connection.wrap_database_errors:
            for _notification in connection.connection.notifies(timeout=INTERVAL, stop_after=1):
                pass

    def _listen(self) -> None:
        """A replica does not support LISTEN; there polling has to do."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {settings.REVISION_CHANNEL}")
        except DatabaseFailure:
            if not connection.is_usable():
                raise
