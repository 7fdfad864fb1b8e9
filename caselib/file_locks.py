"""Locks among the processes of one machine, by a file; the end of a process gives them back."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def waiting_for(path: Path) -> Iterator[None]:
    """Begins once nobody else holds the lock of this file."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file ends it
        yield


@contextmanager
def if_free(path: Path) -> Iterator[bool]:
    """Whether nobody else held the lock of this file, and it is ours until the end."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
