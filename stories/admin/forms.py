"""Forms of the desk: what a case document asks of a row, asked at the field.

A form knows its case: passages, problems and metrics of other cases are not on offer.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from stories.admin.fault_rows import field_of
from stories.choices import (
    GLOSS_LIMIT,
    PRINTED_LIMIT,
    TELLING_LIMIT,
    ChangeSide,
    Claim,
    NotSaid,
    TermStatus,
    UnitCostState,
    VersionKind,
)
from stories.documents import checks, privacy
from stories.models.case import (
    Case,
    Derived,
    InferredPlace,
    Measure,
    Metric,
    Operand,
    Problem,
    TypeLink,
)
from stories.models.sources import Citation, Passage, Source
from stories.models.vocabulary import MeasureType, Place, Tag
from stories.pictures import formats
from stories.pictures.formats import PictureError, Renditions
from stories.publishing.publisher import Note
from stories.reading import characters, date_fragments, dates
from stories.reading.faults import Bare, Finding

if TYPE_CHECKING:  # Django's own classes cannot be subscripted at run time
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    ModelChoiceField = forms.ModelChoiceField[Any]
else:
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet
    ModelChoiceField = forms.ModelChoiceField

KEYS = ("slug", "code", "key")  # what stands in addresses and documents
INVISIBLE_TOO = ("marks",)  # what scrapers put into a text may be invisible
POSITION_LIMIT = 32_767  # what the column holds on PostgreSQL
LATER = _("May wait until the case is published.")


# ---------------------------------------------------------------- fields


class ListField(forms.CharField):
    """A list as text: one entry a line."""

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
    """The numbers of lines, as 14, 16."""

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
    """Keys in their order, as lamps, households."""

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


class UnshownTextarea(forms.Textarea):
    """What is typed into it is not shown again, not even when the page is refused."""

    def format_value(self, value: Any) -> str:
        return ""


class TermSelect(AutocompleteSelect):
    """One term, searched for; the present one is named without a query where its row is at hand."""

    present: Model | None = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        if self.present is None or value != [str(self.present.pk)]:
            return super().optgroups(name, value, attrs)
        label = self.choices.field.label_from_instance(self.present)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.present.pk, label, True, len(empty))
        return [(None, [*empty, chosen], 0)]


# ---------------------------------------------------------------- what a case has to choose from


class CaseLists:
    """What the fields of one case choose among; each list is asked for once a form class."""

    def __init__(self, case: Case | None) -> None:
        self.case = case
        self._known: dict[str, list[Any]] = {}

    @property
    def is_addressed(self) -> bool:
        """Whether addresses of the case and its parts have ever been public."""
        return bool(self.case and self.case.published_at)

    def limit(self, name: str, field: Any) -> None:
        kind = "passage" if name.endswith("passage") else name
        if kind == "passage" or kind in _CHOSEN_FROM:
            field.queryset = self._rows(kind)
            if kind not in self._known:
                self._known[kind] = self._choices(kind)
            if kind == "passage" and not field.help_text:
                field.help_text = _("Of a source of this case; add passages on its page.")
            blank = [("", "---------")] if field.empty_label is not None else []
            field.choices = [*blank, *self._known[kind]]

    def _rows(self, kind: str) -> QuerySet[Any]:
        if kind == "passage":
            rows = Passage.objects.filter(source__case=self.case).select_related("source")
            return rows.order_by("source__position", "source__pk", "position", "pk")
        rows_of_case: QuerySet[Any] = _CHOSEN_FROM[kind].objects.filter(case=self.case)
        return rows_of_case.select_related("indicator") if kind == "whole_metric" else rows_of_case

    def _choices(self, kind: str) -> list[Any]:
        rows = self._rows(kind)
        if kind != "passage":
            return [(row.pk, _chosen_as(row)) for row in rows]
        groups: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            groups.setdefault(row.source.key, []).append((row.pk, str(row)))
        return list(groups.items())


# field of a form → the rows of its case that it chooses among
_CHOSEN_FROM: dict[str, Any] = {
    "measure": Measure,
    "problem": Problem,
    "same_report_as": Source,
    "whole_metric": Metric,
}


def _chosen_as(row: Any) -> str:
    return f"{row.key}: {row.indicator if isinstance(row, Metric) else row}"


# ---------------------------------------------------------------- forms


class DeskForm(ModelForm):
    """What every form of the desk does; `lists` are those of one request."""

    lists: ClassVar[CaseLists] = CaseLists(None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.lists.limit(name, field)
            widget = getattr(field.widget, "widget", field.widget)  # within the link to add a term
            if isinstance(widget, TermSelect):
                widget.present = self.instance._state.fields_cache.get(name)
            if self._may_wait(name) and field.required:
                field.required = False
                field.help_text = field.help_text or LATER
            if name in KEYS and self.instance.pk and self._is_addressed():
                field.disabled = True
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = _("Empty: at the end.")
            self.fields["position"].validators.append(MaxValueValidator(POSITION_LIMIT))
            if not self.instance.pk:
                self.initial["position"] = None

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for name in list(self.cleaned_data):
            if name not in INVISIBLE_TOO:
                self._drop_invisible(name)
            if fault := self._fault(name, self.cleaned_data[name]):
                self.add_error(name, fault)
        return self.cleaned_data

    def clean_position(self) -> int | None:
        position: int | None = self.cleaned_data["position"]
        return self.initial.get("position") if position is None else position

    def _may_wait(self, name: str) -> bool:
        """English words may follow the Chinese ones; before publishing, the check wants both."""
        return name.endswith("_en")

    def _is_addressed(self) -> bool:
        return self.lists.is_addressed

    def _drop_invisible(self, name: str) -> None:
        """From texts and lists of texts, what no reader would miss; a blank one is none."""
        value = self.cleaned_data[name]
        if isinstance(value, list):
            found = [(part, _visible(part)) for part in value]
            self.cleaned_data[name] = [new for old, new in found if new != "" or old == ""]
        else:
            self.cleaned_data[name] = _visible(value)

    def _fault(self, name: str, value: Any) -> Any:
        if self.fields[name].required and value == "":  # nothing is left of it
            return self.fields[name].error_messages["required"]
        if isinstance(value, str) and any(ord(character) < 32 for character in value):
            return _("One paragraph: no line breaks.")
        texts = value if isinstance(value, list) and name not in INVISIBLE_TOO else [value]
        for text in texts:
            if isinstance(text, str) and (character := characters.invisible(text)):
                return _invisible(character)
        if name in self.changed_data:
            chosen = [value] if isinstance(value, Model) else value
            if isinstance(chosen, list | QuerySet):
                return self._deprecated(name, chosen)
        return None

    def _deprecated(self, name: str, chosen: Iterable[Any]) -> Any:
        before = self.initial.get(name)
        current = {
            getattr(row, "pk", row) for row in (before if isinstance(before, list) else [before])
        }
        for term in chosen:
            if getattr(term, "status", "") == TermStatus.DEPRECATED and term.pk not in current:
                instead = term.replaced_by or _("another term")
                return _("“%(term)s” is deprecated; choose %(instead)s.") % {
                    "term": term,
                    "instead": instead,
                }
        return None


def _invisible(character: str) -> str:
    return Finding("invisible-character", {"character": Bare(character)}).words()


def _visible(value: Any) -> Any:
    dropped = characters.without_harmless(value) if isinstance(value, str) else value
    return dropped.strip() if dropped != value else value


class CitingForm(DeskForm):
    """Gives a statement, number or date its citation in its own row: passage, printed, gloss and,
    but for dates, claim."""

    # "" is the statement itself, else a date or a side of a change
    events: ClassVar[tuple[str, ...]] = ("",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for event in self.events if self.instance.pk else ():
            if citation := self._citation(event):
                for column, name in self._citing(event).items():
                    self.initial[name] = getattr(citation, column)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for event in self.events:
            names = self._citing(event)
            passage, printed = names["passage_id"], names["printed"]
            given = [bool(self.cleaned_data.get(name)) for name in (passage, printed)]
            if all(given):
                self._compare(event, self.cleaned_data[printed])
            elif self._is_begun(names) and not self.errors.keys() & {passage, printed}:
                missing = printed if given[0] else passage
                self.add_error(missing, _("A citation has a passage and a printed fragment."))
        return self.cleaned_data

    def _is_begun(self, names: dict[str, str]) -> bool:
        """Whether anything of a citation was filled in; a claim alone is always chosen."""
        filled = (name for column, name in names.items() if column != "claim")
        return any(self.cleaned_data.get(name) for name in filled)

    def _compare(self, event: str, printed: str) -> None:
        """Adds an error where the row says something else than the printed fragment."""

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        for event in self.events:
            if set(self._citing(event).values()) & set(self.changed_data):
                self._write_citation(event)

    def _write_citation(self, event: str) -> None:
        given = {
            column: self.cleaned_data.get(name) for column, name in self._citing(event).items()
        }
        current = self.instance.citations.filter(event=event).first()
        passage = given.pop("passage_id")
        if not passage:
            if current:
                current.delete()
            return
        citation = current or Citation(event=event, **{_target(self.instance): self.instance})
        citation.passage = passage
        for column, value in given.items():
            setattr(citation, column, value or (Claim.REPORTED if column == "claim" else ""))
        citation.save()

    def _citing(self, event: str) -> dict[str, str]:
        """column of the citation → the field of this form that fills it."""
        start = f"{event}_" if event else ""
        columns = ("passage_id", "printed", "gloss", "claim")
        names = {column: f"{start}{column.removesuffix('_id')}" for column in columns}
        return {column: name for column, name in names.items() if name in self.fields}

    def _citation(self, event: str) -> Citation | None:
        return next((row for row in self.instance.citations.all() if row.event == event), None)


def _target(row: Model) -> str:
    """The column by which a citation points to this row."""
    field: Any = type(row)._meta.get_field("citations")
    return str(field.field.name)


class DatedForm(CitingForm):
    """A row with dates; each date's citation stands beside it."""

    def _compare(self, event: str, printed: str) -> None:
        edtf = self.cleaned_data.get(event)
        if event not in self.cleaned_data:
            return
        if not edtf:
            self.add_error(event, _("The fragment is there, the date is not."))
            return
        try:
            inferred = self.cleaned_data.get(f"{event}_inferred") or None
            passage = self.cleaned_data.get(f"{event}_passage")
            issued = passage.source.issued if passage else None
            if finding := date_fragments.disagreement(printed, edtf, inferred, issued):
                self.add_error(event, finding.words())
        except dates.DateError:
            return  # the field's own validator says it


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
        row = _by_key(rows[state], self.instance, [key])[0] if key and state in rows else None
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
        _refuse_unknown(keys, _by_key(Metric, self.instance, keys))
        return keys

    def _save_m2m(self) -> None:
        super()._save_m2m()
        if "telling" in self.changed_data:
            self.instance.metrics.update(telling_position=None)
            for n, key in enumerate(self.cleaned_data["telling"]):
                self.instance.metrics.filter(key=key).update(telling_position=n)
        if {"place_inferred", "place"} & set(self.changed_data):
            self._write_inferred_places()

    def _write_inferred_places(self) -> None:
        """Of those chosen, the ones that are in the chain of the case’s place as it is now."""
        chosen = self.cleaned_data["place_inferred"]
        chain = Place.objects.with_chain().get(pk=self.instance.place_id).chain
        rows = {row.code: row for row in chain}
        self.instance.inferred_places.all().delete()
        InferredPlace.objects.bulk_create(
            InferredPlace(case=self.instance, position=n, place=rows[code])
            for n, code in enumerate(chosen)
            if code in rows
        )

    def _may_wait(self, name: str) -> bool:
        return super()._may_wait(name) or name in ("key_message_zh", "abstract_zh")


