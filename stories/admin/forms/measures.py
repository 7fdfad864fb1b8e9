"""Forms of problems, measures and changes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm, KeywordsForm
from stories.admin.forms.case_choices import refuse_unknown, rows_by_key
from stories.admin.forms.citations import CitingForm, DatedForm, StatementForm
from stories.admin.forms.fields import (
    KeysField,
    ModelChoiceField,
    TermSelect,
    claim_field,
    gloss_field,
    passage_field,
    printed_field,
)
from stories.choices import ChangeSide, NotSaid
from stories.models.measures import Measure, TypeLink
from stories.models.vocabulary import MeasureType


class MeasureForm(KeywordsForm, DatedForm):
    events = ("when",)
    when_passage = passage_field()
    when_printed = printed_field()
    when_gloss = gloss_field()
    not_said = forms.MultipleChoiceField(
        label=_("not said"),
        choices=NotSaid.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the sources do not say of it, although a reader would ask."),
    )

    def clean_not_said(self) -> list[str]:
        """Existing entries in their stored order, then the new ones."""
        chosen: list[str] = self.cleaned_data["not_said"]
        before: list[str] = self.initial.get("not_said") or []
        return [*(name for name in before if name in chosen), *(set(chosen) - set(before))]


class ProblemForm(KeywordsForm, StatementForm):
    """A problem on the page of its case."""


class NewMeasureForm(StatementForm):
    type = ModelChoiceField(
        MeasureType.objects.all(),
        label=_("measure type"),
        widget=TermSelect(TypeLink._meta.get_field("type"), admin.site),
        help_text=_("The main one; further ones on its own page."),
    )

    def save_parts(self) -> None:
        super().save_parts()
        TypeLink.objects.create(measure=self.instance, type=self.cleaned_data["type"])


class ChangeForm(CitingForm):
    """Before and after, with the first citation of each."""

    events = tuple(ChangeSide.values)
    before_passage = passage_field(help_text=_("The first citation; further ones on its own page."))
    before_printed = printed_field()
    before_gloss = gloss_field()
    before_claim = claim_field()
    after_passage = passage_field()
    after_printed = printed_field()
    after_gloss = gloss_field()
    after_claim = claim_field()


class ChangePageForm(DeskForm):
    measures = KeysField(
        label=_("measures"),
        required=False,
        help_text=_("Keys of the measures that brought it about, with commas between."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["measures"] = [row.key for row in self.instance.measures.all()]

    def clean_measures(self) -> list[Measure]:
        keys = self.cleaned_data["measures"]
        rows = rows_by_key(Measure, self.lists.case, keys)
        refuse_unknown(keys, rows)
        return rows


class ChangeInlineForm(ChangePageForm, ChangeForm):
    """A change on the page of its case."""
