"""Cases: the list, the page with a case's parts, the preview, publishing and withdrawing."""

import json
from collections.abc import Mapping, Sequence
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
from django.urls import path, re_path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stories.admin.desk import DeskAdmin, change_url, note_change, picture_url
from stories.admin.fault_rows import open_faults, rows_by_path, splits
from stories.admin.forms.case import CaseForm
from stories.admin.forms.pictures import read_upload
from stories.admin.forms.publishing import PublishForm, WithdrawForm
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
from stories.choices import GlanceQuestion, VersionKind
from stories.documents import schema
from stories.documents.faults import Fault
from stories.models.case import Actor, Case, Glance, Measure, Metric, Problem, TypeLink
from stories.models.pictures import Picture
from stories.models.sources import Citation, Source
from stories.models.version import Publication, Version
from stories.pictures import storage
from stories.presenters import damage, versions
from stories.presenters.case import CasePresenter
from stories.publishing import exporter, publisher
from stories.publishing.publisher import NO_NOTE, Note
from stories.queries.snapshot import Library
from stories.search import reader, tokenizer

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
            ("created_at", "changed_at"),
            "open_points",
            "left_out_of_pages",
        ],
        "description": _(
            "Readers see the current version. What is changed here is public once it is published."
        ),
    },
)


def _both(column: str) -> list[str]:
    return [f"{column}_zh", f"{column}_en"]


# Of the parts of a case: the model, the way from it to its case, and what is searched.
SEARCHED_PARTS: list[tuple[type[Model], str, list[str]]] = [
    (Problem, "case", [*_both("heading"), *_both("statement"), *_both("type__label")]),
    (Measure, "case", [*_both("title"), *_both("summary")]),
    (TypeLink, "measure__case", _both("type__label")),
    (Actor, "measure__case", _both("name")),
    (Metric, "case", _both("scope")),
    (Source, "case", _both("title")),
    (Citation, "passage__source__case", ["printed"]),
]


