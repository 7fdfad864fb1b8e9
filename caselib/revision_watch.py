"""The revision of the library as this process knows it, read by a thread of its own.

PostgreSQL notifies of a new one; a poll finds what no notification came of. A poll that gets no
answer is how a process knows that its database has gone silent.
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

INTERVAL = 0.5  # seconds from one reading to the next, where nothing is notified of
PATIENCE = 5.0  # seconds that the first request waits for the first reading
# Seconds for which a revision counts that could not be read again: a server that is cut off from
# its database goes on with the pages it has, and a withdrawn one ends in this time.
TRUSTED_FOR = 60.0
SILENT_AFTER = 4.0  # seconds that a reading takes where the database does not answer any more


class RevisionWatch:
    """Callable from any thread: the revision, or None while it is not known. No query.

    `read` reads it from the database. The thread starts with the first call, in the process that
    calls: a fork takes no thread along.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._revision: str | None = None
        self._read_at = -math.inf  # monotonic seconds
        self._asked_at = math.inf  # where an answer is waited for
        self._was_tried = Event()
        self._starting = Lock()
        self._thread: Thread | None = None
        self._listening: Any = None  # the connection that has said LISTEN, or cannot

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
        """While a reading has no answer, nothing else in this process gets one: all threads that
        wait for the database are freed, that of the reading too."""
        while thread.is_alive():
            time.sleep(INTERVAL)
            if time.monotonic() - self._asked_at > SILENT_AFTER:
                open_connections.end_all()

    def look(self) -> None:
        """Read the revision: 1 query, and LISTEN on a new connection to PostgreSQL."""
        connection.ensure_connection()
        if connection.vendor == "postgresql" and self._listening is not connection.connection:
            self._listening = connection.connection
            self._listen()  # first, so that nothing is missed in between
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
        """A replica has no LISTEN; there the poll has to do."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {settings.REVISION_CHANNEL}")
        except DatabaseFailure:
            if not connection.is_usable():
                raise
