"""The form of a case; metrics and computed numbers are entered by their keys."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.case_choices import refuse_unknown, rows_by_key
from stories.admin.forms.citations import DatedForm
from stories.admin.forms.fields import KeysField, gloss_field, passage_field, printed_field
from stories.choices import TELLING_LIMIT, UnitCostState
from stories.models.case import InferredPlace
from stories.models.metrics import Derived, Metric
from stories.models.vocabulary import Place


class CaseForm(DatedForm):
    events = ("began", "ended")
    began_passage = passage_field()
    began_printed = printed_field()
    began_gloss = gloss_field()
    ended_passage = passage_field()
    ended_printed = printed_field()
    ended_gloss = gloss_field()
    telling = KeysField(
        label=_("telling numbers"),
        required=False,
        help_text=_(
            "Keys of the three to five metrics that tell most of the case, in order, with commas "
            "between. No targets."
        ),
    )
    place_inferred = forms.MultipleChoiceField(
        label=_("inferred places"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The places of the chain that no source prints."),
    )
    unit_cost_of = forms.CharField(
        label=_("number that gives it"),
        required=False,
        help_text=_("Key of the metric that states it, or of the computed number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.instance
        if not case.pk:
            return
        chain = Place.objects.with_chain().get(pk=case.place_id).chain
        places: Any = self.fields["place_inferred"]
        places.choices = [(row.code, str(row.label)) for row in chain]
        inferred = case.inferred_places.select_related("place")
        self.initial["place_inferred"] = [row.place.code for row in inferred]
        telling = case.metrics.exclude(telling_position=None).order_by("telling_position")
        self.initial["telling"] = list(telling.values_list("key", flat=True))
        self.initial["unit_cost_of"] = case.unit_cost_of.key if case.unit_cost_of else ""

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        state, key = self.cleaned_data.get("unit_cost_state"), self.cleaned_data["unit_cost_of"]
        rows = {UnitCostState.STATED: Metric, UnitCostState.COMPUTED: Derived}
        row = rows_by_key(rows[state], self.instance, [key])[0] if key and state in rows else None
        if key and row is None:
            self.add_error("unit_cost_of", _("There is no such number in this case."))
        if "unit_cost_of" in self.fields and state is not None:
            self.instance.unit_cost_metric = row if isinstance(row, Metric) else None
            self.instance.unit_cost_derived = row if isinstance(row, Derived) else None
        return self.cleaned_data

    def clean_telling(self) -> list[str]:
        keys: list[str] = self.cleaned_data["telling"]
        if len(set(keys)) < len(keys) or len(keys) > TELLING_LIMIT:
            raise ValidationError(_("At most five, each once."))
        refuse_unknown(keys, rows_by_key(Metric, self.instance, keys))
        return keys

    def save_parts(self) -> None:
        super().save_parts()
        if "telling" in self.changed_data:
            self.instance.metrics.update(telling_position=None)
            for n, key in enumerate(self.cleaned_data["telling"]):
                self.instance.metrics.filter(key=key).update(telling_position=n)
        if {"place_inferred", "place"} & set(self.changed_data):
            self._write_inferred_places()

    def _write_inferred_places(self) -> None:
        """Store the chosen places that are in the chain of the case's current place."""
        chosen = self.cleaned_data["place_inferred"]
        chain = Place.objects.with_chain().get(pk=self.instance.place_id).chain
        rows = {row.code: row for row in chain}
        self.instance.inferred_places.all().delete()
        InferredPlace.objects.bulk_create(
            InferredPlace(case=self.instance, position=n, place=rows[code])
            for n, code in enumerate(chosen)
            if code in rows
        )
