"""What is looked up: for each value of a facet and each gram of the text, the cases that hold it;
for each value and size, the metrics.

Kept in step by whoever saves a case. Every change that a reader could see begins a new revision.
"""

import json
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from itertools import islice, repeat
from operator import itemgetter
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from stories import dates, search, sizes
from stories.models import Case, CaseText, MetricPosting, Posting, Revision, stored
from stories.vocabulary import METRIC_LIMIT, MeasureStatus

# The tiers of a hit, best first: spaces of grams.
TITLE, MEASURE, REST = TIERS = ("title", "part", "rest")
# Further spaces: published cases; types of measures beyond plans, and of those that have a metric;
# the place of a case that has one.
STATE, ANSWERED, MEASURED, COUNTED = "state", "answered", "measured", "counted"
# How many of each a case has: their keys are numbers.
COUNTS = MEASURES, METRICS, CITATIONS = ("measures", "metrics", "citations")
# What the index holds of a case changes with releases: those of another form are indexed anew.
FORM, PRESENT_FORM = "form", "3"
# Spaces of the values of facets.
VALUES = ("place", "tag", "problem", "measure", "actor", "indicator", "year")
# Spaces of metrics: indicator, measure type and place of the case; where a number begins, by
# octave, in groups and to the step; where those end that do not end where they begin.
INDICATOR, TYPE, PLACE = "indicator", "measure", "place"
OCTAVES, SIZES, SIZE, END = "octaves", "sizes", "size", "end"
BEYOND_PLANS = {MeasureStatus.DONE.value, MeasureStatus.UNDER_WAY.value}
CHUNK = 400  # rows of one statement: SQLite and PostgreSQL both take it
ROW = ("raw", "folded", "parts", "values", "card", "document")  # columns of CaseText
Key = tuple[str, str]  # space and key of a posting


@dataclass(frozen=True)
class Entry:
    """What the index holds of one case."""

    raw: str
    parts: tuple[tuple[int, str, str], ...]  # (start, tier, anchor), by start
    values: Mapping[Key, str]  # (facet, value) as the document has them → anchor of the first
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
        start = self._starts.get(tier)
        if start is None:
            return ""
        after = [other for other in self._starts.values() if other > start]
        return self.folded[start : min(after, default=None)]

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {tier: start for start, tier, _anchor in reversed(self.parts)}

    def in_state(self, state: str) -> "Entry":
        return replace(self, values={**self.values, (STATE, state): ""})

    def row(self) -> dict[str, Any]:
        """column → value."""
        values = sorted((*key, anchor) for key, anchor in self.values.items())
        return {name: getattr(self, name) for name in ROW} | {"values": values}

    @classmethod
    def of_row(cls, row: CaseText) -> "Entry":
        """What was indexed of a case; card and document, which nothing looks up, stay behind."""
        parts = tuple((start, tier, anchor) for start, tier, anchor in row.parts)
        values = {(facet, value): anchor for facet, value, *_, anchor in row.values}
        return cls(row.raw, parts, values, row.folded, {}, {})


def entry(document: Mapping[str, Any]) -> Entry:
    """A case document, as plain lists and dicts, as the index holds it."""
    texts: dict[str, list[tuple[str, str]]] = {tier: [] for tier in TIERS}

    def say(tier: str, anchor: str, text: Mapping[str, str] | None) -> None:
        if text:
            texts[tier] += (anchor, text["zh"]), (anchor, text["en"])

    say(TITLE, "", document["title"])
    say(REST, "", document["key_message"])
    say(REST, "", document["abstract"])
    texts[REST].append(("", document["name_as_reported"]))
    for part in document["sources"]:
        say(REST, "sources", part["title"])
    for part in document["problems"]:
        say(REST, f"problem-{part['key']}", part["statement"])
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        say(MEASURE, anchor, part["title"])
        say(MEASURE, anchor, part["summary"])
        for actor in part["actors"]:
            say(REST, anchor, actor["name"])
    for part in _metrics(document):
        anchor = f"metric-{part['key']}"
        say(REST, anchor, part["scope"])
        texts[REST].append((anchor, part["cite"]["printed"] if "cite" in part else ""))
    for question, part in document["glance"].items():
        say(REST, f"glance-{question}", part["text"])
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


