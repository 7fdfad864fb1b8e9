"""The pictures of a case: their rows, and that their files go when the rows go."""

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

# What keeps the files of a picture when its row goes.
SHOWING: tuple[type[models.Model], ...] = (PublishedPicture, EditedPicture)
Deleted = tuple[int, dict[str, int]]  # rows, and rows by model, as Django counts them


class PictureQuerySet(models.QuerySet["Picture"]):
    def delete(self) -> Deleted:
        return with_their_files(self.all(), super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def files(self) -> list[str]:
        """The names of all their files: 1 query."""
        return [file for picture in self for file in picture.files]

    def shown_nowhere_else(self) -> "PictureQuerySet":
        """Those that no version shows, and no edit that could be restored."""
        same = {"name": models.OuterRef("name")}
        published, edited = (m._default_manager.filter(**same) for m in SHOWING)
        return self.filter(~models.Exists(published), ~models.Exists(edited))


class Picture(Part):
    """A picture of a case. Its files are there before its row, and go once the row is gone.

    `sha256`: of its widest WebP. What a version or an edit shows keeps its files.
    """

    case = models.ForeignKey(
        "Case", models.CASCADE, related_name="pictures", verbose_name=_("case")
    )
    name = models.CharField(max_length=32, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, blank=True, default="")
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
        """Pixels of the widest."""
        return int(self.widths[-1])

    @property
    def middle(self) -> str:
        """The file of the size in the middle."""
        return f"{self.name}-{self.widths[len(self.widths) // 2]}.webp"


def with_their_files(rows: PictureQuerySet, delete: Callable[[], Deleted]) -> Deleted:
    """Deleting a case takes its pictures' rows with it, which tells no `Picture.delete`."""
    with transaction.atomic():
        gone = rows.shown_nowhere_else().files()
        deleted = delete()
        transaction.on_commit(partial(storage.remove, gone), robust=True)
    return deleted
