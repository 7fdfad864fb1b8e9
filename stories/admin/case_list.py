"""The list of cases: columns, filters, and a search that covers drafts too."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.admin.case_status import changed_cases, damage_of, publication_of, publications_of
from stories.admin.desk import DeskAdmin, change_url, row_count
from stories.admin.term_search import MeasureFilter, ProblemFilter, TagFilter, cases_with
from stories.choices import SubmissionState
from stories.models.case import Case
from stories.models.measures import Actor, Measure, Problem, TypeLink
from stories.models.metrics import Metric
from stories.models.review import Submission
from stories.models.sources import Citation, Source
from stories.queries import cases
from stories.queries.snapshot import Library
from stories.search import tokenizer


def _both(column: str) -> list[str]:
    return [f"{column}_zh", f"{column}_en"]


# Parts of a case: model, path to its case, searched fields.
SEARCHED_PARTS: list[tuple[type[Model], str, list[str]]] = [
    (Problem, "case", [*_both("heading"), *_both("statement"), *_both("type__label")]),
    (Measure, "case", [*_both("title"), *_both("summary")]),
    (TypeLink, "measure__case", _both("type__label")),
    (Actor, "measure__case", _both("name")),
    (Metric, "case", _both("scope")),
    (Source, "case", _both("title")),
    (Citation, "passage__source__case", ["printed"]),
]


OPEN_STATES = (SubmissionState.WAITING, SubmissionState.RETURNED)


class ReviewFilter(admin.SimpleListFilter):
    """Filters by the state of the last submission."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, state.label) for state in OPEN_STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(submission_state=value) if value in OPEN_STATES else queryset


class CaseList(DeskAdmin):
    """The change list of `CaseAdmin`, with counts per row and all publications in one query."""

    list_display = [
        "title",
        "version",
        "is_changed",
        "review_state",
        "place",
        "problem_count",
        "measure_count",
        "metric_count",
        "citation_count",
        "changed",
    ]
    list_filter = [
        "state",
        ReviewFilter,
        ProblemFilter,
        MeasureFilter,
        TagFilter,
    ]
    list_select_related = ["place"]
    search_fields = ["slug", *_both("title"), *_both("abstract"), *_both("place__label")]
    ordering = ["-changed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                problem_count=row_count(Problem, "case"),
                measure_count=row_count(Measure, "case"),
                metric_count=row_count(Metric, "case"),
                citation_count=row_count(Citation, "passage__source__case"),
                submission_state=Subquery(_last_submissions().values("state")[:1]),
            )
        )
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search rows, drafts included, and the names of their terms; every word has to match."""
        words = tokenizer.words(search_term)
        for word, by_terms in zip(words, cases_with(words) if words else (), strict=True):
            condition = by_terms | _contains(self.search_fields, word.text)
            for model, to_case, fields in SEARCHED_PARTS:
                rows = model._default_manager.filter(_contains(fields, word.text))
                condition |= Q(pk__in=rows.order_by().values(to_case))
            queryset = queryset.filter(condition)
        return queryset, False

    @admin.display(description=_("title"), ordering="title_zh")
    def title(self, case: Case) -> str:
        return str(case)

    @admin.display(description=_("review"))
    def review_state(self, case: Any) -> str:
        """The review state of an open submission; empty if there is none."""
        state = case.submission_state
        return str(SubmissionState(state).label) if state in OPEN_STATES else ""

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
        """Number and date of the current version, or that the case is withdrawn or unpublished."""
        row = publication_of(case)
        if row is None:
            return gettext("not published yet")
        if row.withdrawn_at:
            day = date_format(localtime(row.withdrawn_at), "Y-m-d")
            return gettext("withdrawn on %(day)s") % {"day": day}
        day = date_format(localtime(row.published_at), "Y-m-d")
        return gettext("version %(number)s of %(day)s") % {"number": row.number, "day": day}

    @admin.display(description=_("changes since"))
    def is_changed(self, case: Any) -> str:
        row = publication_of(case)
        if row is None or row.withdrawn_at:
            return ""
        if not hasattr(case, "has_changes"):
            case.has_changes = case.pk in changed_cases([case])
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
            published = {row.slug: row for row in publications_of(rows)}
            changed = changed_cases(rows)
            for row in rows:
                row.publication = published.get(row.slug)
                row.has_changes = row.pk in changed
            changes.result_list = rows
            response.context_data["near"] = _near(changes)
            self._name_damaged(request, [row for row in rows if row.publication])
        return response

    def _name_damaged(self, request: HttpRequest, cases: Sequence[Case]) -> None:
        """Warn of the cases on this page whose public pages leave out parts."""
        faults = damage_of(cases)
        damaged = [(change_url(case), case) for case in cases if faults.get(case.slug)]
        if damaged:
            links = format_html_join(", ", '<a href="{}">{}</a>', damaged)
            message = gettext("Pages leave out parts of these cases:")
            self.message_user(request, format_html("{} {}", message, links), messages.WARNING)


def _near(changes: Any) -> list[Case]:
    """Published cases similar to the search words, if few cases match: 8 queries, or none."""
    asked = cases.clean(changes.query)
    if not asked or changes.result_count >= cases.FEW:
        return []
    near = [row.card.slug for row in cases.CaseQuery(Library.present(), q=asked).near]
    rows = {row.slug: row for row in Case.objects.filter(slug__in=near)}
    listed = {row.pk for row in changes.result_list}
    return [rows[slug] for slug in near if slug in rows and rows[slug].pk not in listed]


def _last_submissions() -> QuerySet[Submission]:
    return Submission.objects.filter(case=OuterRef("pk")).order_by("-pk")


def _contains(fields: Sequence[str], word: str) -> Q:
    """A condition: one of the fields contains the word, ignoring case."""
    condition = Q()
    for field in fields:
        condition |= Q((f"{field}__icontains", word))
    return condition
