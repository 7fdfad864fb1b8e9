"""Forms for merging and renaming a term, and for exchanging terms on many parts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.fields import ModelChoiceField, TermSelect
from stories.choices import TermStatus
from stories.models.vocabulary import Indicator, Place, is_key
from stories.publishing.term_changes import key_of


class MergeForm(forms.Form):
    """`into`: the term that replaces this one."""

    def __init__(self, *args: Any, term: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term
        model = type(term)
        column = model._meta.get_field("parent" if model is Place else "replaced_by")
        widget = TermSelect(column, admin.site)
        widget.excluded = term
        self.fields["into"] = ModelChoiceField(
            _active(model, term),
            label=_("into"),
            widget=widget,
            help_text=_("Every case that has this term has that one instead."),
        )

    def clean_into(self) -> Any:
        into = self.cleaned_data["into"]
        if into == self.term:
            raise ValidationError(_("A term is not merged into itself: choose another one."))
        if isinstance(into, Indicator):
            counted = [(row.dimension, row.unit_zh) for row in (into, self.term)]
            if counted[0] != counted[1]:
                raise ValidationError(_("They count in different units."))
        if isinstance(into, Place):
            if into.level != self.term.level:
                raise ValidationError(_("They are places of different levels."))
            if self.term in into.chain:
                raise ValidationError(_("A place does not lie in itself."))
        return into


class RenameForm(forms.Form):
    key = forms.CharField(
        label=_("new slug or code"),
        max_length=50,
        validators=[is_key],
        help_text=_("The old address leads to the new one, for good."),
    )

    def __init__(self, *args: Any, term: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        column = "code" if isinstance(self.term, Place) else "slug"
        if key == key_of(self.term) or type(self.term)._default_manager.filter(**{column: key}):
            raise ValidationError(_("There is a term with this slug or code already."))
        return key


class ExchangeForm(forms.Form):
    """Replaces `old` with `new`; if one is empty, adds `new` or removes `old`."""

    def __init__(self, *args: Any, column: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = column.related_model
        for name, label, rows in (
            ("old", _("instead of"), model._default_manager.all()),
            ("new", _("from now on"), _active(model)),
        ):
            widget = TermSelect(column, admin.site)
            self.fields[name] = ModelChoiceField(rows, label=label, required=False, widget=widget)
        self.fields["old"].help_text = _("Empty: the other is added.")
        self.fields["new"].help_text = _("Empty: the other is removed.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("old") == given.get("new") and not self.errors:
            raise ValidationError(_("Choose one term, or two different ones."))
        return given


def _active(model: Any, term: Any = None) -> Any:
    """Active terms, `term`, and those that it has replaced, to revert a merge."""
    rows = model._default_manager.all()
    if model is Place:
        return rows
    is_own = Q(pk=term.pk) | Q(replaced_by=term) if term else Q()
    return rows.filter(Q(status=TermStatus.ACTIVE) | is_own)
