"""Entry forms of the workbench, each for a part made from selected text; desk rules apply.

Each names its text pairs, its choices, and the filled-in fields that are folded away.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import KEY_TAKEN, DeskForm, TypedForm, end_of
from stories.admin.forms.citations import StatementForm
from stories.admin.forms.fields import claim_field, gloss_field, passage_field, printed_field
from stories.admin.forms.metrics import MetricForm
from stories.admin.forms.terms import TermField
from stories.admin.keys import free_key
from stories.choices import PRINTED_LIMIT, Basis, Claim, GlanceState, Kind, LeftOutReason
from stories.documents.faults import Fault
from stories.models.measures import Measure, Problem, Solve, TypeLink
from stories.models.metrics import Metric
from stories.models.questions import STATED, Glance
from stories.models.sources import Citation, LeftOut, Passage, Source
from stories.reading import quantities

if TYPE_CHECKING:
    BaseForm = forms.BaseForm
else:
    BaseForm = object

KEY_LENGTH = 6  # characters of the text from which a key is made


def hidden_passage() -> Any:
    return passage_field(widget=forms.HiddenInput, help_text=" ")


def chosen_words(**options: Any) -> forms.CharField:
    """The printed fragment, set by selecting text; read-only."""
    return printed_field(widget=forms.TextInput(attrs={"readonly": True}), help_text="", **options)


class Layout(BaseForm):
    """Groups the fields of a form. `pairs`: names of texts without language suffix."""

    pairs: ClassVar[tuple[str, ...]] = ()
    chosen: ClassVar[tuple[str, ...]] = ()
    folded: ClassVar[tuple[str, ...]] = ()

    def text_pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"{name}_zh"], self[f"{name}_en"]) for name in self.pairs]

    def chosen_fields(self) -> list[Any]:
        return [self[name] for name in self.chosen if name in self.fields]

    def folded_fields(self) -> list[Any]:
        return [self[name] for name in self.folded if name in self.fields]

    @property
    def cites_words(self) -> bool:
        return "printed" in self.fields

    @property
    def has_folded_errors(self) -> bool:
        return bool(set(self.folded) & set(self.errors))


class PartForm(Layout, DeskForm):
    """A part of a case; a new one is appended, with a generated key."""

    key_from: ClassVar[str] = ""  # field from which the key is made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"rows": 2, "cols": 30}

    @cached_property
    def changed_data(self) -> list[str]:
        """All fields of a new row, because prefilled values must be saved too."""
        return list(self.fields) if self.instance.pk is None else super().changed_data

    def clean(self) -> dict[str, Any] | None:
        if "key" in self.fields and not self.errors.get("key"):
            self.cleaned_data["key"] = self._key(self.cleaned_data.get("key") or "")
        return super().clean()

    def _key(self, given: str) -> str:
        rows = type(self.instance)._default_manager.filter(case=self.lists.case)
        taken = set(rows.exclude(pk=self.instance.pk).values_list("key", flat=True))
        if given and given in taken:
            self.add_error("key", KEY_TAKEN)
        return given or free_key(self._words_of_key(), taken) or "part"

    def _words_of_key(self) -> str:
        return str(self.cleaned_data.get(self.key_from) or "")[:KEY_LENGTH]

    def save(self, commit: bool = True) -> Any:
        row = self.instance
        if row.pk is None and hasattr(row, "position"):
            row.position = end_of(type(row)._default_manager.filter(**self._siblings()))
        return super().save(commit)

    def _siblings(self) -> dict[str, Any]:
        return {"case": self.lists.case}


class ProblemEntryForm(PartForm, StatementForm):
    type = TermField("problem-type", label=_("problem type"))
    passage, printed = hidden_passage(), chosen_words()
    pairs, chosen, folded = ("heading", "statement"), ("type", "gloss"), ("claim", "key")
    key_from = "heading_zh"

    class Meta:
        model = Problem
        fields = ["key", "type", "heading_zh", "heading_en", "statement_zh", "statement_en"]


class MeasureEntryForm(PartForm, StatementForm):
    type = TermField("measure-type", label=_("measure type"))
    solves = forms.ModelMultipleChoiceField(
        Problem.objects.none(),
        label=_("answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.ChoiceField(
        label=_("who says that it answers them"), choices=Basis, required=False
    )
    passage, printed = hidden_passage(), chosen_words()
    pairs, key_from = ("title", "summary"), "title_zh"
    chosen = ("type", "status", "solves", "gloss")
    folded = ("basis", "before_case", "claim", "key")

    class Meta:
        model = Measure
        fields = ["key", "title_zh", "title_en", "summary_zh", "summary_en", "status"]
        fields += ["before_case"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        problems: Any = self.fields["solves"]
        problems.queryset = Problem.objects.filter(case=self.lists.case)
        problems.label_from_instance = lambda problem: str(problem.heading or problem)
        row = self.instance
        if row.pk:
            self.initial["type"] = row.type.pk if row.type else None
            self.initial["solves"] = [solve.problem_id for solve in row.solves.all()]

    def save_parts(self) -> None:
        super().save_parts()
        row, given = self.instance, self.cleaned_data
        link = row.type_links.first() or TypeLink(measure=row)
        link.type = given["type"]
        row.type_links.filter(type=link.type).exclude(pk=link.pk).delete()  # the type was exchanged
        link.save()
        row.solves.exclude(problem__in=given["solves"]).delete()
        tied = set(row.solves.values_list("problem_id", flat=True))
        Solve.objects.bulk_create(
            Solve(
                measure=row,
                problem=problem,
                basis=given["basis"] or Basis.STATED,
                position=end_of(row.solves.all()) + n,
            )
            for n, problem in enumerate(given["solves"])
            if problem.pk not in tied
        )


class MetricEntryForm(PartForm, MetricForm):
    """Low, high and qualifier are read from the fragment unless the editor enters them."""

    indicator = TermField("indicator", label=_("indicator"))
    passage, printed = hidden_passage(), chosen_words(required=True)
    pairs = ("scope",)
    chosen = ("measure", "indicator", "kind", "gloss")
    folded = (
        *("qualifier", "low", "high", "reading_note_zh", "reading_note_en"),
        *("claim", "key"),
    )

    class Meta:
        model = Metric
        fields = ["key", "measure", "indicator", "kind", "qualifier", "low", "high"]
        fields += ["scope_zh", "scope_en", "reading_note_zh", "reading_note_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qualifier"].required = False
        self.fields["kind"].required = True
        measure: Any = self.fields["measure"]
        measure.empty_label = _("none: a number of the place itself")
        measure.choices = [("", measure.empty_label), *self._measures()]

    def _measures(self) -> list[tuple[int, str]]:
        return [(row.pk, str(row)) for row in Measure.objects.filter(case=self.lists.case)]

    def clean(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given.get("qualifier") and given.get("indicator") and given.get("printed"):
            self._fill_in(given["printed"], given["indicator"].unit_zh)
        if given.get("measure") is None and "kind" in given and given["kind"] != Kind.TARGET:
            given["kind"] = Kind.CONTEXT
        return super().clean()

    def _fill_in(self, printed: str, unit: str) -> None:
        found = quantities.read(printed)
        if len(found) != 1:
            fault = Fault("", "number-count", {"printed": printed, "count": len(found)})
            self.add_error("printed", fault.words())
            return
        low, high = quantities.in_unit(found[0], unit)
        self.cleaned_data |= {"low": low, "high": high, "qualifier": found[0].qualifier.value}

    def _words_of_key(self) -> str:
        indicator = self.cleaned_data.get("indicator")
        return indicator.slug if indicator else ""

    def _siblings(self) -> dict[str, Any]:
        return {"case": self.lists.case, "measure": self.instance.measure}


class CiteEntryForm(PartForm):
    """A further citation of a statement."""

    passage, printed = hidden_passage(), chosen_words(required=True)
    gloss, claim = gloss_field(), claim_field()
    chosen, folded = ("gloss",), ("claim",)

    class Meta:
        model = Citation
        fields = ["passage", "printed", "gloss", "claim"]

    def _siblings(self) -> dict[str, Any]:
        columns = ("case", "problem", "measure", "glance", "change", "follow_up")
        row = self.instance
        return {
            column: getattr(row, column) for column in columns if getattr(row, column) is not None
        }

    def clean_passage(self) -> Any:
        return required_passage(self.cleaned_data["passage"])

    def clean_claim(self) -> str:
        return self.cleaned_data["claim"] or Claim.REPORTED


def required_passage(passage: Passage | None) -> Passage:
    if passage is None:
        raise forms.ValidationError(_("Choose words in a passage."))
    return passage


class LeftOutEntryForm(PartForm):
    passage, printed = hidden_passage(), chosen_words(required=True)
    gloss = gloss_field()
    chosen, pairs = ("reason", "gloss"), ("note",)

    class Meta:
        model = LeftOut
        fields = ["passage", "printed", "gloss", "reason", "note_zh", "note_en"]

    def clean_passage(self) -> Any:
        return required_passage(self.cleaned_data["passage"])


class GlanceEntryForm(PartForm, StatementForm):
    """An answer with its citation, or that the source does not say."""

    passage, printed = hidden_passage(), chosen_words()
    pairs, chosen, folded = ("text",), ("state", "gloss"), ("claim",)

    class Meta:
        model = Glance
        fields = ["state", "text_zh", "text_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [choice for choice in GlanceState.choices if choice[0] != "not_coded"]
        if self.initial.get("state") == GlanceState.NOT_CODED:
            self.initial["state"] = GlanceState.STATED

    def clean(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        texts = {str(self[name].label) for name in ("text_zh", "text_en")}
        if given.get("state") == GlanceState.SILENT and texts & set(self.changed_by_others):
            self.add_error("state", _("An answer was written meanwhile: look at it first."))
        elif given.get("state") == GlanceState.SILENT:
            given |= {"text_zh": "", "text_en": "", "passage": None, "printed": "", "gloss": ""}
        elif given.get("state") in STATED and not given.get("passage"):
            self.add_error("printed", _("A stated answer cites a passage: choose its words."))
        return super().clean()

    def save_parts(self) -> None:
        super().save_parts()
        if self.instance.state == GlanceState.SILENT:
            self.instance.citations.all().delete()


class RestForm(TypedForm):
    """One open number; without a reason it stays open."""

    passage = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    printed = forms.CharField(widget=forms.HiddenInput, max_length=PRINTED_LIMIT)
    reason = forms.ChoiceField(
        label=_("reason"), choices=[("", "---------"), *LeftOutReason.choices], required=False
    )
    gloss = gloss_field(help_text="")


REST_LIMIT = 200  # numbers per form; the next ones follow once these are saved
RestFormSet = forms.formset_factory(RestForm, extra=0, max_num=REST_LIMIT, absolute_max=REST_LIMIT)


class SourceEntryForm(PartForm):
    """Fields of a source that its text does not state: URL, independence, English texts."""

    url = forms.URLField(label=_("address"), required=False, max_length=500, assume_scheme="https")
    pairs = ("title", "container", "url_note", "independence_note", "issued_note")
    chosen = ("url", "reported_by", "independence", "shows")

    class Meta:
        model = Source
        fields = ["title_zh", "title_en", "container_zh", "container_en", "url_note_zh"]
        fields += ["url_note_en", "independence_note_zh", "independence_note_en"]
        fields += ["issued_note_zh", "issued_note_en", "url", "reported_by", "independence"]
        fields += ["shows"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(self.instance.people.all())
        for person in self.people:
            field = forms.CharField(max_length=90, required=False, initial=person.name_en)
            field.label = _("%(name)s, in English") % {"name": person.name_zh}
            self.fields[f"person-{person.pk}"] = field
        self.remember([f"person-{person.pk}" for person in self.people])

    def chosen_fields(self) -> list[Any]:
        people = [self[f"person-{person.pk}"] for person in self.people]
        return [*people, *super().chosen_fields()]

    def save_parts(self) -> None:
        super().save_parts()
        for person in self.people:
            if (name := f"person-{person.pk}") in self.changed_data:
                person.name_en = self.cleaned_data[name]
                person.save(update_fields=["name_en"])
