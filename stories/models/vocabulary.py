"""The open vocabulary: terms and places with which cases are described, in both languages.

A term in use is never deleted, only deprecated; its slug or code does not change.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from stories import links
from stories.choices import Dimension, Kind, PlaceLevel, TermStatus
from stories.languages import InReadersLanguage, reader_language

KEY_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
is_key = RegexValidator(
    rf"\A{KEY_PATTERN}\Z", _("Only lower-case letters a–z, digits and single hyphens.")
)


FACET_LIMIT = 20  # characters
# From a site up to its province, the path for select_related.
UPWARDS = "__".join(["parent"] * (len(PlaceLevel) - 1))


def closed_list(field: str, choices: type[models.TextChoices], blank: bool = False) -> Any:
    """A CHECK constraint that the column holds a value of the list ("" too if `blank`)."""
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}), name=f"%(class)s_{field}_known"
    )


class Labelled(models.Model):
    """Base of all vocabulary values: labels and synonyms."""

    label_zh = models.CharField(_("label, Chinese"), max_length=60)
    label_en = models.CharField(_("label, English"), max_length=90)
    synonyms_zh = models.JSONField(_("synonyms, Chinese"), default=list, blank=True)
    synonyms_en = models.JSONField(_("synonyms, English"), default=list, blank=True)

    label = InReadersLanguage("label")

    class Meta:
        abstract = True

    @property
    def synonyms(self) -> list[str]:
        """Synonyms of the whole term, in the active language only."""
        synonyms: list[str] = getattr(self, f"synonyms_{reader_language()}")
        return synonyms

    def __str__(self) -> str:
        return str(self.label)


class Term(Labelled):
    """A value of an open vocabulary with slug, definition and status."""

    definition_zh = models.TextField(_("definition, Chinese"), blank=True)
    definition_en = models.TextField(_("definition, English"), blank=True)
    examples_zh = models.JSONField(_("examples, Chinese"), default=list, blank=True)
    examples_en = models.JSONField(_("examples, English"), default=list, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TermStatus,
        default=TermStatus.ACTIVE,
        help_text=_("A deprecated term stays with the cases that have it; new ones refuse it."),
    )
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )

    definition = InReadersLanguage("definition")

    @property
    def examples(self) -> list[str]:
        """Words for one instance of the term, in the active language only. They suggest the term,
        but do not imply that a case has that instance."""
        examples: list[str] = getattr(self, f"examples_{reader_language()}")
        return examples

    class Meta(Labelled.Meta):
        abstract = True
        constraints = [
            closed_list("status", TermStatus),
            models.CheckConstraint(
                condition=Q(status=TermStatus.DEPRECATED) | Q(replaced_by__isnull=True),
                name="%(class)s_replacement_only_when_deprecated",
                violation_error_message=_("Only a deprecated term is replaced by another."),
            ),
        ]


def normal_key(column: str) -> Any:
    """A CHECK constraint on the form of a key, because rows are also created by code."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__regex": rf"^{KEY_PATTERN}$"}), name=f"%(class)s_{column}_is_key"
    )


