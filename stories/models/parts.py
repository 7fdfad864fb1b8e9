"""What the parts of a case have, whatever they say: a place among their like, a key, dates.

A part names its case by name only: the case is made of its parts, and comes after them.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from stories.choices import Basis
from stories.models.vocabulary import is_key
from stories.reading import dates
from stories.reading.faults import Finding


def is_edtf(text: str) -> None:
    """Raises ValidationError for what is no date of the kinds used here."""
    if finding := dates.fault(text):
        raise date_error(finding)


def date_error(finding: Finding) -> ValidationError:
    """What is wrong with a date, in the reader's language."""
    if finding.code == "not-edtf":
        return ValidationError(
            _("No EDTF date. Write 2021, 2021-09, 2021-09-15, 2021/2022, 2021/ or 2021/.. .")
        )
    return ValidationError(finding.words())


def basis_field() -> Any:
    return models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)


def keywords(label: Any) -> Any:
    """Words to find a part by that its texts do not hold, as a list."""
    return models.JSONField(label, default=list, blank=True)


class Part(models.Model):
    """A row of a case, in its place among its like."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class KeyedPart(Part):
    """Its unique constraint is the index of its case too."""

    key = models.CharField(
        _("key"),
        max_length=50,
        validators=[is_key],
        help_text=_("A short name within the case; addresses of parts end in it."),
    )

    class Meta(Part.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="%(class)s_key_once_in_a_case")
        ]
