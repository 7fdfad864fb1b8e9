"""Pictures of a case; their files are deleted with their rows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stories.choices import Licence
from stories.languages import InReadersLanguage
from stories.models.history import EditedPicture
from stories.models.parts import Part
from stories.models.version import PublishedPicture
from stories.models.vocabulary import closed_list
from stories.pictures import formats, storage
from stories.pictures.formats import Renditions

# Models whose rows keep the files of a deleted picture.
SHOWING: tuple[type[models.Model], ...] = (PublishedPicture, EditedPicture)
Deleted = tuple[int, dict[str, int]]  # (rows, rows per model), as Django's delete() returns it


class PictureQuerySet(models.QuerySet["Picture"]):
    def delete(self) -> Deleted:
        return with_their_files(self.all(), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own
    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django marks its own

    def files(self) -> list[str]:
        """The names of all their files: 1 query."""
        return [file for picture in self for file in picture.files]

    def shown_nowhere_else(self) -> "PictureQuerySet":
        """Pictures in no version and in no edit that could be restored."""
        same = {"name": models.OuterRef("name")}
        published, edited = (m._default_manager.filter(**same) for m in SHOWING)
        return self.filter(~models.Exists(published), ~models.Exists(edited))


class Picture(Part):
    """A picture of a case. Its files are written before the row and deleted after it.

    `sha256`: of its widest WebP. Files in a version or an edit are kept.
    """

    case = models.ForeignKey(
        "Case", models.CASCADE, related_name="pictures", verbose_name=_("case")
    )
    name = models.CharField(max_length=32, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, blank=True, default="")
    widths = models.JSONField(editable=False)  # pixels per size, ascending
    height = models.PositiveIntegerField(editable=False)  # pixels of the widest size
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
        """Replace the picture when the row is saved; the old files are then deleted."""
        self._renditions = renditions

    def save(self, *args: Any, **kwargs: Any) -> None:
        new, self._renditions = self._renditions, None
        if not new:
            super().save(*args, **kwargs)
            return
        before = Picture.objects.filter(pk=self.pk).shown_nowhere_else().files()
        with transaction.atomic():
            self.name, self.widths, self.height = storage.write(new), list(new.widths), new.height
            self.sha256 = new.sha256
            super().save(*args, **kwargs)
            transaction.on_commit(partial(storage.remove, before), robust=True)

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        rows = Picture.objects.filter(pk=self.pk)
        return with_their_files(rows, partial(super().delete, *args, **kwargs))

    @property
    def files(self) -> list[str]:
        return formats.file_names(self.name, self.widths) if self.name else []

    @property
    def width(self) -> int:
        """Pixels of the widest size."""
        return int(self.widths[-1])

    @property
    def middle(self) -> str:
        """File name of the middle size."""
        return f"{self.name}-{self.widths[len(self.widths) // 2]}.webp"


def with_their_files(rows: PictureQuerySet, delete: Callable[[], Deleted]) -> Deleted:
    """Delete rows and their files; deleting a case cascades without calling `Picture.delete`."""
    with transaction.atomic():
        gone = rows.shown_nowhere_else().files()
        deleted = delete()
        transaction.on_commit(partial(storage.remove, gone), robust=True)
    return deleted
