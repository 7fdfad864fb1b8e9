"""The parts of a case: as rows on its page, and on pages of their own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stories.admin.desk import PartAdmin, Stacked, Tabular, picture_url
from stories.admin.forms import (
    ChangeInlineForm,
    ChangePageForm,
    DerivedForm,
    DeskForm,
    KeywordsForm,
    MeasureForm,
    MetricForm,
    NewMeasureForm,
    PassageForm,
    PictureForm,
    ProblemForm,
    SideForm,
    SourceForm,
    StatementForm,
)
from stories.choices import PICTURES_LIMIT, ChangeSide
from stories.models.case import (
    Actor,
    CaseTag,
    Change,
    Derived,
    FollowUp,
    Glance,
    Measure,
    Metric,
    Problem,
    Solve,
    TypeLink,
    Where,
)
from stories.models.pictures import Picture
from stories.models.sources import Citation, LeftOut, Passage, Person, Source

CITED: Any = ["passage", ("printed", "gloss", "claim")]  # the first citation, in its own row
METRIC_FIELDS: Any = [
    ("key", "indicator", "kind", "position"),
    ("qualifier", "low", "high"),
    *CITED,
    ("scope_zh", "scope_en"),
    ("whole_state", "whole_metric"),
    ("period_zh", "period_en"),
    ("note_zh", "note_en"),
    ("reading_note_zh", "reading_note_en"),
]
SOURCE_FIELDSETS: Any = [
    (
        None,
        {
            "fields": [
                ("key", "type", "position"),
                "title_zh",
                "title_en",
                ("container_zh", "container_en"),
                ("publisher_zh", "publisher_en"),
                ("section_zh", "section_en"),
                ("url", "archived_url", "accessed"),
                ("url_note_zh", "url_note_en"),
            ],
            "description": _("A source without an address says why."),
        },
    ),
    (
        _("How independent it is"),
        {
            "fields": [
                ("reported_by", "independence", "same_report_as"),
                ("independence_note_zh", "independence_note_en"),
            ],
        },
    ),
    (
        _("Date of issue"),
        {
            "fields": ["issued", ("issued_note_zh", "issued_note_en")],
            "description": _("A source without a date says why."),
        },
    ),
    (
        _("The copy that was read"),
        {
            "fields": [
                "condition",
                ("condition_note_zh", "condition_note_en"),
                "sha256",
                "marks",
            ],
            "description": _("The text itself is not kept, only where in it something stands."),
        },
    ),
    (_("Private persons"), {"fields": [("withhold", "forget_names")]}),
]


# ---------------------------------------------------------------- rows on the page of a case


class TagInline(Tabular):
    model = CaseTag
    fields = ["tag"]
    autocomplete_fields = ["tag"]
    ordering = ["pk"]
    verbose_name = _("tag")
    verbose_name_plural = _("tags")


class CitationInline(Tabular):
    """The citations of a statement; those of dates stand beside the dates."""

    model = Citation
    fields = ["passage", "printed", "gloss", "claim", "position"]
    event = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(event=self.event)


class CaseCitationInline(CitationInline):
    fk_name = "case"
    verbose_name = _("citation of title, key message or abstract")
    verbose_name_plural = _("citations of title, key message and abstract")


class SourceInline(Stacked):
    model = Source
    form = SourceForm
    fieldsets = SOURCE_FIELDSETS
    show_change_link = True


class ProblemInline(Stacked):
    model = Problem
    form = ProblemForm
    fields = [
        ("key", "type", "position"),
        ("heading_zh", "heading_en"),
        ("statement_zh", "statement_en"),
        *CITED,
        ("keywords_zh", "keywords_en"),
    ]
    autocomplete_fields = ["type"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations")


class MeasureInline(Tabular):
    """The measures there are, in their order; each is edited on its own page."""

    model = Measure
    form = DeskForm
    fields = ["key", "main_type", "title_zh", "title_en", "status", "position"]
    readonly_fields = ["main_type"]
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(TypeLink.of_measures())

    @admin.display(description=_("measure type"))
    def main_type(self, measure: Measure) -> str:
        return str(measure.type or "")


class NewMeasureInline(Stacked):
    """Measures to come, with what each needs at least."""

    model = Measure
    form = NewMeasureForm
    fields = [
        ("key", "type", "status"),
        ("title_zh", "title_en"),
        ("summary_zh", "summary_en"),
        *CITED,
        "position",
    ]
    verbose_name = _("new measure")
    verbose_name_plural = _("new measures")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()


class MetricInline(Stacked):
    model = Metric
    form = MetricForm
    fields = METRIC_FIELDS
    autocomplete_fields = ["indicator"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations")


class ContextInline(MetricInline):
    fk_name = "case"
    classes = ["collapse"]
    verbose_name = _("context metric")
    verbose_name_plural = _("context metrics: what describes the place itself")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(measure=None)


class GlanceInline(Stacked):
    model = Glance
    form = StatementForm
    fields = ["question", "state", ("text_zh", "text_en"), *CITED]
    readonly_fields = ["question"]
    can_delete = False
    classes = ["collapse"]
    show_change_link = True
    verbose_name_plural = _("glance: what every case is asked")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations")


class DerivedInline(Stacked):
    model = Derived
    form = DerivedForm
    fields = [
        ("key", "operation", "of"),
        ("label_zh", "label_en"),
        ("value", "qualifier", "unit_zh", "unit_en"),
        ("note_zh", "note_en"),
        "position",
    ]
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("operands__metric")


class ChangeInline(Stacked):
    model = Change
    form = ChangeInlineForm
    fields = [
        ("key", "position"),
        ("subject_zh", "subject_en"),
        ("before_zh", "before_en"),
        "before_passage",
        ("before_printed", "before_gloss", "before_claim"),
        ("after_zh", "after_en"),
        "after_passage",
        ("after_printed", "after_gloss", "after_claim"),
        "measures",
    ]
    classes = ["collapse"]
    show_change_link = True
    verbose_name_plural = _("changes: before and after, where the sources tell both")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations", "measures")


class FollowUpInline(Stacked):
    model = FollowUp
    form = StatementForm
    fields = [
        ("key", "measure", "position"),
        ("question_zh", "question_en"),
        ("state", "looked_on"),
        ("text_zh", "text_en"),
        *CITED,
    ]
    classes = ["collapse"]
    show_change_link = True
    verbose_name_plural = _("follow-up: questions that the sources leave open")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations")


class LeftOutInline(Tabular):
    model = LeftOut
    fields = ["passage", "printed", "gloss", "reason", "note_zh", "note_en", "position"]
    classes = ["collapse"]


class PictureInline(Stacked):
    model = Picture
    form = PictureForm
    fields = [
        ("thumbnail", "file"),
        ("alt_zh", "alt_en"),
        ("caption_zh", "caption_en"),
        ("credit_zh", "credit_en"),
        ("credit_url", "licence"),
        "position",
    ]
    readonly_fields = ["thumbnail"]
    max_num = PICTURES_LIMIT

    @admin.display(description=_("present picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        if not picture.name:
            return ""
        size = (picture.width, picture.height)
        image = '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
        return format_html(image, picture_url(picture.middle), picture.alt, *size)


# ---------------------------------------------------------------- pages of their own


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
    """The first is the main one; a measure has at least one."""

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


class PersonInline(Tabular):
    model = Person
    fields = ["name_zh", "name_en", "role", "position"]


class PassageInline(Tabular):
    model = Passage
    form = PassageForm
    fields = ["locator", "lines", "gist_zh", "gist_en", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source")


@admin.register(Measure)
class MeasureAdmin(PartAdmin):
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
    list_filter = ["status", "types__family", "case"]
    list_select_related = ["case"]
    search_fields = ["key", "title_zh", "title_en", "summary_zh", "summary_en"]

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
    list_filter = ["type", "case"]
    list_select_related = ["case", "type"]
    search_fields = ["key", "statement_zh", "statement_en"]


@admin.register(Source)
class SourceAdmin(PartAdmin):
    form = SourceForm
    fieldsets = SOURCE_FIELDSETS
    inlines = [PersonInline, PassageInline]
    list_display = ["__str__", "case", "type", "issued", "condition"]
    list_filter = ["type", "condition", "reported_by", "independence"]
    list_select_related = ["case"]
    search_fields = ["key", "title_zh", "title_en", "container_zh", "container_en"]


@admin.register(Metric)
class MetricAdmin(PartAdmin):
    form = MetricForm
    fields = ["measure", *METRIC_FIELDS]
    autocomplete_fields = ["indicator"]
    list_display = ["key", "indicator", "qualifier", "low", "high", "measure", "case"]
    list_filter = ["kind", "qualifier", "case"]
    list_select_related = ["case", "measure", "indicator"]
    search_fields = ["key", "indicator__label_zh", "indicator__label_en", "citations__printed"]


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
    list_filter = ["case"]
    list_select_related = ["case"]
    search_fields = ["key", "subject_zh", "subject_en"]


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
    list_filter = ["state", "case"]
    list_select_related = ["case"]
    search_fields = ["key", "question_zh", "question_en"]


@admin.register(Glance)
class GlanceAdmin(PartAdmin):
    fields = ["question", "state", ("text_zh", "text_en")]
    readonly_fields = ["question"]
    inlines = [GlanceCitationInline]
    list_display = ["question", "state", "case"]
    list_filter = ["question", "state", "case"]
    list_select_related = ["case"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every case has an answer to every question."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Found from its case only: by itself an answer says nothing."""
        return False
