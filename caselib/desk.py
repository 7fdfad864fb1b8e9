"""The desk as an app of the project: Django admin, whose first page says what waits."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string

WAITING_LISTS = "stories.admin.todo.waiting_lists"


class DeskSite(AdminSite):
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        waiting = import_string(WAITING_LISTS)(request)
        return super().index(request, {**(extra_context or {}), "waiting": waiting})


class DeskConfig(AdminConfig):
    default = False
    default_site = "caselib.desk.DeskSite"
