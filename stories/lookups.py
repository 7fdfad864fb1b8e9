"""What the index answers: for each value of a facet and each gram of the text, the cases that hold
it; for each value and size, the metrics; the texts of cases; the revision of the library.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from stories import search
from stories.entries import (
    ANSWERED,
    COUNTED,
    COUNTS,
    END,
    FORM,
    MEASURED,
    SIZE,
    STATE,
    TIERS,
    VALUES,
    Key,
)
from stories.models import CaseText, MetricPosting, Posting, Revision

CHUNK = 400  # rows of one statement: SQLite and PostgreSQL both take it


def postings(keys: Iterable[Key], table: type[Any] = Posting) -> QuerySet[Any]:
    """Rows of the table that have one of the keys."""
    by_space: dict[str, list[str]] = {}
    for space, key in keys:
        by_space.setdefault(space, []).append(key)
    condition = Q(pk__in=[])
    for space, found in by_space.items():
        condition |= Q(space=space, key__in=found)
    rows: QuerySet[Any] = table._default_manager.filter(condition)
    return rows


def holding(keys: Iterable[Key]) -> dict[Key, BitMap]:
    """The cases of each key that some case holds: 1 query."""
    return {(row.space, row.key): row.members() for row in postings(keys)}


def among(cases: Iterable[int]) -> RawSQL:
    """For `pk__in`: any number of cases in one parameter, where SQLite takes 32,766 of them."""
    each = {
        "sqlite": "SELECT value FROM json_each(%s)",
        "postgresql": "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)",
    }[connection.vendor]
    return RawSQL(each, [json.dumps(list(cases))])


def values() -> dict[str, dict[str, BitMap]]:
    """facet → value → cases, for every space but those of the text: 1 query."""
    found: dict[str, dict[str, BitMap]] = {}
    spaces = (*VALUES, FORM, STATE, ANSWERED, MEASURED, COUNTED, *COUNTS)
    # Named one by one, so that the database finds them without reading all grams.
    for space, key, cases in Posting.objects.filter(space__in=spaces).values_list(
        "space", "key", "cases"
    ):
        found.setdefault(space, {})[key] = BitMap.deserialize(bytes(cases))
    return found


def metric_counts() -> dict[str, dict[str, int]]:
    """space → key → how many metrics, for every space but those of single sizes: 1 query."""
    found: dict[str, dict[str, int]] = {}
    rows = MetricPosting.objects.exclude(space__in=(SIZE, END)).order_by("space", "key")
    for space, key, count in rows.values_list("space", "key", "count"):
        found.setdefault(space, {})[key] = count
    return found


def metrics_holding(space: str, keys: Iterable[str]) -> dict[str, BitMap]:
    """The metrics of each key that some metric holds: 1 query for every CHUNK keys."""
    wanted = list(keys)
    found: dict[str, BitMap] = {}
    for n in range(0, len(wanted), CHUNK):
        rows = MetricPosting.objects.filter(space=space, key__in=wanted[n : n + CHUNK])
        found.update(_bitmaps(rows))
    return found


def metrics_between(space: str, *ranges: tuple[str, str]) -> dict[str, BitMap]:
    """The metrics of each key from the first of a range up to its last, by key: 1 query for every
    CHUNK ranges."""
    found: dict[str, BitMap] = {}
    for n in range(0, len(ranges), CHUNK):
        condition = Q(pk__in=[])
        for first, last in ranges[n : n + CHUNK]:
            condition |= Q(key__gte=first, key__lte=last)
        rows = MetricPosting.objects.filter(condition, space=space)
        found.update(_bitmaps(rows.order_by("key")))
    return found


def _bitmaps(rows: QuerySet[MetricPosting]) -> Iterator[tuple[str, BitMap]]:
    for key, metrics in rows.values_list("key", "metrics"):
        yield key, BitMap.deserialize(bytes(metrics))


def holding_word(word: search.Word) -> dict[str, BitMap]:
    """tier → the cases whose text of that tier holds the word: 1 query, for a long word 2."""
    keys = [(tier, gram) for tier in TIERS for gram in word.grams]
    stored = holding(keys)
    found = {}
    for tier in TIERS:
        cases = [stored.get((tier, gram), BitMap()) for gram in word.grams]
        found[tier] = BitMap.intersection(*cases)
    return found if word.is_exact else _verified(word, found)


def _verified(word: search.Word, found: Mapping[str, BitMap]) -> dict[str, BitMap]:
    """Only those whose text really holds the word: its pairs may stand apart from each other."""
    candidates = list(BitMap.union(*found.values()))
    really: dict[str, BitMap] = {tier: BitMap() for tier in found}
    for n in range(0, len(candidates), CHUNK):
        # The database looks first: most texts that do not hold the word never come here.
        rows = CaseText.objects.filter(
            pk__in=candidates[n : n + CHUNK], folded__contains=word.text
        ).values_list("pk", "folded", "parts")
        for pk, folded, parts in rows:
            starts = [start for start, _tier, _anchor in parts]
            for place, _end in word.places(folded):
                really[parts[bisect_right(starts, place) - 1][1]].add(pk)
    return really


@dataclass(frozen=True)
class Text:
    """The text of a case and its parts, by their places in it."""

    raw: str
    folded: str
    parts: Sequence[tuple[int, str, str]]  # (start, tier, anchor), by start

    def parts_with(self, word: search.Word) -> Iterator[tuple[int, int, str]]:
        """(start, end, anchor) of each part that holds the word, once."""
        starts = [start for start, _tier, _anchor in self.parts]
        passed = 0
        for place, _end in word.places(self.folded):
            if place >= passed:
                n = bisect_right(starts, place)
                passed = starts[n] if n < len(starts) else len(self.raw) + 1
                yield starts[n - 1], passed - 1, self.parts[n - 1][2]


def texts_of(cases: Iterable[int]) -> dict[int, Text]:
    """1 query for every CHUNK cases."""
    pks, found = list(cases), {}
    for n in range(0, len(pks), CHUNK):
        rows = CaseText.objects.filter(pk__in=pks[n : n + CHUNK])
        found.update(
            {pk: Text(*text) for pk, *text in rows.values_list("pk", "raw", "folded", "parts")}
        )
    return found


def anchors_of(cases: Iterable[int]) -> dict[int, dict[Key, str]]:
    """primary key → (facet, value) → anchor of the first part that has it: 1 query."""
    rows = CaseText.objects.filter(pk__in=list(cases)).values_list("pk", "values")
    return {pk: {(facet, value): a for facet, value, a in values} for pk, values in rows}


def revision() -> str:
    """The token of the present revision, "" before the first: 1 query."""
    return Revision.objects.values_list("token", flat=True).first() or ""
