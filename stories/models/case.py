"""The case and what it tells, what the database refuses, and the named sets of cases.

`Case.objects.published()` is the one door to the public: no other module tests for it.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from stories import links
from stories.choices import (
    TELLING_LIMIT,
    ActorRole,
    Basis,
    CaseState,
    ChangeSide,
    FollowUpState,
    GlanceQuestion,
    GlanceState,
    Inferred,
    Kind,
    MeasureStatus,
    Operation,
    Qualifier,
    Stage,
    UnitCostState,
    WholeState,
)
from stories.languages import InReadersLanguage, reader_language
from stories.models.parts import KeyedPart, Part, basis_field, date_error, is_edtf, keywords
from stories.models.pictures import Deleted, Picture, with_their_files
from stories.models.sources import Citation, Cited
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureType,
    Place,
    ProblemType,
    Tag,
    closed_list,
    is_key,
)
from stories.reading import dates

STATED = (GlanceState.STATED, GlanceState.PARTLY)  # answers that have a text and citations


class CaseQuerySet(models.QuerySet["Case"]):
    def delete(self) -> Deleted:
        return with_their_files(Picture.objects.filter(case__in=self), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own
    delete.queryset_only = True  # type: ignore[attr-defined]

    def published(self) -> "CaseQuerySet":
        return self.filter(state=CaseState.PUBLISHED)


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
    place_note_zh = models.TextField(_("what inferred places follow from, Chinese"), blank=True)
    place_note_en = models.TextField(_("what inferred places follow from, English"), blank=True)
    name_as_reported_zh = models.CharField(
        _("name as reported"),
        max_length=60,
        help_text=_("The place’s name as the source prints it."),
    )
    name_as_reported_en = models.CharField(_("name as reported, in English"), max_length=120)
    began = models.CharField(
        _("began"),
        max_length=40,
        blank=True,
        validators=[is_edtf],
        help_text=_(
            "EDTF, no more precise than the source: 2021-09, 2021/2022; 2021/ where nobody says "
            "when it ended, 2021/.. where the source says that it goes on."
        ),
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
    period_note_zh = models.TextField(
        _("note on the period, Chinese"),
        blank=True,
        help_text=_("Why a date is missing that readers would ask for."),
    )
    period_note_en = models.TextField(_("note on the period, English"), blank=True)
    unit_cost_state = models.CharField(
        _("unit cost"),
        max_length=20,
        choices=UnitCostState,
        default=UnitCostState.NOT_COMPUTABLE,
    )
    unit_cost_metric = models.ForeignKey(
        "Metric", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    unit_cost_derived = models.ForeignKey(
        "Derived", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    unit_cost_note_zh = models.TextField(_("note on the unit cost, Chinese"), blank=True)
    unit_cost_note_en = models.TextField(_("note on the unit cost, English"), blank=True)
    first_year = models.PositiveSmallIntegerField(null=True, editable=False)
    last_year = models.PositiveSmallIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    tags = TaggableManager(through="CaseTag", blank=True, verbose_name=_("tags"))

    title = InReadersLanguage("title")
    key_message = InReadersLanguage("key_message")
    abstract = InReadersLanguage("abstract")
    place_note = InReadersLanguage("place_note")
    name_as_reported = InReadersLanguage("name_as_reported")
    period_note = InReadersLanguage("period_note")
    unit_cost_note = InReadersLanguage("unit_cost_note")

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
            closed_list("unit_cost_state", UnitCostState),
            models.CheckConstraint(
                condition=(Q(unit_cost_metric=None) | Q(unit_cost_state=UnitCostState.STATED))
                & (Q(unit_cost_derived=None) | Q(unit_cost_state=UnitCostState.COMPUTED)),
                name="case_unit_cost_is_of_its_state",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return links.of("case", self.slug)

    def clean(self) -> None:
        """The two dates together; each alone is refused at its field."""
        given = [edtf for edtf in (self.began, self.ended) if edtf]
        if any(dates.fault(edtf) for edtf in given):
            return
        if finding := dates.pair_fault(self.began, self.ended):
            raise ValidationError({"ended" if self.ended else "began": date_error(finding)})

    def save(self, *args: Any, **kwargs: Any) -> None:
        years = {year for edtf in (self.began, self.ended) if edtf for year in _years(edtf)}
        self.first_year, self.last_year = min(years, default=None), max(years, default=None)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        return with_their_files(self.pictures.all(), partial(super().delete, *args, **kwargs))

    @property
    def is_published(self) -> bool:
        return self.state == CaseState.PUBLISHED

    def mark_published(self, at: datetime) -> None:
        """That its rows have become a version; the day of the first publication is kept."""
        self.state, self.published_at = CaseState.PUBLISHED, self.published_at or at
        self.save(update_fields=["state", "published_at"])

    def mark_withdrawn(self) -> None:
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
    def unit_cost_of(self) -> "Metric | Derived | None":
        """The number that gives the unit cost."""
        return self.unit_cost_metric or self.unit_cost_derived


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


class InferredPlace(Part):
    """A place in the chain of a case's place that no source prints."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="inferred_places", db_index=False)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="inferred_in", verbose_name=_("place")
    )

    class Meta(Part.Meta):
        verbose_name = _("inferred place")
        verbose_name_plural = _("inferred places")
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="inferredplace_once_in_a_case")
        ]

    def __str__(self) -> str:
        return str(self.place)


