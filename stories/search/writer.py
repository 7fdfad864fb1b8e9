"""Writes the index of published cases: postings, texts, cards and metrics.

Code that changes what readers see calls this in the same transaction; each call begins a revision.
"""

import gc
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any, cast
from uuid import uuid4

import django
import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Field, Model
from pyroaring import BitMap

from caselib import interrupts
from stories.documents import damage
from stories.models.search_index import (
    IndexedCard,
    IndexedMetric,
    IndexedMetricRow,
    IndexedMetricType,
    IndexedText,
    Posting,
    Revision,
)
from stories.models.version import Publication
from stories.search import reader
from stories.search.analyzer import (
    FORM,
    PRESENT_FORM,
    PUBLISHED,
    STATE,
    Entry,
    Key,
    entry,
)

_OF_METRICS = (IndexedMetricType, IndexedMetricRow)  # deleted before the metrics
PROCESSES = 2  # for tokenizing, if MANY cases are indexed
MANY = 2000  # cases; for fewer, starting processes takes longer
Progress = Callable[[int, int], None]  # cases done, of how many
Documents = Mapping[int, Mapping[str, Any]]  # primary key of a publication → case document


def put(documents: Documents) -> None:
    """Index published cases. The number of statements grows with the keys touched."""
    new = {pk: _checked_entry(document) for pk, document in documents.items()}
    with writing():
        _move(_present_keys(list(new)), {pk: found.posting_keys() for pk, found in new.items()})
        _clear(list(new))
        write_rows(new)


def silent(_done: int, _count: int) -> None:
    """Ignores progress."""


def rebuild(cases: Iterable[tuple[int, str]], count: int = 0, progress: Progress = silent) -> int:
    """Rebuild the whole index from (primary key, written case document) of every published case;
    returns their count.

    The cases are read while holding the lock; postings are accumulated in memory and written once.
    On an error, nothing is changed. `count`: the number of cases, if known; many are tokenized by
    PROCESSES.
    """
    builder, done = PostingsBuilder(), 0
    with writing(), _without_collector():
        for table in (*_OF_METRICS, IndexedMetric, IndexedText, IndexedCard, Posting):
            table._default_manager.all().delete()
        for entries, postings in _tokenized(_chunks(cases), count):
            write_rows(entries)
            builder.merge(postings)
            done += len(entries)
            progress(done, count)
        builder.write()
    return done


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: a build makes no cycles, and so many objects that collections
    cost a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


Chunk = Mapping[int, str]  # primary key → case document as it is written
Tokenized = tuple[dict[int, Entry], "PostingsBuilder"]


def _tokenized(chunks: Iterable[Chunk], count: int) -> Iterator[Tokenized]:
    if count < MANY:
        yield from map(_tokenize, chunks)
        return
    remaining = iter(chunks)
    with ProcessPoolExecutor(PROCESSES, initializer=_begin_process) as pool:
        # Only a few chunks are queued, so that memory does not grow with the library.
        waiting = deque(pool.submit(_tokenize, c) for c in islice(remaining, 2 * PROCESSES))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_tokenize, c) for c in islice(remaining, 1))


def _begin_process() -> None:
    """Set Django up in processes that are not forked."""
    interrupts.in_worker_process()
    django.setup()


def _tokenize(documents: Chunk) -> Tokenized:
    """Runs in a pool process without using the database."""
    entries = {pk: _checked_entry(orjson.loads(written)) for pk, written in documents.items()}
    builder = PostingsBuilder()
    for pk, found in entries.items():
        builder.add(pk, found)
    return entries, builder


def _chunks(cases: Iterable[tuple[int, str]]) -> Iterator[Chunk]:
    remaining = iter(cases)
    while some := list(islice(remaining, reader.CHUNK)):
        yield dict(some)


def _checked_entry(document: Mapping[str, Any]) -> Entry:
    return entry(document, bool(damage.showable(document, damage.ANY_VOCABULARY).faults))


