"""A reproducible ZIP: its bytes depend on its content alone, and it lists a hash of every file."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from stories.exports.dataset.metadata import File

SUMS = "SHA256SUMS"
PIECE = 2**20  # bytes
LEVEL = 6  # compression level
_UNIX, _READABLE = 3, 0o644 << 16


class Archive:
    """A ZIP that is being written; `sums` has a line for each file so far."""

    def __init__(self, archive: ZipFile, sums: IO[bytes]) -> None:
        self.archive = archive
        self.sums = sums

    def add(self, path: str, content: bytes) -> File:
        with self.archive.open(_entry(path), "w", force_zip64=True) as entry:
            entry.write(content)
        return self._noted(File(path, len(content), hashlib.sha256(content).hexdigest()))

    def add_file(self, path: str, file: Path) -> File:
        digest = hashlib.sha256()
        with (
            file.open("rb") as opened,
            self.archive.open(_entry(path), "w", force_zip64=True) as entry,
        ):
            while piece := opened.read(PIECE):
                digest.update(piece)
                entry.write(piece)
        return self._noted(File(path, file.stat().st_size, digest.hexdigest()))

    def _noted(self, file: File) -> File:
        self.sums.write(line_of(file))
        return file


@contextmanager
def writing(file: Path) -> Iterator[Archive]:
    """Create a ZIP; the last entry has the hashes of all others."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive, TemporaryFile() as sums:
        yield Archive(archive, sums)
        sums.seek(0)
        with archive.open(_entry(SUMS), "w", force_zip64=True) as entry:
            while piece := sums.read(PIECE):
                entry.write(piece)


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def line_of(file: File) -> bytes:
    """In the format of `sha256sum --check`."""
    return f"{file.sha256}  {file.path}\n".encode()


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path)  # a fixed date in 1980
    entry.compress_type = ZIP_DEFLATED
    entry.create_system, entry.external_attr = _UNIX, _READABLE
    return entry