def _metrics(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for measure in document["measures"]:
        yield from measure["metrics"]
    yield from document["context"]


def _values(document: Mapping[str, Any]) -> dict[Key, str]:
    values = {(FORM, PRESENT_FORM): "", ("place", document["place"]): ""}
    values |= {("tag", slug): "" for slug in document["tags"]}
    values |= {("year", str(year)): "" for year in years(document)}
    metrics = list(_metrics(document))
    values[MEASURES, str(len(document["measures"]))] = ""
    values[METRICS, str(len(metrics))] = ""
    values[CITATIONS, str(_cites(document))] = ""
    if metrics:
        values[COUNTED, document["place"]] = ""
    for part in document["problems"]:
        values.setdefault(("problem", part["type"]), f"problem-{part['key']}")
    for part in metrics:
        values.setdefault(("indicator", part["indicator"]), f"metric-{part['key']}")
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        for key in _values_of_measure(part):
            values.setdefault(key, anchor)
    return values


def _values_of_measure(part: Mapping[str, Any]) -> list[Key]:
    values = [("measure", part["type"])]
    values += [("place", code) for code in part["where"]]
    values += [("actor", actor["kind"]) for actor in part["actors"]]
    if part["metrics"]:
        values.append((MEASURED, part["type"]))
    if part["status"] in BEYOND_PLANS:
        values.append((ANSWERED, part["type"]))
    return values


def _cites(document: Mapping[str, Any]) -> int:
    """How many citations the document has, those of dates included."""
    measures = document["measures"]
    cited = [document, *document["problems"], *measures, *document["glance"].values()]
    dated = [document["began"], document["ended"], *(part["when"] for part in measures)]
    return (
        sum(len(part["cites"]) for part in cited)
        + sum(1 for date in dated if date and date["source"])
        + sum(1 for part in _metrics(document) if "cite" in part)
    )


def metric_keys(pk: int, document: Mapping[str, Any]) -> dict[int, list[Key]]:
    """(space, key) of every posting that the metrics of a case belong to, by the number that the
    index has for each: those of a case follow each other, in the order of their keys."""
    place = (PLACE, document["place"])
    parts = [
        (part, (place, (TYPE, measure["type"])))
        for measure in document["measures"]
        for part in measure["metrics"]
    ]
    parts += [(part, (place,)) for part in document["context"]]
    if len(parts) > METRIC_LIMIT:
        raise ValueError(f"{document['slug']}: more than {METRIC_LIMIT} metrics")
    parts.sort(key=lambda item: str(item[0]["key"]))
    return {
        number: (
            *(*keys, (INDICATOR, part["indicator"])),
            *_keys_of_size(part["low"], part["high"], part["qualifier"]),
        )
        for number, (part, keys) in enumerate(parts, pk * METRIC_LIMIT)
    }


@lru_cache(maxsize=50_000)  # the same numbers come again and again
def _keys_of_size(
    low: Decimal | float | None, high: Decimal | float | None, qualifier: str
) -> tuple[Key, ...]:
    begin, end = sizes.span(low, high, qualifier)
    keys = (
        (OCTAVES, sizes.written(sizes.group(begin, sizes.OCTAVE)[0])),
        (SIZES, sizes.written(sizes.group(begin, sizes.GROUP)[0])),
        (SIZE, sizes.written(begin) + sizes.written(end)),
    )
    return keys if end == begin else (*keys, (END, sizes.written(end)))


def years(document: Mapping[str, Any]) -> range:
    """From the first year of the case to its last; none where it has no date."""
    found: set[int] = set()
    for date in (document["began"], document["ended"]):
        try:
            found |= set(dates.read(date["edtf"]).years) if date else set()
        except dates.DateError:
            continue  # a draft's; the check names it
    return range(min(found), max(found) + 1) if found else range(0)


# ---------------------------------------------------------------- writing


def put(case: Case, document: Mapping[str, Any]) -> None:
    """Index one case as its document and its state are."""
    put_many([(case.pk, case.state, entry(document))])


def put_many(entries: Iterable[tuple[int, str, Entry]]) -> None:
    """Index cases given as (primary key, state, entry). Statements grow with the keys touched."""
    new = {pk: entry.in_state(state) for pk, state, entry in entries}
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
            (CaseText(case_id=pk, **entry.row()) for pk, entry in new.items()),
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=[*ROW, "indexed_at"],
        )


def rebuild(cases: Iterable[tuple[int, str, Mapping[str, Any]]]) -> int:
    """The whole index anew, from (primary key, state, case document) of every case; how many.

    The cases are asked for behind the lock, postings are gathered in memory and written once:
    2 statements a CHUNK of cases and of postings. All of it or, after an error, nothing.
    """
    gathered, count = Gathered(), 0
    with writing():
        CaseText.objects.all().delete()
        Posting.objects.all().delete()
        MetricPosting.objects.all().delete()
        remaining = iter(cases)
        while some := list(islice(remaining, CHUNK)):
            new = {pk: entry(document).in_state(state) for pk, state, document in some}
            CaseText.objects.bulk_create(CaseText(case_id=pk, **new[pk].row()) for pk in new)
            gathered.add(new)
            count += len(new)
        rows = (Posting(space=s, key=key, cases=cases) for s, key, cases in gathered.postings())
        Posting.objects.bulk_create(rows, batch_size=CHUNK)
        counted = (
            MetricPosting(space=s, key=key, count=n, metrics=metrics)
            for s, key, n, metrics in gathered.metric_postings()
        )
        MetricPosting.objects.bulk_create(counted, batch_size=CHUNK)
    return count


