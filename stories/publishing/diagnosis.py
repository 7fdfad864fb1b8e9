"""Diagnoses a library: each problem with its remedy, and how to repair it where a program can."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.utils.timezone import now

from stories.models.case import Case
from stories.models.version import Version
from stories.pictures import fonts, storage
from stories.publishing import history, picture_files, publisher
from stories.search import reader, writer

LEAST_SPACE = 256 * 2**20  # bytes, for rebuilding the index beside the present one
AHEAD = timedelta(minutes=2)  # tolerated difference between clocks
SHOWN = 5  # names per line
SPARE_EDITS = 1_000  # edits of the desk's history, some kB each


@dataclass(frozen=True)
class Complaint:
    """A problem with its remedy; `mend` is None if only a person can repair it."""

    what: str
    remedy: str
    mend: Callable[[], object] | None = None

    def __str__(self) -> str:
        return f"{self.what}: {self.remedy}"


def complaints() -> Iterator[Complaint]:
    """All problems in the order of repair: an earlier one may cause later ones."""
    yield from _disk()
    pending = list(_migrations())
    yield from pending
    if pending and any(_migrations()):
        return  # the other checks need the migrated tables
    for check in (_versions, _index, _revision, _pictures, _history, _fonts, _clock):
        yield from check()


def _disk() -> Iterator[Complaint]:
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as error:
        yield Complaint(f"{settings.DATA_DIR}: {error.strerror}", "set CASELIB_DATA_DIR")
        return
    if free < LEAST_SPACE:
        free_mb = f"{free // 2**20} MB free in {settings.DATA_DIR}"
        yield Complaint(free_mb, f"make room: {LEAST_SPACE // 2**20} MB at least")


def _migrations() -> Iterator[Complaint]:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        names = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
        remedy = "back up, then manage.py migrate (make serve does so)"
        mend = partial(call_command, "migrate", verbosity=0, interactive=False)
        yield Complaint(f"pending migrations: {_some(names)}", remedy, mend)


def _versions() -> Iterator[Complaint]:
    rows = Version.objects.order_by("pk").values_list(
        "publication__slug", "number", "sha256", "document"
    )
    damaged = [
        f"{slug} v{number}"
        for slug, number, sha256, document in rows.iterator(publisher.CHUNK)
        if publisher.sha256(document.encode()) != sha256
    ]
    if damaged:
        remedy = "restore a backup; until then loadcases can publish the document anew"
        yield Complaint(f"versions that are not what their hash says: {_some(damaged)}", remedy)


def _index() -> Iterator[Complaint]:
    if stale := writer.stale():
        yield Complaint(f"stale index: {_some(stale)}", "manage.py reindex", publisher.reindex)


def _revision() -> Iterator[Complaint]:
    if not reader.revision():
        yield Complaint("no revision", "manage.py reindex", publisher.reindex)


def _pictures() -> Iterator[Complaint]:
    orphans, missing = picture_files.compare()
    if orphans:
        remedy = "manage.py checkpictures --remove"
        mend = partial(storage.remove, orphans)
        yield Complaint(f"files of no picture: {_some(orphans)}", remedy, mend)
    if missing:
        remedy = "restore them from a backup, or upload the pictures anew"
        yield Complaint(f"missing files of pictures: {_some(missing)}", remedy)


def _history() -> Iterator[Complaint]:
    """What only a person decides: history is deleted for good."""
    count = len(history.spare_edits())
    if count >= SPARE_EDITS:
        yield Complaint(f"edits that the history can do without: {count}", "manage.py thinedits")


def _fonts() -> Iterator[Complaint]:
    if not fonts.han_face("title"):
        yield Complaint(fonts.MISSING, fonts.REMEDY)


def _clock() -> Iterator[Complaint]:
    limit = now() + AHEAD
    latest = Version.objects.aggregate(at=Max("published_at"))["at"]
    if latest and latest > limit:
        remedy = "set the clock (timedatectl set-ntp true); it is behind now, or was ahead then"
        yield Complaint(f"a version of {latest:%Y-%m-%d %H:%M}, in the future", remedy)
    future = Case.objects.filter(changed_at__gt=limit)
    if slugs := list(future.order_by("slug").values_list("slug", flat=True)):
        remedy = "set the clock, then save these cases or use --mend"
        mend = partial(future.update, changed_at=now())
        yield Complaint(f"changed in the future: {_some(slugs)}", remedy, mend)


def _some(names: list[str]) -> str:
    further = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {further} more" if further > 0 else "")
