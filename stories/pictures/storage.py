"""Storage of picture files: written before their row is saved, deleted after it is gone.

Each upload gets a random name: so rows never share a file, addresses can be cached for good, and
the picture of a draft cannot be guessed.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.timezone import now

from caselib import file_locks
from stories.pictures.formats import Renditions

STILL_BEING_SAVED = timedelta(hours=1)
_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


@contextmanager
def undone_on_failure() -> Iterator[None]:
    """For use around a transaction: if it fails, the files written in it are deleted."""
    files: list[str] = []
    token = _written.set(files)
    try:
        yield
    except BaseException:
        remove(files)
        raise
    finally:
        _written.reset(token)


def one_at_a_time() -> AbstractContextManager[None]:
    """Lock for decoding: one picture at a time in all processes, to bound memory."""
    return file_locks.waiting_for(settings.DATA_DIR / "decoding.lock")


def write(renditions: Renditions) -> str:
    """Store the files; the name of the picture. Its files are `pictures.file_names`."""
    name = secrets.token_hex(16)
    files = _written.get()
    files = [] if files is None else files
    try:
        for suffix, content in renditions.files.items():
            files.append(f"{name}-{suffix}")
            default_storage.save(files[-1], ContentFile(content))
    except Exception:  # a full disk, an unavailable bucket
        with suppress(Exception):
            remove(files)
        raise
    return name


def bring(folder: Path, files: Iterable[str]) -> None:
    """Copy files from elsewhere on this machine, under the same names.

    Existing ones are kept, unless the process that copied them was killed half-way.
    """
    written = _written.get()
    for file in files:
        if has(file):
            if default_storage.size(file) == (folder / file).stat().st_size:
                continue
            default_storage.delete(file)
        if written is not None:
            written.append(file)
        with (folder / file).open("rb") as content:
            default_storage.save(file, File(content))


def has(file: str) -> bool:
    return default_storage.exists(file)


def is_folder() -> bool:
    """Whether the files are in the data folder, and not in a bucket."""
    return isinstance(default_storage, FileSystemStorage)


def remove(files: Iterable[str]) -> None:
    """Delete files; missing ones are no error."""
    for file in files:
        default_storage.delete(file)


def stored() -> set[str]:
    try:
        return set(default_storage.listdir("")[1])
    except FileNotFoundError:  # no upload yet
        return set()


def settled(files: Iterable[str]) -> list[str]:
    """The files old enough that no transaction can still be about to refer to them."""
    before = now() - STILL_BEING_SAVED
    return [file for file in sorted(files) if default_storage.get_modified_time(file) < before]


def opened(file: str) -> IO[bytes]:
    """Raises FileNotFoundError."""
    return default_storage.open(file)


def content(file: str) -> bytes:
    """Raises FileNotFoundError."""
    with opened(file) as stored:
        found: bytes = stored.read()
    return found
