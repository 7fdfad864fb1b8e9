"""Two editors at one page: what each changed is kept, and where both changed a field, one chooses.

A form knows from hidden fields what it showed; with that and the rows as they are it merges.
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

TAKE_THEIRS = "theirs-"  # begins the name of the box that drops one's own change of a field
AGAIN = "again"  # ends the name of the field by which a deleted row is saved as a new one
FORMS_LIMIT = 2000  # rows of a formset; Django refuses more
WORDS_SHOWN = 400  # characters of what somebody else wrote


class Merging(BaseForm):
    """A form of a row that somebody else may have changed since the page was shown.

    A field that only they changed keeps their value; one that both changed is an error, with
    their words and a box to take them. Sent again, one's own stay.
    """

    meanwhile: Callable[[], str]  # who changed it, and when
    is_sent_again = False  # and nobody else changed the case since this form was saved
    fixed: tuple[str, ...] = ()  # names
    _merged: QueryDict | None = None  # a copy of `data` of its own

    def remember(self, fields: Collection[str]) -> None:
        """Has the page repeat what it shows of these fields."""
        for name in fields:
            self.fields[name].show_hidden_initial = True

    def fix(self, name: str) -> None:
        """A field that stays as it is, whatever is sent; it is sent, for a row that is gone."""
        self.fields[name].widget.attrs["readonly"] = True
        self.fixed = (*self.fixed, name)

    def full_clean(self) -> None:
        self.changed_by_others: list[str] = []  # labels
        for name in self.fixed if self.is_bound else ():
            self._put(self[name].html_name, self[name])
        conflicts = dict(self._merge()) if self.instance.pk and self._was_shown() else {}
        super().full_clean()
        for name, message in conflicts.items():
            self.add_error(name, message)
        if f"{self.prefix}-{AGAIN}" in self.data:
            question = gettext(
                "%(who)s deleted this meanwhile, and you changed it. Save again to have it back, "
                "or remove it."
            )
            self.add_error(None, question % {"who": self.meanwhile()})

    def _was_shown(self) -> bool:
        """False of a request that no page was shown for: what it leaves out was never seen."""
        return any(self[name].html_initial_name in self.data for name in self.fields)

    def _merge(self) -> Iterator[tuple[str, Any]]:
        """Takes over what others changed; the name and message of each field that both changed."""
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
        """The row's own value, as if it had been sent under this name."""
        if self._merged is None:
            sent: Any = self.data
            self.data = self._merged = sent.copy()
        value = shown.field.prepare_value(shown.initial)
        values = value if isinstance(value, list | tuple) else ["" if value is None else value]
        self._merged.setlist(name, [str(part) for part in values])


def _in_words(field: Any, value: Any) -> str:
    """A value as the page shows it: of a choice its label."""
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
    """The data and files of a formset without rows that somebody else has deleted.

    One that was changed here comes back as a new row, which the form asks about; where rows
    cannot be added, its texts are the third value. `present`: primary keys that are there.
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
    """The primary keys that the rows of a formset were sent with, "" where one has none."""
    count = form_count(data, f"{prefix}-INITIAL_FORMS")
    return [data.get(f"{prefix}-{n}-id", "") for n in range(count)]


def form_count(data: QueryDict, name: str) -> int:
    """As it was sent; 0 for what is no number, and never more than Django takes."""
    sent = data.get(name, "")
    return min(int(sent), FORMS_LIMIT) if sent.isascii() and sent.isdecimal() else 0


def own_texts(data: QueryDict) -> list[str]:
    """What was typed on a page whose row is gone: the values that differ from what it showed."""
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
    """`order`: the number of a row → its new one; rows that it lacks are left out."""
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