def drop(pk: int) -> None:
    """Remove a withdrawn case."""
    with writing():
        _move(_present_keys([pk]), {})
        _clear([pk])


def begin_revision(*, of_vocabulary: bool = True) -> None:
    """Invalidate cached responses and snapshots: every process compares the revision tokens.

    PostgreSQL notifies all servers when the transaction is committed. `of_vocabulary`: False if
    terms and places are unchanged and need not be read again.
    """
    tokens = {"token": uuid4().hex}
    if of_vocabulary:
        tokens["vocabulary"] = tokens["token"]
    Revision.objects.update_or_create(pk=1, defaults=tokens)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {settings.REVISION_CHANNEL}")


@contextmanager
def writing() -> Iterator[None]:
    """Lock the index for one writer: read, modify and write."""
    with transaction.atomic():
        Revision.objects.get_or_create(pk=1)
        Revision.objects.select_for_update().get(pk=1)
        yield
        begin_revision(of_vocabulary=False)


def stale() -> list[str]:
    """Slugs of the published cases whose current version is not indexed, or by another release; and
    `#` with the primary key for index rows without a case: 2 queries."""
    stored = reader.values()
    indexed = set(stored.get(STATE, {}).get(PUBLISHED, ()))
    present = set(stored.get(FORM, {}).get(PRESENT_FORM, ()))
    rows = (
        Publication.objects.current()
        .order_by("pk")
        .values_list("pk", "slug", "published_at", "indexed_text__indexed_at")
    )
    found = [
        slug
        for pk, slug, published_at, indexed_at in rows
        if pk not in indexed & present or indexed_at is None or published_at > indexed_at
    ]
    known = {pk for pk, *_row in rows}
    return [*found, *(f"#{pk}" for pk in sorted(indexed - known))]


class PostingsBuilder:
    """Accumulates postings in memory for a bulk index build."""

    def __init__(self) -> None:
        # space → key → cases; can be pickled
        self._cases: defaultdict[str, defaultdict[str, BitMap]] = defaultdict(
            partial(defaultdict, BitMap)
        )

    def add(self, pk: int, found: Entry) -> None:
        for space, keys in found.spaces().items():
            cases = self._cases[space]
            for key in keys:
                cases[key].add(pk)

    def merge(self, other: "PostingsBuilder") -> None:
        """Add the postings of another process."""
        for space, keys in other._cases.items():
            mine = self._cases[space]
            for key, cases in keys.items():
                mine[key] |= cases

    def write(self) -> None:
        """Insert into the empty table, ordered by key."""
        _insert(Posting, ("space", "key", "cases"), self._postings())

    def _postings(self) -> Iterator[tuple[str, str, bytes]]:
        for space, cases in sorted(self._cases.items()):
            for key in sorted(cases):
                yield space, key, Posting.serialize(cases[key])


def write_rows(entries: Mapping[int, Entry]) -> None:
    """Insert all rows except postings for cases that are not indexed yet."""
    IndexedText.objects.bulk_create(
        IndexedText(pk=pk, **found.text()) for pk, found in entries.items()
    )
    IndexedCard.objects.bulk_create(
        IndexedCard(pk=pk, card=found.card, row=found.row) for pk, found in entries.items()
    )
    metrics = [(pk, metric) for pk, found in entries.items() for metric in found.metrics]
    rows = ((pk, m.key, m.indicator, m.kind, m.begin, m.end) for pk, m in metrics)
    columns = ("publication", "key", "indicator", "kind", "begin", "end")
    ids = _insert_returning(IndexedMetric, columns, rows)
    written = [(id_, metric) for id_, (_pk, metric) in zip(ids, metrics, strict=True)]
    types = ((id_, slug) for id_, metric in written for slug in metric.types)
    _insert(IndexedMetricType, ("metric", "type"), types)
    IndexedMetricRow.objects.bulk_create(
        IndexedMetricRow(pk=id_, row=metric.row) for id_, metric in written if metric.row
    )


