"""The files of pictures: written before their row is, removed after it is gone.

Each upload has a name of its own, drawn by lot: so no two rows share a file, an address never
shows another picture and may be cached for good, and that of a draft's picture cannot be guessed.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path

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
    """Around a transaction: the files written in it go again where it fails."""
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
    """Around decoding: one picture at a time in all processes, so that memory has a bound."""
    return file_locks.waiting_for(settings.DATA_DIR / "decoding.lock")


def write(renditions: Renditions) -> str:
    """The name of the picture; its files are `pictures.file_names`."""
    name = secrets.token_hex(16)
    files = _written.get()
    files = [] if files is None else files
    try:
        for suffix, content in renditions.files.items():
            files.append(f"{name}-{suffix}")
            default_storage.save(files[-1], ContentFile(content))
    except Exception:  # a full disk, a bucket that does not answer
        with suppress(Exception):
            remove(files)
        raise
    return name


def bring(folder: Path, files: Iterable[str]) -> None:
    """Copies of files that are elsewhere on this machine, under the same names.

    Those that are here stay, unless whoever brought them was killed half-way.
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
    """Those that are not there are no fault."""
    for file in files:
        default_storage.delete(file)


def stored() -> set[str]:
    try:
        return set(default_storage.listdir("")[1])
    except FileNotFoundError:  # nothing has ever been uploaded
        return set()


def settled(files: Iterable[str]) -> list[str]:
    """Those old enough that no row can still be on its way to them."""
    before = now() - STILL_BEING_SAVED
    return [file for file in sorted(files) if default_storage.get_modified_time(file) < before]


def content(file: str) -> bytes:
    """Raises FileNotFoundError."""
    with default_storage.open(file) as stored:
        found: bytes = stored.read()
    return found
