"""Sessions of the desk: whose each is, since when, last used when, and from which browser.

The store writes these columns from what a session holds; no address is among them.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

BEGAN, USED, BROWSER = "began_at", "used_at", "browser"  # in what a session holds


class DeskSessionQuerySet(models.QuerySet["DeskSession"]):
    def of(self, user: Any) -> "DeskSessionQuerySet":
        """Those that have not expired, the last used first."""
        return self.filter(user=user, expire_date__gt=now()).order_by("-used_at")

    def but(self, session_key: str | None) -> "DeskSessionQuerySet":
        return self.exclude(session_key=session_key)


class DeskSession(AbstractBaseSession):
    """`user` is None until somebody has logged in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="desk_sessions"
    )
    began_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    objects = BaseSessionManager.from_queryset(DeskSessionQuerySet)()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()

    def __str__(self) -> str:
        """Without the key, which would let its reader in."""
        return f"{self.user}, {self.browser}"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore

    @property
    def handle(self) -> str:
        """What names the session on a page."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]

    def fits(self, password_hash: str) -> bool:
        """Whether it was begun with the present password: it is open no more otherwise."""
        return bool(self.get_decoded().get(HASH_SESSION_KEY) == password_hash)


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.used_at = _instant(data.get(BEGAN)), _instant(data.get(USED))
        row.browser = data.get(BROWSER, "")
        return row  # type: ignore[no-any-return]


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
