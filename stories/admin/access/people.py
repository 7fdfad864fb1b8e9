"""User administration for superusers: accounts, sessions and second factors."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from caselib import second_factor
from stories.admin.access import session_pages
from stories.admin.access.passwords import PasswordOfAnother
from stories.models.desk_sessions import DeskSession
from stories.models.initial_passwords import InitialPassword

admin.site.unregister(User)  # as django.contrib.auth has it


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # it cannot be subscripted
    change_form_template = "admin/access/person.html"
    change_password_form = PasswordOfAnother

    def get_urls(self) -> list[Any]:
        page = require_http_methods(["GET", "HEAD", "POST"])(self.sessions_page)
        wrapped: Any = self.admin_site.admin_view(page)
        return [path("<int:pk>/sessions/", wrapped, name="auth_user_sessions"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.has_usable_password():
            InitialPassword.objects.set_for(obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Administrators change their own password where the present one is required."""
        if id == str(request.user.pk):
            return HttpResponseRedirect(reverse("admin:password_change"))
        return super().user_change_password(request, id, form_url)

    def sessions_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sessions and second factor of a user; superusers only."""
        if not request.user.is_superuser:
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        if request.method == "POST":
            self._act(request, person)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Sessions and second factor: %(name)s") % {"name": person},
            "person": person,
            "sessions": session_pages.open_sessions(request, person),
            "has_factor": second_factor.has_factor(person),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/access/sessions.html", context)

    def _act(self, request: HttpRequest, person: Any) -> None:
        if "_reset_factor" not in request.POST:
            session_pages.end(request, person)
            self.log_change(request, person, gettext("Sessions were ended."))
        elif second_factor.remove(person):
            DeskSession.objects.of(person).but(request.session.session_key).delete()
            message = gettext("The second factor was removed, and the sessions were ended.")
            self.log_change(request, person, message)
            messages.success(request, message)
