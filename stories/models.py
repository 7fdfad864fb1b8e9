"""The tables, what the database refuses, and the named sets of cases.

`Case.objects.published()` is the one door to the public: no other module tests for it.
"""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from stories import addresses, dates, files, pictures
from stories.pictures import Renditions
from stories.terms import (
    UPWARDS,
    BodyKind,
    Indicator,
    InReadersLanguage,
    MeasureType,
    Place,
    ProblemType,
    Tag,
    closed_list,
    is_key,
    reader_language,
)
from stories.vocabulary import (
    PRINTED_LIMIT,
    ActorRole,
    CaseState,
    Condition,
    DatedEvent,
    GlanceQuestion,
    GlanceState,
    Inferred,
    LeftOutReason,
    Licence,
    MeasureStatus,
    Operation,
    PersonRole,
    Qualifier,
    ReportedBy,
    SourceType,
)


def is_edtf(text: str) -> None:
    """Raises ValidationError for what is no date of the kinds used here."""
    try:
        dates.read(text)
    except dates.DateError as error:
        raise ValidationError(
            _("No EDTF date. Write 2021, 2021-09, 2021-09-15, 2021/2022 or 2021/.. .")
        ) from error


Deleted = tuple[int, dict[str, int]]  # rows, and rows by model, as Django counts them