class Problem(Cited, KeyedPart):
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="problems", verbose_name=_("case"), db_index=False
    )
    type = models.ForeignKey(
        ProblemType, models.PROTECT, related_name="problems", verbose_name=_("problem type")
    )
    heading_zh = models.CharField(
        _("heading, Chinese"),
        max_length=30,
        blank=True,
        help_text=_("What the source says was wrong, in a few words; no more than it says."),
    )
    heading_en = models.CharField(_("heading, English"), max_length=80, blank=True)
    statement_zh = models.TextField(_("statement, Chinese"))
    statement_en = models.TextField(_("statement, English"))
    keywords_zh = keywords(_("keywords, Chinese"))
    keywords_en = keywords(_("keywords, English"))

    heading = InReadersLanguage("heading")
    statement = InReadersLanguage("statement")

    class Meta(KeyedPart.Meta):
        verbose_name = _("problem")
        verbose_name_plural = _("problems")

    def __str__(self) -> str:
        return str(self.statement)

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#problem-{self.key}"


class Measure(Cited, KeyedPart):
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="measures", verbose_name=_("case"), db_index=False
    )
    types = models.ManyToManyField(
        MeasureType, through="TypeLink", related_name="measures", verbose_name=_("measure types")
    )
    title_zh = models.CharField(_("title, Chinese"), max_length=80)
    title_en = models.CharField(_("title, English"), max_length=160)
    summary_zh = models.TextField(_("summary, Chinese"))
    summary_en = models.TextField(_("summary, English"))
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=MeasureStatus,
        help_text=_("A plan is not a result: finished works are done, admitted ones planned."),
    )
    before_case = models.BooleanField(
        _("before the case"),
        default=False,
        help_text=_("Done before what the case tells of."),
    )
    not_said = models.JSONField(
        _("not said"),
        default=list,
        blank=True,
        help_text=_("What the sources do not say of it, although a reader would ask."),
    )
    places = models.ManyToManyField(
        Place, through="Where", related_name="measures", verbose_name=_("places")
    )
    when = models.CharField(
        _("when"), max_length=40, blank=True, validators=[is_edtf], help_text=_("EDTF")
    )
    when_inferred = models.CharField(
        _("when: inferred"), max_length=5, choices=Inferred, blank=True
    )
    problems = models.ManyToManyField(
        Problem, through="Solve", related_name="measures", verbose_name=_("answers")
    )
    keywords_zh = keywords(_("keywords, Chinese"))
    keywords_en = keywords(_("keywords, English"))

    title = InReadersLanguage("title")
    summary = InReadersLanguage("summary")

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
    def type(self) -> MeasureType | None:
        """The main type; None of a draft that has none yet."""
        return next((link.type for link in self.type_links.all()), None)