def _by_key(model: Any, case: Any, keys: Sequence[str]) -> list[Any]:
    """The rows of a case with these keys, in their order; None where there is none."""
    found = model.objects.filter(case=case, key__in=keys) if keys else ()
    rows = {row.key: row for row in found}
    return [rows.get(key) for key in keys]


def _refuse_unknown(keys: Sequence[str], rows: Sequence[Any]) -> None:
    if unknown := [key for key, row in zip(keys, rows, strict=True) if row is None]:
        raise ValidationError(_("There is no “%(key)s” in this case."), params={"key": unknown[0]})


class KeywordsForm(DeskForm):
    keywords_zh = keywords_field(_("keywords, Chinese"))
    keywords_en = keywords_field(_("keywords, English"))


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
        """The order in which they were chosen first is kept."""
        chosen: list[str] = self.cleaned_data["not_said"]
        before: list[str] = self.initial.get("not_said") or []
        return [*(name for name in before if name in chosen), *(set(chosen) - set(before))]

    def _may_wait(self, name: str) -> bool:
        return super()._may_wait(name) or name == "summary_zh"


class StatementForm(CitingForm):
    """A new measure, a problem or a glance answer, with its first citation."""

    passage = passage_field(help_text=_("The first citation; further ones on its own page."))
    printed = printed_field(help_text=_("The fragment that carries it, copied exactly."))
    gloss = gloss_field()
    claim = claim_field()

    def _may_wait(self, name: str) -> bool:
        return super()._may_wait(name) or name == "summary_zh"


