"""Queries of the inverted index and of the current versions."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from stories.models.search_index import (
    IndexedCard,
    IndexedMetricRow,
    IndexedText,
    Posting,
    Revision,
)
from stories.models.version import Version
from stories.search import tokenizer
from stories.search.analyzer import (
    ANSWERS,
    COUNTED,
    COUNTS,
    FORM,
    MEASURED,
    STATE,
    STATED,
    STEM,
    TIERS,
    UNANSWERED,
    VALUES,
    Key,
)

CHUNK = 400  # rows of one statement, within the limits of SQLite and PostgreSQL


def postings(keys: Iterable[Key]) -> QuerySet[Posting]:
    """Rows with one of the keys."""
    condition = Q(pk__in=[])
    for space, found in _by_space(keys).items():
        condition |= Q(space=space, key__in=found)
    return Posting.objects.filter(condition)


def stems() -> frozenset[str]:
    """The stems of all English words in published cases: 1 query."""
    return frozenset(Posting.objects.filter(space=STEM).values_list("key", flat=True))


def _by_space(keys: Iterable[Key]) -> dict[str, list[str]]:
    by_space: dict[str, list[str]] = {}
    for space, key in keys:
        by_space.setdefault(space, []).append(key)
    return by_space


def cases_by_key(keys: Iterable[Key]) -> dict[Key, BitMap]:
    """key → its cases, for the keys that occur: 1 query."""
    wanted = list(keys)
    rows = postings(wanted).values_list("space", "key", "cases") if wanted else []
    return {(space, key): BitMap.deserialize(bytes(cases)) for space, key, cases in rows}


def among(cases: Iterable[int]) -> RawSQL:
    """For `pk__in`: any number of cases as one parameter, as SQLite allows only 32,766 of them."""
    each = {
        "sqlite": "SELECT value FROM json_each(%s)",
        "postgresql": "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)",
    }[connection.vendor]
    return RawSQL(each, [json.dumps(list(cases))])


def values() -> dict[str, dict[str, BitMap]]:
    """facet → value → cases, for every space except those of text: 1 query."""
    found: dict[str, dict[str, BitMap]] = {}
    spaces = (*VALUES, FORM, STATE, *ANSWERS, STATED, UNANSWERED, MEASURED, COUNTED, *COUNTS)
    # Listed one by one, so that the database finds them by index without reading all grams.
    for space, key, cases in Posting.objects.filter(space__in=spaces).values_list(
        "space", "key", "cases"
    ):
        found.setdefault(space, {})[key] = BitMap.deserialize(bytes(cases))
    return found


def cases_with_word(word: tokenizer.Word) -> dict[str, BitMap]:
    """tier → the cases whose text of that tier contains the word: 1 query, for a long word 2."""
    keys = [(tier, gram) for tier in TIERS for gram in word.grams]
    stored = cases_by_key(keys)
    found = {}
    for tier in TIERS:
        cases = [stored.get((tier, gram), BitMap()) for gram in word.grams]
        found[tier] = BitMap.intersection(*cases)
    return found if word.is_exact else _verified(word, found)


def _verified(word: tokenizer.Word, found: Mapping[str, BitMap]) -> dict[str, BitMap]:
    """Only the cases whose text contains the word: its pairs may occur apart from each other."""
    candidates = list(BitMap.union(*found.values()))
    really: dict[str, BitMap] = {tier: BitMap() for tier in found}
    for n in range(0, len(candidates), CHUNK):
        # Prefiltered by the database, so that few texts are loaded in vain.
        rows = IndexedText.objects.filter(
            pk__in=candidates[n : n + CHUNK], folded__contains=word.text
        ).values_list("pk", "folded", "parts")
        for pk, folded, (starts, tiers, _anchors, _raw_starts) in rows:
            for place, _end in word.places(folded):
                really[tiers[bisect_right(starts, place) - 1]].add(pk)
    return really


@dataclass(frozen=True)
class Part:
    """One statement of a case's text: its position, tier and anchor on the page."""

    number: int
    tier: str
    anchor: str
    raw: str
    folded: str


@dataclass(frozen=True)
class Text:
    """The searched text of a case, divided into its parts."""

    raw: str
    folded: str
    starts: Sequence[int]
    tiers: Sequence[str]
    anchors: Sequence[str]
    raw_starts: Sequence[int]

    def parts_with(self, word: tokenizer.Findable) -> Iterator[int]:
        """The number of each part that contains the word, once."""
        passed = 0
        for place, _end in word.places(self.folded):
            if place >= passed:
                n = bisect_right(self.starts, place)
                passed = self.starts[n] if n < len(self.starts) else len(self.folded) + 1
                yield n - 1

    def part(self, n: int) -> Part:
        return Part(
            n,
            self.tiers[n],
            self.anchors[n],
            _cut(self.raw, self.raw_starts, n),
            _cut(self.folded, self.starts, n),
        )


