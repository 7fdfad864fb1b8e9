"""Cases, their tags and inferred places, and querysets that select cases by state.

`Case.objects.published()` is the only test for publication; no other module has one.
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from stories import links
from stories.choices import CaseState, Inferred, UnitCostState
from stories.languages import InReadersLanguage
from stories.models.parts import Part, date_error, is_edtf
from stories.models.pictures import Deleted, Picture, with_their_files
from stories.models.sources import Cited
from stories.models.vocabulary import Place, Tag, closed_list, is_key
from stories.reading import dates

if TYPE_CHECKING:
    from stories.models.metrics import Derived, Metric


class CaseQuerySet(models.QuerySet["Case"]):
    def delete(self) -> Deleted:
        return with_their_files(Picture.objects.filter(case__in=self), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own
    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django marks its own

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
    # The proof of the last version; valid while the rows equal what was proved.
    checked_on = models.CharField(max_length=10, blank=True, editable=False)
    checked_sha256 = models.CharField(max_length=64, blank=True, editable=False)
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
        """Compare the two dates; each alone is validated by its field."""
        given = [edtf for edtf in (self.began, self.ended) if edtf]
        if any(dates.fault(edtf) for edtf in given):
            return
        if finding := dates.pair_fault(self.began, self.ended):
            raise ValidationError({"ended" if self.ended else "began": date_error(finding)})

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        return with_their_files(self.pictures.all(), partial(super().delete, *args, **kwargs))

    @property
    def is_published(self) -> bool:
        return self.state == CaseState.PUBLISHED

    def mark_published(self, at: datetime, checked_on: str = "", checked_sha256: str = "") -> None:
        """Mark as published; `published_at` stays that of the first publication.

        The day of the proof and the hash of the proved document are empty without a proof.
        """
        self.state, self.published_at = CaseState.PUBLISHED, self.published_at or at
        self.checked_on, self.checked_sha256 = checked_on, checked_sha256
        self.save(update_fields=["state", "published_at", "checked_on", "checked_sha256"])

    def mark_withdrawn(self) -> None:
        self.state = CaseState.DRAFT
        self.save(update_fields=["state"])

    @property
    def period(self) -> str:
        """EDTF interval of the whole case, "" if the sources give no date."""
        return dates.joined(self.began, self.ended)

    @property
    def unit_cost_of(self) -> "Metric | Derived | None":
        """The metric or computed number that states the unit cost; None if there is none."""
        return self.unit_cost_metric or self.unit_cost_derived


class CaseTag(ItemBase):
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="case_tags", verbose_name=_("tag"))
    content_object = models.ForeignKey(
        Case,
        models.CASCADE,
        related_name="case_tags",
        db_index=False,
        verbose_name=_("case"),
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

    case = models.ForeignKey(
        Case,
        models.CASCADE,
        related_name="inferred_places",
        db_index=False,
        verbose_name=_("case"),
    )
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
