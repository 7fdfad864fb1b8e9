"""Merging concurrent edits of a page: changes to different fields are combined, conflicts reported.

Hidden initial values are the common ancestor of the submitted values and the current row.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
else:
    BaseForm = object

TAKE_THEIRS = "theirs-"  # prefix of the checkbox that discards one's own change of a field
AGAIN = "again"  # suffix of the field that marks a deleted row to be created again
FORMS_LIMIT = 2000  # rows per formset, enforced by Django
WORDS_SHOWN = 400  # characters of the other editor's text


class Merging(BaseForm):
    """A form of a row that another editor may have changed since the page was rendered.

    A field that only they changed takes their value; if both changed it, the field has an error
    with their text and a checkbox to accept it. Submitted again, one's own value is saved.
    """

    meanwhile: Callable[[], str]  # returns who changed the row, and when
    is_sent_again = False  # repeats a save, with no edit by others since
    fixed: tuple[str, ...] = ()  # names of fields
    _merged: QueryDict | None = None  # own copy of `data`

    def remember(self, fields: Collection[str]) -> None:
        """Render the hidden initial values of these fields."""
        for name in fields:
            self.fields[name].show_hidden_initial = True

    def fix(self, name: str) -> None:
        """Make a field read-only. It is still submitted, in case the row has been deleted."""
        self.fields[name].widget.attrs["readonly"] = True
        self.fixed = (*self.fixed, name)

    def full_clean(self) -> None:
        self.changed_by_others: list[str] = []  # labels
        for name in self.fixed if self.is_bound else ():
            self._put(self[name].html_name, self[name])
        conflicts = dict(self._merge()) if self.instance.pk and self._has_hidden_initials() else {}
        super().full_clean()
        for name, message in conflicts.items():
            self.add_error(name, message)
        if f"{self.prefix}-{AGAIN}" in self.data:
            question = gettext(
                "%(who)s deleted this meanwhile, and you changed it. Save again to have it back, "
                "or remove it."
            )
            self.add_error(None, question % {"who": self.meanwhile()})

    def _has_hidden_initials(self) -> bool:
        """Whether hidden initial values were submitted. If not, a missing field is no change."""
        return any(self[name].html_initial_name in self.data for name in self.fields)

    def _merge(self) -> Iterator[tuple[str, Any]]:
        """Apply the other editor's changes. (name, error) for each conflicting field."""
        for name, field in self.fields.items():
            shown = self[name]
            if name in self.fixed or not field.show_hidden_initial:
                continue
            if f"{TAKE_THEIRS}{shown.html_name}" in self.data:
                self._put(shown.html_name, shown)
            hidden = field.hidden_widget()
            before = hidden.value_from_datadict(self.data, self.files, shown.html_initial_name)
            if not field.has_changed(shown.initial, before):
                continue
            self.changed_by_others.append(str(shown.label))
            is_own = name in self.changed_data and field.has_changed(shown.initial, shown.data)
            if is_own and not self.is_sent_again:
                yield name, self._conflict(shown)
            elif not is_own:
                self._put(shown.html_name, shown)
            self._put(shown.html_initial_name, shown)

    def _conflict(self, shown: forms.BoundField) -> ValidationError:
        words = _in_words(shown.field, shown.initial) or gettext("empty")
        question = gettext(
            "%(who)s changed this meanwhile to: “%(words)s”. What you wrote is still in the field, "
            "and is saved if you save again."
        ) % {"who": self.meanwhile(), "words": words[:WORDS_SHOWN]}
        box = format_html(
            '<label class="take-theirs"><input type="checkbox" name="{}{}"> {}</label>',
            *(TAKE_THEIRS, shown.html_name, gettext("Take theirs instead of mine")),
        )
        return ValidationError(format_html("{} {}", question, box))

    def _put(self, name: str, shown: forms.BoundField) -> None:
        """Replace the submitted value with the row's current one."""
        if self._merged is None:
            sent: Any = self.data
            self.data = self._merged = sent.copy()
        value = shown.field.prepare_value(shown.initial)
        values = value if isinstance(value, list | tuple) else ["" if value is None else value]
        self._merged.setlist(name, [str(part) for part in values])


