"""Connections to PostgreSQL that are shut down from another thread than theirs."""

import os
import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db.backends.signals import connection_created

from caselib import open_connections


class Opened:
    """Stands in for a connection of psycopg: its descriptor, and the server at the other end."""

    def __init__(self) -> None:
        ours, self.server = socket.socketpair()
        self.server.settimeout(5)  # seconds
        self.descriptor = ours.detach()

    def fileno(self) -> int:
        return self.descriptor


def note(opened: Opened) -> None:
    wrapper = SimpleNamespace(vendor="postgresql", connection=opened)
    connection_created.send(sender=SimpleNamespace, connection=wrapper)


@pytest.fixture
def opened() -> Iterator[Opened]:
    connection = Opened()
    note(connection)
    yield connection
    os.close(connection.descriptor)
    connection.server.close()


def test_a_connection_is_shut_down(opened: Opened) -> None:
    open_connections.end_all()
    assert opened.server.recv(1) == b""


def test_a_descriptor_that_was_reused_meanwhile_is_left_alone(opened: Opened) -> None:
    ours, reader = socket.socketpair()
    with ours, reader:
        os.dup2(ours.fileno(), opened.descriptor)  # closes the connection, and takes its number
        open_connections.end_all()
        ours.sendall(b"a page")
        assert reader.recv(6) == b"a page"


def test_a_dropped_connection_leaves_no_descriptor() -> None:
    before = len(os.listdir("/proc/self/fd"))
    connection = Opened()
    server = connection.server
    note(connection)
    os.close(connection.descriptor)
    del connection
    server.close()
    assert len(os.listdir("/proc/self/fd")) == before
