"""What the code table says about a place: validity of its code, former names, successor.

Empty for a place whose name differs from that of its code in the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from stories.languages import InReadersLanguage
from stories.reading import divisions
from stories.reading.divisions import Division
from stories.reading.place_names import english


@dataclass(frozen=True)
class OtherName:
    """A name with its code; `since`, `until`: the first and last edition that has both, YYYY-MM."""

    label_zh: str
    label_en: str
    code: str
    since: str
    until: str

    label = InReadersLanguage("label")


@dataclass(frozen=True)
class PlaceHistory:
    """`since`, `until`: the first and last edition with the code; `until` is "" if the present
    edition has it. `successor` is None in that case, or if it is unknown."""

    since: str
    until: str
    former: tuple[OtherName, ...]
    successor: OtherName | None
    is_merged: bool  # the place is a part of its successor
    year: int  # since when, 0 if unknown
    telling: frozenset[str]  # former names without those that many places had

    @cached_property
    def other_names(self) -> tuple[str, ...]:
        """Names that find the place besides its own: former ones, and its present one."""
        found = [name for name in self.former if name.label_zh in self.telling]
        if self.successor and not self.is_merged:
            found.append(self.successor)
        return tuple(text for name in found for text in (name.label_zh, name.label_en))


def history_of(place: Any) -> PlaceHistory | None:
    """For a row or term of a place; None below the county, and for places that are not in the
    table.
    """
    return _history(place.code, place.label_zh)


@lru_cache(maxsize=10_000)
def _history(code: str, label: str) -> PlaceHistory | None:
    division = divisions.of(code)
    if division is None or label not in _names(division):
        return None
    former = tuple(
        OtherName(f.name, english(f.code, f.name).text, f.code, f.first, f.last)
        for f in division.former_names
    )
    after = divisions.of(division.successor) if division.successor else None
    successor = (
        OtherName(
            after.name,
            english(after.code, after.name).text,
            *(after.code, after.first, "" if after.is_current else after.last),
        )
        if after
        else None
    )
    return PlaceHistory(
        division.first,
        "" if division.is_current else division.last,
        former,
        successor,
        division.is_merged,
        division.year,
        frozenset(f.name for f in division.former_names if f.is_telling),
    )


def _names(division: Division) -> Iterator[str]:
    yield division.name
    yield from (f.name for f in division.former_names if f.code == division.code)
