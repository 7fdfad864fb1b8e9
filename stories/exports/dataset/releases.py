"""Releases of the data set on disk: that of the present revision, built in the background.

A release appears atomically. An older one is offered until the new one is ready, but never one that
contains what was withdrawn or redacted since.
"""

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from caselib import file_locks, interrupts
from stories.exports.dataset import build
from stories.exports.dataset.archive import SUMS
from stories.exports.dataset.build import Progress
from stories.exports.dataset.metadata import Release
from stories.queries import publications
from stories.queries.snapshot import Library

FORM = 1  # version of tables, fields and manifest: raised with a change, so that files are rebuilt
SHORT = 12  # digits of the revision in file names
MANIFEST, LOCK, DRAFT = "release.json", "lock", ".draft-"
PROMISE = "removals"  # in the manifest: token of the withdrawals and redactions when it was built


@dataclass(frozen=True)
class OfferedFile:
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Offer:
    """A release that may be downloaded; `is_current`: of the present revision."""

    folder: Path
    release: Release
    is_current: bool
    files: list[OfferedFile]

    def file(self, name: str) -> Path | None:
        known = {SUMS, *(file.name for file in self.files)}
        return self.folder / name if name in known else None


def short(revision: str) -> str:
    return revision[:SHORT]


def offered(folder: Path, library: Library) -> Offer | None:
    """The best available release, or None. Writes nothing; the folder may be missing. 2 queries."""
    revision, removals = short(library.revision), publications.removals()
    made = {place.name: place for place in _made(folder)}
    for name in sorted(made, key=revision.__ne__):  # the present revision first
        manifest = _manifest(made[name])
        if not manifest or manifest.pop("form", 0) != FORM:
            continue
        if manifest.pop(PROMISE) == removals:
            release = Release(**manifest)
            return Offer(made[name], release, name == revision, _files(made[name]))
    return None


def make(folder: Path, release: Release, library: Library, progress: Progress) -> bool:
    """Build the release of this revision and remove the others; False if it exists or is being
    built. Call it within `publications.one_state`."""
    folder.mkdir(parents=True, exist_ok=True)
    with file_locks.if_free(folder / LOCK) as is_ours:
        if not is_ours or is_there(folder, release):
            return False
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
        try:
            build.write(library, release, draft, progress)
            manifest = _described(release) | {PROMISE: publications.removals()}
            (draft / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            draft.chmod(0o755)  # readable by a web server
            with interrupts.deferred():
                shutil.rmtree(folder / release.revision, ignore_errors=True)
                os.replace(draft, folder / release.revision)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _remove_others(folder, release.revision)
    return True


def is_there(folder: Path, release: Release) -> bool:
    """Whether it was built by this version of the program, with the present settings."""
    manifest = _manifest(folder / release.revision)
    return manifest is not None and _described(release).items() <= manifest.items()


def _described(release: Release) -> dict[str, Any]:
    return asdict(release) | {"form": FORM}


def remove_outdated(folder: Path) -> None:
    """Remove releases with anything withdrawn or redacted since. 2 queries."""
    removals = publications.removals()
    for place in _made(folder):
        manifest = _manifest(place)
        if manifest and manifest[PROMISE] != removals:
            shutil.rmtree(place, ignore_errors=True)


def _made(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(DRAFT)]
    except OSError:
        return []


def _manifest(place: Path) -> dict[str, Any] | None:
    """None if there is none, or it was just removed."""
    try:
        found: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _files(place: Path) -> list[OfferedFile]:
    """Empty if the release was just removed."""
    try:
        lines = (place / SUMS).read_text(encoding="utf-8").splitlines()
        named = [(name, digest) for digest, name in (line.split("  ", 1) for line in lines)]
        return [OfferedFile(name, (place / name).stat().st_size, sha) for name, sha in named]
    except OSError:
        return []


def _remove_others(folder: Path, revision: str) -> None:
    """Remove other releases, and unfinished ones of a killed process."""
    for place in folder.iterdir():
        if place.is_dir() and place.name != revision:
            shutil.rmtree(place, ignore_errors=True)
