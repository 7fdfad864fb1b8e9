"""What the index answers: who holds a value or a gram, the card, document and text of a case.

What every page asks for stands as SQL: to make such a statement takes the ORM longer than the
database to answer it.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from stories import search
from stories.entries import (
    ANSWERS,
    COUNTED,
    COUNTS,
    END,
    FORM,
    MEASURED,
    SIZE,
    STATE,
    TIERS,
    UNANSWERED,
    VALUES,
    Key,
)
from stories.postings import CaseText, MetricPosting, Posting

CHUNK = 400  # rows of one statement: SQLite and PostgreSQL both take it


def postings(keys: Iterable[Key], table: type[Any] = Posting) -> QuerySet[Any]:
    """Rows of the table that have one of the keys."""
    condition = Q(pk__in=[])
    for space, found in _by_space(keys).items():
        condition |= Q(space=space, key__in=found)
    rows: QuerySet[Any] = table._default_manager.filter(condition)
    return rows


def _by_space(keys: Iterable[Key]) -> dict[str, list[str]]:
    by_space: dict[str, list[str]] = {}
    for space, key in keys:
        by_space.setdefault(space, []).append(key)
    return by_space


def holding(keys: Iterable[Key]) -> dict[Key, BitMap]:
    """The cases of each key that some case holds: 1 query."""
    by_space = _by_space(keys)
    if not by_space:
        return {}
    conditions = [f"(space = %s AND key IN ({_marks(found)}))" for found in by_space.values()]
    rows = _rows(
        f"SELECT space, key, cases FROM stories_posting WHERE {' OR '.join(conditions)}",
        [text for space, found in by_space.items() for text in (space, *found)],
    )
    return {(space, key): BitMap.deserialize(bytes(cases)) for space, key, cases in rows}


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
    spaces = (*VALUES, FORM, STATE, *ANSWERS, UNANSWERED, MEASURED, COUNTED, *COUNTS)
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
        for pk, folded, (starts, tiers, _anchors) in rows:
            for place, _end in word.places(folded):
                really[tiers[bisect_right(starts, place) - 1]].add(pk)
    return really


@dataclass(frozen=True)
class Text:
    """The text of a case and its parts: where they start in it, and their anchors."""

    raw: str
    folded: str
    starts: Sequence[int]
    anchors: Sequence[str]

    def parts_with(self, word: search.Word) -> Iterator[tuple[int, int, str]]:
        """(start, end, anchor) of each part that holds the word, once."""
        starts, passed = self.starts, 0
        for place, _end in word.places(self.folded):
            if place >= passed:
                n = bisect_right(starts, place)
                passed = starts[n] if n < len(starts) else len(self.raw) + 1
                yield starts[n - 1], passed - 1, self.anchors[n - 1]


def texts_of(cases: Iterable[int]) -> dict[int, Text]:
    """1 query for every CHUNK cases."""
    found = {}
    for pk, raw, folded, parts in _of_cases("casetext", "raw, folded, parts", list(cases)):
        starts, _tiers, anchors = orjson.loads(parts)
        found[pk] = Text(raw, folded, starts, anchors)
    return found


def cards(cases: Iterable[int]) -> dict[int, Any]:
    """primary key → card: 1 query for every CHUNK cases."""
    return {pk: orjson.loads(card) for pk, card in _of_cases("casepage", "card", list(cases))}


def documents(cases: Iterable[int]) -> dict[int, Any]:
    """primary key → document: 1 query for every CHUNK cases."""
    found = _of_cases("casepage", "document", list(cases))
    return {pk: orjson.loads(document) for pk, document in found}


def document(slug: str) -> tuple[int, Any] | None:
    """(primary key, document) of a case in any state, None where there is none: 1 query."""
    rows = _rows(
        "SELECT held.case_id, held.document FROM stories_casepage AS held"
        " JOIN stories_case ON stories_case.id = held.case_id WHERE stories_case.slug = %s",
        [slug],
    )
    return (rows[0][0], orjson.loads(rows[0][1])) if rows else None


def anchors_of(cases: Iterable[int]) -> dict[int, dict[Key, str]]:
    """primary key → (facet, value) → anchor of the first part that has it: 1 query."""
    rows = CaseText.objects.filter(pk__in=list(cases)).values_list("pk", "values")
    return {pk: {(facet, value): a for facet, value, a in values} for pk, values in rows}


def revision() -> str:
    """The token of the present revision, "" before the first: 1 query."""
    rows = _rows("SELECT token FROM stories_revision ORDER BY id LIMIT 1")
    return str(rows[0][0]) if rows else ""


def _of_cases(table: str, columns: str, cases: Sequence[int]) -> list[tuple[Any, ...]]:
    found = []
    for n in range(0, len(cases), CHUNK):
        some = cases[n : n + CHUNK]
        where = f"case_id IN ({_marks(some)})"
        found += _rows(f"SELECT case_id, {columns} FROM stories_{table} WHERE {where}", some)
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
