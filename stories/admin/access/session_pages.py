"""Session lists: users see and end their own sessions, administrators those of others."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from stories.models.desk_sessions import DeskSession

MOST = 100  # sessions listed for a user; "end all" ends the others too


@dataclass(frozen=True)
class OpenSession:
    row: DeskSession
    is_this: bool


def open_sessions(request: HttpRequest, user: Any) -> list[OpenSession]:
    """The user's valid sessions, the last used first: 1 query."""
    password_hash, own = user.get_session_auth_hash(), request.session.session_key
    return [
        OpenSession(row, row.session_key == own)
        for row in DeskSession.objects.of(user)[:MOST]
        if row.fits(password_hash)
    ]


def page(request: HttpRequest) -> HttpResponse:
    """The user's own sessions."""
    if request.method == "POST":
        end(request, request.user)
        return HttpResponseRedirect(request.path)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Sessions"),
        "sessions": open_sessions(request, request.user),
    }
    return TemplateResponse(request, "admin/access/sessions.html", context)


def state(request: HttpRequest) -> HttpResponse:
    """Nothing, to whom the desk is open; a script asks before it sends a form."""
    return HttpResponse(status=204)


def end(request: HttpRequest, user: Any) -> int:
    """End the session in the form, or all of the user but this one. The number ended."""
    sessions = DeskSession.objects.of(user).but(request.session.session_key)
    if "_all" in request.POST:
        count = sessions.delete()[0]
    elif handle := request.POST.get("session"):
        keys = [row.session_key for row in sessions[:MOST] if row.handle == handle]
        count = DeskSession.objects.filter(session_key__in=keys).delete()[0]
    else:
        raise BadRequest("session")
    messages.success(
        request,
        ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count)
        % {"count": count},
    )
    return count
