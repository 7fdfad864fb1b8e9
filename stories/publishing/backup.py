"""Backup and restore of the whole library as one file: database, pictures, manifest with hashes.

A backup is a tar file without what can be made again: static files, secret key (a new one ends all
sessions), locks and logs.
"""

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now

from caselib import interrupts
from stories.pictures import storage

FORMAT = "caselib-backup/1"
DATABASE, PICTURES, MANIFEST = "caselib.sqlite3", "pictures", "manifest.json"
PICTURE = re.compile(rf"{PICTURES}/[0-9a-f]{{32}}-[0-9]{{1,5}}\.(avif|webp)")
MADE_AT_START = {"secret-key"}  # the only content of a fresh data folder
STAGED = ".caselib-"  # prefix of temporary folders
ATTEMPTS = 5  # retries when editors delete pictures meanwhile
PIECE = 2**20  # bytes
PAGES = 2000  # database pages between checks for Ctrl-C: 8 MB

Progress = Callable[[str], None]


class BackupError(ValueError):
    """A backup cannot be made or restored."""


def write(file: Path, progress: Progress) -> int:
    """Write a backup, or nothing on failure; return the number of files. The library may be in
    use."""
    if connection.vendor != "sqlite":
        raise BackupError("the database is PostgreSQL: use pg_dump, and copy the pictures")
    if file.exists():
        raise BackupError(f"{file} exists already; name another file")
    with _staging(file.parent) as folder:
        for _attempt in range(ATTEMPTS):
            before = storage.stored()
            _copy_database(folder / DATABASE, progress)
            if before <= storage.stored():
                break
        draft = folder / "draft"
        count = _pack(draft, folder / DATABASE, progress)
        draft.chmod(0o600)  # it contains accounts
        interrupts.ignore()
        os.replace(draft, file)
    return count


def restore(file: Path, folder: Path, progress: Progress) -> int:
    """Restore into an empty folder, which stays empty on failure; return the number of files.

    Remains of a killed restore are removed: the database is moved last, so without it the folder
    was not in use.
    """
    found = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    killed = {name for name in found if name.startswith(STAGED)}
    if killed and DATABASE not in found:
        for name in found & {*killed, PICTURES}:
            shutil.rmtree(folder / name)
            found.remove(name)
    if rest := found - MADE_AT_START:
        raise BackupError(f"{folder} is not empty: it holds {', '.join(sorted(rest)[:3])}")
    folder.mkdir(parents=True, exist_ok=True)
    with _staging(folder) as staged:
        try:
            hashes = _unpack(file, staged, progress)
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"{file} is no backup, or is cut off") from error
        _hold_against_manifest(staged, hashes)
        if not storage.is_folder():
            pictures = staged / PICTURES
            storage.bring(pictures, sorted(file.name for file in pictures.iterdir()))
            shutil.rmtree(pictures)
        interrupts.ignore()
        for name in (PICTURES, DATABASE):  # the database last: without it nothing is there
            if (staged / name).exists():
                os.replace(staged / name, folder / name)
    return len(hashes)


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    """A temporary folder on the same disk."""
    folder = Path(tempfile.mkdtemp(prefix=STAGED, dir=parent))  # readable by its owner only
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_database(to: Path, progress: Progress) -> None:
    """Copy the database with SQLite's backup API, which would start over with every commit but for
    the open read transaction."""

    def tell(_status: int, left: int, count: int) -> None:
        progress(f"{100 * (count - left) // max(count, 1)} % of the database copied")

    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(to)) as copy, _reading() as source:
        source.backup(copy, pages=PAGES, progress=tell)
        copy.execute("PRAGMA journal_mode=DELETE")  # a single file, without -wal and -shm


@contextmanager
def _reading() -> Iterator[sqlite3.Connection]:
    """A connection in a read transaction, which does not block writers."""
    connection.ensure_connection()
    source: sqlite3.Connection = connection.connection
    source.execute("BEGIN DEFERRED")
    try:
        source.execute("SELECT count(*) FROM django_migrations")  # begins the read transaction
        yield source
    finally:
        source.execute("ROLLBACK")


def _pack(to: Path, database: Path, progress: Progress) -> int:
    files: dict[str, Any] = {}
    with to.open("xb") as draft, tarfile.open(fileobj=draft, mode="w") as tar:
        with database.open("rb") as opened:
            files[DATABASE] = _add(tar, DATABASE, opened, database.stat().st_size)
        pictures = sorted(
            name for name in storage.stored() if PICTURE.fullmatch(f"pictures/{name}")
        )
        for number, name in enumerate(pictures, 1):
            progress(f"picture {number} of {len(pictures)}")
            content = storage.content(name)
            size = len(content)
            files[f"{PICTURES}/{name}"] = _add(tar, f"{PICTURES}/{name}", io.BytesIO(content), size)
        manifest = {"format": FORMAT, "made_at": now().isoformat(), "files": files}
        written = json.dumps({**manifest, "migrations": _applied()}, indent=2).encode()
        _add(tar, MANIFEST, io.BytesIO(written), len(written))
        tar.close()
        draft.flush()
        os.fsync(draft.fileno())
    return len(files)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> dict[str, Any]:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(now().timestamp())
    reader = _Hashing(content)
    tar.addfile(member, reader)
    return {"bytes": size, "sha256": reader.digest.hexdigest()}


class _Hashing:
    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.content.read(size)
        self.digest.update(piece)
        return piece


def _unpack(file: Path, folder: Path, progress: Progress) -> dict[str, dict[str, Any]]:
    """Unpack regular files with expected names; anything else is refused."""
    (folder / PICTURES).mkdir()
    found: dict[str, dict[str, Any]] = {}
    with tarfile.open(file, "r:") as tar:
        for member in tar:
            is_known = member.name in (DATABASE, MANIFEST) or PICTURE.fullmatch(member.name)
            content = tar.extractfile(member) if is_known and member.isreg() else None
            if content is None or member.name in found:
                raise BackupError(f"{file} is no backup: it holds {member.name!r}")
            progress(member.name)
            with (folder / member.name).open("xb") as written:
                reader = _Hashing(content)
                while piece := reader.read(PIECE):
                    written.write(piece)
            found[member.name] = {"bytes": member.size, "sha256": reader.digest.hexdigest()}
    return found


def _hold_against_manifest(folder: Path, found: dict[str, dict[str, Any]]) -> None:
    if MANIFEST not in found or DATABASE not in found:
        raise BackupError("this is no backup of caselib, or it is cut off")
    del found[MANIFEST]
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files, migrations = manifest["files"], manifest["migrations"]
        if manifest["format"] != FORMAT:
            raise BackupError(f"this backup is of the format {manifest['format']!r}, not {FORMAT}")
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BackupError):
            raise
        raise BackupError("the manifest of this backup is damaged") from error
    for name in sorted(files.keys() | found.keys()):
        if files.get(name) != found.get(name):
            raise BackupError(f"{name} is not what the manifest says: the backup is damaged")
    known = MigrationLoader(None).disk_migrations
    if newer := [name for name in migrations if tuple(name.split(".", 1)) not in known]:
        raise BackupError(f"this backup is of a newer release: it knows the migration {newer[-1]}")


def _applied() -> list[str]:
    """The applied migrations of this app, as app.name."""
    rows = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in rows if app == "stories")