class TypeLink(Part):
    """What type a measure is of; the first of a measure's is the main one."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="type_links", db_index=False)
    type = models.ForeignKey(
        MeasureType, models.PROTECT, related_name="+", verbose_name=_("measure type")
    )

    class Meta(Part.Meta):
        verbose_name = _("type of a measure")
        verbose_name_plural = _("types of a measure")
        constraints = [
            models.UniqueConstraint(fields=["measure", "type"], name="typelink_once_for_a_measure")
        ]

    def __str__(self) -> str:
        return str(self.type)

    @classmethod
    def of_measures(cls) -> Any:
        """A prefetch of the types of many measures."""
        return models.Prefetch("type_links", cls.objects.select_related("type__family"))


class Where(Part):
    """A place of a measure."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="where", db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    basis = basis_field()

    class Meta(Part.Meta):
        verbose_name = _("place of a measure")
        verbose_name_plural = _("places of a measure")
        constraints = [
            closed_list("basis", Basis),
            models.UniqueConstraint(fields=["measure", "place"], name="where_once_for_a_measure"),
        ]

    def __str__(self) -> str:
        return str(self.place)


class Solve(Part):
    """What ties a measure to a problem of the same case that it answers."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="solves", db_index=False)
    problem = models.ForeignKey(
        Problem, models.CASCADE, related_name="solves", verbose_name=_("problem")
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.DELIVER)
    basis = basis_field()

    class Meta(Part.Meta):
        verbose_name = _("problem answered")
        verbose_name_plural = _("problems answered")
        constraints = [
            closed_list("stage", Stage),
            closed_list("basis", Basis),
            models.UniqueConstraint(fields=["measure", "problem"], name="solve_once_for_a_measure"),
        ]

    def __str__(self) -> str:
        return str(self.problem)


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
    basis = basis_field()

    name = InReadersLanguage("name")

    class Meta(Part.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        constraints = [closed_list("role", ActorRole), closed_list("basis", Basis)]

    def __str__(self) -> str:
        return str(self.name)


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
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        blank=True,
        help_text=_("Of this number: a plan or requirement is a target, no result."),
    )
    low = models.DecimalField(
        _("low"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("In the indicator’s unit. Over 400: 400; nearly 400: empty."),
    )
    high = models.DecimalField(
        _("high"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("In the indicator’s unit. Nearly 400: 400; over 400: empty."),
    )
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier)
    scope_zh = models.CharField(_("scope, Chinese"), max_length=120, blank=True)
    scope_en = models.CharField(_("scope, English"), max_length=200, blank=True)
    period_zh = models.CharField(_("period, Chinese"), max_length=80, blank=True)
    period_en = models.CharField(_("period, English"), max_length=120, blank=True)
    note_zh = models.TextField(_("note, Chinese"), blank=True)
    note_en = models.TextField(_("note, English"), blank=True)
    reading_note_zh = models.TextField(
        _("why it is read so, Chinese"),
        blank=True,
        help_text=_(
            "Only where the program reads the fragment otherwise than you: the reason, which "
            "readers see. It takes the place of the agreement."
        ),
    )
    reading_note_en = models.TextField(_("why it is read so, English"), blank=True)
    whole_state = models.CharField(
        _("whole"),
        max_length=20,
        choices=WholeState,
        default=WholeState.NOT_APPLICABLE,
        help_text=_("Whether the source says of how many in all the number is a part."),
    )
    whole_metric = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("metric of the whole"),
    )
    telling_position = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="among the numbers of the case's first screen"
    )

    scope = InReadersLanguage("scope")
    period = InReadersLanguage("period")
    note = InReadersLanguage("note")
    reading_note = InReadersLanguage("reading_note")

    class Meta(KeyedPart.Meta):
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            *KeyedPart.Meta.constraints,
            closed_list("qualifier", Qualifier),
            closed_list("kind", Kind, blank=True),
            closed_list("whole_state", WholeState),
            models.CheckConstraint(
                condition=Q(whole_metric=None)
                | Q(whole_state=WholeState.STATED) & ~Q(whole_metric=F("pk")),
                name="metric_whole_only_where_stated",
                violation_error_message=_(
                    "Another metric is named as the whole only where the whole is stated."
                ),
            ),
            models.CheckConstraint(
                condition=Q(telling_position=None) | Q(telling_position__lt=TELLING_LIMIT),
                name="metric_few_are_telling",
            ),
            models.UniqueConstraint(
                fields=["case", "telling_position"],
                name="metric_telling_position_once_in_a_case",
                condition=Q(telling_position__isnull=False),
            ),
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
                condition=Q(state__in=STATED, text_zh__gt="", text_en__gt="")
                | Q(~Q(state__in=STATED), text_zh="", text_en=""),
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
        return self.state in STATED


class Change(Cited, KeyedPart):
    """What was before and after, side by side; without `after` no source says."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="changes", verbose_name=_("case"), db_index=False
    )
    subject_zh = models.CharField(_("subject, Chinese"), max_length=60)
    subject_en = models.CharField(_("subject, English"), max_length=120)
    before_zh = models.TextField(_("before, Chinese"))
    before_en = models.TextField(_("before, English"))
    after_zh = models.TextField(
        _("after, Chinese"), blank=True, help_text=_("Empty where no source says.")
    )
    after_en = models.TextField(_("after, English"), blank=True)
    measures = models.ManyToManyField(
        Measure,
        related_name="changes",
        blank=True,
        verbose_name=_("measures"),
        help_text=_("The measures of the same case that brought it about."),
    )

    subject = InReadersLanguage("subject")
    before = InReadersLanguage("before")
    after = InReadersLanguage("after")

    class Meta(KeyedPart.Meta):
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self) -> str:
        return str(self.subject)

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#change-{self.key}"

    @property
    def before_citations(self) -> list[Citation]:
        return self._citations_of(ChangeSide.BEFORE)

    @property
    def after_citations(self) -> list[Citation]:
        return self._citations_of(ChangeSide.AFTER)


