"""The app configuration, system checks, and the ban on backward migrations."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _

from stories.pictures.fonts import MISSING, REMEDY, han_face


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Case library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(refuse_way_back, sender=self)


@register(deploy=True)
def has_a_han_font(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Run by `check --deploy` only: without a font every page works, with the site's own card."""
    return [] if han_face("title") else [Warning(MISSING, hint=REMEDY, id="caselib.W001")]


def refuse_way_back(plan: Iterable[tuple[Migration, bool]], using: str, **kwargs: Any) -> None:
    """Refuse before the first step: a reversed migration would drop tables with their content,
    including versions, and an irreversible one would stop half-way."""
    back = [step for step, is_backwards in plan if is_backwards and step.app_label == "stories"]
    is_possible = all(operation.reversible for step in back for operation in step.operations)
    if back and not (is_possible and _is_empty(using)):
        raise CommandError(
            f"there is no way back behind {back[0].app_label}.{back[0].name}, which would lose "
            "data: install the older release and restore the backup from before the update"
        )


def _is_empty(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM stories_case)")
        return not cursor.fetchone()[0]
