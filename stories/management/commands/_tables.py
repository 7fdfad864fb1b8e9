"""The check that commands on cases make first: that the database has been migrated."""

from django.core.management.base import CommandError

from stories.publishing import glossary


def require_tables() -> None:
    if not glossary.has_tables():
        raise CommandError("the database has no tables yet: run manage.py migrate")