def _insert(
    model: type[Model], names: Sequence[str], rows: Iterable[tuple[int | str | bytes, ...]]
) -> None:
    """Insert values of these fields, for which bulk_create takes three times as long."""
    statement, one = _insertion(model, names)
    remaining = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(remaining, reader.CHUNK)):
            cursor.executemany(f"{statement} {one}", some)


def _insert_returning(
    model: type[Model], names: Sequence[str], rows: Iterable[tuple[int | str, ...]]
) -> list[int]:
    """The same; the new primary keys, in order."""
    statement, one = _insertion(model, names)
    remaining, ids = iter(rows), []
    with connection.cursor() as cursor:
        while some := list(islice(remaining, reader.CHUNK)):
            values = ", ".join([one] * len(some))
            cursor.execute(f"{statement} {values} RETURNING id", list(chain(*some)))
            ids += [id_ for (id_,) in cursor.fetchall()]
    return ids


def _insertion(model: type[Model], names: Sequence[str]) -> tuple[str, str]:
    """The beginning of a statement, and the placeholders of one row.

    A case has forty rows of metrics and their types, and a library ten postings for each case,
    for which bulk_create takes three times as long: docs/decisions/0003 and 0007.
    """
    quote = connection.ops.quote_name
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    one = f"({', '.join(['%s'] * len(names))})"
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES", one


def _clear(pks: list[int]) -> None:
    """Remove the rows of these cases from every table but that of postings."""
    for table in _OF_METRICS:
        table._default_manager.filter(metric__publication__in=pks).delete()
    IndexedMetric.objects.filter(publication__in=pks).delete()
    IndexedText.objects.filter(pk__in=pks).delete()
    IndexedCard.objects.filter(pk__in=pks).delete()


def _present_keys(pks: list[int]) -> dict[int, set[Key]]:
    """primary key → the keys that the case is indexed under now: 1 query."""
    found = {}
    for row in IndexedText.objects.filter(pk__in=pks):
        values = {(facet, value): anchor for facet, value, *_, anchor in row.values}
        # From an entry of another release only the values are used; its index is stale anyway.
        is_present = (FORM, PRESENT_FORM) in values
        parts = tuple(zip(*row.parts, strict=True)) if is_present else ()
        found[row.pk] = Entry(row.raw, parts, values, row.folded, {}, {}, ()).posting_keys()
    return found


def _move(old: Mapping[int, set[Key]], new: Mapping[int, set[Key]]) -> None:
    """Remove cases from the postings they left, and add them to the new ones."""
    joining: defaultdict[Key, list[int]] = defaultdict(list)
    leaving: defaultdict[Key, list[int]] = defaultdict(list)
    for pk in old.keys() | new.keys():
        was, now = old.get(pk, set()), new.get(pk, set())
        for key in now - was:
            joining[key].append(pk)
        for key in was - now:
            leaving[key].append(pk)
    keys = sorted(joining.keys() | leaving.keys())
    for n in range(0, len(keys), reader.CHUNK):
        _update_postings(keys[n : n + reader.CHUNK], joining, leaving)


def _update_postings(
    keys: list[Key], joining: Mapping[Key, list[int]], leaving: Mapping[Key, list[int]]
) -> None:
    stored = {(row.space, row.key): row.members() for row in reader.postings(keys)}
    written: list[Posting] = []
    emptied: list[Key] = []
    for key in keys:
        cases = stored.get(key, BitMap())
        cases |= BitMap(joining.get(key, ()))
        cases -= BitMap(leaving.get(key, ()))
        if cases:
            written.append(Posting.of(*key, cases))
        else:
            emptied.append(key)
    Posting.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["space", "key"],
        update_fields=["cases"],
    )
    if emptied:
        reader.postings(emptied).delete()
