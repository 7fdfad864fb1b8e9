"""Metrics (numbers stated by a source) and numbers computed from them.

A metric has one citation; a computed number has operands instead.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stories.choices import TELLING_LIMIT, Kind, Operation, Qualifier, WholeState
from stories.languages import InReadersLanguage
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.parts import KeyedPart, Part
from stories.models.sources import Cited
from stories.models.vocabulary import Indicator, closed_list


class Metric(Cited, KeyedPart):
    """A number stated by a source. Without a measure it is context and describes the place."""

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
    """A number computed from metrics, which no source prints."""

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