def _cut(text: str, starts: Sequence[int], n: int) -> str:
    """The n-th part of a text whose parts are joined by one character."""
    return text[starts[n] : starts[n + 1] - 1 if n + 1 < len(starts) else None]


def texts_of(cases: Iterable[int]) -> dict[int, Text]:
    """1 query for every CHUNK cases."""
    rows = _in_chunks(IndexedText.objects.values_list("pk", "raw", "folded", "parts"), cases)
    return {
        pk: Text(raw, folded, starts, tiers, anchors, raw_starts)
        for pk, raw, folded, (starts, tiers, anchors, raw_starts) in rows
    }


def cards(cases: Iterable[int]) -> dict[int, Any]:
    """primary key → card: 1 query for every CHUNK cases."""
    return dict(_in_chunks(IndexedCard.objects.values_list("pk", "card"), cases))


MetricKey = tuple[int, str]  # primary key of the publication, key of the metric
Row = dict[str, Any]  # of `documents.rows`


def metric_rows(keys: Sequence[MetricKey]) -> dict[MetricKey, tuple[int, Row]]:
    """(number of the current version, row) of each metric that is still there: 1 query.

    It also reads metrics of these cases with the key of another; few, as keys of one indicator are
    mostly the same.
    """
    pks, names = map(set, zip(*keys, strict=True)) if keys else (set(), set())
    rows = IndexedMetricRow.objects.filter(
        metric__publication__in=among(pks), metric__key__in=names
    ).values_list("metric__publication", "metric__key", "metric__publication__number", "row")
    found = {(pk, key): (number, row) for pk, key, number, row in rows}
    return {key: found[key] for key in keys if key in found}


def case_rows(cases: Iterable[int]) -> dict[int, tuple[int, datetime, Row]]:
    """primary key → (number of the current version, when it was published, row): 1 query for every
    CHUNK cases."""
    rows = IndexedCard.objects.values_list(
        "pk", "publication__number", "publication__published_at", "row"
    )
    return {pk: (number, at, row) for pk, number, at, row in _in_chunks(rows, cases)}


@dataclass(frozen=True)
class StoredDocument:
    """The document of a version; `is_intact`: its hash is that of its publication."""

    document: Any
    is_intact: bool

    @classmethod
    def of(cls, written: str, sha256: str) -> "StoredDocument":
        digest = hashlib.sha256(written.encode()).hexdigest()
        return cls(orjson.loads(written), digest == sha256)

    @classmethod
    def of_version(cls, version: Version) -> "StoredDocument":
        return cls.of(version.document, version.sha256)


def documents(cases: Iterable[int]) -> Iterator[tuple[int, StoredDocument]]:
    """(primary key, document of the current version), in no particular order, loaded lazily: 1
    query for every CHUNK cases."""
    rows = _in_chunks(_current_versions(), cases, "publication__in")
    return ((pk, StoredDocument.of(document, sha256)) for pk, document, sha256 in rows)


def current_version(slug: str) -> Version | None:
    """The current version of a case that is not withdrawn, with its publication: 1 query."""
    return Version.objects.of_case(slug).current().public().select_related("publication").first()


def _current_versions() -> QuerySet[Version, tuple[int, str, str]]:
    return (
        Version.objects.current()
        .public()
        .order_by()
        .values_list("publication_id", "document", "sha256")
    )


def anchors_of(cases: Iterable[int]) -> dict[int, dict[Key, str]]:
    """primary key → (facet, value) → anchor of the first part that has it: 1 query."""
    rows = IndexedText.objects.filter(pk__in=list(cases)).values_list("pk", "values")
    return {pk: {(facet, value): a for facet, value, a in values} for pk, values in rows}


def revision() -> str:
    """The token of the present revision, "" before the first: 1 query."""
    return Revision.objects.values_list("token", flat=True).order_by("pk").first() or ""


def vocabulary_revision() -> str:
    """The token of the vocabulary, which changes with every edit of it: 1 query."""
    return Revision.objects.values_list("vocabulary", flat=True).order_by("pk").first() or ""


def _in_chunks(
    rows: QuerySet[Any, Any], cases: Iterable[int], lookup: str = "pk__in"
) -> Iterator[Any]:
    pks = list(cases)
    for n in range(0, len(pks), CHUNK):
        yield from rows.filter(**{lookup: pks[n : n + CHUNK]})