class CaseQuerySet(models.QuerySet["Case"]):
    def delete(self) -> Deleted:
        return _with_their_files(Picture.objects.filter(case__in=self), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own
    delete.queryset_only = True  # type: ignore[attr-defined]

    def published(self) -> "CaseQuerySet":
        return self.filter(state=CaseState.PUBLISHED)

    def for_page(self) -> "CaseQuerySet":
        """With all that the page of a case prints: 19 queries."""
        cited = models.Prefetch("citations", Citation.objects.select_related("passage__source"))
        metrics = Metric.objects.select_related("indicator").prefetch_related(cited)
        operands = Operand.objects.select_related("metric__indicator")
        return self.select_related(f"place__{UPWARDS}").prefetch_related(
            cited,
            "tags",
            "sources__people",
            models.Prefetch(
                "problems",
                Problem.objects.select_related("type").prefetch_related(cited, "measures"),
            ),
            models.Prefetch("measures", Measure.objects.for_lists().order_by("position")),
            models.Prefetch("metrics", metrics.filter(measure=None), to_attr="context"),
            models.Prefetch("derived__operands", operands),
            models.Prefetch("glances", Glance.objects.prefetch_related(cited)),
            models.Prefetch("left_out", LeftOut.objects.select_related("passage__source")),
        )


class Cited(models.Model):
    """Something that passages carry; `citations` has been prefetched where many are printed."""

    class Meta:
        abstract = True

    @property
    def statement_citations(self) -> list["Citation"]:
        return self._citations_of("")

    def _citations_of(self, event: str) -> list["Citation"]:
        rows: models.Manager[Citation] = self.citations  # type: ignore[attr-defined]
        return [citation for citation in rows.all() if citation.event == event]


class Case(Cited):
    slug = models.CharField(
        _("slug"),
        max_length=50,
        unique=True,
        validators=[is_key],
        help_text=_("Stands in the address of the case; it does not change once published."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=CaseState, default=CaseState.DRAFT, editable=False
    )
    title_zh = models.CharField(_("title, Chinese"), max_length=120)
    title_en = models.CharField(_("title, English"), max_length=200)
    key_message_zh = models.TextField(
        _("key message, Chinese"), help_text=_("One sentence: what is worth knowing. No praise.")
    )
    key_message_en = models.TextField(_("key message, English"))
    abstract_zh = models.TextField(
        _("abstract, Chinese"), help_text=_("At most 300 characters, in our own words.")
    )
    abstract_en = models.TextField(_("abstract, English"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="cases", verbose_name=_("place"))
    name_as_reported = models.CharField(
        _("name as reported"),
        max_length=60,
        help_text=_("The place's name as the source prints it."),
    )
    began = models.CharField(
        _("began"),
        max_length=40,
        blank=True,
        validators=[is_edtf],
        help_text=_("EDTF: 2021-09, 2021/2022, 2021/.. — no more precise than the source."),
    )
    began_inferred = models.CharField(
        _("began: inferred"), max_length=5, choices=Inferred, blank=True
    )
    ended = models.CharField(
        _("ended"), max_length=40, blank=True, validators=[is_edtf], help_text=_("EDTF")
    )
    ended_inferred = models.CharField(
        _("ended: inferred"), max_length=5, choices=Inferred, blank=True
    )
    first_year = models.PositiveSmallIntegerField(null=True, editable=False)
    last_year = models.PositiveSmallIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    tags = TaggableManager(through="CaseTag", blank=True, verbose_name=_("tags"))

    title = InReadersLanguage("title")
    key_message = InReadersLanguage("key_message")
    abstract = InReadersLanguage("abstract")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["slug"]
        permissions = [("publish_case", _("Can publish and withdraw cases"))]
        indexes = [
            # All of the order of a list, so that it is read and not sorted.
            models.Index(fields=["state", "-last_year", "-first_year", "slug"], name="case_newest")
        ]
        constraints = [
            closed_list("state", CaseState),
            closed_list("began_inferred", Inferred, blank=True),
            closed_list("ended_inferred", Inferred, blank=True),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return addresses.of("case", self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        years = {year for edtf in (self.began, self.ended) if edtf for year in _years(edtf)}
        self.first_year, self.last_year = min(years, default=None), max(years, default=None)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        return _with_their_files(self.pictures.all(), partial(super().delete, *args, **kwargs))

    @property
    def is_published(self) -> bool:
        return self.state == CaseState.PUBLISHED

    def publish(self) -> None:
        """Once the check has passed. The day of the first publication is kept."""
        self.state, self.published_at = CaseState.PUBLISHED, self.published_at or now()
        self.save(update_fields=["state", "published_at"])

    def withdraw(self) -> None:
        self.state = CaseState.DRAFT
        self.save(update_fields=["state"])

    @property
    def period(self) -> str:
        """EDTF of the whole, "" where the sources give no date."""
        return dates.joined(self.began, self.ended)

    @property
    def place_words(self) -> str:
        """The chain in one line, as the reader's language orders it."""
        labels = [str(place.label) for place in self.place.chain]
        return ", ".join(reversed(labels)) if reader_language() == "en" else " ".join(labels)

    @property
    def began_citations(self) -> list["Citation"]:
        return self._citations_of(DatedEvent.BEGAN)

    @property
    def ended_citations(self) -> list["Citation"]:
        return self._citations_of(DatedEvent.ENDED)


class CaseTag(ItemBase):
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="case_tags", verbose_name=_("tag"))
    content_object = models.ForeignKey(
        Case, models.CASCADE, related_name="case_tags", db_index=False
    )

    class Meta:
        verbose_name = _("tag of a case")
        verbose_name_plural = _("tags of a case")
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="casetag_once")
        ]

    def __str__(self) -> str:
        return str(self.tag)


class Part(models.Model):
    """A row of a case, in its place among its like."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class KeyedPart(Part):
    """Its unique constraint is the index of its case too."""

    key = models.CharField(
        _("key"),
        max_length=50,
        validators=[is_key],
        help_text=_("A short name within the case; addresses of parts end in it."),
    )

    class Meta(Part.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="%(class)s_key_once_in_a_case")
        ]


class SourceQuerySet(models.QuerySet["Source"]):
    def published(self) -> "SourceQuerySet":
        """Those of published cases, with what a list of sources prints: 2 queries."""
        rows = self.filter(case__state=CaseState.PUBLISHED)
        return rows.select_related("case").prefetch_related("people")

    def by_case(self) -> "SourceQuerySet":
        return self.order_by("case__slug", "position", "pk")


class Source(KeyedPart):
    """A text that a case was read from; the text itself is not kept."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="sources", verbose_name=_("case"))
    key = models.CharField(
        _("key"),
        max_length=50,
        unique=True,
        validators=[is_key],
        help_text=_("Unique in the library; stands in the source's address."),
    )
    type = models.CharField(_("type"), max_length=20, choices=SourceType)
    title_zh = models.CharField(_("title as printed"), max_length=200)
    title_en = models.CharField(_("title, translated"), max_length=300)
    container_zh = models.CharField(_("paper or site, Chinese"), max_length=100, blank=True)
    container_en = models.CharField(_("paper or site, English"), max_length=150, blank=True)
    publisher_zh = models.CharField(_("publisher, Chinese"), max_length=100, blank=True)
    publisher_en = models.CharField(_("publisher, English"), max_length=150, blank=True)
    issued = models.CharField(
        _("issued"),
        max_length=40,
        blank=True,
        validators=[is_edtf],
        help_text=_("EDTF; empty where the copy does not say."),
    )
    issued_note_zh = models.TextField(_("note on the date, Chinese"), blank=True)
    issued_note_en = models.TextField(_("note on the date, English"), blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    section_zh = models.CharField(_("section, Chinese"), max_length=100, blank=True)
    section_en = models.CharField(_("section, English"), max_length=150, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=20, choices=ReportedBy)
    condition = models.CharField(
        _("condition"),
        max_length=20,
        choices=Condition,
        help_text=_("How far the copy that was read is from the original."),
    )
    condition_note_zh = models.TextField(_("note on the condition, Chinese"), blank=True)
    condition_note_en = models.TextField(_("note on the condition, English"), blank=True)
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"\A[0-9a-f]{64}\Z", _("64 hexadecimal digits."))],
        help_text=_("Of the raw file that was read."),
    )
    marks = models.JSONField(
        _("marks"),
        default=list,
        blank=True,
        help_text=_("Strings that a scraper put into the text, as a list."),
    )

    title = InReadersLanguage("title")
    container = InReadersLanguage("container")
    publisher = InReadersLanguage("publisher")
    issued_note = InReadersLanguage("issued_note")
    section = InReadersLanguage("section")
    condition_note = InReadersLanguage("condition_note")

    objects = SourceQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            closed_list("type", SourceType),
            closed_list("reported_by", ReportedBy),
            closed_list("condition", Condition),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return addresses.of("source", self.key)

    @property
    def authors(self) -> list["Person"]:
        return [person for person in self.people.all() if person.role != PersonRole.EDITOR]

    @property
    def editors(self) -> list["Person"]:
        return [person for person in self.people.all() if person.role == PersonRole.EDITOR]


