"""The history of a case: its edits, its deletion, and restoring an edit or version as a draft."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from stories.admin.desk import DeskAdmin, change_url, naming
from stories.admin.forms.fields import is_key
from stories.admin.reviews import Row, changes_in_both_languages
from stories.choices import EditKind
from stories.documents.faults import DocumentError
from stories.models.case import Case
from stories.models.history import Edit
from stories.models.version import Publication, Version
from stories.publishing import history

EDITS_SHOWN = 10  # per page; each is compared with its predecessor
DELETED_SHOWN = 200


@dataclass(frozen=True)
class EditEntry:
    """An edit with its changes; `sections` as `changes_in_both_languages` returns them."""

    edit: Edit
    sections: list[tuple[str, list[Row]]]
    is_last: bool


class CaseHistory(DeskAdmin):
    """The history and restore pages of `CaseAdmin`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("deleted/", view(require_safe(self.deleted)), name="stories_case_deleted"),
            path("restore/", view(require_POST(self.restore)), name="stories_case_restore"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who changed what and when, the latest first: 10 edits per page."""
        case = self.get_object(request, object_id) if is_key(object_id) else None
        if case is None:
            raise Http404
        if not self.has_view_or_change_permission(request, case):
            raise PermissionDenied
        edits = Edit.objects.of_case(case.pk).select_related("by")
        page = Paginator(edits, EDITS_SHOWN).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(case)s") % {"case": case},
            "case": case,
            "page": page,
            "edits": list(_entries(list(page), edits)),
            "versions": Version.objects.of_case(case.slug).defer("document"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/history.html", context)

    def deleted(self, request: HttpRequest) -> HttpResponse:
        """Deleted cases, each with its last edit; the latest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        last = Edit.objects.values("case_pk").annotate(last=Max("pk")).values("last")
        gone = Edit.objects.filter(pk__in=last, kind=EditKind.DELETED)
        gone = gone.exclude(case_pk__in=Case.objects.values("pk")).order_by("-pk")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Deleted cases"),
            "edits": gone.defer("packed")[:DELETED_SHOWN],
            "withdrawn": _published_without_rows(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/deleted.html", context)

    def restore(self, request: HttpRequest) -> HttpResponse:
        """Restore an edit or version as the draft; nothing public changes."""
        if not self.has_change_permission(request) or not self.has_add_permission(request):
            raise PermissionDenied
        case_pk, document, note = _chosen_document(request)
        try:
            case = history.restore(case_pk, document, request.user, note)
        except DocumentError as error:
            words = "; ".join(fault.words() for fault in error.faults)
            self.message_user(request, gettext("Not restored: %s") % words, "error")
            return HttpResponseRedirect(reverse("admin:stories_case_deleted"))
        self.message_user(request, naming(gettext("“{}” is restored as a draft."), case))
        return HttpResponseRedirect(change_url(case))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Record the case before deletion, so that it can be restored with its pictures."""
        history.record_found(obj)
        self.record(request, obj, EditKind.DELETED)
        super().delete_model(request, obj)


def _entries(edits: list[Edit], all_edits: Any) -> Any:
    """Each edit compared with its predecessor: 1 query for the predecessor of the last one."""
    before = all_edits.filter(pk__lt=edits[-1].pk).first() if edits else None
    documents = [edit.document for edit in [*edits, *([before] if before else [])]]
    newest = all_edits.values_list("pk", flat=True).first()
    for n, edit in enumerate(edits):
        older = documents[n + 1] if n + 1 < len(documents) else None
        sections = changes_in_both_languages(older, documents[n]) if older else []
        yield EditEntry(edit, sections, edit.pk == newest)


def _published_without_rows() -> Any:
    """Published cases that have neither rows on the desk nor a recorded deletion."""
    known = Edit.objects.filter(slug=OuterRef("slug"), kind=EditKind.DELETED).values("pk")[:1]
    rows = Publication.objects.exclude(slug__in=Case.objects.values("slug"))
    rows = rows.annotate(edit=Subquery(known)).filter(edit=None).order_by("slug")
    return rows.prefetch_related(Prefetch("versions", Version.objects.defer("document")))


def _chosen_document(request: HttpRequest) -> tuple[int, Any, str]:
    """(primary key of the case, document, its origin in words) of the posted edit or version."""
    if is_key(pk := request.POST.get("edit", "")):
        edit = get_object_or_404(Edit, pk=pk)
        day = date_format(localtime(edit.at), "Y-m-d H:i")
        return edit.case_pk, edit.document, gettext("As it was on %(day)s.") % {"day": day}
    if not is_key(pk := request.POST.get("version", "")):
        raise BadRequest("edit")
    version = get_object_or_404(Version.objects.select_related("publication"), pk=pk)
    slug = version.publication.slug
    case = Case.objects.filter(slug=slug).values_list("pk", flat=True).first()
    deleted = Edit.objects.filter(slug=slug).order_by("-pk").values_list("case_pk", flat=True)
    note = gettext("Version %(number)s.") % {"number": version.number}
    return case or deleted.first() or 0, orjson.loads(version.document), note
