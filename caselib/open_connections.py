"""The connections of this process to PostgreSQL, and their end where the database has gone silent.

A network that fails is noticed by TCP; a server, or a pooler, that still takes what it is sent and
says nothing is not, and a thread would wait for it for ever.
"""

import os
import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from django.db.backends.signals import connection_created

_made: "WeakSet[Any]" = WeakSet()  # one for each thread
_making = Lock()


def _note(connection: Any, **_further: Any) -> None:
    if connection.vendor == "postgresql":
        with _making:
            _made.add(connection)


connection_created.connect(_note)


def end_all() -> None:
    """Whoever waits for an answer gets an OperationalError at once, in its own thread."""
    with _making:
        connections = [made.connection for made in _made]
    for connection in connections:
        with suppress(Exception):  # closed meanwhile
            _shut_down(os.dup(connection.fileno()))


def _shut_down(descriptor: int) -> None:
    with socket.socket(fileno=descriptor) as copy:
        copy.shutdown(socket.SHUT_RDWR)
