"""The open PostgreSQL connections of this process, and how to shut them down if the database hangs.

TCP detects a broken network, but not a server or pooler that accepts data and never responds: a
thread would wait for it forever.
"""

import os
import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, finalize

from django.db.backends.signals import connection_created

# A descriptor of our own for each: its number cannot be another file by the time it is shut down,
# while the connection's own may be closed by its thread at any moment. It is closed when Django
# drops the connection.
_copies: "WeakKeyDictionary[Any, socket.socket]" = WeakKeyDictionary()
_lock = Lock()


def _note(connection: Any, **_further: Any) -> None:
    if connection.vendor == "postgresql":
        opened = connection.connection
        copy = socket.socket(fileno=os.dup(opened.fileno()))
        finalize(opened, copy.close)
        with _lock:
            _copies[opened] = copy


connection_created.connect(_note)


def end_all() -> None:
    """Shut down all of them: threads that wait for a response get an OperationalError."""
    with _lock:
        copies = list(_copies.items())  # with the connections, so that no copy is closed meanwhile
    for _connection, copy in copies:
        with suppress(OSError):  # the other end has closed it
            copy.shutdown(socket.SHUT_RDWR)