class TermManager(models.Manager[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)


class SluggedTerm(Term):
    slug = models.CharField(
        _("slug"),
        max_length=50,
        unique=True,
        validators=[is_key],
        help_text=_("Stands in addresses and case documents; it does not change."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TermManager()

    class Meta(Term.Meta):
        abstract = True
        ordering = ["position", "slug"]
        constraints = [*Term.Meta.constraints, normal_key("slug")]

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class RelatedTerms(models.Model):
    """Relates two terms that are neither equal nor part of each other. As in SKOS the relation is
    symmetric and not transitive."""

    # Source: SKOS Simple Knowledge Organization System Reference, skos:related, read 2026-11.
    related = models.ManyToManyField(
        "self",
        blank=True,
        verbose_name=_("related terms"),
        help_text=_("What a reader who asks for this may want too. It goes both ways."),
    )

    class Meta:
        abstract = True


class MeasureFamily(SluggedTerm):
    class Meta(SluggedTerm.Meta):
        verbose_name = _("measure family")
        verbose_name_plural = _("measure families")


class MeasureType(SluggedTerm, RelatedTerms):
    family = models.ForeignKey(
        MeasureFamily, models.PROTECT, related_name="types", verbose_name=_("family")
    )

    class Meta(SluggedTerm.Meta):
        verbose_name = _("measure type")
        verbose_name_plural = _("measure types")
        ordering = ["family__position", "position", "slug"]

    def get_absolute_url(self) -> str:
        return links.of("measure-type", self.slug)


class ProblemType(SluggedTerm, RelatedTerms):
    class Meta(SluggedTerm.Meta):
        verbose_name = _("problem type")
        verbose_name_plural = _("problem types")

    def get_absolute_url(self) -> str:
        return links.of("problem-type", self.slug)


class BodyKind(SluggedTerm):
    class Meta(SluggedTerm.Meta):
        verbose_name = _("kind of body")
        verbose_name_plural = _("kinds of body")


class Indicator(SluggedTerm):
    """What a metric counts, in which unit, and at which step of the logic model."""

    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension)
    unit_zh = models.CharField(_("unit, Chinese"), max_length=20, blank=True)
    unit_en = models.CharField(_("unit, English, plural"), max_length=40, blank=True)
    unit_en_one = models.CharField(_("unit, English, singular"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    unit = InReadersLanguage("unit")

    class Meta(SluggedTerm.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            *SluggedTerm.Meta.constraints,
            closed_list("kind", Kind),
            closed_list("dimension", Dimension),
        ]


class Tag(TagBase, Term, RelatedTerms):
    """A tag with a slug; taggit's unique `name` is the Chinese label.

    A replaced tag leaves its name to its successor.
    """

    slug = models.CharField(
        _("slug"),
        max_length=50,
        unique=True,
        validators=[is_key],
        help_text=_("Stands in addresses and case documents; it does not change."),
    )

    objects = TermManager()

    class Meta(Term.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["slug"]
        constraints = [*Term.Meta.constraints, normal_key("slug")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = f"{self.label_zh} [{self.slug}]" if self.replaced_by_id else self.label_zh
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def __str__(self) -> str:
        return str(self.label)


class PlaceQuerySet(models.QuerySet["Place"]):
    def with_chain(self) -> "PlaceQuerySet":
        return self.select_related(UPWARDS)

    def get_by_natural_key(self, code: str) -> "Place":
        return self.get(code=code)


class Place(Labelled):
    """A place with a code: down to the county the code of GB/T 2260."""

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[is_key],
        help_text=_(
            "Six digits of GB/T 2260 down to the county; below it the county’s and a name."
        ),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("lies in"),
    )
    level = models.CharField(_("level"), max_length=12, choices=PlaceLevel)
    standard = models.CharField(
        _("standard"),
        max_length=20,
        blank=True,
        help_text=_("Standard and revision that the code is from, e.g. GB/T 2260-2007."),
    )
    statistical_code = models.CharField(
        _("statistical code"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"\A\d{12}\Z", _("Twelve digits."))],
        help_text=_("Twelve digits, below the county, where known; else leave it empty."),
    )
    is_label_en_proposed = models.BooleanField(
        _("English label is a proposal"),
        default=False,
        db_default=False,
        help_text=_("Made of the Chinese one by the program: untick it once it is right."),
    )

    objects = PlaceQuerySet.as_manager()

    class Meta(Labelled.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]
        constraints = [
            normal_key("code"),
            closed_list("level", PlaceLevel),
            models.CheckConstraint(
                condition=~Q(parent=F("pk")),
                name="%(class)s_does_not_lie_in_itself",
                violation_error_message=_("A place does not lie in itself."),
            ),
            models.CheckConstraint(
                condition=Q(level=PlaceLevel.PROVINCE) | Q(parent__isnull=False),
                name="%(class)s_below_a_province_lies_in_one",
                violation_error_message=_("Below the province, a place lies in another."),
            ),
        ]

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return links.of("place", self.code)

    def clean(self) -> None:
        if self.level != PlaceLevel.PROVINCE and not self.parent_id:
            message = _("Below the province, a place lies in another.")
            raise ValidationError({"parent": message})
        above = self.parent
        while above and self.pk:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A place does not lie in itself.")})
            above = above.parent

    @property
    def chain(self) -> list["Place"]:
        """From the province down to the place itself; no queries with select_related UPWARDS."""
        above = self.parent.chain if self.parent else []
        return [*above, self]


class FormerAddress(models.Model):
    """The former slug or code of a merged or renamed value; its URLs redirect to `successor`.

    It remains when the old term is deleted. A successor is never a former value itself.
    """

    facet = models.CharField(max_length=FACET_LIMIT)
    value = models.CharField(max_length=60)
    successor = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "value"], name="formeraddress_once"),
            models.CheckConstraint(
                condition=~Q(value=F("successor")), name="formeraddress_leads_on"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facet}: {self.value} → {self.successor}"