class ProblemForm(KeywordsForm, StatementForm):
    """A problem in the page of its case."""


class NewMeasureForm(StatementForm):
    type = ModelChoiceField(
        MeasureType.objects.all(),
        label=_("measure type"),
        widget=TermSelect(TypeLink._meta.get_field("type"), admin.site),
        help_text=_("The main one; further ones on its own page."),
    )

    def _save_m2m(self) -> None:
        super()._save_m2m()
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


class SideForm(DeskForm):
    """A citation of one side of a change."""

    side: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.event = self.side

    @classmethod
    def of(cls, side: str) -> type["SideForm"]:
        return type(f"{side.title()}Form", (cls,), {"side": side})


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
        rows = _by_key(Measure, self.lists.case, keys)
        _refuse_unknown(keys, rows)
        return rows


class ChangeInlineForm(ChangePageForm, ChangeForm):
    """A change in the page of its case."""


class NumberForm(CitingForm):
    """Numbers without the zeros that their columns keep."""

    numbers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.numbers:
            number = self.initial.get(name)
            if isinstance(number, Decimal):
                self.initial[name] = Decimal(f"{number.normalize():f}")


class MetricForm(NumberForm):
    """A number with its citation: what the fragment prints is what the row says."""

    numbers = ("low", "high")
    passage = passage_field(help_text=_("Where the number is printed."))
    printed = printed_field(
        help_text=_("The fragment that holds this one number, copied exactly: 四百多盏.")
    )
    gloss = gloss_field()
    claim = claim_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.lists.case and not self.instance.case_id:
            self.instance.case = self.lists.case

    def _get_validation_exclusions(self) -> set[str]:
        """A key is unique in the whole case, so the case takes part in the validation."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - {"case"}

    def _compare(self, event: str, printed: str) -> None:
        row = self.cleaned_data
        if not (row.get("indicator") and row.get("qualifier")) or self.errors:
            return
        unit = (row["indicator"].dimension, row["indicator"].unit_zh)
        bounds = (row.get("low"), row.get("high"), row["qualifier"])
        is_overruled = bool(row.get("reading_note_zh") or row.get("reading_note_en"))
        if fault := checks.number_fault(bounds, printed, unit, is_overruled):
            self.add_error(field_of(fault.path, self.fields), fault.words())


class DerivedForm(NumberForm):
    numbers = ("value",)
    events = ()
    of = KeysField(
        label=_("of"),
        help_text=_("Keys of metrics of this case, in order, with commas between: a ratio is a/b."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["of"] = [row.metric.key for row in self.instance.operands.all()]

    def clean_of(self) -> list[Metric]:
        keys: list[str] = self.cleaned_data["of"]
        metrics = _by_key(Metric, self.lists.case, keys)
        _refuse_unknown(keys, metrics)
        return metrics

    def _save_m2m(self) -> None:
        super()._save_m2m()
        if "of" in self.changed_data:
            self.instance.operands.all().delete()
            Operand.objects.bulk_create(
                Operand(derived=self.instance, position=n, metric=metric)
                for n, metric in enumerate(self.cleaned_data["of"])
            )


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
        widget=UnshownTextarea(attrs={"rows": 3, "cols": 40, "autocomplete": "off"}),
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


def read_upload(upload: Any) -> Renditions | PictureError:
    """What an uploaded file turns out to be: found out once, which takes a second or two."""
    if not hasattr(upload, "found"):
        try:
            formats.refuse_size(upload.size)
            upload.found = formats.read(upload.read())
        except PictureError as error:
            upload.found = error
    found: Renditions | PictureError = upload.found
    return found


class PictureForm(DeskForm):
    """What a picture is, its content says; a file that is refused is refused at its field."""

    file = forms.FileField(
        label=_("file"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=_(
            "JPEG, PNG, WebP or AVIF, at most 20 MB and 50 million pixels. Stored without its "
            "metadata, the place where it was taken included."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.instance.pk

    def clean_file(self) -> Renditions | None:
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        found = read_upload(upload)
        if isinstance(found, PictureError):
            raise ValidationError(str(found)) from found
        self.instance.show(found)
        return found

    def _may_wait(self, name: str) -> bool:
        return False


SYNONYMS_HELP = _("Words that mean all of it, one a line. They find the cases that have it.")
EXAMPLES_HELP = _("Words for one instance of it, one a line. They only suggest it to readers.")


class LabelledForm(DeskForm):
    """A value of a vocabulary; `is_in_use` is set by the desk for the row at hand."""

    is_in_use: ClassVar[bool] = False
    synonyms_zh = ListField(label=_("synonyms, Chinese"), required=False, help_text=SYNONYMS_HELP)
    synonyms_en = ListField(label=_("synonyms, English"), required=False, help_text=SYNONYMS_HELP)

    def _may_wait(self, name: str) -> bool:
        return False

    def _is_addressed(self) -> bool:
        return self.is_in_use


class TermForm(LabelledForm):
    """A term; places have no instances, and so no examples."""

    examples_zh = ListField(label=_("examples, Chinese"), required=False, help_text=EXAMPLES_HELP)
    examples_en = ListField(label=_("examples, English"), required=False, help_text=EXAMPLES_HELP)


class TagForm(TermForm):
    def clean_label_zh(self) -> str:
        """taggit's own name of a tag is its Chinese label, and unique."""
        label: str = self.cleaned_data["label_zh"]
        if Tag.objects.filter(name=label).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a tag with this label already."))
        return label


