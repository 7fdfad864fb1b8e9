"""The edit history of cases, for the desk only: each edit stores the whole case document.

Edits are not deleted with their case, so that a deleted case can be restored with its pictures.
"""

import json
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from stories.choices import EditKind
from stories.models.vocabulary import closed_list

DIGEST = 64  # hexadecimal digits of a SHA-256


class EditQuerySet(models.QuerySet["Edit"]):
    def of_case(self, case_pk: int) -> "EditQuerySet":
        """The edits of a case, the latest first."""
        return self.filter(case_pk=case_pk).order_by("-pk")


class Edit(models.Model):
    """The case document after an edit; for a deletion, the last document.

    `case_pk` is no foreign key: it survives the case, and primary keys are never reused. `packed`:
    the document of `exporter.dump` as compressed JSON. `stale`: the paths of texts whose Chinese
    was changed after their English.
    """

    case_pk = models.BigIntegerField(db_index=True, editable=False)
    slug = models.CharField(max_length=50)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=EditKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(max_length=150, blank=True)  # kept when the account is deleted
    at = models.DateTimeField(_("when"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)
    sha256 = models.CharField(max_length=DIGEST)
    packed = models.BinaryField()
    stale = models.JSONField(default=list)

    objects = EditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        constraints = [closed_list("kind", EditKind)]

    def __str__(self) -> str:
        return f"{self.slug} {self.pk}"

    @property
    def document(self) -> Any:
        return json.loads(zlib.decompress(bytes(self.packed)))


class EditedPicture(models.Model):
    """A picture in the document of an edit; its files are kept as long as the edit."""

    edit = models.ForeignKey(Edit, models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=32, db_index=True)

    def __str__(self) -> str:
        return self.name


class SavedForm(models.Model):
    """A form that was saved, so that sending it again changes nothing.

    `digest`: SHA-256 of the submission, or the token of a workbench form. `location`: the URL of
    the redirect, or the row created on the workbench; "" while it is being saved. `content`:
    SHA-256 of a workbench form's submission, "" elsewhere.
    """

    digest = models.CharField(max_length=DIGEST, unique=True)
    location = models.TextField()
    content = models.CharField(max_length=DIGEST, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]
