"""The admin pages of the parts of a case, for what does not fit on the page of the case."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stories.admin.bulk_terms import MeasureTerms
from stories.admin.desk import PartAdmin, Tabular
from stories.admin.forms.base import KeywordsForm
from stories.admin.forms.citations import SideForm
from stories.admin.forms.measures import ChangePageForm, MeasureForm
from stories.admin.forms.metrics import MetricForm
from stories.admin.inlines import METRIC_FIELDS, CitationInline, MetricInline
from stories.admin.term_search import TypeOfMeasureFilter, TypeOfProblemFilter
from stories.choices import ChangeSide
from stories.models.measures import Actor, Change, Measure, Problem, Solve, TypeLink, Where
from stories.models.metrics import Metric
from stories.models.questions import FollowUp, Glance

# Search fields that find the parts of one case; a filter would need a link per case.
OF_CASE = ["case__slug", "case__title_zh", "case__title_en"]


class MeasureCitationInline(CitationInline):
    fk_name = "measure"


class ProblemCitationInline(CitationInline):
    fk_name = "problem"


class GlanceCitationInline(CitationInline):
    fk_name = "glance"


class BeforeCitationInline(CitationInline):
    fk_name = "change"
    event = ChangeSide.BEFORE
    form = SideForm.of(ChangeSide.BEFORE)
    verbose_name = _("citation of before")
    verbose_name_plural = _("citations of before")


class AfterCitationInline(CitationInline):
    fk_name = "change"
    event = ChangeSide.AFTER
    form = SideForm.of(ChangeSide.AFTER)
    verbose_name = _("citation of after")
    verbose_name_plural = _("citations of after")


class FollowUpCitationInline(CitationInline):
    fk_name = "follow_up"


class TypeInline(Tabular):
    """Type links of a measure: at least one, the first is the main type."""

    model = TypeLink
    fields = ["type", "position"]
    autocomplete_fields = ["type"]
    min_num, max_num = 1, 4

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class WhereInline(Tabular):
    model = Where
    fields = ["place", "basis", "position"]
    autocomplete_fields = ["place"]


class SolveInline(Tabular):
    model = Solve
    fields = ["problem", "stage", "basis", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("problem")


class MeasureMetricInline(MetricInline):
    fk_name = "measure"


class ActorInline(Tabular):
    model = Actor
    fields = ["name_zh", "name_en", "kind", "role", "basis", "position"]
    autocomplete_fields = ["kind"]


@admin.register(Measure)
class MeasureAdmin(PartAdmin, MeasureTerms):
    form = MeasureForm
    fieldsets = [
        (None, {"fields": [("key", "status", "before_case"), "title_zh", "title_en"]}),
        (
            _("What was done"),
            {
                "fields": [
                    ("summary_zh", "summary_en"),
                    "not_said",
                    ("keywords_zh", "keywords_en"),
                ],
                "description": _("In our own words, and no more than the source says."),
            },
        ),
        (
            _("When"),
            {
                "fields": [
                    ("when", "when_inferred"),
                    "when_passage",
                    ("when_printed", "when_gloss"),
                ],
                "description": _("No more precise than the source; its fragment stands beside it."),
            },
        ),
        (None, {"fields": ["position"]}),
    ]
    inlines = [
        TypeInline,
        MeasureCitationInline,
        SolveInline,
        WhereInline,
        ActorInline,
        MeasureMetricInline,
    ]
    list_display = ["title", "case", "main_type", "status"]
    list_filter = ["status", TypeOfMeasureFilter]
    list_select_related = ["case"]
    search_fields = [
        *("key", "title_zh", "title_en", "summary_zh", "summary_en"),
        *("types__label_zh", "types__label_en", *OF_CASE),
    ]

    @admin.display(description=_("title"), ordering="title_zh")
    def title(self, measure: Measure) -> str:
        return str(measure)

    @admin.display(description=_("measure type"))
    def main_type(self, measure: Measure) -> str:
        return str(measure.type or "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("case")
        return rows.prefetch_related(TypeLink.of_measures())


@admin.register(Problem)
class ProblemAdmin(PartAdmin):
    form = KeywordsForm
    fields = [
        "key",
        "type",
        ("heading_zh", "heading_en"),
        ("statement_zh", "statement_en"),
        ("keywords_zh", "keywords_en"),
        "position",
    ]
    inlines = [ProblemCitationInline]
    autocomplete_fields = ["type"]
    list_display = ["__str__", "case", "type"]
    list_filter = [TypeOfProblemFilter]
    list_select_related = ["case", "type"]
    search_fields = [
        *("key", "statement_zh", "statement_en"),
        *("type__label_zh", "type__label_en", *OF_CASE),
    ]


@admin.register(Metric)
class MetricAdmin(PartAdmin):
    form = MetricForm
    fields = ["measure", *METRIC_FIELDS]
    autocomplete_fields = ["indicator"]
    list_display = ["key", "indicator", "qualifier", "low", "high", "measure", "case"]
    list_filter = ["kind", "qualifier"]
    list_select_related = ["case", "measure", "indicator"]
    search_fields = [
        *("key", "indicator__label_zh", "indicator__label_en", "citations__printed"),
        *OF_CASE,
    ]


@admin.register(Change)
class ChangeAdmin(PartAdmin):
    form = ChangePageForm
    fields = [
        "key",
        ("subject_zh", "subject_en"),
        ("before_zh", "before_en"),
        ("after_zh", "after_en"),
        "measures",
        "position",
    ]
    inlines = [BeforeCitationInline, AfterCitationInline]
    list_display = ["__str__", "case"]
    list_select_related = ["case"]
    search_fields = ["key", "subject_zh", "subject_en", *OF_CASE]


@admin.register(FollowUp)
class FollowUpAdmin(PartAdmin):
    fields = [
        ("key", "measure"),
        ("question_zh", "question_en"),
        ("state", "looked_on"),
        ("text_zh", "text_en"),
        "position",
    ]
    inlines = [FollowUpCitationInline]
    list_display = ["__str__", "state", "looked_on", "case"]
    list_filter = ["state"]
    list_select_related = ["case"]
    search_fields = ["key", "question_zh", "question_en", *OF_CASE]


@admin.register(Glance)
class GlanceAdmin(PartAdmin):
    fields = ["question", "state", ("text_zh", "text_en")]
    readonly_fields = ["question"]
    inlines = [GlanceCitationInline]
    list_display = ["question", "state", "case"]
    list_filter = ["question", "state"]
    search_fields = OF_CASE
    list_select_related = ["case"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Answers cannot be deleted: every case has an answer to every question."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Hidden from the index: answers are reached from their case."""
        return False
