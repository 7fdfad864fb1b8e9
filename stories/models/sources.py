"""Sources, their passages, and the citations of passages by statements.

Only cited fragments are stored here; the whole texts are in the table of `texts`.
"""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stories import links
from stories.choices import (
    GLOSS_LIMIT,
    PRINTED_LIMIT,
    ChangeSide,
    Claim,
    Condition,
    DatedEvent,
    Independence,
    LeftOutReason,
    PersonRole,
    ReportedBy,
    Shows,
    SourceType,
)
from stories.languages import InReadersLanguage
from stories.models.parts import KeyedPart, Part, is_edtf
from stories.models.vocabulary import closed_list, is_key


class Source(KeyedPart):
    """A text that a case is based on; the text itself is the `SourceText` with the same SHA-256."""

    case = models.ForeignKey("Case", models.CASCADE, related_name="sources", verbose_name=_("case"))
    key = models.CharField(
        _("key"),
        max_length=50,
        unique=True,
        validators=[is_key],
        help_text=_("Unique in the library; stands in the source’s address."),
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
    archived_url = models.URLField(_("archived copy"), max_length=500, blank=True)
    url_note_zh = models.TextField(_("note on the address, Chinese"), blank=True)
    url_note_en = models.TextField(_("note on the address, English"), blank=True)
    accessed = models.CharField(
        _("accessed"),
        max_length=40,
        blank=True,
        validators=[is_edtf],
        help_text=_("The day on which the copy was fetched: 2026-11-20."),
    )
    section_zh = models.CharField(_("section, Chinese"), max_length=100, blank=True)
    section_en = models.CharField(_("section, English"), max_length=150, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=20, choices=ReportedBy)
    independence = models.CharField(
        _("independence"),
        max_length=20,
        choices=Independence,
        default=Independence.UNCLEAR,
        help_text=_("Whether the account comes from outside the bodies that it reports on."),
    )
    independence_note_zh = models.TextField(_("what that follows from, Chinese"), blank=True)
    independence_note_en = models.TextField(_("what that follows from, English"), blank=True)
    same_report_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reprints",
        verbose_name=_("same report as"),
        help_text=_("Another source of this case that prints the same report."),
    )
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
    withheld_names = models.JSONField(
        _("withheld names"),
        default=list,
        blank=True,
        help_text=_("Fingerprints of the names of private persons whom the source names."),
    )

    shows = models.CharField(
        _("readers may see"),
        max_length=10,
        choices=Shows,
        default=Shows.FRAGMENT,
        help_text=_("Of its text, as its rights allow; published with the next version."),
    )

    title = InReadersLanguage("title")
    container = InReadersLanguage("container")
    publisher = InReadersLanguage("publisher")
    issued_note = InReadersLanguage("issued_note")
    url_note = InReadersLanguage("url_note")
    section = InReadersLanguage("section")
    independence_note = InReadersLanguage("independence_note")
    condition_note = InReadersLanguage("condition_note")

    class Meta(Part.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            closed_list("type", SourceType),
            closed_list("reported_by", ReportedBy),
            closed_list("independence", Independence),
            closed_list("condition", Condition),
            closed_list("shows", Shows),
            models.CheckConstraint(
                condition=Q(same_report_as=None) | ~Q(same_report_as=F("pk")),
                name="source_is_no_reprint_of_itself",
                violation_error_message=_("A source is no reprint of itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return links.of("source", self.key)

    @property
    def authors(self) -> list["Person"]:
        return [person for person in self.people.all() if person.role != PersonRole.EDITOR]

    @property
    def editors(self) -> list["Person"]:
        return [person for person in self.people.all() if person.role == PersonRole.EDITOR]


class Person(Part):
    """An author or editor named by a source."""

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


class Passage(Part):
    """A paragraph, heading, caption or note of a source: where it is, and a gist in our own
    words."""

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="passages", verbose_name=_("source"), db_index=False
    )
    locator = models.CharField(
        _("locator"),
        max_length=6,
        validators=[RegexValidator(r"\A(?:T|[CEH]?[1-9]\d{0,3})\Z", _("12, T, H1, C1 or E1."))],
        help_text=_("12 paragraph, T title, H1 heading, C1 caption, E1 editor’s note."),
    )
    lines = models.JSONField(
        _("raw lines"), default=list, blank=True, help_text=_("1-based lines of the raw file.")
    )
    gist_zh = models.TextField(
        _("gist, Chinese"),
        blank=True,
        help_text=_("What the passage says, in one to three sentences of our own."),
    )
    gist_en = models.TextField(_("gist, English"), blank=True)

    gist = InReadersLanguage("gist")

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


# The columns that a citation may refer to; exactly one is set.
CITED = ("case", "problem", "measure", "metric", "glance", "change", "follow_up")


def exactly_one(columns: Iterable[str]) -> Q:
    columns = list(columns)
    condition = Q()
    for chosen in columns:
        condition |= Q(**{f"{column}__isnull": column != chosen for column in columns})
    return condition


class Citation(Part):
    """Links a statement, number or date to the passage that supports it."""

    passage = models.ForeignKey(
        Passage, models.RESTRICT, related_name="citations", verbose_name=_("passage")
    )
    printed = models.CharField(
        _("printed"),
        max_length=PRINTED_LIMIT,
        help_text=_("The fragment that carries the fact, copied exactly: 四百多盏."),
    )
    gloss = models.CharField(
        _("gloss"),
        max_length=GLOSS_LIMIT,
        blank=True,
        help_text=_("The fragment in plain English."),
    )
    claim = models.CharField(_("claim"), max_length=10, choices=Claim, default=Claim.REPORTED)
    event = models.CharField(
        _("date or side"),
        max_length=6,
        choices=[*DatedEvent.choices, *ChangeSide.choices],
        blank=True,
        help_text=_("Which date the fragment carries, or which side of a change."),
    )
    case = models.ForeignKey(
        "Case", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    problem = models.ForeignKey(
        "Problem", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    measure = models.ForeignKey(
        "Measure", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    metric = models.ForeignKey(
        "Metric", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    glance = models.ForeignKey(
        "Glance", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    change = models.ForeignKey(
        "Change", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    follow_up = models.ForeignKey(
        "FollowUp", models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )

    class Meta(Part.Meta):
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        # All columns but one are empty. The constraint below serves as index for metrics.
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
            closed_list("claim", Claim),
            models.CheckConstraint(
                condition=Q(event="", change__isnull=True)
                | Q(event__in=ChangeSide.values, change__isnull=False)
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
        """The row that the citation supports."""
        return next(row for row in (getattr(self, column) for column in CITED) if row)


class Cited(models.Model):
    """A row with citations; `citations` is prefetched for lists."""

    class Meta:
        abstract = True

    @property
    def statement_citations(self) -> list[Citation]:
        return self._citations_of("")

    def _citations_of(self, event: str) -> list[Citation]:
        rows: models.Manager[Citation] = self.citations  # type: ignore[attr-defined]  # of each subclass
        return [citation for citation in rows.all() if citation.event == event]


class LeftOut(Part):
    """A number that a source prints but no metric states, with the reason."""

    case = models.ForeignKey(
        "Case", models.CASCADE, related_name="left_out", verbose_name=_("case")
    )
    passage = models.ForeignKey(
        Passage, models.RESTRICT, related_name="left_out", verbose_name=_("passage")
    )
    printed = models.CharField(_("printed"), max_length=PRINTED_LIMIT)
    gloss = models.CharField(_("gloss"), max_length=GLOSS_LIMIT, blank=True)
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