class FollowUp(Cited, KeyedPart):
    """A question that the sources leave open; without a measure it is about the whole case."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="follow_ups", verbose_name=_("case"), db_index=False
    )
    measure = models.ForeignKey(
        Measure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("measure"),
    )
    question_zh = models.CharField(_("question, Chinese"), max_length=120)
    question_en = models.CharField(_("question, English"), max_length=240)
    state = models.CharField(
        _("state"), max_length=20, choices=FollowUpState, default=FollowUpState.NOT_LOOKED
    )
    looked_on = models.CharField(
        _("last look"),
        max_length=40,
        blank=True,
        validators=[is_edtf],
        help_text=_("The day of the last look, exactly where there was one: 2026-11-20."),
    )
    text_zh = models.TextField(_("answer, Chinese"), blank=True)
    text_en = models.TextField(_("answer, English"), blank=True)

    question = InReadersLanguage("question")
    text = InReadersLanguage("text")

    class Meta(KeyedPart.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            *KeyedPart.Meta.constraints,
            closed_list("state", FollowUpState),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.NOT_LOOKED, looked_on="")
                | ~Q(state=FollowUpState.NOT_LOOKED),
                name="followup_not_looked_has_no_day",
                violation_error_message=_("What nobody has looked up has no day of a look."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.question)

    def get_absolute_url(self) -> str:
        return f"{self.case.get_absolute_url()}#follow-up-{self.key}"


def _years(edtf: str) -> range:
    """None of a text that is no date: the check names it before it is published."""
    try:
        return dates.read(edtf).years
    except dates.DateError:
        return range(0)