def _contains(fields: Sequence[str], word: str) -> Q:
    """Any of the fields, letter case aside."""
    condition = Q()
    for field in fields:
        condition |= Q((f"{field}__icontains", word))
    return condition


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
        *("state", "published_at", "version", "is_changed", "created_at", "changed_at"),
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
        "version",
        "is_changed",
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
    search_fields = ["slug", *_both("title"), *_both("abstract"), *_both("place__label")]
    ordering = ["-changed_at"]
    actions = ["publish", "withdraw"]

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
        for word in tokenizer.words(search_term):
            condition = _contains(self.search_fields, word.text)
            for model, to_case, fields in SEARCHED_PARTS:
                rows = model._default_manager.filter(_contains(fields, word.text))
                condition |= Q(pk__in=rows.order_by().values(to_case))
            queryset = queryset.filter(condition)
        return queryset, False

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

    @admin.display(description=_("version"))
    def version(self, case: Any) -> str:
        """Number and date of the current version; that of a withdrawn case is none."""
        row = _publication(case)
        if row is None:
            return gettext("not published yet")
        if row.withdrawn_at:
            day = date_format(localtime(row.withdrawn_at), "Y-m-d")
            return gettext("withdrawn on %(day)s") % {"day": day}
        day = date_format(localtime(row.published_at), "Y-m-d")
        return gettext("version %(number)s of %(day)s") % {"number": row.number, "day": day}

    @admin.display(description=_("changes since"))
    def is_changed(self, case: Any) -> str:
        row = _publication(case)
        if row is None or row.withdrawn_at:
            return ""
        if not hasattr(case, "has_changes"):
            case.has_changes = case.pk in _changed([case])
        message = gettext("changed since version %(number)s") % {"number": row.number}
        return message if case.has_changes else gettext("none")

    @admin.display(description=_("last change"), ordering="changed_at")
    def changed(self, case: Case) -> str:
        return date_format(localtime(case.changed_at), "Y-m-d H:i")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        response: Any = super().changelist_view(request, extra_context)
        changes = getattr(response, "context_data", {}).get("cl")
        if changes:
            rows = list(changes.result_list)
            published = {row.slug: row for row in _publications(rows)}
            changed = _changed(rows)
            for row in rows:
                row.publication = published.get(row.slug)
                row.has_changes = row.pk in changed
            changes.result_list = rows
            self._name_damaged(request, [row for row in rows if row.publication])
        return response

    def _name_damaged(self, request: HttpRequest, cases: Sequence[Case]) -> None:
        """Says of which cases on the page of the list readers do not see all."""
        faults = _damage(cases)
        damaged = [(change_url(case), case) for case in cases if faults.get(case.slug)]
        if damaged:
            links = format_html_join(", ", '<a href="{}">{}</a>', damaged)
            message = gettext("Pages leave out parts of these cases:")
            self.message_user(request, format_html("{} {}", message, links), messages.WARNING)

    # ------------------------------------------------------------ publishing

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("stories.publish_case")

    @admin.action(description=_("Publish the chosen cases"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """First versions at once, each by itself: one with faults does not hold up the others.

        What has versions is published on a page of its own, where its note is written.
        """
        for pk in queryset.values_list("pk", flat=True):
            with transaction.atomic():
                case = Case.objects.select_for_update().get(pk=pk)
                has_versions = _publication(case) is not None
                faults = open_faults(case, has_versions)
                if not faults and not has_versions:
                    self._publish(request, case, VersionKind.FIRST, NO_NOTE)
            if faults:
                text = gettext("“{}” is not published. It does not pass the check:")
                message = format_html(
                    "{} {}", format_html(text, case), _list_of_faults(case, faults)
                )
                self.message_user(request, message, messages.ERROR)
            elif has_versions:
                page = reverse("admin:stories_case_publish", args=[case.pk])
                link = format_html('<a href="{}">{}</a>', page, gettext("See what changed."))
                text = format_html(gettext("“{}” has versions already."), case)
                self.message_user(request, format_html("{} {}", text, link), messages.WARNING)
            else:
                self.message_user(request, format_html(gettext("“{}” is published."), case))

    @admin.action(description=_("Withdraw the chosen cases"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Asks for a reason first, which the page of a withdrawn case shows."""
        published = Publication.objects.current().values("slug")
        cases = list(queryset.filter(slug__in=published))
        if not cases:
            self.message_user(request, gettext("None of these is published."), messages.WARNING)
            return None
        form = WithdrawForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            for case in cases:
                self._withdraw(request, case, form.note)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Withdraw"),
            "cases": cases,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/withdraw.html", context)

    def _withdraw(self, request: HttpRequest, case: Case, reason: Note) -> None:
        with transaction.atomic():
            publisher.withdraw(case.slug, reason)
            case.mark_withdrawn()
        self.log_change(request, case, _("Withdrawn."))
        self.message_user(request, format_html(gettext("“{}” is withdrawn: a draft again."), case))

    # ------------------------------------------------------------ the page of a case

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else self.add_inlines

    @admin.display(description=_("what pages leave out"))
    def left_out_of_pages(self, case: Case) -> SafeString | str:
        """What no page can show of the case as it is indexed: readers do without it."""
        faults = _damage([case]).get(case.slug, [])
        return _list_of_faults(case, faults) if faults else gettext("Nothing.")

    @admin.display(description=_("open points"))
    def open_points(self, case: Case) -> SafeString | str:
        """What still keeps the case from being published."""
        faults = open_faults(case, has_versions=_publication(case) is not None)
        return (
            _list_of_faults(case, faults) if faults else gettext("None: the case passes the check.")
        )

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

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """A new case has only begun: on with its page."""
        return HttpResponseRedirect(change_url(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has readers is withdrawn before it is deleted; its versions stay for good."""
        is_allowed = super().has_delete_permission(request, obj)
        return is_allowed and not (obj and Publication.objects.current().filter(slug=obj.slug))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its parts go with a case, those too that are never deleted by themselves."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking - {Glance._meta.verbose_name}, protected

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    # ------------------------------------------------------------ preview and publishing

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        picture = self.admin_site.admin_view(require_safe(self.picture))
        publish = self.admin_site.admin_view(self.publish_page)
        return [
            path("<int:pk>/preview/", preview, name="stories_case_preview"),
            path("<int:pk>/publish/", publish, name="stories_case_publish"),
            re_path(
                r"^pictures/(?P<file>[0-9a-f]{32}-[0-9]{1,5}\.(?:avif|webp))\Z",
                picture,
                name="stories_case_picture",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {"may_publish": self.has_publish_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page that readers will see."""
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
        """A file of any picture of the desk, for staff; readers get those of versions."""
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

    def publish_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would change for readers; for a version after the first, the note that says so."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        with transaction.atomic():  # what is checked and compared is what is published
            case = get_object_or_404(Case.objects.select_for_update(), pk=pk)
            review = _Review(case)
            form = review.form(request.POST if request.method == "POST" else None)
            is_sent = request.method == "POST" and review.may_be_published
            if is_sent and (form is None or form.is_valid()):
                kind = VersionKind(form.cleaned_data["kind"]) if form else VersionKind.FIRST
                self._publish(request, case, kind, form.note if form else NO_NOTE)
                self.message_user(request, format_html(gettext("“{}” is published."), case))
                return HttpResponseRedirect(change_url(case))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publish “%(case)s”") % {"case": case},
            "case": case,
            "review": review,
            "faults": _list_of_faults(case, review.faults) if review.faults else "",
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/publish.html", context)

    def _publish(self, request: HttpRequest, case: Case, kind: VersionKind, note: Note) -> None:
        """In a transaction, once the check has passed."""
        document = schema.shaped(exporter.dump(case))
        version = publisher.publish(document, kind, note)
        case.mark_published(version.published_at)
        text = gettext("Published as version %(number)s.") % {"number": version.number}
        self.log_change(request, case, text)


class _Review:
    """The rows of a case beside its last version: what a reviewer decides on."""

    def __init__(self, case: Case) -> None:
        self.publication = _publication(case)
        self.faults = open_faults(case, has_versions=self.publication is not None)
        document = exporter.dump(case)
        self.hash = publisher.sha256(_text(document).encode())
        before = _last_version(self.publication) if self.publication else None
        self.is_withdrawn = bool(self.publication and self.publication.withdrawn_at)
        self.is_unchanged = before is not None and _text(before) == _text(document)
        terms = Library.now().presented_terms()
        self.sections = versions.presented(before, document, terms) if before else []

    @property
    def may_be_published(self) -> bool:
        return not self.faults and (self.is_withdrawn or not self.is_unchanged)

    def form(self, data: Any) -> PublishForm | None:
        """None for a first version, which needs no note, and where there is nothing to publish."""
        if not self.publication or not self.may_be_published:
            return None
        return PublishForm(data, seen=self.hash)


def _publication(case: Any) -> Publication | None:
    """Of a case that has been published, even if it is withdrawn; read once for a row."""
    if not hasattr(case, "publication"):
        case.publication = Publication.objects.filter(slug=case.slug).first()
    found: Publication | None = case.publication
    return found


def _publications(cases: Sequence[Case]) -> list[Publication]:
    return list(Publication.objects.filter(slug__in=[case.slug for case in cases]))


def _last_version(publication: Publication) -> Any:
    version = Version.objects.get(publication=publication, number=publication.number)
    return orjson.loads(version.document)


def _changed(cases: Sequence[Case]) -> set[int]:
    """Primary keys of the cases whose rows are not what their current version says.

    Every change of a row moves `changed_at`, so most cases are not read.
    """
    current = {row.slug: row for row in _publications(cases) if not row.withdrawn_at}
    suspects = {
        case.pk: current[case.slug]
        for case in cases
        if case.slug in current and case.changed_at > current[case.slug].published_at
    }
    published = reader.documents([row.pk for row in suspects.values()]) if suspects else {}
    return {
        case.pk
        for case, document in exporter.dumped(suspects)
        if _text(document) != _text(published[suspects[case.pk].pk])
    }


def _text(document: Any) -> str:
    """To compare: the order of a source's passages counts."""
    return json.dumps(document, ensure_ascii=False)


def _damage(cases: Sequence[Case]) -> Mapping[str, list[Fault]]:
    """slug → what no page can show of the current version; of a card in lists, too."""
    known = Library.now().terms
    slugs = {row.pk: row.slug for row in _publications(cases) if not row.withdrawn_at}
    documents, cards = reader.documents(slugs), reader.cards(slugs)
    return {
        slug: [
            *damage.showable(documents.get(pk), known).faults,
            *damage.showable_card(cards.get(pk), known).faults,
        ]
        for pk, slug in slugs.items()
    }


def _answer_every_question(case: Case) -> None:
    """All questions are there from the start; nobody has looked yet."""
    known = set(case.glances.values_list("question", flat=True))
    Glance.objects.bulk_create(
        Glance(case=case, question=question) for question in GlanceQuestion if question not in known
    )


def _list_of_faults(case: Case, faults: Sequence[Fault]) -> SafeString:
    """The faults of a case, each with a link to the page on which it is mended."""
    rows = rows_by_path(case)
    return format_html_join("", "<div>{}</div>", ((_linked(fault, rows),) for fault in faults))


def _linked(fault: Fault, rows: dict[str, Model]) -> SafeString:
    found = (rows[head] for head, _rest in splits(fault.path) if head in rows)
    row = next(row for row in found if admin.site.is_registered(type(row)))
    return format_html('<a href="{}">{}</a>: {}', change_url(row), fault.path, fault.words())
