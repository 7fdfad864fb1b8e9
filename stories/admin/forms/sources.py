"""Forms of sources and passages. Names of private persons are stored as fingerprints only."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm
from stories.admin.forms.fields import LineNumbersField, ListField, WriteOnlyTextarea
from stories.documents import privacy


class PassageForm(DeskForm):
    lines = LineNumbersField(
        label=_("raw lines"), required=False, help_text=_("Of the raw file, from 1: 14, 16.")
    )


class SourceForm(DeskForm):
    marks = ListField(
        label=_("marks"),
        required=False,
        help_text=_("Strings that a scraper put into the text, one a line."),
    )
    withhold = ListField(
        label=_("names to withhold"),
        required=False,
        widget=WriteOnlyTextarea(attrs={"rows": 3, "cols": 40, "autocomplete": "off"}),
    )
    forget_names = forms.BooleanField(label=_("forget the names withheld so far"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = _(
            "Names of private persons whom the source names, one a line: no text may hold them. "
            "Only fingerprints are stored; what is typed here is not shown again. Stored so far: "
            "%(count)s."
        )
        self.fields["withhold"].help_text = message % {"count": len(self.instance.withheld_names)}

    def clean_withhold(self) -> list[str]:
        names: list[str] = self.cleaned_data["withhold"]
        if not all(privacy.can_be_found(name) for name in names):
            raise ValidationError(
                _("A name has two to four Chinese characters, or more with a · in it.")
            )
        return names

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        row, given = self.instance, self.cleaned_data
        current = [] if given.get("forget_names") else row.withheld_names
        if current and "key" in self.changed_data:
            self.add_error("key", _("Names are withheld by this key: forget them first."))
        key = given.get("key", row.key)
        new = [privacy.fingerprint(key, name) for name in given.get("withhold") or []]
        if not self.errors:
            row.withheld_names = list(dict.fromkeys([*current, *new]))
        return self.cleaned_data
