"""Base classes for the desk's forms and formsets.

They remove or refuse invisible characters in every field of every form.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Max, Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.case_choices import CaseLists
from stories.admin.forms.fields import TermSelect, WriteOnlyTextarea, keywords_field
from stories.admin.forms.merging import Merging
from stories.choices import TermStatus
from stories.languages import within_marks
from stories.reading import characters
from stories.reading.faults import Bare, Finding

if TYPE_CHECKING:  # Django's own classes cannot be subscripted at run time
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet

KEYS = ("slug", "code", "key")  # fields that are part of URLs and documents
INVISIBLE_TOO = ("marks",)  # lists marks that scrapers insert, which may be invisible
WRITTEN_LAST = ("key_message_zh", "abstract_zh", "summary_zh")  # after the parts they sum up
POSITION_LIMIT = 32_767  # upper limit of PostgreSQL's smallint
KEY_TAKEN = _("Another part of the case has this key.")
LATER = _("May wait until the case is published.")


class DeskForm(Merging, ModelForm):
    """Base of the desk's model forms. `lists`: the choices for one request."""

    lists: ClassVar[CaseLists] = CaseLists(None)
    is_row: ClassVar[bool] = False  # in a table, where fields have no visible label

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.lists.limit(name, field)
            widget: Any = getattr(field.widget, "widget", field.widget)  # unwrapped
            if self.is_row:
                widget.attrs["aria-label"] = capfirst(str(field.label or name))
            if isinstance(widget, TermSelect):
                widget.present = self.instance._state.fields_cache.get(name)
            if self._may_wait(name) and field.required:
                field.required = False
                field.help_text = field.help_text or LATER
            if name in KEYS and self.instance.pk and self._is_addressed():
                self.fix(name)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = _("Empty: at the end.")
            self.fields["position"].validators.append(MaxValueValidator(POSITION_LIMIT))
            if not self.instance.pk:
                self.initial["position"] = None
        if self.instance.pk:
            self.remember([name for name, field in self.fields.items() if _is_repeated(field)])

    def meanwhile(self) -> str:
        return self.lists.meanwhile()

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

    def save(self, commit: bool = True) -> Any:
        """Save the row, then its parts; without `commit`, `save_m2m` saves them."""
        row = super().save(commit)
        if commit:
            self.save_parts()
            return row
        save_m2m = self.save_m2m

        def save_m2m_and_parts() -> None:
            save_m2m()
            self.save_parts()

        self.save_m2m = save_m2m_and_parts  # type: ignore[method-assign]  # as save() of Django does
        return row

    def save_parts(self) -> None:
        """Save what the form edits in other rows; called once the row is saved."""

    def _may_wait(self, name: str) -> bool:
        """Whether a field may be empty in a draft; publishing requires it."""
        return name.endswith("_en") or name in WRITTEN_LAST

    def _is_addressed(self) -> bool:
        return self.lists.is_addressed

    def _drop_invisible(self, name: str) -> None:
        """Remove harmless invisible characters, and list entries that are empty without them."""
        value = self.cleaned_data[name]
        if isinstance(value, list):
            found = [(part, without_invisible(part)) for part in value]
            self.cleaned_data[name] = [new for old, new in found if new != "" or old == ""]
        else:
            self.cleaned_data[name] = without_invisible(value)

    def _fault(self, name: str, value: Any) -> Any:
        if self.fields[name].required and value == "":  # only invisible characters
            return self.fields[name].error_messages["required"]
        if isinstance(value, str) and any(ord(character) < 32 for character in value):
            return _("One paragraph: no line breaks.")
        texts = value if isinstance(value, list) and name not in INVISIBLE_TOO else [value]
        for text in texts:
            if isinstance(text, str) and (character := characters.invisible(text)):
                return invisible_error(character)
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
                    "term": within_marks(term),
                    "instead": instead,
                }
        return None


def _is_repeated(field: forms.Field) -> bool:
    """Whether a hidden initial value is rendered: not for files and names of private persons."""
    return not (isinstance(field.widget, WriteOnlyTextarea) or field.widget.needs_multipart_form)


def invisible_error(character: str) -> str:
    return Finding("invisible-character", {"character": Bare(character)}).words()


def without_invisible(value: Any) -> Any:
    dropped = characters.without_harmless(value) if isinstance(value, str) else value
    return dropped.strip() if dropped != value else value


class TypedForm(forms.Form):
    """Base of forms for typed text that are not bound to a row.

    `several_lines`: names of fields that may contain line breaks.
    """

    several_lines: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                self.cleaned_data[name] = text = without_invisible(value.replace("\r\n", "\n"))
                if fault := self._fault(name, text):
                    self.add_error(name, fault)
        return self.cleaned_data

    def _fault(self, name: str, text: str) -> Any:
        if self.fields[name].required and not text:  # only invisible characters
            return self.fields[name].error_messages["required"]
        lines = text.split("\n") if name in self.several_lines else [text]
        if any(ord(character) < 32 for line in lines for character in line):
            return _("One paragraph: no line breaks.")
        found = next(filter(None, map(characters.invisible, lines)), "")
        return invisible_error(found) if found else None


class KeywordsForm(DeskForm):
    keywords_zh = keywords_field(_("keywords, Chinese"))
    keywords_en = keywords_field(_("keywords, English"))


def end_of(rows: QuerySet[Any]) -> int:
    """The position after the last row: 1 query."""
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, POSITION_LIMIT)


class DeskFormSet(InlineFormSet):
    """Formset of an inline: appends new rows at the end, and asks for confirmation before it
    deletes a row that another editor has changed."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if (field := form.fields.get(DELETION_FIELD_NAME)) is not None:
            field.widget.attrs["aria-label"] = gettext("Delete")

    def clean(self) -> None:
        super().clean()
        changed = [
            form
            for form in self.initial_forms
            if form.changed_by_others and form.cleaned_data.get(DELETION_FIELD_NAME)
        ]
        if changed:
            message = gettext(
                "%(who)s changed “%(parts)s” meanwhile (%(fields)s), as it stands here now. Save "
                "again to delete it nevertheless."
            )
            names = {
                "who": changed[0].meanwhile(),
                "parts": ", ".join(str(form.instance) for form in changed),
                "fields": ", ".join(changed[0].changed_by_others),
            }
            raise ValidationError(message % names)
        self._refuse_repeated_keys()

    def _refuse_repeated_keys(self) -> None:
        """Django does this only if the case, in which a key is unique, is a field of the forms."""
        keys: set[str] = set()
        for form in self.forms:
            key = form.cleaned_data.get("key")
            if key and not form.cleaned_data.get(DELETION_FIELD_NAME):
                if key in keys:
                    form.add_error("key", KEY_TAKEN)
                keys.add(key)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        if hasattr(form.instance, "position") and form.instance.position is None:
            rows: Any = type(form.instance)._default_manager
            form.instance.position = end_of(rows.filter(**{self.fk.name: self.instance}))
        return super().save_new(form, commit)
