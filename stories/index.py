"""The index, kept in step by whoever saves a case: entries and postings are written here.

Every change that a reader could see begins a new revision.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import transaction
from pyroaring import BitMap

from stories import lookups
from stories.entries import FORM, PRESENT_FORM, STATE, Entry, Key, entry
from stories.gathered import Gathered, metrics_of
from stories.models import Case
from stories.postings import CasePage, CaseText, MetricPosting, Posting, Revision


def put(case: Case, document: Mapping[str, Any]) -> None:
    """Index one case as its document and its state are."""
    put_many([(case.pk, case.state, entry(document))])


def put_many(entries: Iterable[tuple[int, str, Entry]]) -> None:
    """Index cases given as (primary key, state, entry). Statements grow with the keys touched."""
    new = {pk: entry.in_state(state) for pk, state, entry in entries}
    with writing():
        old = _present(list(new))
        _move(_keys(old), _keys(new))
        _move(metrics_of(old), metrics_of(new), MetricPosting)
        for table, rows in _rows(new):
            columns = [field.name for field in table._meta.fields if not field.primary_key]
            table._default_manager.bulk_create(
                rows, update_conflicts=True, unique_fields=["case"], update_fields=columns
            )


def rebuild(cases: Iterable[tuple[int, str, Mapping[str, Any]]]) -> int:
    """The whole index anew, from (primary key, state, case document) of every case; how many.

    The cases are asked for behind the lock, postings are gathered in memory and written once:
    2 statements a CHUNK of cases and of postings. All of it or, after an error, nothing.
    """
    gathered, count = Gathered(), 0
    with writing():
        CaseText.objects.all().delete()
        CasePage.objects.all().delete()
        Posting.objects.all().delete()
        MetricPosting.objects.all().delete()
        remaining = iter(cases)
        while some := list(islice(remaining, lookups.CHUNK)):
            new = {pk: entry(document).in_state(state) for pk, state, document in some}
            for table, of_table in _rows(new):
                table._default_manager.bulk_create(of_table)
            gathered.add(new)
            count += len(new)
        rows = (Posting(space=s, key=key, cases=cases) for s, key, cases in gathered.postings())
        Posting.objects.bulk_create(rows, batch_size=lookups.CHUNK)
        counted = (
            MetricPosting(space=s, key=key, count=n, metrics=metrics)
            for s, key, n, metrics in gathered.metric_postings()
        )
        MetricPosting.objects.bulk_create(counted, batch_size=lookups.CHUNK)
    return count


def drop(pk: int) -> None:
    """Forget a case, before its row is deleted."""
    with writing():
        old = _present([pk])
        _move(_keys(old), {})
        _move(metrics_of(old), {}, MetricPosting)
        CaseText.objects.filter(pk=pk).delete()
        CasePage.objects.filter(pk=pk).delete()


def begin_revision() -> None:
    """Invalidate cached responses and snapshots: every process compares the token it has read."""
    Revision.objects.update_or_create(pk=1, defaults={"token": uuid4().hex})


@contextmanager
def writing() -> Iterator[None]:
    """One writer at a time: what is indexed is read, changed and written."""
    with transaction.atomic():
        Revision.objects.get_or_create(pk=1)
        Revision.objects.select_for_update().get(pk=1)
        yield
        begin_revision()


def stale() -> list[str]:
    """Slugs of the cases that were saved after they were indexed, never were, or are indexed in
    another state or form; and `#` with the primary key for those that are gone: 2 queries."""
    held = lookups.values()
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


def _rows(entries: Mapping[int, Entry]) -> Iterator[tuple[type[Any], list[Any]]]:
    """Each table of what is held case by case, with its rows."""
    yield CaseText, [CaseText(case_id=pk, **entry.text()) for pk, entry in entries.items()]
    yield CasePage, [CasePage(case_id=pk, **entry.page()) for pk, entry in entries.items()]


def _present(pks: list[int]) -> dict[int, Entry]:
    """What was indexed of cases so far, without the card, which nothing looks up: 2 queries."""
    documents = dict(CasePage.objects.filter(pk__in=pks).values_list("pk", "document"))
    rows = CaseText.objects.filter(pk__in=pks)
    return {row.pk: _entry(row, documents.get(row.pk, {})) for row in rows}


def _entry(row: CaseText, document: Mapping[str, Any]) -> Entry:
    values = {(facet, value): anchor for facet, value, *_, anchor in row.values}
    # Of another release nothing but the values is understood; its index is stale as a whole.
    is_present = (FORM, PRESENT_FORM) in values
    parts = tuple(zip(*row.parts, strict=True)) if is_present else ()
    return Entry(row.raw, parts, values, row.folded, {}, document)


def _keys(entries: Mapping[int, Entry]) -> dict[int, set[Key]]:
    return {pk: entry.keys() for pk, entry in entries.items()}


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
    for n in range(0, len(keys), lookups.CHUNK):
        chunk = {
            key: (joins.get(key, []), leaves.get(key, [])) for key in keys[n : n + lookups.CHUNK]
        }
        _write(chunk, table)


def _write(
    changes: Mapping[Key, tuple[list[int], list[int]]], table: type[Posting | MetricPosting]
) -> None:
    stored = {(row.space, row.key): row.members() for row in lookups.postings(changes, table)}
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
        lookups.postings(emptied, table).delete()
