"""Problems, measures and changes: what was wrong, what was done, and what changed.

The links of a measure to types, places and problems are rows with their own position or basis.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from stories.choices import ActorRole, Basis, ChangeSide, Inferred, MeasureStatus, Stage
from stories.languages import InReadersLanguage
from stories.models.case import Case
from stories.models.parts import KeyedPart, Part, basis_field, is_edtf, keywords
from stories.models.sources import Citation, Cited
from stories.models.vocabulary import BodyKind, MeasureType, Place, ProblemType, closed_list


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
        """The main type; None for a draft without a type."""
        return next((link.type for link in self.type_links.all()), None)


class TypeLink(Part):
    """A type of a measure; the first is the main type."""

    measure = models.ForeignKey(
        Measure,
        models.CASCADE,
        related_name="type_links",
        db_index=False,
        verbose_name=_("measure"),
    )
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
        """A prefetch of the types for many measures."""
        return models.Prefetch("type_links", cls.objects.select_related("type__family"))


class Where(Part):
    """A place of a measure."""

    measure = models.ForeignKey(
        Measure,
        models.CASCADE,
        related_name="where",
        db_index=False,
        verbose_name=_("measure"),
    )
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
    """Links a measure to a problem of the same case that it answers."""

    measure = models.ForeignKey(
        Measure,
        models.CASCADE,
        related_name="solves",
        db_index=False,
        verbose_name=_("measure"),
    )
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
    """A body that took part in a measure."""

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


class Change(Cited, KeyedPart):
    """The state before and after; without `after`, no source states it."""

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
