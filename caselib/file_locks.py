"""File locks between the processes of one machine; released when a process ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def waiting_for(path: Path) -> Iterator[None]:
    """Wait for the lock of this file, and hold it inside the block."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file ends it
        yield


@contextmanager
def if_free(path: Path) -> Iterator[bool]:
    """Try the lock of this file without waiting; yields whether it was acquired for the block."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
