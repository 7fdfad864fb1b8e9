"""Form fields and widgets of the desk that do not depend on a case."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from stories.choices import GLOSS_LIMIT, PRINTED_LIMIT, Claim
from stories.models.sources import Passage

EXCLUDED = "excluded"  # parameter of a list of terms: primary key of the row that is not offered

if TYPE_CHECKING:  # Django's own classes cannot be subscripted at run time
    ModelChoiceField = forms.ModelChoiceField[Any]
else:
    ModelChoiceField = forms.ModelChoiceField


class ListField(forms.CharField):
    """A list, entered as text with one entry per line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3, "cols": 40}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class LineNumbersField(ListField):
    """A list of line numbers, entered as 14, 16."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = str(value or "").replace(",", " ").replace("，", " ").split()
        if not all(word.isascii() and word.isdigit() and int(word) for word in words):
            raise ValidationError(_("Write numbers of lines, from 1, with commas between them."))
        return [int(word) for word in words]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return super().has_changed(initial, data)
        except ValidationError:
            return True


class KeysField(LineNumbersField):
    """An ordered list of keys, entered as lamps, households."""

    def to_python(self, value: Any) -> Any:
        return str(value or "").replace(",", " ").replace("，", " ").split()


def passage_field(**options: Any) -> ModelChoiceField:
    options = {"label": _("Passage"), "required": False, **options}
    return forms.ModelChoiceField(Passage.objects.none(), **options)


def printed_field(**options: Any) -> forms.CharField:
    options = {"label": _("Printed"), "required": False, **options}
    return forms.CharField(max_length=PRINTED_LIMIT, **options)


def gloss_field(**options: Any) -> forms.CharField:
    options = {"label": _("Gloss"), "required": False, **options}
    options.setdefault("help_text", _("The fragment in plain English."))
    return forms.CharField(max_length=GLOSS_LIMIT, **options)


def claim_field(**options: Any) -> forms.ChoiceField:
    options = {"label": _("Claim"), "required": False, **options}
    return forms.ChoiceField(choices=Claim.choices, initial=Claim.REPORTED, **options)


def keywords_field(label: Any) -> ListField:
    return ListField(
        label=label,
        required=False,
        help_text=_("Words to find it by that its texts do not hold, one a line."),
    )


class WriteOnlyTextarea(forms.Textarea):
    """A textarea that never renders its value, not even after a validation error."""

    def format_value(self, value: Any) -> str:
        return ""


def is_key(value: Any) -> bool:
    """Whether a submitted value can be a primary key: at most 18 digits, to fit in 8 bytes."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= 18


class TermSelect(AutocompleteSelect):
    """Select for one term with autocompletion; the row `present` is rendered without a query."""

    present: Model | None = None
    excluded: Model | None = None  # the row that the list does not offer

    def get_url(self) -> str:
        url: str = super().get_url()
        return f"{url}?{urlencode({EXCLUDED: self.excluded.pk})}" if self.excluded else url

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        if self.present is None or value != [str(self.present.pk)]:
            return super().optgroups(name, _keys(value), attrs)
        label = self.choices.field.label_from_instance(self.present)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.present.pk, label, True, len(empty))
        return [(None, [*empty, chosen], 0)]


class TermSelectMultiple(AutocompleteSelectMultiple):
    """Select for several terms. Values that cannot be keys become "?", which fails validation."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        return [value if is_key(value) else "?" for value in sent or ()]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, _keys(value), attrs)


def _keys(values: Any) -> list[Any]:
    """Without values that cannot be keys, so that a form with errors can be rendered."""
    return [value for value in values if value == "" or is_key(value)]
