"""Sessions of the desk in the database, with user, start, last use and browser.

The session store copies these columns from the session data; IP addresses are not stored.
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

BEGAN, USED, BROWSER = "began_at", "used_at", "browser"  # keys of the session data


class DeskSessionQuerySet(models.QuerySet["DeskSession"]):
    def of(self, user: Any) -> "DeskSessionQuerySet":
        """The user's unexpired sessions, the last used first."""
        return self.filter(user=user, expire_date__gt=now()).order_by("-used_at")

    def but(self, session_key: str | None) -> "DeskSessionQuerySet":
        return self.exclude(session_key=session_key)


class DeskSession(AbstractBaseSession):
    """A session; `user` is None before login."""

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
        """Without the session key, which would grant access."""
        return f"{self.user}, {self.browser}"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore

    @property
    def handle(self) -> str:
        """Identifies the session in forms: a hash, because the key would grant access."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]

    def fits(self, password_hash: str) -> bool:
        """Whether it began with the user's present password; otherwise it is no longer valid."""
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
        return row  # type: ignore[no-any-return]  # a row of get_model_class()


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
