"""Records as CSV and JSON Lines, streamed in chunks."""

import csv
from collections.abc import Iterable, Iterator
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
    """The column names, in the order of the fields."""
    return [
        f"{name}{ending}"
        for name, field in record.model_fields.items()
        for ending in _ENDINGS.get(_kind(field.annotation), ("",))
    ]


def cells(row: Record) -> list[str]:
    """One per column; texts that a spreadsheet could take for a formula are prefixed with an
    apostrophe."""
    return [
        cell
        for name, field in type(row).model_fields.items()
        for cell in _cells(getattr(row, name), _kind(field.annotation))
    ]


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


def _cells(value: Any, kind: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    for ending in _ENDINGS.get(kind, ("",)):
        parts = [_part(one, ending) for one in values]
        cell = BETWEEN.join(map(_words, parts))
        yield defused(cell) if any(isinstance(part, str) for part in parts) else cell


def _part(value: Any, ending: str) -> Any:
    if isinstance(value, Labelled):
        return getattr(value.label, ending[-2:]) if ending else value.value
    return getattr(value, ending[-2:]) if isinstance(value, Text) else value


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lines(rows: Iterable[list[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
