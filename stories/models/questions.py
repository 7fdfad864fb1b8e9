"""Answers to the questions that every case has, and follow-up questions that sources leave open."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stories.choices import FollowUpState, GlanceQuestion, GlanceState
from stories.languages import InReadersLanguage
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.parts import KeyedPart, is_edtf
from stories.models.sources import Cited
from stories.models.vocabulary import closed_list

STATED = (GlanceState.STATED, GlanceState.PARTLY)  # states with a text and citations


class Glance(Cited):
    """The answer to one of the questions that every case has."""

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

    @classmethod
    def add_missing(cls, case: Case) -> None:
        """Create the missing answers of a case as “not coded”."""
        known = set(case.glances.values_list("question", flat=True))
        cls.objects.bulk_create(
            cls(case=case, question=question)
            for question in GlanceQuestion
            if question not in known
        )

    @property
    def is_stated(self) -> bool:
        return self.state in STATED


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