Held = defaultdict[Any, BitMap]  # key → cases or metrics
NUMBERS = "numbers"  # what is held of metrics, among the spaces of what is held of cases


class Gathered:
    """Who holds what, of many cases, in memory: for postings that are written once."""

    def __init__(self) -> None:
        # Space → key → cases; for texts a key is one that search.spelled reads.
        # NUMBERS → (space, key) → metrics.
        self.held: defaultdict[str, Held] = defaultdict(partial(defaultdict, BitMap))

    def add(self, entries: Mapping[int, Entry]) -> None:
        """One tier after the other, so that what is added to stays close at hand."""
        for tier in TIERS:
            held = self.held[tier]
            for pk, entry in entries.items():
                text = entry.text_of(tier)
                _hold(held, search.pairs(text), pk)
                _hold(held, search.latin_words(text), pk)
        for pk, entry in entries.items():
            for space, key in entry.values:
                self.held[space][key].add(pk)
        metrics = _metrics_of((pk, entry, entry.document) for pk, entry in entries.items())
        for number, keys in metrics.items():
            _hold(self.held[NUMBERS], keys, number)

    def only(self, spaces: Iterable[str]) -> "Gathered":
        """What it holds of these spaces, in common with it."""
        some = Gathered()
        some.held.update((space, self.held[space]) for space in spaces)
        return some

    def hear(self, other: "Gathered") -> None:
        """Add what another process has gathered."""
        for space, keys in other.held.items():
            for key, members in keys.items():
                self.held[space][key] |= members

    def postings(self) -> Iterator[tuple[str, str, bytes]]:
        """(space, key, stored cases) in the order of their keys."""
        for space, held in sorted(self.held.items(), key=itemgetter(0)):
            keys = _spelled(held) if space in TIERS else held
            for key in sorted(keys) if space != NUMBERS else ():
                yield space, key, stored(keys[key])

    def metric_postings(self) -> Iterator[tuple[str, str, int, bytes]]:
        """(space, key, count, stored metrics) in the order of their keys."""
        for (space, key), metrics in sorted(self.held[NUMBERS].items(), key=itemgetter(0)):
            yield space, key, len(metrics), stored(metrics)


def _hold(held: Held, keys: Iterable[Any], member: int) -> None:
    """One step for each key and no line of Python: it is most of the work."""
    deque(map(BitMap.add, map(held.__getitem__, keys), repeat(member)), maxlen=0)


def _spelled(held: Mapping[int | str, BitMap]) -> dict[str, BitMap]:
    found: dict[str, BitMap] = {}
    for key, cases in held.items():
        for gram in search.spelled(key):
            found[gram] = found[gram] | cases if gram in found else cases
    return found


def drop(pk: int) -> None:
    """Forget a case, before its row is deleted."""
    with writing():
        rows = CaseText.objects.filter(pk=pk)
        old = {row.pk: Entry.of_row(row) for row in rows}
        _move(_keys(old), {})
        _move(_metrics_of((row.pk, old[row.pk], row.document) for row in rows), {}, MetricPosting)
        rows.delete()


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
) -> dict[int, tuple[Key, ...]]:
    """Of published cases only, given as (primary key, entry, document)."""
    found: dict[int, tuple[Key, ...]] = {}
    for pk, entry, document in entries:
        if (STATE, Posting.PUBLISHED) in entry.values:
            found |= metric_keys(pk, document)
    return found


def _move(
    old: Mapping[int, Iterable[Key]],
    new: Mapping[int, Iterable[Key]],
    table: type[Posting | MetricPosting] = Posting,
) -> None:
    """Take members out of the postings they no longer belong to, and put them into the others."""
    joins: dict[Key, list[int]] = {}
    leaves: dict[Key, list[int]] = {}
    for pk in old.keys() | new.keys():
        was, now = set(old.get(pk, ())), set(new.get(pk, ()))
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


def stale() -> list[str]:
    """Slugs of the cases that were saved after they were indexed, never were, or are indexed in
    another state or form; and `#` with the primary key for those that are gone: 2 queries."""
    held = values()
    indexed = {pk: state for state, cases in held.get(STATE, {}).items() for pk in cases}
    for pk in indexed.keys() - set(held.get(FORM, {}).get(PRESENT_FORM, ())):
        indexed[pk] = ""  # by another release
    rows = Case.objects.order_by("pk").values_list(
        "pk", "slug", "state", "changed_at", "indexed_text__indexed_at"
    )
    found = [
        slug
        for pk, slug, state, changed_at, indexed_at in rows
        if indexed.pop(pk, None) != state or indexed_at is None or changed_at > indexed_at
    ]
    return [*found, *(f"#{pk}" for pk in sorted(indexed))]
