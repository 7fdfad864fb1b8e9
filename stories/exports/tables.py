"""Records as CSV and JSON Lines, streamed in chunks."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO
from itertools import islice
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from stories.exports.records import Labelled, Record, Text

BOM = "\ufeff"  # lets Excel detect UTF-8
CHUNK = 50  # rows per chunk
BETWEEN = "; "  # between values in one cell
# Characters that start a formula in a spreadsheet.
# Source: OWASP, CSV Injection, owasp.org/www-community/attacks/CSV_Injection, read 2026-11.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(record: type[Record], rows: Iterable[Record]) -> Iterator[str]:
    """According to RFC 4180: a header, then a row for each record."""
    yield BOM + _lines([columns(record)])
    yield from map(_lines, _chunks(cells(row) for row in rows))


def as_json_lines(rows: Iterable[Record]) -> Iterator[str]:
    for chunk in _chunks(rows):
        yield "".join(f"{row.model_dump_json()}\n" for row in chunk)


def columns(record: type[Record]) -> list[str]:
    """The names of the columns, in the order of the fields."""
    return [f"{name}{ending}" for name, endings in _fields(record) for ending in endings]


def cells(row: Record) -> list[str]:
    """As many as there are columns; a text that a spreadsheet could take for a formula is kept
    from it by an apostrophe."""
    found: list[str] = []
    for name, endings in _fields(type(row)):
        value = getattr(row, name)
        if value is None:
            found += [""] * len(endings)
        elif isinstance(value, str):
            found.append(defused(value))
        elif isinstance(value, (bool, int, float)):
            found.append(str(value).lower())
        elif isinstance(value, list):
            parts = [BETWEEN.join(_text(one, ending) for one in value) for ending in endings]
            found += map(defused, parts)
        else:
            found += [defused(_text(value, ending)) for ending in endings]
    return found


@cache
def _fields(record: type[Record]) -> list[tuple[str, tuple[str, ...]]]:
    """Each with the endings of its columns."""
    fields = record.model_fields.items()
    return [(name, _ENDINGS.get(_kind(field.annotation), ("",))) for name, field in fields]


def defused(text: str) -> str:
    """A text that a spreadsheet could take for a formula, prefixed with an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text


_ENDINGS: dict[Any, tuple[str, ...]] = {
    Text: ("_zh", "_en"),
    list[Text]: ("_zh", "_en"),
    Labelled: ("", "_label_zh", "_label_en"),
    list[Labelled]: ("", "_label_zh", "_label_en"),
}


def _kind(annotation: Any) -> Any:
    """Strips None: `Text | None` → Text."""
    if get_origin(annotation) is UnionType:
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def _text(value: Any, ending: str) -> str:
    """Of a value, what the column with this ending has."""
    if isinstance(value, Labelled):
        return str(getattr(value.label, ending[-2:]) if ending else value.value)
    return str(getattr(value, ending[-2:]) if isinstance(value, Text) else value)


def _lines(rows: Iterable[list[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
