"""Base classes and validators for the parts of a case: position, key, dates.

Parts refer to the case model by name only, because the module of the case imports theirs.
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
    """Raise ValidationError unless the text is an EDTF date of a supported kind."""
    if finding := dates.fault(text):
        raise date_error(finding)


def date_error(finding: Finding) -> ValidationError:
    """The fault of a date as a ValidationError in the active language."""
    if finding.code == "not-edtf":
        return ValidationError(
            _("No EDTF date. Write 2021, 2021-09, 2021-09-15, 2021/2022, 2021/ or 2021/.. .")
        )
    return ValidationError(finding.words())


def basis_field() -> Any:
    return models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)


def keywords(label: Any) -> Any:
    """A list of search words for a part that do not occur in its texts."""
    return models.JSONField(label, default=list, blank=True)


class Part(models.Model):
    """A row of a case with a position among its siblings."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class KeyedPart(Part):
    """A part with a key; its unique constraint serves as index of the case, too."""

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
