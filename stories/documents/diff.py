"""The differences between two case documents, statement by statement. Pure.

Parts are matched by key (a citation by source, locator and fragment), so that moving a part is no
change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

import rjieba

Value = Any  # plain lists, dicts, texts, numbers
# The identity of a part in a list: the first of these fields that it has.
_IDENTITIES = (
    ("key",),
    ("source", "at", "printed"),
    ("locator",),
    ("problem",),
    ("place",),
    ("file",),
    ("name", "role"),
)
_TECHNICAL = ("format", "slug")


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """`path`: field names and identities from the document down, as in measures › lamps › summary.

    `before` and `after` are plain values; a text is {"zh", "en"}. None if the value does not exist.
    """

    kind: Kind
    path: tuple[str, ...]
    before: Value
    after: Value


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every added, removed and changed value, in the order of the document."""
    return list(_changes((), _without_digest(before), _without_digest(after)))


def stale_english(
    before: Mapping[str, Any], after: Mapping[str, Any], stale: Sequence[Sequence[str]]
) -> list[list[str]]:
    """The paths of texts whose Chinese is newer than their English; `stale`: those already known
    before.
    """
    found = {tuple(path): True for path in stale}
    for change in changes(before, after):
        if change.kind == Kind.REMOVED:
            found = {path: True for path in found if path[: len(change.path)] != change.path}
        elif change.kind == Kind.CHANGED and _is_text(change.before) and _is_text(change.after):
            if change.before["en"] != change.after["en"]:
                found.pop(change.path, None)
            elif change.after["en"]:
                found[change.path] = True
    return [list(path) for path in found]


def _without_digest(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Only the day of `checked`: its digest changes with any other value."""
    checked = document.get("checked")
    return {**document, "checked": checked["on"]} if checked else document


def words(before: str, after: str, language: str) -> list[tuple[str, str]]:
    """(operation, text): "same", "removed" or "added", word by word. `language` is zh or en."""
    old, new = _tokens(before, language), _tokens(after, language)
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i:j])))
        else:
            if i < j:
                found.append(("removed", "".join(old[i:j])))
            if k < m:
                found.append(("added", "".join(new[k:m])))
    return found


def _tokens(text: str, language: str) -> list[str]:
    if language == "zh":
        return list(rjieba.cut(text, True))
    return [token for part in text.split(" ") for token in (part, " ")][:-1]


def _changes(path: tuple[str, ...], before: Value, after: Value) -> Iterator[Change]:
    if before == after:
        return
    if _is_text(before) or _is_text(after):
        yield _change(path, before, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            if name not in _TECHNICAL:
                yield from _changes((*path, name), before.get(name), after.get(name))
    elif _is_parts(before) or _is_parts(after):
        yield from _changes_of_parts(path, before or [], after or [])
    else:
        yield _change(path, before, after)


def _changes_of_parts(
    path: tuple[str, ...], before: Sequence[Value], after: Sequence[Value]
) -> Iterator[Change]:
    old, new = by_identity(before), by_identity(after)
    for identity in {**old, **new}:
        here = (*path, identity)
        if identity not in old:
            yield Change(Kind.ADDED, here, None, new[identity])
        elif identity not in new:
            yield Change(Kind.REMOVED, here, old[identity], None)
        else:
            yield from _changes(here, old[identity], new[identity])


def by_identity(parts: Sequence[Value]) -> dict[str, Value]:
    """The parts of a list by their identity."""
    found: dict[str, Value] = {}
    for n, part in enumerate(parts):
        identity = _identity(part) or str(n + 1)
        while identity in found:  # two citations of the same fragment
            identity += "′"
        found[identity] = part
    return found


def _identity(part: Mapping[str, Any]) -> str:
    for names in _IDENTITIES:
        if all(name in part for name in names):
            return " ".join(str(_plain(part[name])) for name in names)
    return ""


def _plain(value: Value) -> Value:
    return value["zh"] if _is_text(value) else value


def _change(path: tuple[str, ...], before: Value, after: Value) -> Change:
    if _is_empty(before):
        return Change(Kind.ADDED, path, None, after)
    if _is_empty(after):
        return Change(Kind.REMOVED, path, before, None)
    return Change(Kind.CHANGED, path, before, after)


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", [], {})


def _is_text(value: Value) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("zh"), str)


def _is_parts(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