def _in_words(field: Any, value: Any) -> str:
    """A value as the page displays it; for a choice its label."""
    prepared = field.prepare_value(value)
    if prepared in (None, "", []):
        return ""
    values = prepared if isinstance(prepared, list | tuple) else [prepared]
    if queryset := getattr(field, "queryset", None):
        return ", ".join(map(str, queryset.filter(pk__in=values)))
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ()) or ()}
    return ", ".join(labels.get(str(value), str(value)) for value in values)


def without_deleted(
    data: QueryDict, files: Any, prefix: str, present: Collection[str], may_add: bool
) -> tuple[QueryDict, Any, list[str]]:
    """The data and files of a formset without rows that another editor has deleted.

    A deleted row that was edited here becomes a new row whose form asks for confirmation; if rows
    cannot be added, its texts are the third value. `present`: primary keys that still exist.
    """
    ids = row_ids(data, prefix)
    count = len(ids)
    gone = [n for n, pk in enumerate(ids) if pk and pk not in present]
    if not gone:
        return data, files, []
    touched = [n for n in gone if _is_touched(data, prefix, n)]
    remaining = [n for n in range(count) if n not in gone]
    again = touched if may_add else []
    total = form_count(data, f"{prefix}-TOTAL_FORMS")
    order = {n: place for place, n in enumerate([*remaining, *again, *range(count, total)])}
    renamed = _renumbered(data, prefix, order)
    for n in again:
        renamed[f"{prefix}-{order[n]}-id"] = ""
        renamed[f"{prefix}-{order[n]}-{AGAIN}"] = "on"
    renamed[f"{prefix}-INITIAL_FORMS"] = str(len(remaining))
    renamed[f"{prefix}-TOTAL_FORMS"] = str(len(order))
    lost = [] if may_add else [text for n in touched for text in _own_texts(data, prefix, n)]
    return renamed, _renumbered(files, prefix, order), lost


def row_ids(data: QueryDict, prefix: str) -> list[str]:
    """The submitted primary keys of a formset's rows, "" for a row without one."""
    count = form_count(data, f"{prefix}-INITIAL_FORMS")
    return [data.get(f"{prefix}-{n}-id", "") for n in range(count)]


def form_count(data: QueryDict, name: str) -> int:
    """A submitted number of forms; 0 if it is not a number, at most FORMS_LIMIT."""
    sent = data.get(name, "")
    return min(int(sent), FORMS_LIMIT) if sent.isascii() and sent.isdecimal() else 0


def own_texts(data: QueryDict) -> list[str]:
    """The submitted texts that differ from their initial values, for a page of a deleted row."""
    return [
        value
        for name, values in data.lists()
        for value in values
        if value.strip() and values != data.getlist(f"initial-{name}")
        if not name.startswith(("initial-", "_", "csrf")) and not name.endswith(("_FORMS", "-id"))
    ]


def _is_touched(data: QueryDict, prefix: str, n: int) -> bool:
    return f"{prefix}-{n}-DELETE" not in data and bool(_own_texts(data, prefix, n))


def _own_texts(data: QueryDict, prefix: str, n: int) -> list[str]:
    start = f"{prefix}-{n}-"
    return [
        value
        for name, values in data.lists()
        if name.startswith(start) and f"initial-{name}" in data
        for value in values
        if values != data.getlist(f"initial-{name}")
    ]


def _renumbered(data: Any, prefix: str, order: dict[int, int]) -> Any:
    """The data with renumbered rows. `order`: old number → new number; other rows are left out."""
    row = re.compile(rf"(initial-|{TAKE_THEIRS})?{re.escape(prefix)}-(\d+)-(.+)")
    is_files = not isinstance(data, QueryDict)
    found: Any = MultiValueDict() if is_files else QueryDict(mutable=True)
    for name, values in data.lists():
        match = row.fullmatch(name)
        if not match:
            found.setlist(name, values)
        elif (n := int(match[2])) in order:
            found.setlist(f"{match[1] or ''}{prefix}-{order[n]}-{match[3]}", values)
    return found
