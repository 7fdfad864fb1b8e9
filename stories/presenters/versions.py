"""Versions of a case and what changed between two, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories import links
from stories.documents import diff
from stories.documents.diff import Change, Kind
from stories.languages import in_language, reader_language

# The parts of a document in words.
_SECTIONS = {
    "title": _("Title"),
    "key_message": _("Key message"),
    "abstract": _("Abstract"),
    "cites": _("Citations"),
    "telling": _("Key figures"),
    "place": _("Place"),
    "place_inferred": _("Place"),
    "place_note": _("Place"),
    "name_as_reported": _("Name in the source"),
    "began": _("Date"),
    "ended": _("Date"),
    "period_note": _("Date"),
    "tags": _("Tags"),
    "sources": _("Sources"),
    "problems": _("Problems"),
    "measures": _("Measures"),
    "context": _("Place profile"),
    "derived": _("Derived figures"),
    "unit_cost": _("Unit cost"),
    "changes": _("Before and after"),
    "glance": _("Key facts"),
    "follow_up": _("Questions left open"),
    "pictures": _("Pictures"),
    "left_out": _("Numbers not coded"),
}
_KINDS = {Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.CHANGED: _("changed")}
_SHOWN_FIRST = ("title", "heading", "statement", "question", "subject", "label", "printed")


@dataclass(frozen=True)
class ChangePresenter:
    """One changed statement, number or citation: where it stands, and its words."""

    kind: str
    kind_label: str
    section: str
    where: str  # below its section: titles and names
    pieces: list[tuple[str, str]]  # (operation, text), see diff.words
    language: str  # as `lang` has it


def presented(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, list[ChangePresenter]]]:
    """By section, in the order of the document; values that only the other language has changed
    are left to the other language's page, and counted there."""
    found: dict[str, list[ChangePresenter]] = {}
    for change in diff.changes(before, after):
        presenter = _presented(change, before, after)
        if presenter:
            found.setdefault(presenter.section, []).append(presenter)
    return list(found.items())


def diff_url(slug: str, older: int, newer: int) -> str:
    return links.of("diff", slug, older, newer)


def _presented(
    change: Change, before: Mapping[str, Any], after: Mapping[str, Any]
) -> ChangePresenter | None:
    language = reader_language()
    old, new = (_words(value, language) for value in (change.before, change.after))
    if old == new:
        return None
    section = _SECTIONS.get(change.path[0])
    return ChangePresenter(
        change.kind.value,
        str(_KINDS[change.kind]),
        str(section) if section else change.path[0],
        _where(change.path, after, before),
        diff.words(old, new, language),
        {"zh": "zh-Hans", "en": "en"}[language],
    )


def _where(path: Sequence[str], *documents: Mapping[str, Any]) -> str:
    """The titles and names on the way down, in words where a part has them."""
    for document in documents:
        steps: list[str] = []
        value: Any = document
        for n, step in enumerate(path):
            value = _step(value, step)
            if n:
                steps.append(_title(value) or step)
        if value is not None:
            return " › ".join(steps)
    return " › ".join(path[1:])


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list):
        return diff.by_identity(value).get(step) if value and isinstance(value[0], dict) else None
    return None


def _title(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    for name in _SHOWN_FIRST:
        if value.get(name):
            return _words(value[name], reader_language())
    return ""


def _words(value: Any, language: str) -> str:
    """A plain value as a line of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        if isinstance(value.get("zh"), str):
            return str(in_language(value, language))
        parts = (_words(part, language) for part in value.values())
        return " · ".join(part for part in parts if part)
    if isinstance(value, list):
        return "; ".join(_words(part, language) for part in value)
    return str(value)
