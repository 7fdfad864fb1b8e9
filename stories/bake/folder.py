"""The output folder: written next to the present copy and swapped in as a whole.

Readers see the old copy or the new one. Unchanged files are hard-linked instead of written.
"""

import ctypes
import filecmp
import gzip
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli

from caselib import file_locks
from caselib.page_cache import ENCODERS, SMALL

RECORDS = ".bake"  # of each unit: the digest of its inputs, and its files
STAMP = "made-of"
COMPRESSED = tuple(
    ".atom .bib .biblatex .css .csv .html .js .json .jsonl .ris .svg .txt .xml".split()
)
STREAMED = 2**20  # bytes at a time
STREAM_QUALITY = 5  # of brotli
FOLDERS_KNOWN = 1000  # that need not be made again
ENDINGS = {"br": ".br", "gzip": ".gz"}
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # Source: Linux, renameat2(2)


class FolderError(Exception):
    """The copy must not be written here; the message says what to do."""


class CopyFolder:
    """`stamp` identifies the inputs of the whole copy; an interrupted bake with the same stamp is
    resumed.
    """

    def __init__(self, target: Path, stamp: str) -> None:
        self.target = target.resolve()
        self.part = self.target.with_name(f".{self.target.name}.part")
        self.old = self.target.with_name(f".{self.target.name}.old")
        self.lock = self.target.with_name(f".{self.target.name}.lock")
        self.stamp = stamp
        self._made: set[Path] = set()  # folders

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the copy for the block; a second bake raises FolderError."""
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with file_locks.if_free(self.lock) as is_ours:
            if not is_ours:
                raise FolderError(f"another bake writes {self.target}: wait until it has ended")
            yield

    def begin(self) -> None:
        self._recover()
        present = self.target
        if present.exists() and (not present.is_dir() or self._is_foreign(present)):
            raise FolderError(f"{present} holds something else: name an empty or a new folder")
        record = self.part / RECORDS / STAMP
        if not record.exists() or record.read_text() != self.stamp:
            shutil.rmtree(self.part, ignore_errors=True)
            record.parent.mkdir(parents=True)
            record.write_text(self.stamp)

    def is_done(self, unit: str, made_of: str) -> bool:
        """Whether this bake, or an interrupted one, has written the unit."""
        return self._files(self.part, unit, made_of) is not None

    def reuse(self, unit: str, made_of: str) -> bool:
        """Hard-link the unit's files if the present copy made them of the same inputs; whether it
        did.
        """
        files = self._files(self.target, unit, made_of)
        if files is None:
            return False
        try:
            for name in files:
                for path in (name, *(f"{name}{ending}" for ending in ENDINGS.values())):
                    if (self.target / path).exists():
                        self._link(path)
                    elif path == name:
                        return False
        except OSError:
            return False
        self.finish(unit, made_of, files)
        return True

    def write(self, path: str, content: bytes) -> None:
        """Write a file and its compressed forms, or hard-link them if the present copy has the
        same.
        """
        present = self.target / path
        if present.is_file() and _has(present, content):
            self._link_all(path)
            return
        file = self._new(path)
        file.write_bytes(content)
        if len(content) > SMALL and path.endswith(COMPRESSED):
            for name, encode in ENCODERS.items():
                (self.part / f"{path}{ENDINGS[name]}").write_bytes(encode(content))

    def write_stream(self, path: str, chunks: Iterable[bytes]) -> None:
        """The same for content too long for memory."""
        file = self._new(path)
        with file.open("wb") as written:
            written.writelines(chunks)
        present = self.target / path
        if present.is_file() and filecmp.cmp(present, file, shallow=False):
            self._link_all(path)
        elif path.endswith(COMPRESSED):
            with file.open("rb") as content, gzip_file(f"{file}.gz") as small:
                shutil.copyfileobj(content, small, STREAMED)
            compressor = brotli.Compressor(quality=STREAM_QUALITY)
            with file.open("rb") as content, Path(f"{file}.br").open("wb") as small:
                while chunk := content.read(STREAMED):
                    small.write(compressor.process(chunk))
                small.write(compressor.finish())

    def finish(self, unit: str, made_of: str, files: Iterable[str]) -> None:
        """Record a unit. Written last: a unit without a record is made again."""
        record = self.part / RECORDS / unit
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text("\n".join([made_of, *sorted(set(files)), ""]), encoding="utf-8")

    def switch(self) -> None:
        """Replace the old copy with the new one."""
        if not (self.part / RECORDS / STAMP).is_file():
            raise FolderError(f"{self.part} is gone: run it again")
        if not self.target.exists():
            self.part.rename(self.target)
        elif _exchange(self.part, self.target):
            shutil.rmtree(self.part)
        else:
            shutil.rmtree(self.old, ignore_errors=True)
            self.target.rename(self.old)
            self.part.rename(self.target)
            shutil.rmtree(self.old)

    def _recover(self) -> None:
        """Restore the copy after a crash between the two renames of `switch`."""
        if self.old.exists() and not self.target.exists():
            self.old.rename(self.target)

    def _is_foreign(self, folder: Path) -> bool:
        return any(folder.iterdir()) and not (folder / RECORDS / STAMP).is_file()

    def _files(self, folder: Path, unit: str, made_of: str) -> list[str] | None:
        try:
            written = (folder / RECORDS / unit).read_text(encoding="utf-8").split("\n")
        except OSError:
            return None
        return written[1:-1] if written[0] == made_of else None

    def _new(self, path: str) -> Path:
        """The path to write, first unlinked: an interrupted bake may have hard-linked it to the
        present copy.
        """
        file = self.part / path
        self._make(file.parent)
        for name in (path, *(f"{path}{ending}" for ending in ENDINGS.values())):
            (self.part / name).unlink(missing_ok=True)
        return file

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            if len(self._made) > FOLDERS_KNOWN:
                self._made.clear()
            self._made.add(folder)

    def _link_all(self, path: str) -> None:
        """Link a file and its compressed forms."""
        for name in (path, *(f"{path}{ending}" for ending in ENDINGS.values())):
            if (self.target / name).exists():
                self._link(name)

    def _link(self, path: str) -> None:
        file = self.part / path
        self._make(file.parent)
        file.unlink(missing_ok=True)
        try:
            os.link(self.target / path, file)
        except OSError:  # a file system without hard links
            shutil.copy2(self.target / path, file)


@contextmanager
def gzip_file(path: str) -> Iterator[gzip.GzipFile]:
    """Without a time stamp, so that equal content gives equal bytes."""
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 5, raw, mtime=0) as file:
        yield file


def _has(file: Path, content: bytes) -> bool:
    return file.stat().st_size == len(content) and file.read_bytes() == content


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders atomically; False if the system does not support it."""
    try:
        rename: Callable[..., int] = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    paths = (_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second))
    return rename(*paths, _RENAME_EXCHANGE) == 0
