"""Access control of the desk: checks the second factor and a due password change on every page.

The results are stored in the session at login, so that no page needs a query for them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now

from caselib import second_factor
from stories.admin.access import browsers
from stories.models.desk_sessions import BEGAN, BROWSER, USED, SessionStore
from stories.models.initial_passwords import InitialPassword

PASSWORD_DUE, WITHOUT_FACTOR = "password_due", "without_factor"  # keys in the session
USED_EVERY = timedelta(minutes=10)  # precision of the last use of a session
# Pages that stay open while a password change or second factor is due.
ALWAYS_OPEN = {"logout", "jsi18n", "password_change", "password_change_done"}
IN_PLACE = "workbench"  # X-Requested-With of scripts, which cannot follow redirects
FIRST = "X-Desk-First"  # response header with the URL of the step that is due

View = Callable[..., HttpResponseBase]


def begin(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Store start, browser and access checks in the new session, and delete expired sessions."""
    SessionStore.clear_expired()
    instant = now().isoformat()
    agent = request.META.get("HTTP_USER_AGENT", "")
    request.session.update({BEGAN: instant, USED: instant, BROWSER: browsers.name(agent)})
    request.session[PASSWORD_DUE] = InitialPassword.objects.filter(user=user).exists()
    if settings.SECOND_FACTOR != "off":
        request.session[WITHOUT_FACTOR] = not second_factor.has_factor(user)


user_logged_in.connect(begin)


def is_let_in(request: Any) -> bool:
    """Whether the second factor was verified in this session, or is not required of the user."""
    if settings.SECOND_FACTOR == "off" or request.user.is_verified():
        return True
    if request.session.get(WITHOUT_FACTOR):
        return True
    return not second_factor.has_factor(request.user)  # the session began with the setting off


def guarded(view: View) -> View:
    """Wrap a view of the desk: redirect to the step that is due, or answer a script with 403."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _note_use(request)
        if (first := _first_step(request)) is None:
            return view(request, *args, **kwargs)
        if request.headers.get("X-Requested-With") == IN_PLACE:
            return HttpResponse(status=403, headers={FIRST: first})
        return HttpResponseRedirect(first)

    return guarded_view


def is_password_due(request: HttpRequest) -> bool:
    return bool(request.session.get(PASSWORD_DUE))


def is_factor_due(request: Any) -> bool:
    return settings.SECOND_FACTOR == "required" and not request.user.is_verified()


def _first_step(request: HttpRequest) -> str | None:
    """URL of the step that must come first (password change, second factor), None without one."""
    page = request.resolver_match.url_name if request.resolver_match else None
    if page in ALWAYS_OPEN:
        return None
    if is_password_due(request):
        return reverse("admin:password_change")
    if is_factor_due(request) and page != "second_factor":
        return reverse("admin:second_factor")
    return None


def _note_use(request: HttpRequest) -> None:
    used = request.session.get(USED)
    if used and now() - datetime.fromisoformat(used) > USED_EVERY:
        request.session[USED] = now().isoformat()
