"""The admin page of a case with all its parts, its preview, and its pictures for staff."""

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, re_path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stories.admin.bulk_terms import CaseTags
from stories.admin.case_history import CaseHistory
from stories.admin.case_list import CaseList
from stories.admin.case_publishing import CasePublishing
from stories.admin.case_status import damage_of, publication_of
from stories.admin.desk import change_url, note_change, picture_url
from stories.admin.fault_links import fault_links
from stories.admin.forms.case import CaseForm
from stories.admin.forms.pictures import read_upload
from stories.admin.inlines import (
    CaseCitationInline,
    ChangeInline,
    ContextInline,
    DerivedInline,
    FollowUpInline,
    GlanceInline,
    LeftOutInline,
    MeasureInline,
    NewMeasureInline,
    PictureInline,
    ProblemInline,
    TagInline,
)
from stories.admin.sources import SourceInline
from stories.admin.workbench.pages import CaseWorkbench
from stories.choices import SubmissionState
from stories.documents import damage
from stories.models.case import Case
from stories.models.pictures import Picture
from stories.models.questions import Glance
from stories.models.version import Publication
from stories.pictures import storage
from stories.presenters.case import CasePresenter
from stories.publishing import exporter
from stories.publishing.check import check
from stories.queries.snapshot import Library
from stories.search import unanswered

UNANSWERED_SHOWN = 500  # lines
UPLOAD = re.compile(r"pictures-[0-9]{1,3}-file")  # the only file field of the form
UPLOAD_LIMIT = 10  # pictures uploaded in one save
BASICS: Any = (
    None,
    {
        "fields": [
            "slug",
            "title_zh",
            "title_en",
            "place",
            ("name_as_reported_zh", "name_as_reported_en"),
        ],
        "description": _("A neutral title: what happened where. No praise, no slogans."),
    },
)
IN_SHORT: Any = (
    _("In short"),
    {
        "fields": [("key_message_zh", "key_message_en"), ("abstract_zh", "abstract_en")],
        "description": _("In our own words; every fact in them is cited below."),
    },
)
PLACE: Any = (
    _("Where"),
    {
        "fields": ["place_inferred", ("place_note_zh", "place_note_en")],
        "description": _("Which places no source prints, and what they follow from."),
    },
)
FIRST_SCREEN: Any = (
    _("Numbers of the first screen, and what one unit cost"),
    {
        "fields": [
            "telling",
            ("unit_cost_state", "unit_cost_of"),
            ("unit_cost_note_zh", "unit_cost_note_en"),
        ],
        "description": _("A unit cost that is not computable has a note saying why."),
    },
)
DATES: Any = (
    _("When"),
    {
        "fields": [
            ("began", "began_inferred"),
            "began_passage",
            ("began_printed", "began_gloss"),
            ("ended", "ended_inferred"),
            "ended_passage",
            ("ended_printed", "ended_gloss"),
            ("period_note_zh", "period_note_en"),
        ],
        "description": _(
            "No more precise than the source; the fragment that prints a date stands beside it. "
            "Inferred: the largest part of the date that the fragment does not print."
        ),
    },
)
STATE: Any = (
    _("State"),
    {
        "fields": [
            ("state", "published_at"),
            ("version", "is_changed"),
            "review",
            ("created_at", "changed_at"),
            "open_points",
            "left_out_of_pages",
        ],
        "description": _(
            "Readers see the current version. What is changed here is public once it is published."
        ),
    },
)


