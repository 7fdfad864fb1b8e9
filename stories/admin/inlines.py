"""The inlines on the page of a case: its parts as rows.

Each row contains the first citation of its part; further ones are on the part's own page.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stories.admin.desk import Stacked, Tabular, picture_url
from stories.admin.forms.base import DeskForm
from stories.admin.forms.citations import StatementForm
from stories.admin.forms.measures import ChangeInlineForm, NewMeasureForm, ProblemForm
from stories.admin.forms.metrics import DerivedForm, MetricForm
from stories.admin.forms.pictures import PictureForm
from stories.choices import PICTURES_LIMIT
from stories.models.case import CaseTag
from stories.models.measures import Change, Measure, Problem, TypeLink
from stories.models.metrics import Derived, Metric
from stories.models.pictures import Picture
from stories.models.questions import FollowUp, Glance
from stories.models.sources import Citation, LeftOut

CITED: Any = ["passage", ("printed", "gloss", "claim")]  # the first citation of the row
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


class TagInline(Tabular):
    model = CaseTag
    fields = ["tag"]
    autocomplete_fields = ["tag"]
    ordering = ["pk"]
    verbose_name = _("tag")
    verbose_name_plural = _("tags")


class CitationInline(Tabular):
    """The citations of a statement; citations of dates are edited beside the dates."""

    model = Citation
    fields = ["passage", "printed", "gloss", "claim", "position"]
    event = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(event=self.event)


class CaseCitationInline(CitationInline):
    fk_name = "case"
    verbose_name = _("citation of title, key message or abstract")
    verbose_name_plural = _("citations of title, key message and abstract")


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
    """The existing measures in their order; each is edited on its own page."""

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
    """New measures, with the required fields only."""

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
