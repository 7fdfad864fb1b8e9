"""Passwords set by somebody else, which must be changed at the next login."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class InitialPasswordQuerySet(models.QuerySet["InitialPassword"]):
    def set_for(self, user: Any) -> None:
        self.get_or_create(user=user)

    def settle(self, user: Any) -> None:
        """Delete the mark once the user has chosen a password."""
        self.filter(user=user).delete()


class InitialPassword(models.Model):
    """Marks a user whose password must be changed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="initial_password"
    )

    objects = InitialPasswordQuerySet.as_manager()

    class Meta:
        verbose_name = _("password to be changed")
        verbose_name_plural = _("passwords to be changed")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