@admin.register(Case)
class CaseAdmin(CaseList, CasePublishing, CaseHistory, CaseTags, CaseWorkbench):
    form = CaseForm
    fieldsets = [BASICS, IN_SHORT, PLACE, DATES, FIRST_SCREEN, STATE]
    add_fieldsets = [BASICS, IN_SHORT]
    readonly_fields = [
        *("state", "published_at", "version", "is_changed", "review", "created_at", "changed_at"),
        *("open_points", "left_out_of_pages"),
    ]
    autocomplete_fields = ["place"]
    inlines = [
        TagInline,
        CaseCitationInline,
        SourceInline,
        ProblemInline,
        MeasureInline,
        NewMeasureInline,
        PictureInline,
        GlanceInline,
        ChangeInline,
        FollowUpInline,
        ContextInline,
        DerivedInline,
        LeftOutInline,
    ]
    add_inlines = [TagInline, SourceInline]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else self.add_inlines

    @admin.display(description=_("review"))
    def review(self, case: Case) -> SafeString | str:
        """The last submission's state and message, or the reviewer's answer; the open comments."""
        last = case.submissions.first()
        if last is None:
            return gettext("not submitted")
        text = last.answer if last.state == SubmissionState.RETURNED else last.message
        lines = [last.get_state_display(), text]
        lines += [str(comment) for comment in case.review_comments.filter(is_done=False)]
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines if line))

    @admin.display(description=_("what pages leave out"))
    def left_out_of_pages(self, case: Case) -> SafeString | str:
        """The parts of the published case that public pages leave out."""
        faults = damage_of([case]).get(case.slug, [])
        return fault_links(case, faults) if faults else gettext("Nothing.")

    @admin.display(description=_("open points"))
    def open_points(self, case: Case) -> SafeString | str:
        """The faults that prevent publication, then the warnings."""
        result = check(case, has_versions=publication_of(case) is not None)
        passed = gettext("None: the case passes the check.")
        faults = fault_links(case, result.faults) if result.faults else passed
        if not result.warnings:
            return faults
        warnings = fault_links(case, result.warnings)
        return format_html("{}<br>{} {}", faults, gettext("To look at:"), warnings)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Read uploads before the transaction begins, because it locks SQLite."""
        if self.has_change_permission(request):
            names = [name for name in request.FILES if UPLOAD.fullmatch(name)]
            if len(names) > UPLOAD_LIMIT:
                raise BadRequest("pictures")
            for name in names:
                read_upload(request.FILES[name])
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        Glance.add_missing(form.instance)
        super().save_related(request, form, formsets, change)
        note_change(request, form.instance)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Redirect to the page of the new case, where its parts are added."""
        return HttpResponseRedirect(change_url(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A published case must be withdrawn before it is deleted; its versions stay."""
        is_allowed = super().has_delete_permission(request, obj)
        return is_allowed and not (obj and Publication.objects.current().filter(slug=obj.slug))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Permit the deletion of answers with their case; they cannot be deleted alone."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking - {Glance._meta.verbose_name}, protected

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        picture = self.admin_site.admin_view(require_safe(self.picture))
        found_nothing = self.admin_site.admin_view(require_safe(self.unanswered))
        return [
            path("unanswered/", found_nothing, name="stories_case_unanswered"),
            path("<int:pk>/preview/", preview, name="stories_case_preview"),
            re_path(
                r"^pictures/(?P<file>[0-9a-f]{32}-[0-9]{1,5}\.(?:avif|webp))\Z",
                picture,
                name="stories_case_picture",
            ),
            *super().get_urls(),
        ]

    def unanswered(self, request: HttpRequest) -> HttpResponse:
        """Searches by readers that found nothing, by day."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = unanswered.counts()[:UNANSWERED_SHOWN]
        title = _("Questions that found nothing")
        context = {**self.admin_site.each_context(request), "title": title, "rows": rows}
        context["opts"] = self.opts
        return render(request, "admin/stories/case/unanswered.html", context)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page of the case as it would be published now."""
        row = get_object_or_404(Case, pk=pk)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        library = Library.now()
        document = damage.showable(exporter.dump(row), library.terms).document
        if document is None:
            raise Http404
        case = CasePresenter(row.pk, document, library.presented_terms(), picture_url)
        context = {"case": case, "related": [], "is_preview": True, "redactions": []}
        return render(request, "stories/case.html", context)

    def picture(self, request: HttpRequest, file: str) -> HttpResponse:
        """A picture file of any case, for staff; the public view serves those of versions only."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        name, _dash, _size = file.partition("-")
        get_object_or_404(Picture, name=name)
        try:
            content = storage.content(file)
        except FileNotFoundError as error:
            raise Http404 from error
        headers = {"Cache-Control": "private, no-store"}
        kind = file.rpartition(".")[2]
        return HttpResponse(content, content_type=f"image/{kind}", headers=headers)
