"""The confirmation page on which the stored text of a source is deleted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from stories.admin.desk import PartAdmin, change_url
from stories.models.sources import Source
from stories.models.texts import SourceText


class StoredText(PartAdmin):
    """The page of `SourceAdmin` that deletes a text; passages, gists and citations stay."""

    def get_urls(self) -> list[Any]:
        page = require_http_methods(["GET", "HEAD", "POST"])(self.delete_text)
        wrapped: Any = self.admin_site.admin_view(page)
        own = path("<int:pk>/text/delete/", wrapped, name="stories_source_delete_text")
        return [own, *super().get_urls()]

    def delete_text(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm and delete; the page names every source that shares the text."""
        source = get_object_or_404(Source, pk=pk)
        if not request.user.has_perms(["stories.change_source", "stories.delete_source"]):
            raise PermissionDenied
        text = get_object_or_404(SourceText, sha256=source.sha256)
        if request.method == "POST":
            text.delete()
            message = gettext("The stored text was deleted.")
            self.log_change(request, source, message)
            self.message_user(request, message, messages.SUCCESS)
            return HttpResponseRedirect(change_url(source))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Delete the stored text"),
            "source": source,
            "sources": Source.objects.filter(sha256=source.sha256).select_related("case"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/source/delete_text.html", context)
