"""Prints the SQL for a PostgreSQL role that can only read public tables."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import connection

from stories.models import PUBLIC_MODULES

NOT_READ = ("stories_openredaction",)


class Command(BaseCommand):
    help = "Prints the SQL that gives a role SELECT on the public tables, and nothing else."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", default="caselib_reader", help="caselib_reader if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_slug(options["role"])
        except ValidationError as error:
            raise CommandError("a role is named by letters, digits, - and _") from error
        role, quote = f'"{options["role"]}"', connection.ops.quote_name
        tables = ", ".join(quote(table) for table in public_tables())
        self.stdout.write(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};")
        self.stdout.write(f"GRANT USAGE ON SCHEMA public TO {role};")
        self.stdout.write(f"GRANT SELECT ON {tables} TO {role};")
        self.stdout.write(f"ALTER ROLE {role} SET default_transaction_read_only = on;")


def public_tables() -> list[str]:
    models = apps.get_app_config("stories").get_models(include_auto_created=True)
    named = {model for model in models if model.__module__.startswith(PUBLIC_MODULES)}
    between = {  # through tables of many-to-many relations
        through
        for model in named
        for field in model._meta.many_to_many
        if (through := field.remote_field.through) and through._meta.auto_created
    }
    return sorted({model._meta.db_table for model in named | between} - set(NOT_READ))
