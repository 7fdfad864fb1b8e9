"""Choosing a place: a row of the library or an entry of the code table, and a place below it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stories.admin import code_table
from stories.admin.forms.base import TypedForm
from stories.admin.forms.terms import Choice, TermBox, TermField
from stories.choices import PlaceLevel
from stories.models.vocabulary import Place
from stories.reading.divisions import Division

BELOW = [
    (level.value, level.label)
    for level in PlaceLevel
    if level not in (PlaceLevel.PROVINCE, PlaceLevel.CITY, PlaceLevel.COUNTY)
]


class PlaceBox(TermBox):
    def __init__(self) -> None:
        super().__init__("place")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["url"] = reverse("admin:stories_case_all_terms", args=["place"])
        if division := code_table.division_of(str(value or "")):
            context["chosen"] = Choice.of_division(division)
        return context


class PlaceField(TermField):
    """A place of the library, or a division of the code table that has no row yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__("place", **options)
        self.widget = PlaceBox()
        self.widget.is_required = self.required

    def clean(self, value: Any) -> Place | Division | None:
        if division := code_table.division_of(str(value or "")):
            return division
        found: Place | None = super().clean(value)
        return found


class PlaceChoice(TypedForm):
    """A place, and optionally a place below it, named as in the source."""

    place = PlaceField(
        label=_("place"),
        help_text=_(
            "By its name or a former one, a part of it, pinyin or code: of the places of the "
            "library, and of all provinces, prefectures and counties."
        ),
    )
    below_zh = forms.CharField(
        label=_("in it, Chinese"),
        required=False,
        max_length=60,
        help_text=_("The community, street or estate, where it is meant: 育才社区."),
    )
    below_en = forms.CharField(
        label=_("in it, English"),
        required=False,
        max_length=90,
        help_text=_("Empty: proposed from the pinyin, and marked so."),
    )
    below_level = forms.ChoiceField(
        label=_("which is a"),
        required=False,
        choices=[("", _("as its name says")), *BELOW],
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if name_zh := given.get("below_zh"):
            given["below_level"] = given.get("below_level") or code_table.level_of(name_zh)
            if not given["below_level"]:
                message = _("The name does not say what it is: choose it.")
                self.add_error("below_level", ValidationError(message))
        elif given.get("below_en"):
            self.add_error("below_zh", ValidationError(_("Write the Chinese name too.")))
        return given


def chosen(given: dict[str, Any]) -> Place:
    """The row of the chosen place, created if missing."""
    place: Any = given["place"]
    row: Place = code_table.adopt(place) if isinstance(place, Division) else place
    if given["below_zh"]:
        return code_table.below(row, given["below_zh"], given["below_en"], given["below_level"])
    return row
