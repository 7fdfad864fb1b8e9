"""What is looked up: for each value of a facet and each gram of the text, the cases that hold it;
for each value and size, the metrics.

Kept in step by whoever saves a case. Every change that a reader could see begins a new revision.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from pyroaring import BitMap

from stories import dates, search, sizes
from stories.models import Case, CaseText, MetricPosting, Posting, Revision
from stories.vocabulary import METRIC_LIMIT, MeasureStatus

# The tiers of a hit, best first: spaces of grams.
TITLE, MEASURE, REST = TIERS = ("title", "part", "rest")
# Further spaces: published cases; types of measures beyond plans, and of those that have a metric;
# the place of a case that has one.
STATE, ANSWERED, MEASURED, COUNTED = "state", "answered", "measured", "counted"
# Spaces of metrics: indicator, measure type and place of the case; where a number begins, by
# octave, in groups and to the step; where those end that do not end where they begin.
INDICATOR, TYPE, PLACE = "indicator", "measure", "place"
OCTAVES, SIZES, SIZE, END = "octaves", "sizes", "size", "end"
CHUNK = 400  # rows of one statement: SQLite and PostgreSQL both take it
Key = tuple[str, str]  # space and key of a posting


@dataclass(frozen=True)
class Entry:
    """What the index holds of one case."""

    raw: str
    parts: tuple[tuple[int, str, str], ...]  # (start, tier, anchor), by start
    values: frozenset[tuple[str, str]]  # (facet, value) as the document has them
    folded: str
    card: Mapping[str, Any]
    document: Mapping[str, Any]

    def keys(self) -> set[Key]:
        """(space, key) of every posting that the case belongs to."""
        return {(space, key) for space, keys in self.spaces().items() for key in keys}

    def spaces(self) -> dict[str, set[str]]:
        """The same by space."""
        found = {tier: search.grams(self.text_of(tier)) for tier in TIERS}
        for facet, value in self.values:
            found.setdefault(facet, set()).add(value)
        return found

    def text_of(self, tier: str) -> str:
        """The folded text of one tier; its parts stand together."""
        starts = [start for start, of, _anchor in self.parts if of == tier]
        if not starts:
            return ""
        after = [start for start, of, _anchor in self.parts if of != tier and start > starts[-1]]
        return self.folded[starts[0] : after[0] if after else None]

    def part_at(self, place: int) -> tuple[int, int, str]:
        """(start, end, anchor) of the part that a place of the text is in."""
        starts = [start for start, _tier, _anchor in self.parts]
        n = bisect_right(starts, place) - 1
        end = starts[n + 1] - 1 if n + 1 < len(starts) else len(self.raw)
        return starts[n], end, self.parts[n][2]

    @classmethod
    def of_row(cls, row: CaseText) -> "Entry":
        """What was indexed of a case; card and document, which nothing looks up, stay behind."""
        parts = tuple((start, tier, anchor) for start, tier, anchor in row.parts)
        values = frozenset((facet, value) for facet, value in row.values)
        return cls(row.raw, parts, values, row.folded, {}, {})


def entry(document: Mapping[str, Any]) -> Entry:
    """A case document, as plain lists and dicts, as the index holds it."""
    texts: dict[str, list[tuple[str, str]]] = {tier: [] for tier in TIERS}
    texts[TITLE] = _both("", document["title"])
    texts[REST] += _both("", document["key_message"]) + _both("", document["abstract"])
    texts[REST].append(("", document["name_as_reported"]))
    for part in document["sources"]:
        texts[REST] += _both("sources", part["title"])
    for part in document["problems"]:
        texts[REST] += _both(f"problem-{part['key']}", part["statement"])
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        texts[MEASURE] += _both(anchor, part["title"]) + _both(anchor, part["summary"])
        for actor in part["actors"]:
            texts[REST] += _both(anchor, actor["name"])
    for part in _metrics(document):
        anchor = f"metric-{part['key']}"
        texts[REST] += _both(anchor, part["scope"])
        texts[REST].append((anchor, part.get("cite", {}).get("printed", "")))
    for question, part in document["glance"].items():
        texts[REST] += _both(f"glance-{question}", part["text"])
    pieces: list[str] = []
    parts: list[tuple[int, str, str]] = []
    at = 0
    for tier in TIERS:
        for anchor, text in texts[tier]:
            if text:
                parts.append((at, tier, anchor))
                pieces.append(text)
                at += len(text) + 1
    raw = "\n".join(pieces)
    return Entry(raw, tuple(parts), _values(document), search.fold(raw), card(document), document)


def card(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a list shows of a case."""
    return {
        "slug": document["slug"],
        "title": document["title"],
        "message": document["key_message"],
        "place": document["place"],
        "began": (document["began"] or {}).get("edtf", ""),
        "ended": (document["ended"] or {}).get("edtf", ""),
        "problems": list(dict.fromkeys(part["type"] for part in document["problems"])),
        "measures": len(document["measures"]),
        "tags": list(document["tags"]),
    }