class Person(Part):
    """Somebody whom a source names as its author or editor."""

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="people", verbose_name=_("source")
    )
    name_zh = models.CharField(_("name, Chinese"), max_length=60)
    name_en = models.CharField(_("name, English"), max_length=90)
    role = models.CharField(_("role"), max_length=20, choices=PersonRole)

    name = InReadersLanguage("name")

    class Meta(Part.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [closed_list("role", PersonRole)]

    def __str__(self) -> str:
        return str(self.name)


class PassageQuerySet(models.QuerySet["Passage"]):
    def with_statements(self) -> "PassageQuerySet":
        """With every statement that rests on them, and the numbers left out: 3 queries."""
        return self.prefetch_related(
            models.Prefetch("citations", Citation.objects.with_targets()), "left_out"
        )


class Passage(Part):
    """A paragraph, heading, caption or note of a source: where it stands, not what it says."""

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="passages", verbose_name=_("source"), db_index=False
    )
    locator = models.CharField(
        _("locator"),
        max_length=6,
        validators=[RegexValidator(r"\A(?:T|[CEH]?[1-9]\d{0,3})\Z", _("12, T, H1, C1 or E1."))],
        help_text=_("12 paragraph, T title, H1 heading, C1 caption, E1 editor's note."),
    )
    lines = models.JSONField(
        _("raw lines"), default=list, blank=True, help_text=_("1-based lines of the raw file.")
    )

    objects = PassageQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["source", "locator"], name="passage_locator_once")
        ]

    def __str__(self) -> str:
        return f"{self.source.key} {self.locator}"

    def get_absolute_url(self) -> str:
        return f"{self.source.get_absolute_url()}#{self.locator}"


