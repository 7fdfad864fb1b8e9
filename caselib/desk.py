"""The desk as an app of the project: Django admin with its own login and index page.

Its views belong to the `stories` app and are named here by dotted paths.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite, site
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

WAITING_LISTS = "stories.admin.todo.waiting_lists"
GUARDED = "stories.admin.access.gate.guarded"
IS_LET_IN = "stories.admin.access.gate.is_let_in"
LOGIN = "stories.admin.access.login.DeskLogin"
PASSWORD_CHANGE = "stories.admin.access.passwords.PasswordChange"
OWN_PAGES = {  # name → view
    "second_factor": "stories.admin.access.factor_pages.page",
    "sessions": "stories.admin.access.session_pages.page",
    "session": "stories.admin.access.session_pages.state",
}
# Registered by django-otp: its pages would show the secrets of devices.
NOT_SHOWN = ("otp_totp.TOTPDevice", "otp_static.StaticDevice")

View = Callable[..., Any]


class DeskSite(AdminSite):
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        waiting = import_string(WAITING_LISTS)(request)
        return super().index(request, {**(extra_context or {}), "waiting": waiting})

    def get_urls(self) -> list[Any]:
        own = [
            path(f"{name.replace('_', '-')}/", self._own_page(view), name=name)
            for name, view in OWN_PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        has_factors = settings.SECOND_FACTOR != "off"
        return {**super().each_context(request), "has_second_factor": has_factors}

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and import_string(IS_LET_IN)(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(import_string(GUARDED)(view), cacheable)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        index = reverse("admin:index", current_app=self.name)
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(index)
        context = {
            **self.each_context(request),
            "title": gettext("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if not {*request.GET, *request.POST} & {REDIRECT_FIELD_NAME}:
            context[REDIRECT_FIELD_NAME] = index
        return import_string(LOGIN).as_view(extra_context=context)(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Password change that refuses the current password and clears the duty to change it."""
        view = import_string(PASSWORD_CHANGE).as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def _own_page(self, name: str) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request: HttpRequest) -> Any:
            return import_string(name)(request)

        return lambda request: self.admin_view(page)(request)


class DeskConfig(AdminConfig):
    default = False
    default_site = "caselib.desk.DeskSite"

    def ready(self) -> None:
        super().ready()
        for model in NOT_SHOWN:
            site.unregister(apps.get_model(model))