def _both(anchor: str, text: Mapping[str, str] | None) -> list[tuple[str, str]]:
    return [(anchor, text["zh"]), (anchor, text["en"])] if text else []


def _metrics(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for measure in document["measures"]:
        yield from measure["metrics"]
    yield from document["context"]


def _values(document: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    values = {("place", document["place"])}
    values |= {("tag", slug) for slug in document["tags"]}
    values |= {("problem", part["type"]) for part in document["problems"]}
    values |= {("indicator", part["indicator"]) for part in _metrics(document)}
    values |= {(COUNTED, document["place"]) for _part in _metrics(document)}
    values |= {("year", str(year)) for year in _years(document)}
    for part in document["measures"]:
        values.add(("measure", part["type"]))
        values |= {("place", code) for code in part["where"]}
        values |= {("actor", actor["kind"]) for actor in part["actors"]}
        if part["metrics"]:
            values.add((MEASURED, part["type"]))
        if part["status"] in (MeasureStatus.DONE, MeasureStatus.UNDER_WAY):
            values.add((ANSWERED, part["type"]))
    return frozenset(values)


def metric_keys(pk: int, document: Mapping[str, Any]) -> dict[int, set[Key]]:
    """(space, key) of every posting that the metrics of a case belong to, by the number that the
    index has for each: those of a case follow each other, in the order of their keys."""
    parts = [(part, {(TYPE, m["type"])}) for m in document["measures"] for part in m["metrics"]]
    parts += [(part, set()) for part in document["context"]]
    parts.sort(key=lambda item: str(item[0]["key"]))
    if len(parts) > METRIC_LIMIT:
        raise ValueError(f"{document['slug']}: more than {METRIC_LIMIT} metrics")
    return {
        pk * METRIC_LIMIT + n: {*keys, (PLACE, document["place"]), *_keys_of_metric(part)}
        for n, (part, keys) in enumerate(parts)
    }


def _keys_of_metric(part: Mapping[str, Any]) -> Iterator[Key]:
    yield INDICATOR, part["indicator"]
    begin, end = sizes.span(part["low"], part["high"], part["qualifier"])
    yield OCTAVES, sizes.written(sizes.group(begin, sizes.OCTAVE)[0])
    yield SIZES, sizes.written(sizes.group(begin, sizes.GROUP)[0])
    yield SIZE, sizes.written(begin) + sizes.written(end)
    if end != begin:
        yield END, sizes.written(end)


def _years(document: Mapping[str, Any]) -> range:
    years: set[int] = set()
    for date in (document["began"], document["ended"]):
        try:
            years |= set(dates.read(date["edtf"]).years) if date else set()
        except dates.DateError:
            continue  # a draft's; the check names it
    return range(min(years), max(years) + 1) if years else range(0)


# ---------------------------------------------------------------- writing


def put(case: Case, document: Mapping[str, Any]) -> None:
    """Index one case as its document and its state are."""
    put_many([(case.pk, case.state, entry(document))])


def put_many(entries: Iterable[tuple[int, str, Entry]]) -> None:
    """Index cases given as (primary key, state, entry). Statements grow with the keys touched."""
    new = {
        pk: replace(entry, values=entry.values | {(STATE, state)}) for pk, state, entry in entries
    }
    with writing():
        rows = list(CaseText.objects.filter(pk__in=list(new)))
        old = {row.pk: Entry.of_row(row) for row in rows}
        _move(_keys(old), _keys(new))
        _move(
            _metrics_of((row.pk, old[row.pk], row.document) for row in rows),
            _metrics_of((pk, entry, entry.document) for pk, entry in new.items()),
            MetricPosting,
        )
        CaseText.objects.bulk_create(
            (
                CaseText(
                    case_id=pk,
                    raw=entry.raw,
                    folded=entry.folded,
                    parts=entry.parts,
                    values=sorted(entry.values),
                    card=entry.card,
                    document=entry.document,
                )
                for pk, entry in new.items()
            ),
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["raw", "folded", "parts", "values", "card", "document", "indexed_at"],
        )


def drop(pk: int) -> None:
    """Forget a case, before its row is deleted."""
    with writing():
        rows = CaseText.objects.filter(pk=pk)
        old = {row.pk: Entry.of_row(row) for row in rows}
        _move(_keys(old), {})
        _move(_metrics_of((row.pk, old[row.pk], row.document) for row in rows), {}, MetricPosting)
        rows.delete()


def clear() -> None:
    """Forget everything, before all is indexed anew."""
    with writing():
        CaseText.objects.all().delete()
        Posting.objects.all().delete()
        MetricPosting.objects.all().delete()


def begin_revision() -> None:
    """Whatever was kept of the library's answers is no longer valid, on any worker."""
    token = uuid4().hex
    Revision.objects.update_or_create(pk=1, defaults={"token": token})
    transaction.on_commit(lambda: _tell(token))


@contextmanager
def writing() -> Iterator[None]:
    """One writer at a time: what is indexed is read, changed and written."""
    with transaction.atomic():
        Revision.objects.get_or_create(pk=1)
        Revision.objects.select_for_update().get(pk=1)
        yield
        begin_revision()


def _keys(entries: Mapping[int, Entry]) -> dict[int, set[Key]]:
    return {pk: entry.keys() for pk, entry in entries.items()}


def _metrics_of(
    entries: Iterable[tuple[int, Entry, Mapping[str, Any]]],
) -> dict[int, set[Key]]:
    """Of published cases only, given as (primary key, entry, document)."""
    found: dict[int, set[Key]] = {}
    for pk, entry, document in entries:
        if (STATE, Posting.PUBLISHED) in entry.values:
            found |= metric_keys(pk, document)
    return found


def _move(
    old: Mapping[int, set[Key]],
    new: Mapping[int, set[Key]],
    table: type[Posting | MetricPosting] = Posting,
) -> None:
    """Take members out of the postings they no longer belong to, and put them into the others."""
    joins: dict[Key, list[int]] = {}
    leaves: dict[Key, list[int]] = {}
    for pk in old.keys() | new.keys():
        was, now = old.get(pk, set()), new.get(pk, set())
        for key in now - was:
            joins.setdefault(key, []).append(pk)
        for key in was - now:
            leaves.setdefault(key, []).append(pk)
    keys = sorted(joins.keys() | leaves.keys())
    for n in range(0, len(keys), CHUNK):
        chunk = {key: (joins.get(key, []), leaves.get(key, [])) for key in keys[n : n + CHUNK]}
        _write(chunk, table)


def _write(
    changes: Mapping[Key, tuple[list[int], list[int]]], table: type[Posting | MetricPosting]
) -> None:
    stored = {(row.space, row.key): row.members() for row in _postings(changes, table)}
    written: list[Any] = []
    emptied: list[Key] = []
    for (space, key), (joins, leaves) in changes.items():
        members = stored.get((space, key), BitMap())
        members |= BitMap(joins)
        members -= BitMap(leaves)
        if members:
            written.append(table.of(space, key, members))
        else:
            emptied.append((space, key))
    table._default_manager.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["space", "key"],
        update_fields=table.KEPT,
    )
    if emptied:
        _postings(emptied, table).delete()


def _postings(keys: Iterable[Key], table: type[Any] = Posting) -> QuerySet[Any]:
    by_space: dict[str, list[str]] = {}
    for space, key in keys:
        by_space.setdefault(space, []).append(key)
    condition = Q(pk__in=[])
    for space, found in by_space.items():
        condition |= Q(space=space, key__in=found)
    rows: QuerySet[Any] = table._default_manager.filter(condition)
    return rows


def _tell(token: str) -> None:
    """Workers look at this file, not at the database, to learn of a new revision."""
    file = settings.REVISION_FILE
    draft = file.with_suffix(f".{token}")  # its own: two writers may tell at once
    draft.write_text(token)
    draft.replace(file)


# ---------------------------------------------------------------- reading


def holding(keys: Iterable[Key]) -> dict[Key, BitMap]:
    """The cases of each key that some case holds: 1 query."""
    return {(row.space, row.key): row.members() for row in _postings(keys)}


def values() -> dict[str, dict[str, BitMap]]:
    """facet → value → cases, for every space but those of the text: 1 query."""
    found: dict[str, dict[str, BitMap]] = {}
    for space, key, cases in Posting.objects.exclude(space__in=TIERS).values_list(
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


def texts_of(cases: Iterable[int]) -> dict[int, Entry]:
    """1 query for every CHUNK cases."""
    pks, found = list(cases), {}
    for n in range(0, len(pks), CHUNK):
        rows = CaseText.objects.filter(pk__in=pks[n : n + CHUNK]).defer("card", "document")
        found.update({row.pk: Entry.of_row(row) for row in rows})
    return found


def revision() -> str:
    """The token of the present revision, "" before the first: 1 query."""
    return Revision.objects.values_list("token", flat=True).first() or ""


def stale() -> list[str]:
    """Slugs of the cases that were saved after they were indexed, never were, or are indexed in
    another state; and `#` with the primary key for those that are gone: 3 queries."""
    held = values()
    indexed = {pk: state for state, cases in held.get(STATE, {}).items() for pk in cases}
    if not MetricPosting.objects.exists():  # indexed before there were any
        published = held.get(STATE, {}).get(Posting.PUBLISHED, BitMap())
        for pk in BitMap.union(BitMap(), *held.get(INDICATOR, {}).values()) & published:
            indexed[pk] = ""
    rows = Case.objects.order_by("pk").values_list(
        "pk", "slug", "state", "changed_at", "indexed_text__indexed_at"
    )
    found = [
        slug
        for pk, slug, state, changed_at, indexed_at in rows
        if indexed.pop(pk, None) != state or indexed_at is None or changed_at > indexed_at
    ]
    return [*found, *(f"#{pk}" for pk in sorted(indexed))]
