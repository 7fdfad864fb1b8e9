"""Checks whether this release can start with the database that it finds."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Entries of the data folder that exist only if its database existed before.
OF_EARLIER_STARTS = ("static-collected", "pictures")


def reason_against() -> str:
    """Why the database cannot be used, and what to do, in one line; "" if it can."""
    return _lost() or _of_another_program() or _of_a_newer_release()


def _lost() -> str:
    """Without a database beside other data this is no first run: do not load cases again."""
    if connection.vendor != "sqlite":
        return ""
    file = Path(connection.settings_dict["NAME"])
    if file.exists() and file.stat().st_size:
        return ""
    left = [name for name in OF_EARLIER_STARTS if (settings.DATA_DIR / name).exists()]
    if not left:
        return ""
    state = "is empty" if file.exists() else "is not there"
    return (
        f"{file} {state}, but {left[0]} of an earlier start is: restore a backup into a new "
        "folder (manage.py restore), or set CASELIB_DATA_DIR to one"
    )


def _of_another_program() -> str:
    tables = set(connection.introspection.table_names())
    if any(table.startswith("stories_") for table in tables):
        return ""
    others = {app for app, _name in _applied()} - set(apps.app_configs)
    if connection.vendor == "sqlite":  # PostgreSQL may have tables of extensions
        ours = {*connection.introspection.django_table_names(), "django_migrations"}
        others |= tables - ours
    if not others:
        return ""
    return (
        f"the database is another program's: it holds {', '.join(sorted(others)[:3])}; "
        "name one of its own in CASELIB_DATABASE_URL or CASELIB_DATA_DIR"
    )


def _of_a_newer_release() -> str:
    known = MigrationLoader(None).disk_migrations
    newer = sorted(
        name for app, name in _applied() if (app, name) not in known and app == "stories"
    )
    if not newer:
        return ""
    return (
        f"the database is of a newer release: it has the migration {newer[-1]}. There is no way "
        "back: install that release again, or restore the backup from before the update"
    )


def _applied() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())
