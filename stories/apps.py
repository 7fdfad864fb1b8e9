"""The app's name, and what its machine should have."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register
from django.utils.translation import gettext_lazy as _

from stories.web.fonts import MISSING, REMEDY, han_face


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Case library")
    default_auto_field = "django.db.models.BigAutoField"


@register(deploy=True)
def has_a_han_font(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Asked by `check --deploy` only: without one every page works, with the site's own card."""
    return [] if han_face("title") else [Warning(MISSING, hint=REMEDY, id="caselib.W001")]
