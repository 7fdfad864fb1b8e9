"""The open PostgreSQL connections of this process, and how to shut them down if the database hangs.

TCP detects a broken network, but not a server or pooler that accepts data and never responds: a
thread would wait for it forever.
"""

import os
import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from django.db.backends.signals import connection_created

_wrappers: "WeakSet[Any]" = WeakSet()  # of Django, one per thread
_lock = Lock()


def _note(connection: Any, **_further: Any) -> None:
    if connection.vendor == "postgresql":
        with _lock:
            _wrappers.add(connection)


connection_created.connect(_note)


def end_all() -> None:
    """Shut down all of them: threads that wait for a response get an OperationalError."""
    with _lock:
        connections = [wrapper.connection for wrapper in _wrappers]
    for connection in connections:
        with suppress(Exception):  # already closed
            _shut_down(os.dup(connection.fileno()))


def _shut_down(descriptor: int) -> None:
    with socket.socket(fileno=descriptor) as copy:
        copy.shutdown(socket.SHUT_RDWR)
