"""What the index holds of cases, read by their keys.

The statements stand here as SQL: the ORM takes longer to make one of these than the database to
answer it, and every public page asks for some of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

CHUNK = 500  # primary keys in one statement


def revision() -> str:
    """The token of the present revision, "" before the first: 1 query."""
    rows = _rows("SELECT token FROM stories_revision ORDER BY id LIMIT 1")
    return str(rows[0][0]) if rows else ""


def document(slug: str) -> tuple[int, Any] | None:
    """(primary key, document) of a case in any state, None where there is none: 1 query."""
    rows = _rows(
        "SELECT text.case_id, text.document FROM stories_casetext AS text"
        " JOIN stories_case AS held ON held.id = text.case_id WHERE held.slug = %s",
        [slug],
    )
    return (rows[0][0], orjson.loads(rows[0][1])) if rows else None


def cards(pks: Iterable[int]) -> dict[int, Any]:
    """primary key → card of the cases that have one: 1 query for every CHUNK."""
    return {pk: orjson.loads(card) for pk, card in _of_cases("card", list(pks))}


def texts(pks: Iterable[int]) -> dict[int, tuple[str, str, Any]]:
    """primary key → (raw, folded, [starts, tiers, anchors]): 1 query for every CHUNK."""
    rows = _of_cases("raw, folded, parts", list(pks))
    return {pk: (raw, folded, orjson.loads(parts)) for pk, raw, folded, parts in rows}


def postings(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """(space, key) → stored cases of the postings that there are: 1 query."""
    by_space: dict[str, list[str]] = {}
    for space, key in keys:
        by_space.setdefault(space, []).append(key)
    if not by_space:
        return {}
    conditions = [f"(space = %s AND key IN ({_marks(found)}))" for found in by_space.values()]
    rows = _rows(
        f"SELECT space, key, cases FROM stories_posting WHERE {' OR '.join(conditions)}",
        [text for space, found in by_space.items() for text in (space, *found)],
    )
    return {(space, key): bytes(cases) for space, key, cases in rows}


def _of_cases(columns: str, pks: Sequence[int]) -> list[tuple[Any, ...]]:
    found = []
    for n in range(0, len(pks), CHUNK):
        some = pks[n : n + CHUNK]
        where = f"case_id IN ({_marks(some)})"
        found += _rows(f"SELECT case_id, {columns} FROM stories_casetext WHERE {where}", some)
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
