"""The data set as one SQLite file: tables with comments, keys and views, nothing internal.

The same rows in the same order give the same bytes.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stories.exports.dataset.codebook import EVERY, in_both
from stories.exports.dataset.columns import Column, Value
from stories.exports.dataset.tables import Table

# Source: SQLite, "Datatypes In SQLite", 3.1, read 2026-11.
TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}


class Database:
    """A file that is being written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._insert = {
            table.name: (
                f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.column_names))})"
            )
            for table in EVERY
        }

    def add(self, table: Table, rows: Iterable[list[Value]]) -> None:
        self.connection.executemany(self._insert[table.name], rows)


@contextmanager
def writing(file: Path) -> Iterator[Database]:
    """Create a file, complete when the block ends without an error."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        # Not read before it is complete: no journal, no fsync.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for table in EVERY:
            connection.execute(_create(table))
        yield Database(connection)
        for statement in (*_indexes(), *_views()):
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _create(table: Table) -> str:
    """CREATE TABLE with a bilingual comment after each column."""
    described = in_both(table.description)
    lines = [
        (f"{name} {TYPES[column.value_type]}{' NOT NULL' if column.is_required else ''}", column)
        for column in table.columns
        for name in column.names
    ]
    last = [
        *(f"FOREIGN KEY ({', '.join(c)}) REFERENCES {to}" for c, to in table.references),
        f"PRIMARY KEY ({', '.join(table.key)})",
    ]
    body = "\n".join(f"  {line}, -- {_comment(column)}" for line, column in lines)
    constraints = ",\n".join(f"  {line}" for line in last)
    head = f"CREATE TABLE {table.name} ( -- {described['en']} / {described['zh']}"
    return f"{head}\n{body}\n{constraints}\n)"


def _comment(column: Column) -> str:
    described = in_both(column.description)
    return f"{described['en']} / {described['zh']}"


def _indexes() -> Iterator[str]:
    """For columns that refer to another table, unless the primary key starts with them."""
    for table in EVERY:
        for columns, _to in table.references:
            if table.key[: len(columns)] != tuple(columns):
                name = "_".join([table.name, "by", columns[-1]])
                yield f"CREATE INDEX {name} ON {table.name} ({', '.join(columns)})"


def _views() -> Iterator[str]:
    for language, name in (("zh", "chinese"), ("en", "english")):
        for view, select in _VIEWS.items():
            yield f"CREATE VIEW {view}_in_{name} AS {select.format(language=language)}"


def _label(name: str, value: str) -> str:
    """The label of a value of a closed list."""
    return f"(SELECT label_{{language}} FROM choices WHERE list = '{name}' AND value = {value})"


_VIEWS = {
    "cases": """
  SELECT c.slug, c.title_{language} AS title, c.key_message_{language} AS key_message,
    p.label_{language} AS place, c.began, c.ended,
    (SELECT count(*) FROM measures m WHERE m.case_slug = c.slug) AS measures,
    (SELECT count(*) FROM metrics m WHERE m.case_slug = c.slug) AS metrics
  FROM cases c JOIN places p ON p.value = c.place""",
    "measures": f"""
  SELECT m.case_slug, c.title_{{language}} AS case_title, m.key, m.title_{{language}} AS measure,
    (SELECT group_concat(label, '; ') FROM
      (SELECT t.label_{{language}} AS label FROM types_of_measure l
       JOIN measure_types t ON t.value = l.type
       WHERE l.case_slug = m.case_slug AND l.measure = m.key ORDER BY l.position)) AS types,
    {_label("measure_status", "m.status")} AS status, m.time,
    (SELECT group_concat(heading, '; ') FROM
      (SELECT p.heading_{{language}} AS heading FROM problems_of_measure l
       JOIN problems p ON p.case_slug = l.case_slug AND p.key = l.problem
       WHERE l.case_slug = m.case_slug AND l.measure = m.key ORDER BY l.position)) AS answers
  FROM measures m JOIN cases c ON c.slug = m.case_slug""",
    "metrics": f"""
  SELECT m.case_slug, c.title_{{language}} AS case_title, p.label_{{language}} AS place,
    s.title_{{language}} AS measure, i.label_{{language}} AS indicator,
    {_label("qualifier", "m.qualifier")} AS qualifier, m.low, m.high,
    i.unit_{{language}} AS unit, m.scope_{{language}} AS scope, m.period_{{language}} AS period,
    {_label("kind", "m.kind")} AS kind, m.printed, t.title_{{language}} AS source, m.locator
  FROM metrics m
  JOIN cases c ON c.slug = m.case_slug
  JOIN places p ON p.value = c.place
  JOIN indicators i ON i.value = m.indicator
  JOIN sources t ON t.key = m.source
  LEFT JOIN measures s ON s.case_slug = m.case_slug AND s.key = m.measure""",
}