class PartQuerySet(models.QuerySet[Any]):
    def of_published_cases(self) -> Self:
        """By EXISTS, so that a page of many rows does not begin with all cases."""
        return self.filter(models.Exists(Case.objects.published().filter(pk=OuterRef("case"))))

    def of_type(self, row: models.Model, cases: Iterable[int]) -> Self:
        """Of a few cases, by 1 query more: a database that asks by type reads thousands."""
        rows = self.filter(case__in=cases).order_by().values_list("pk", "type_id")
        return self.filter(pk__in=[pk for pk, type_id in rows if type_id == row.pk])


class ProblemQuerySet(PartQuerySet):
    def for_lists(self) -> "ProblemQuerySet":
        """With case, citations and the measures that answer them: 3 queries."""
        return (
            self.select_related(f"case__place__{UPWARDS}", "type")
            .prefetch_related(
                models.Prefetch("citations", Citation.objects.select_related("passage__source")),
                models.Prefetch("measures", Measure.objects.select_related("type__family", "case")),
            )
            .order_by("case__slug", "position")
        )


class Problem(Cited, KeyedPart):
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="problems", verbose_name=_("case"), db_index=False
    )
    type = models.ForeignKey(
        ProblemType, models.PROTECT, related_name="problems", verbose_name=_("problem type")
    )
    statement_zh = models.TextField(_("statement, Chinese"))
    statement_en = models.TextField(_("statement, English"))

    statement = InReadersLanguage("statement")

    objects = ProblemQuerySet.as_manager()

    class Meta(KeyedPart.Meta):
        verbose_name = _("problem")
        verbose_name_plural = _("problems")

    def __str__(self) -> str:
        return str(self.statement)

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#problem-{self.key}"


class MeasureQuerySet(PartQuerySet):
    def for_lists(self) -> "MeasureQuerySet":
        """With case, type, citations, places, actors and metrics: 8 queries, however many rows."""
        cited = models.Prefetch("citations", Citation.objects.select_related("passage__source"))
        metrics = Metric.objects.select_related("indicator").prefetch_related(cited)
        return (
            self.select_related(f"case__place__{UPWARDS}", "type__family")
            .prefetch_related(
                cited,
                "where",
                models.Prefetch("solves", Problem.objects.select_related("type")),
                models.Prefetch("actors", Actor.objects.select_related("kind")),
                models.Prefetch("metrics", metrics),
            )
            .order_by("case__slug", "position")
        )