def end_of(rows: QuerySet[Any]) -> int:
    """The position behind the last of the rows: 1 query."""
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, POSITION_LIMIT)


class DeskFormSet(InlineFormSet):
    """Rows in an inline: a new one goes to the end."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        if hasattr(form.instance, "position") and form.instance.position is None:
            rows: Any = type(form.instance)._default_manager
            form.instance.position = end_of(rows.filter(**{self.fk.name: self.instance}))
        return super().save_new(form, commit)


class NoteForm(forms.Form):
    """A few sentences for readers, in both languages."""

    note_zh = forms.CharField(label=_("note, Chinese"), widget=forms.Textarea(attrs={"rows": 3}))
    note_en = forms.CharField(label=_("note, English"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in ("note_zh", "note_en"):
            text = _visible(self.cleaned_data.get(name, ""))
            if character := characters.invisible(text):
                self.add_error(name, _invisible(character))
            else:
                self.cleaned_data[name] = " ".join(text.split())
        return self.cleaned_data

    @property
    def note(self) -> Note:
        return Note(self.cleaned_data["note_zh"], self.cleaned_data["note_en"])


class PublishForm(NoteForm):
    """What changed and why, for a version after the first.

    `seen`: the hash of the document that was compared; another one has to be compared first.
    """

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in VersionKind if kind != VersionKind.FIRST],
        widget=forms.RadioSelect,
        help_text=_("A correction mends what was wrong; an update adds what is new."),
    )
    field_order = ["kind", "note_zh", "note_en"]

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.data.get("seen") != self.seen:
            changed = _("The case has been changed meanwhile. Look at what changed once more.")
            self.add_error(None, changed)
        return data


class WithdrawForm(NoteForm):
    """Why a case is withdrawn: in both languages, or in neither."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_zh"].label = _("reason, Chinese")
        self.fields["note_en"].label = _("reason, English")
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("note_zh")) != bool(data.get("note_en")) and not self.errors:
            missing = "note_en" if data["note_zh"] else "note_zh"
            self.add_error(missing, _("Give the reason in both languages, or in neither."))
        return data
