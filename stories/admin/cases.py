"""Cases: the list, the page with a case's parts, the preview, publishing and withdrawing."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stories import damage, documents, lookups, publishing, records, search
from stories.admin.desk import DeskAdmin, change_url, note_change
from stories.admin.forms import CaseForm, PublishForm, read_upload
from stories.admin.parts import (
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
    SourceInline,
    TagInline,
)
from stories.admin.refusals import rows_by_path, splits
from stories.admin.wordings import in_words
from stories.library import Library
from stories.models import Case, Glance, Measure, Metric, Problem
from stories.passages import Citation
from stories.presenters import versions
from stories.presenters.case import CasePresenter
from stories.publishing import NO_NOTE, Note
from stories.versions import Publication
from stories.vocabulary import GlanceQuestion, VersionKind

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
            ("created_at", "changed_at"),
            "open_points",
            "left_out_of_pages",
        ],
        "description": _("Publishing and withdrawing are actions of the list of cases."),
    },
)


def _count(model: type[Model], path_to_case: str) -> Coalesce:
    """How many rows of a model a case has, in a query of its own, so that none multiplies."""
    rows = model._default_manager.filter(**{path_to_case: OuterRef("pk")}).order_by()
    counts = rows.values(path_to_case).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


@admin.register(Case)
class CaseAdmin(DeskAdmin):
    form = CaseForm
    fieldsets = [BASICS, IN_SHORT, PLACE, DATES, FIRST_SCREEN, STATE]
    add_fieldsets = [BASICS, IN_SHORT]
    readonly_fields = [
        *("state", "published_at", "created_at", "changed_at"),
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
    list_display = [
        "title",
        "state",
        "place",
        "problem_count",
        "measure_count",
        "metric_count",
        "citation_count",
        "changed",
    ]
    list_filter = [
        "state",
        ("problems__type", admin.RelatedOnlyFieldListFilter),
        ("measures__types__family", admin.RelatedOnlyFieldListFilter),
        ("case_tags__tag", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["place"]
    search_fields = [
        "slug",
        "title_zh",
        "title_en",
        "abstract_zh",
        "abstract_en",
        "place__label_zh",
        "place__label_en",
        "problems__statement_zh",
        "problems__statement_en",
        "measures__title_zh",
        "measures__title_en",
        "measures__summary_zh",
        "measures__summary_en",
    ]
    ordering = ["-changed_at"]
    actions = ["publish", "withdraw"]

    def cases_to_check(self, row: Any, changed: Iterable[str] = ()) -> Iterable[int]:
        return [row.pk]

    # ------------------------------------------------------------ the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                problem_count=_count(Problem, "case"),
                measure_count=_count(Measure, "case"),
                metric_count=_count(Metric, "case"),
                citation_count=_count(Citation, "passage__source__case"),
            )
        )
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """In the desk's own rows, drafts too; all words have to be there."""
        for word in search.words(search_term):
            condition = Q()
            for field in self.search_fields:
                condition |= Q((f"{field}__icontains", word.text))
            queryset = queryset.filter(condition)
        return queryset.distinct(), False

    @admin.display(description=_("title"), ordering="title_zh")
    def title(self, case: Case) -> str:
        return str(case)

    @admin.display(description=_("problems"), ordering="problem_count")
    def problem_count(self, case: Any) -> int:
        count: int = case.problem_count
        return count

    @admin.display(description=_("measures"), ordering="measure_count")
    def measure_count(self, case: Any) -> int:
        count: int = case.measure_count
        return count

    @admin.display(description=_("metrics"), ordering="metric_count")
    def metric_count(self, case: Any) -> int:
        count: int = case.metric_count
        return count

    @admin.display(description=_("citations"), ordering="citation_count")
    def citation_count(self, case: Any) -> int:
        count: int = case.citation_count
        return count

    @admin.display(description=_("last change"), ordering="changed_at")
    def changed(self, case: Case) -> str:
        return date_format(localtime(case.changed_at), "Y-m-d H:i")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        response = super().changelist_view(request, extra_context)
        if changes := getattr(response, "context_data", None) and response.context_data.get("cl"):
            self._name_damaged(request, [row for row in changes.result_list if row.is_published])
        return response

    def _name_damaged(self, request: HttpRequest, cases: Sequence[Case]) -> None:
        """Says of which cases on the page of the list readers do not see all."""
        faults = _damage([case.pk for case in cases])
        damaged = [(change_url(case), case) for case in cases if faults.get(case.pk)]
        if damaged:
            links = format_html_join(", ", '<a href="{}">{}</a>', damaged)
            told = gettext("Pages leave out parts of these cases:")
            self.message_user(request, format_html("{} {}", told, links), messages.WARNING)

    # ------------------------------------------------------------ publishing

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("stories.publish_case")

    @admin.action(description=_("Publish the chosen cases"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each case by itself: one that the check refuses does not hold up the others."""
        for pk in queryset.values_list("pk", flat=True):
            with transaction.atomic():
                case = Case.objects.select_for_update().get(pk=pk)
                faults = records.faults(case)
                is_first = not Publication.objects.filter(slug=case.slug).exists()
                if not faults and is_first:
                    self._publish(request, case, VersionKind.FIRST, NO_NOTE)
            if not faults and not is_first:
                link = format_html(
                    '<a href="{}">{}</a>',
                    reverse("admin:stories_case_publish", args=[case.pk]),
                    gettext("Say what changed, and publish."),
                )
                text = gettext("“{}” has versions already.")
                told = format_html("{} {}", format_html(text, case), link)
                self.message_user(request, told, messages.WARNING)
            elif faults:
                text = gettext("“{}” is not published. It does not pass the check:")
                told = format_html("{} {}", format_html(text, case), _listed(case, faults))
                self.message_user(request, told, messages.ERROR)
            else:
                self.message_user(request, format_html(gettext("“{}” is published."), case))

    @admin.action(description=_("Withdraw the chosen cases"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for case in Case.objects.published().filter(pk__in=queryset.values("pk")):
            with transaction.atomic():
                publishing.withdraw(case.slug)
                case.mark_withdrawn()
            self.log_change(request, case, _("Withdrawn."))
            self.message_user(
                request, format_html(gettext("“{}” is withdrawn: a draft again."), case)
            )

    # ------------------------------------------------------------ the page of a case

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else self.add_inlines

    @admin.display(description=_("what pages leave out"))
    def left_out_of_pages(self, case: Case) -> SafeString | str:
        """What no page can show of the case as it is indexed: readers do without it."""
        faults = _damage([case.pk]).get(case.pk, []) if case.is_published else []
        return _listed(case, faults) if faults else gettext("Nothing.")

    @admin.display(description=_("open points"))
    def open_points(self, case: Case) -> SafeString | str:
        """What still keeps the case from being published."""
        faults = records.faults(case)
        return _listed(case, faults) if faults else gettext("None: the case passes the check.")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Uploads are read before the transaction, which locks SQLite from its beginning."""
        if self.has_change_permission(request):
            for upload in request.FILES.values():
                read_upload(upload)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        note_change(form.instance.pk, form, formsets)
        _answer_every_question(form.instance)
        super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: Case) -> None:
        super().delete_model(request, obj)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """A new case has only begun: on with its page."""
        return HttpResponseRedirect(change_url(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has readers is withdrawn before it is deleted."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_published)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its parts go with a case, those too that are never deleted by themselves."""
        told, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return told, counts, lacking - {Glance._meta.verbose_name}, protected

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    # ------------------------------------------------------------ the preview

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        publish = self.admin_site.admin_view(self.publish_page)
        return [
            path("<int:pk>/preview/", preview, name="stories_case_preview"),
            path("<int:pk>/publish/", publish, name="stories_case_publish"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page that readers will see."""
        row = get_object_or_404(Case, pk=pk)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        library = Library.now()
        shown = damage.showable(records.dump(row), library.terms).document
        if shown is None:
            raise Http404
        case = CasePresenter(row.pk, shown, library.presented_terms())
        context = {
            "case": case,
            "related": [],
            "is_preview": True,
            "redactions": [],
        }
        return render(request, "stories/case.html", context)

    def publish_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would change for readers, and the note that says so."""
        case = get_object_or_404(Case, pk=pk)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        current = lookups.current_version(case.slug)
        is_first = not Publication.objects.filter(slug=case.slug).exists()
        form = PublishForm(request.POST or None, is_first=is_first)
        faults = records.faults(case)
        if request.method == "POST" and not faults and form.is_valid():
            with transaction.atomic():
                self._publish(request, case, form.kind, form.note)
            self.message_user(request, format_html(gettext("“{}” is published."), case))
            return HttpResponseRedirect(change_url(case))
        before = orjson.loads(current.document) if current else {}
        changes = versions.presented(before, records.dump(case)) if current else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publish “%(case)s”") % {"case": case},
            "case": case,
            "form": form,
            "faults": _listed(case, faults) if faults else "",
            "sections": changes,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/publish.html", context)

    def _publish(self, request: HttpRequest, case: Case, kind: VersionKind, note: Note) -> None:
        """In a transaction, once the check has passed."""
        document = documents.shaped(records.dump(case))
        version = publishing.publish(document, kind, note)
        case.mark_published(version.published_at)
        text = gettext("Published as version %(number)s.") % {"number": version.number}
        self.log_change(request, case, text)


def _damage(pks: Sequence[int]) -> dict[int, list[str]]:
    """primary key → what no page can show of an indexed case; of a card in lists, too."""
    known = Library.now().terms
    documents, cards = lookups.documents(pks), lookups.cards(pks)
    return {
        pk: [
            *damage.showable(documents.get(pk), known).faults,
            *damage.showable_card(cards.get(pk), known).faults,
        ]
        for pk in pks
    }


def _answer_every_question(case: Case) -> None:
    """All questions are there from the start; nobody has looked yet."""
    known = set(case.glances.values_list("question", flat=True))
    Glance.objects.bulk_create(
        Glance(case=case, question=question) for question in GlanceQuestion if question not in known
    )


def _listed(case: Case, faults: Sequence[str]) -> SafeString:
    """The faults of a case, each with a link to the page on which it is mended."""
    rows = rows_by_path(case)
    return format_html_join("", "<div>{}</div>", ((_linked(fault, rows),) for fault in faults))


def _linked(fault: str, rows: dict[str, Model]) -> SafeString:
    path, _colon, what = fault.partition(": ")
    found = (rows[head] for head, _rest in splits(path) if head in rows)
    row = next(row for row in found if admin.site.is_registered(type(row)))
    return format_html('<a href="{}">{}</a>: {}', change_url(row), path, in_words(what))
