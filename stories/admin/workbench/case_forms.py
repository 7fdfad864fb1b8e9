"""Forms of the workbench for the case as a whole: summary texts, dates, gists of passages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import TypedForm
from stories.admin.forms.fields import gloss_field, passage_field
from stories.admin.workbench.forms import Layout, PartForm, chosen_words
from stories.choices import TELLING_LIMIT, DatedEvent, Inferred
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.parts import is_edtf
from stories.models.sources import Citation, Passage
from stories.reading import date_fragments

ENDS = (DatedEvent.BEGAN.value, DatedEvent.ENDED.value)


class CaseEntryForm(PartForm):
    """The texts at the top of a case, and its telling numbers."""

    telling = forms.MultipleChoiceField(
        label=_("telling numbers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The three to five that tell most of the case."),
    )
    pairs = (
        *("title", "key_message", "abstract", "name_as_reported", "unit_cost_note"),
        "period_note",
    )
    chosen = ("telling",)

    class Meta:
        model = Case
        fields = ["title_zh", "title_en", "key_message_zh", "key_message_en", "abstract_zh"]
        fields += ["abstract_en", "name_as_reported_zh", "name_as_reported_en"]
        fields += ["unit_cost_note_zh", "unit_cost_note_en", "period_note_zh", "period_note_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        metrics = Metric.objects.filter(case=self.instance).select_related("indicator", "measure")
        telling: Any = self.fields["telling"]
        telling.choices = [(row.key, _with_measure(row)) for row in metrics]
        chosen = [row for row in metrics if row.telling_position is not None]
        self.initial["telling"] = [
            row.key for row in sorted(chosen, key=lambda row: row.telling_position or 0)
        ]

    def clean_telling(self) -> list[str]:
        """Keep the existing order and append new ones."""
        keys: list[str] = self.cleaned_data["telling"]
        if len(keys) > TELLING_LIMIT:
            raise ValidationError(_("At most five, each once."))
        before: list[str] = self.initial["telling"]
        return [*(key for key in before if key in keys), *(k for k in keys if k not in before)]

    def save_parts(self) -> None:
        super().save_parts()
        rows = self.instance.metrics
        rows.update(telling_position=None)
        for n, key in enumerate(self.cleaned_data["telling"]):
            rows.filter(key=key).update(telling_position=n)


def _with_measure(row: Metric) -> str:
    return f"{row.indicator} ({row.measure})" if row.measure else str(row.indicator)


class PlainForm(Layout, TypedForm):
    """A form of the workbench that is not bound to a row."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case


class DateEntryForm(PlainForm):
    """A date of the case (began, ended) or of a measure, with its citation."""

    of = forms.ChoiceField(label=_("the date of"))
    edtf = forms.CharField(label=_("date"), validators=[is_edtf], max_length=40)
    inferred = forms.ChoiceField(
        label=_("inferred"), choices=[("", "---------"), *Inferred.choices], required=False
    )
    gloss = gloss_field()
    passage = passage_field(widget=forms.HiddenInput, required=True)
    printed = chosen_words(required=True)
    chosen, folded = ("of", "gloss"), ("edtf", "inferred")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passages: Any = self.fields["passage"]
        passages.queryset = Passage.objects.filter(source__case=self.case)
        targets: Any = self.fields["of"]
        targets.choices = date_targets(self.case)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors:
            issued = given["passage"].source.issued or None
            inferred = given["inferred"] or None
            if finding := date_fragments.disagreement(
                given["printed"], given["edtf"], inferred, issued
            ):
                self.add_error("edtf", finding.words())
            self._compare_with_the_other_end(given)
        return given

    def _compare_with_the_other_end(self, given: dict[str, Any]) -> None:
        if given["of"] in ENDS:
            setattr(self.case, given["of"], given["edtf"])
            try:
                self.case.clean()
            except ValidationError as error:
                self.add_error("edtf", error.messages[0])

    def save(self) -> Case | Measure:
        """Store the date on its row and replace its citation. The row."""
        given = self.cleaned_data
        event, _dash, pk = given["of"].partition("-")
        row = Measure.objects.get(case=self.case, pk=int(pk)) if pk else self.case
        setattr(row, event, given["edtf"])
        setattr(row, f"{event}_inferred", given["inferred"])
        row.save()
        row.citations.filter(event=event).delete()
        target = {"measure": row} if pk else {"case": row}
        Citation.objects.create(
            event=event,
            passage=given["passage"],
            printed=given["printed"],
            gloss=given["gloss"],
            **target,
        )
        return row


def date_targets(case: Case) -> list[tuple[str, Any]]:
    """The (key, label) choices for what is dated; those without a date first."""
    found: list[tuple[bool, str, Any]] = [
        (bool(getattr(case, event)), event, gettext("the case: %(event)s") % {"event": label})
        for event, label in DatedEvent.choices
        if event in ENDS
    ]
    for row in Measure.objects.filter(case=case):
        label = gettext("measure: %(measure)s") % {"measure": row}
        found.append((bool(row.when), f"when-{row.pk}", label))
    found.sort(key=lambda target: target[0])
    return [
        (key, gettext("%(what)s (there is a date already)") % {"what": label} if has else label)
        for has, key, label in found
    ]


class GistEntryForm(PlainForm):
    """The gists of passages: what each says, in the editor's words."""

    def __init__(self, *args: Any, passages: list[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passages = passages
        for row in passages:
            for language in ("zh", "en"):
                self.fields[f"gist-{row.pk}_{language}"] = forms.CharField(
                    label=_("passage %(locator)s") % {"locator": row.locator},
                    required=False,
                    initial=getattr(row, f"gist_{language}"),
                    show_hidden_initial=True,
                    widget=forms.Textarea(attrs={"rows": 2, "cols": 30}),
                )

    def text_pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"gist-{row.pk}_zh"], self[f"gist-{row.pk}_en"]) for row in self.passages]

    def save(self) -> Case:
        for row in self.passages:
            for language in ("zh", "en"):
                # An unchanged text may have been changed by another editor.
                if (name := f"gist-{row.pk}_{language}") in self.changed_data:
                    setattr(row, f"gist_{language}", self.cleaned_data[name])
        Passage.objects.bulk_update(self.passages, ["gist_zh", "gist_en"])
        return self.case
