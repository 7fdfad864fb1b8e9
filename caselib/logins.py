"""Rate limits for failed logins by address alone and by name alone, beside those of django-axes.

The limit of a name does not apply to addresses from which its owner has logged in before, so that
no stranger can lock an editor out.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import (
    get_client_ip_address,
    get_client_username,
    get_cool_off,
    get_failure_limit,
)
from axes.models import AccessAttempt, AccessLog
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.timezone import now

from caselib.settings import ATTEMPTS_OF_ADDRESS, ATTEMPTS_OF_NAME

NAME_LIMIT = 150  # characters, as of Django's own user names
KNOWN_FOR = timedelta(days=90)  # an address from which a name has logged in


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # axes is untyped
    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Failures by name and address; the lockout limit if a slower limit is reached."""
        failures = int(super().get_failures(request, credentials))
        if _is_over(request, credentials):
            return max(failures, int(get_failure_limit(request, credentials)))
        return failures


def stored_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name as attempts store it: truncated, without control characters."""
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return "".join(filter(str.isprintable, str(given)[:NAME_LIMIT]))


def is_known(name: str, address: str | None) -> bool:
    """Whether this name has logged in from this address: 1 query."""
    logins = AccessLog.objects.filter(username=name, ip_address=address)
    return bool(logins.filter(attempt_time__gte=now() - KNOWN_FOR).exists())


def _is_over(request: Any, credentials: dict[str, Any] | None) -> bool:
    address = get_client_ip_address(request)
    if _failures(ip_address=address) >= ATTEMPTS_OF_ADDRESS:
        return True
    name = get_client_username(request, credentials)
    return _failures(username=name) >= ATTEMPTS_OF_NAME and not is_known(name, address)


def _failures(**of: Any) -> int:
    """The number of failures during the lockout time: 1 query."""
    cool_off = get_cool_off()
    since: datetime = now() - (cool_off or timedelta())
    rows = AccessAttempt.objects.filter(attempt_time__gte=since, **of)
    return int(rows.aggregate(sum=Sum("failures_since_start"))["sum"] or 0)