class Measure(Cited, KeyedPart):
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="measures", verbose_name=_("case"), db_index=False
    )
    type = models.ForeignKey(
        MeasureType, models.PROTECT, related_name="measures", verbose_name=_("measure type")
    )
    title_zh = models.CharField(_("title, Chinese"), max_length=80)
    title_en = models.CharField(_("title, English"), max_length=160)
    summary_zh = models.TextField(_("summary, Chinese"))
    summary_en = models.TextField(_("summary, English"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MeasureStatus,
        help_text=_("A plan is not a result: finished works are done, admitted ones planned."),
    )
    where = models.ManyToManyField(
        Place, related_name="measures", blank=True, verbose_name=_("where")
    )
    when = models.CharField(
        _("when"), max_length=40, blank=True, validators=[is_edtf], help_text=_("EDTF")
    )
    when_inferred = models.CharField(
        _("when: inferred"), max_length=5, choices=Inferred, blank=True
    )
    solves = models.ManyToManyField(
        Problem,
        related_name="measures",
        blank=True,
        verbose_name=_("answers"),
        help_text=_("The problems of the same case that this measure answers."),
    )

    title = InReadersLanguage("title")
    summary = InReadersLanguage("summary")

    objects = MeasureQuerySet.as_manager()

    class Meta(KeyedPart.Meta):
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            *KeyedPart.Meta.constraints,
            closed_list("status", MeasureStatus),
            closed_list("when_inferred", Inferred, blank=True),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#measure-{self.key}"

    @property
    def when_citations(self) -> list["Citation"]:
        return self._citations_of(DatedEvent.WHEN)


class Actor(Part):
    """A body that had a part in a measure."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="actors", verbose_name=_("measure")
    )
    name_zh = models.CharField(_("name, Chinese"), max_length=80)
    name_en = models.CharField(_("name, English"), max_length=160)
    kind = models.ForeignKey(
        BodyKind, models.PROTECT, related_name="actors", verbose_name=_("kind of body")
    )
    role = models.CharField(_("role"), max_length=10, choices=ActorRole)

    name = InReadersLanguage("name")

    class Meta(Part.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        constraints = [closed_list("role", ActorRole)]

    def __str__(self) -> str:
        return str(self.name)


class MetricQuerySet(PartQuerySet):
    def for_table(self) -> "MetricQuerySet":
        """With what a row of a table of metrics prints: 2 queries, however many rows."""
        return self.select_related(
            "indicator", "case__place", "measure__type__family"
        ).prefetch_related(
            models.Prefetch("citations", Citation.objects.select_related("passage__source"))
        )


class Metric(Cited, KeyedPart):
    """One stated number. Without a measure it is context: it describes the place itself."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="metrics", verbose_name=_("case"), db_index=False
    )
    measure = models.ForeignKey(
        Measure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="metrics",
        verbose_name=_("measure"),
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="metrics", verbose_name=_("indicator")
    )
    low = models.DecimalField(
        _("low"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("In the indicator's unit. Over 400: 400; nearly 400: empty."),
    )
    high = models.DecimalField(
        _("high"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("In the indicator's unit. Nearly 400: 400; over 400: empty."),
    )
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier)
    scope_zh = models.CharField(_("scope, Chinese"), max_length=120, blank=True)
    scope_en = models.CharField(_("scope, English"), max_length=200, blank=True)
    period_zh = models.CharField(_("period, Chinese"), max_length=80, blank=True)
    period_en = models.CharField(_("period, English"), max_length=120, blank=True)
    note_zh = models.TextField(_("note, Chinese"), blank=True)
    note_en = models.TextField(_("note, English"), blank=True)

    scope = InReadersLanguage("scope")
    period = InReadersLanguage("period")
    note = InReadersLanguage("note")

    objects = MetricQuerySet.as_manager()

    class Meta(KeyedPart.Meta):
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            *KeyedPart.Meta.constraints,
            closed_list("qualifier", Qualifier),
            models.CheckConstraint(
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                name="metric_has_a_bound",
                violation_error_message=_("A metric has a low or a high number, or both."),
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="metric_low_not_above_high",
                violation_error_message=_("The low number is above the high one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.key}"

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#metric-{self.key}"


class Derived(KeyedPart):
    """A number computed here from metrics; no source prints it."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="derived", verbose_name=_("case"), db_index=False
    )
    label_zh = models.CharField(_("label, Chinese"), max_length=120)
    label_en = models.CharField(_("label, English"), max_length=200)
    operation = models.CharField(_("operation"), max_length=10, choices=Operation)
    metrics = models.ManyToManyField(Metric, through="Operand", verbose_name=_("metrics"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier)
    unit_zh = models.CharField(_("unit, Chinese"), max_length=30)
    unit_en = models.CharField(_("unit, English"), max_length=60)
    note_zh = models.TextField(_("note, Chinese"), blank=True)
    note_en = models.TextField(_("note, English"), blank=True)

    label = InReadersLanguage("label")
    unit = InReadersLanguage("unit")
    note = InReadersLanguage("note")

    class Meta(KeyedPart.Meta):
        verbose_name = _("computed number")
        verbose_name_plural = _("computed numbers")
        constraints = [
            *KeyedPart.Meta.constraints,
            closed_list("operation", Operation),
            models.CheckConstraint(
                condition=Q(qualifier__in=[Qualifier.EXACT, Qualifier.ABOUT]),
                name="derived_is_exact_or_about",
                violation_error_message=_("A computed number is exact or about."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)


class Operand(Part):
    derived = models.ForeignKey(Derived, models.CASCADE, related_name="operands")
    metric = models.ForeignKey(
        Metric, models.RESTRICT, related_name="operands", verbose_name=_("metric")
    )

    class Meta(Part.Meta):
        verbose_name = _("operand")
        verbose_name_plural = _("operands")

    def __str__(self) -> str:
        return self.metric.key


class Glance(Cited):
    """The answer to one of the questions that every case is asked."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="glances", verbose_name=_("case"), db_index=False
    )
    question = models.CharField(_("question"), max_length=10, choices=GlanceQuestion)
    state = models.CharField(
        _("state"), max_length=10, choices=GlanceState, default=GlanceState.NOT_CODED
    )
    text_zh = models.TextField(_("answer, Chinese"), blank=True)
    text_en = models.TextField(_("answer, English"), blank=True)

    text = InReadersLanguage("text")

    class Meta:
        verbose_name = _("glance answer")
        verbose_name_plural = _("glance answers")
        ordering = ["pk"]
        constraints = [
            closed_list("question", GlanceQuestion),
            closed_list("state", GlanceState),
            models.UniqueConstraint(fields=["case", "question"], name="glance_question_once"),
            models.CheckConstraint(
                condition=Q(state=GlanceState.STATED, text_zh__gt="", text_en__gt="")
                | Q(~Q(state=GlanceState.STATED), text_zh="", text_en=""),
                name="glance_text_exactly_when_stated",
                violation_error_message=_(
                    "A stated answer has a text in both languages; the others have none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_question_display()

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#glance-{self.question}"

    @property
    def is_stated(self) -> bool:
        return self.state == GlanceState.STATED


def _years(edtf: str) -> range:
    """None of a text that is no date: the check names it before it is published."""
    try:
        return dates.read(edtf).years
    except dates.DateError:
        return range(0)


CITED = ("case", "problem", "measure", "metric", "glance")  # the columns a citation may point to


def exactly_one(columns: Iterable[str]) -> Q:
    columns = list(columns)
    condition = Q()
    for chosen in columns:
        condition |= Q(**{f"{column}__isnull": column != chosen for column in columns})
    return condition


class CitationQuerySet(models.QuerySet["Citation"]):
    def with_targets(self) -> "CitationQuerySet":
        """With the statements they carry, published ones only: 1 query."""
        published = Case.objects.published()
        return self.filter(passage__source__case__in=published).select_related(
            "case",
            "problem__case",
            "measure__case",
            "metric__case",
            "metric__indicator",
            "metric__measure",
            "glance__case",
        )


class Citation(Part):
    """The tie from one statement, number or date to the passage that says it."""

    passage = models.ForeignKey(
        Passage, models.RESTRICT, related_name="citations", verbose_name=_("passage")
    )
    printed = models.CharField(
        _("printed"),
        max_length=PRINTED_LIMIT,
        help_text=_("The fragment that carries the fact, copied exactly: 四百多盏."),
    )
    event = models.CharField(
        _("date"),
        max_length=5,
        choices=DatedEvent,
        blank=True,
        help_text=_("Only where the fragment carries a date of the case or measure."),
    )
    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    problem = models.ForeignKey(
        Problem, models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    metric = models.ForeignKey(
        Metric, models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    glance = models.ForeignKey(
        Glance, models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )

    objects = CitationQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        # Of five columns four are empty. For metrics the constraint below is the index.
        indexes = [
            models.Index(
                fields=[column],
                condition=Q(**{f"{column}__isnull": False}),
                name=f"citation_of_{column}",
            )
            for column in CITED
            if column != "metric"
        ]
        constraints = [
            models.CheckConstraint(condition=exactly_one(CITED), name="citation_one_target"),
            models.CheckConstraint(condition=~Q(printed=""), name="citation_is_printed"),
            models.CheckConstraint(
                condition=Q(event="")
                | Q(event__in=[DatedEvent.BEGAN, DatedEvent.ENDED], case__isnull=False)
                | Q(event=DatedEvent.WHEN, measure__isnull=False),
                name="citation_event_fits_its_target",
            ),
            models.UniqueConstraint(
                fields=["metric"],
                name="citation_one_for_a_metric",
                condition=Q(metric__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def target(self) -> Any:
        """The row whose statement, number or date the passage carries."""
        return next(row for row in (getattr(self, column) for column in CITED) if row)

    @property
    def target_kind(self) -> str:
        """One of CITED."""
        return next(column for column in CITED if getattr(self, f"{column}_id"))


class LeftOut(Part):
    """A number that a source prints and that is no metric, with the reason."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="left_out", verbose_name=_("case"))
    passage = models.ForeignKey(
        Passage, models.RESTRICT, related_name="left_out", verbose_name=_("passage")
    )
    printed = models.CharField(_("printed"), max_length=PRINTED_LIMIT)
    reason = models.CharField(_("reason"), max_length=12, choices=LeftOutReason)
    note_zh = models.TextField(_("note, Chinese"), blank=True)
    note_en = models.TextField(_("note, English"), blank=True)

    note = InReadersLanguage("note")

    class Meta(Part.Meta):
        verbose_name = _("number left out")
        verbose_name_plural = _("numbers left out")
        constraints = [closed_list("reason", LeftOutReason)]

    def __str__(self) -> str:
        return self.printed


# ---------------------------------------------------------------- pictures


class PictureQuerySet(PartQuerySet):
    def delete(self) -> Deleted:
        return _with_their_files(self.all(), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def files(self) -> list[str]:
        """The names of all their files: 1 query."""
        return [file for picture in self for file in picture.files]


class Picture(Part):
    """A picture of a case. Its files are there before its row, and go once the row is gone.

    It is no part of the case document: loading a document leaves it alone.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="pictures", verbose_name=_("case"))
    name = models.CharField(max_length=32, unique=True, editable=False)
    widths = models.JSONField(editable=False)  # pixels of each size, the narrowest first
    height = models.PositiveIntegerField(editable=False)  # pixels of the widest
    alt_zh = models.CharField(
        _("alternative text, Chinese"),
        max_length=200,
        help_text=_("What is to be seen, for who cannot see it; not what it means."),
    )
    alt_en = models.CharField(_("alternative text, English"), max_length=300)
    caption_zh = models.CharField(_("caption, Chinese"), max_length=200, blank=True)
    caption_en = models.CharField(_("caption, English"), max_length=300, blank=True)
    credit_zh = models.CharField(
        _("credit, Chinese"), max_length=100, help_text=_("Who made the picture.")
    )
    credit_en = models.CharField(_("credit, English"), max_length=150, blank=True)
    credit_url = models.URLField(
        _("address of the credit"),
        max_length=500,
        blank=True,
        help_text=_("Where the picture is from."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence)

    alt = InReadersLanguage("alt")
    caption = InReadersLanguage("caption")
    credit = InReadersLanguage("credit")

    objects = PictureQuerySet.as_manager()
    _renditions: Renditions | None = None

    class Meta(Part.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            closed_list("licence", Licence),
            models.CheckConstraint(
                condition=Q(alt_zh__gt="", alt_en__gt="", credit_zh__gt=""),
                name="picture_is_described_and_credited",
            ),
        ]

    def __str__(self) -> str:
        return str(self.alt)

    def show(self, renditions: Renditions) -> None:
        """Another picture from the next save on; the files of the one before go with it."""
        self._renditions = renditions

    def save(self, *args: Any, **kwargs: Any) -> None:
        new, self._renditions = self._renditions, None
        if not new:
            super().save(*args, **kwargs)
            return
        before = self.files
        with transaction.atomic():
            self.name, self.widths, self.height = files.write(new), list(new.widths), new.height
            super().save(*args, **kwargs)
            transaction.on_commit(partial(files.remove, before), robust=True)

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        rows = Picture.objects.filter(pk=self.pk)
        return _with_their_files(rows, partial(super().delete, *args, **kwargs))

    @property
    def files(self) -> list[str]:
        return pictures.file_names(self.name, self.widths) if self.name else []

    @property
    def width(self) -> int:
        """Pixels of the widest."""
        return int(self.widths[-1])

    @property
    def address(self) -> str:
        """Of the size in the middle, for who chooses none."""
        return self._address(self.widths[len(self.widths) // 2], "webp")

    @property
    def avif(self) -> str:
        """All sizes in this format, as `srcset` wants them."""
        return self._sizes("avif")

    @property
    def webp(self) -> str:
        return self._sizes("webp")

    @property
    def deed(self) -> str:
        return Licence(self.licence).deed

    def _sizes(self, suffix: str) -> str:
        return ", ".join(f"{self._address(width, suffix)} {width}w" for width in self.widths)

    def _address(self, width: int, suffix: str) -> str:
        return files.address(f"{self.name}-{width}.{suffix}")


def _with_their_files(rows: PictureQuerySet, delete: Callable[[], Deleted]) -> Deleted:
    """Deleting a case takes its pictures' rows with it, which tells no `Picture.delete`."""
    with transaction.atomic():
        gone = rows.files()
        deleted = delete()
        transaction.on_commit(partial(files.remove, gone), robust=True)
    return deleted


# ---------------------------------------------------------------- the index


class Unescaped(json.JSONEncoder):
    """Chinese as itself, three bytes a character instead of six, and no blanks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


class Revision(models.Model):
    """One row. `token` is another one after every change that a reader could see."""

    token = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="revision_is_one_row")]

    def __str__(self) -> str:
        return self.token


def stored(members: BitMap) -> bytes:
    """As the column of a posting has them."""
    members.run_optimize()
    return bytes(members.serialize())


class Posting(models.Model):
    """The cases that hold one key: a facet's value or a gram of the text."""

    PUBLISHED = CaseState.PUBLISHED  # the key of what readers see, in the space of states

    KEPT = ("cases",)

    space = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    cases = models.BinaryField()  # a roaring bitmap of primary keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.key}"

    @classmethod
    def of(cls, space: str, key: str, cases: BitMap) -> "Posting":
        return cls(space=space, key=key, cases=stored(cases))

    def members(self) -> BitMap:
        return BitMap.deserialize(bytes(self.cases))


class MetricPosting(models.Model):
    """The metrics of published cases that hold one key: a facet's value or a size."""

    KEPT = ("count", "metrics")

    space = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    count = models.PositiveIntegerField()  # metrics
    metrics = models.BinaryField()  # a roaring bitmap of the index's own numbers: index.metric_keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="metricposting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.key}"

    @classmethod
    def of(cls, space: str, key: str, metrics: BitMap) -> "MetricPosting":
        return cls(space=space, key=key, count=len(metrics), metrics=stored(metrics))

    def members(self) -> BitMap:
        return BitMap.deserialize(bytes(self.metrics))


class CaseText(models.Model):
    """What the index holds of one case; `raw` and `folded` are of one length."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="indexed_text")
    raw = models.TextField()
    folded = models.TextField()
    parts = models.JSONField(encoder=Unescaped)  # [start in the texts, tier, anchor], in order
    values = models.JSONField(encoder=Unescaped)  # [facet, value]
    card = models.JSONField(encoder=Unescaped)  # what a list shows of the case: index.card
    document = models.JSONField(
        encoder=Unescaped
    )  # the case document: what the page of the case shows
    indexed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"index of {self.case_id}"
