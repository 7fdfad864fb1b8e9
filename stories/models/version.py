"""Published versions of cases: numbered and immutable.

Database triggers refuse to change or delete a version, except while a redaction is open.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stories import links
from stories.choices import PRINTED_LIMIT, Shows, VersionKind
from stories.languages import InReadersLanguage
from stories.models.vocabulary import closed_list, is_key


class PublicationQuerySet(models.QuerySet["Publication"]):
    def current(self) -> "PublicationQuerySet":
        """Publications that are not withdrawn."""
        return self.filter(withdrawn_at=None)

    def withdrawn(self) -> "PublicationQuerySet":
        return self.exclude(withdrawn_at=None)


class Publication(models.Model):
    """A published case: the number of its current version, or the withdrawal.

    The search index refers to its primary key. It has no foreign key to rows of the desk; both
    sides share the slug.
    """

    slug = models.CharField(_("slug"), max_length=50, unique=True, validators=[is_key])
    number = models.PositiveIntegerField(_("current version"))
    first_published_at = models.DateTimeField(_("first published"))
    published_at = models.DateTimeField(_("current version published"))
    kind = models.CharField(_("kind of the current version"), max_length=10, choices=VersionKind)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    reason_zh = models.TextField(_("reason, Chinese"), blank=True)
    reason_en = models.TextField(_("reason, English"), blank=True)
    # Columns by which lists are sorted.
    title_zh = models.CharField(max_length=120)
    first_year = models.PositiveSmallIntegerField(null=True)
    last_year = models.PositiveSmallIntegerField(null=True)

    reason = InReadersLanguage("reason")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("published case")
        verbose_name_plural = _("published cases")
        ordering = ["slug"]
        indexes = [
            # Covers the whole ordering of a list, so that rows are read in index order.
            models.Index(
                fields=["-last_year", "-first_year", "slug"],
                name="publication_newest",
                condition=Q(withdrawn_at=None),
            ),
            models.Index(
                fields=["-published_at"],
                name="publication_last",
                condition=Q(withdrawn_at=None),
            ),
        ]
        constraints = [closed_list("kind", VersionKind)]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return links.of("case", self.slug)


class VersionQuerySet(models.QuerySet["Version"]):
    def of_case(self, slug: str) -> "VersionQuerySet":
        return self.filter(publication__slug=slug)

    def current(self) -> "VersionQuerySet":
        """The last version of each case, withdrawn or not."""
        return self.filter(number=F("publication__number"))

    def public(self) -> "VersionQuerySet":
        """All versions of cases that are not withdrawn."""
        return self.filter(publication__withdrawn_at=None)

    def former(self) -> "VersionQuerySet":
        """Versions before the current one, and all of withdrawn cases."""
        return self.exclude(number=F("publication__number"), publication__withdrawn_at=None)


class Version(models.Model):
    """A published case document. `document`: its written form, `sha256`: of its UTF-8 bytes.

    `note`: what changed and why, from the second version on.
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="versions", verbose_name=_("published case")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=VersionKind)
    note_zh = models.TextField(_("note, Chinese"), blank=True)
    note_en = models.TextField(_("note, English"), blank=True)
    published_at = models.DateTimeField(_("published"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    document = models.TextField(_("document"))

    note = InReadersLanguage("note")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["publication", "-number"]
        constraints = [
            closed_list("kind", VersionKind),
            models.UniqueConstraint(fields=["publication", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, kind=VersionKind.FIRST)
                | Q(~Q(kind=VersionKind.FIRST), number__gt=1, note_zh__gt="", note_en__gt=""),
                name="version_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication.slug} v{self.number}"


class Quotation(models.Model):
    """The sentence or passage around a cited fragment, if the source permits readers to see it.

    In no document and no export. [start, end) of `words`: the fragment.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="quotations")
    source = models.CharField(max_length=50)  # key of the source in the document
    locator = models.CharField(max_length=6)
    printed = models.CharField(max_length=PRINTED_LIMIT)
    shows = models.CharField(max_length=10, choices=Shows)
    words = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        constraints = [
            closed_list("shows", Shows),
            models.UniqueConstraint(
                fields=["version", "source", "locator", "printed"], name="quotation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.locator}"


class PublishedPicture(models.Model):
    """A picture in a version; its files are kept as long as the version."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "name"], name="publishedpicture_once")
        ]
        indexes = [models.Index(fields=["name"], name="publishedpicture_name")]

    def __str__(self) -> str:
        return self.name


class Redaction(models.Model):
    """A redaction of a version, where and why: the only exception to immutability."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="redactions")
    paths = models.JSONField()  # paths of the blanked texts, as in checks
    reason_zh = models.TextField()
    reason_en = models.TextField()
    redacted_at = models.DateTimeField()

    reason = InReadersLanguage("reason")

    def __str__(self) -> str:
        return f"{self.version}: {len(self.paths)}"


class OpenRedaction(models.Model):
    """While this row exists, within one transaction, the triggers permit changes to versions."""

    def __str__(self) -> str:
        return str(self.pk)
