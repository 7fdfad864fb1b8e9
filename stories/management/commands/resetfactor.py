"""Removes the second factor of a user who has lost both app and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from caselib import second_factor
from stories.management.commands._tables import require_tables
from stories.models.desk_sessions import DeskSession


class Command(BaseCommand):
    help = "Removes the second factor of a person and ends their sessions; the password stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="by which the person logs in")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        name = options["name"]
        user = get_user_model()._default_manager.filter(username=name).first()
        if user is None:
            raise CommandError(f"nobody logs in as {name!r}")
        if not second_factor.remove(user):
            raise CommandError(f"{name!r} has no second factor")
        DeskSession.objects.of(user).delete()
        self.stdout.write(f"{name} logs in by the password alone, until another is set up")
