"""Case documents → rows, as `loading.load` would write them, many cases at a time.

For an empty library in SQLite only: primary keys are given here, parents need not be asked for,
many rows are one statement, and the postings are gathered in memory and written once.
"""

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import django
import orjson
from django.db import connection, models
from django.utils.timezone import now
from stories.gathered import Gathered

from stories import entries, index
from stories.models import Actor, Case, CaseTag, Glance, Measure, Metric, Problem
from stories.passages import Citation, Passage, Source
from stories.postings import CasePage, CaseText, MetricPosting, Posting
from stories.terms import BodyKind, Indicator, MeasureFamily, MeasureType, Place, ProblemType, Tag
from stories.vocabulary import CaseState
from tests.bench import corpus

CHUNK = 500  # cases whose rows are built at a time
MOST = 200  # rows of one table that a case may have
PROCESSES = 2
HURRY = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "foreign_keys = OFF",
    "ignore_check_constraints = ON",
    "cache_size = -32000",  # KiB
    "temp_store = MEMORY",
)
# Columns whose values come in no order.
SCATTERED = ("type_id", "kind_id", "indicator_id", "place_id", "tag_id", "state")
SHARE_OF_METRICS = 0  # the process that writes their postings
PATIENCE = 600  # seconds until a process gives up waiting for its turn to write


@dataclass(frozen=True, eq=False)  # told apart by identity: rows are put to them all the time
class Table:
    """What is written of a model; columns not named have their default."""

    model: type[models.Model]
    columns: str
    rows: int = 40  # of one statement

    def inserts(self, rows: int = 1) -> str:
        """INSERT of so many rows; the columns left to their default get it here."""
        meta = self.model._meta
        fields: dict[str, Any] = {field.name: field for field in meta.concrete_fields}
        fields |= {field.attname: field for field in meta.concrete_fields} | {"pk": meta.pk}
        # The long texts come as bytes, so that nothing on their way reads them.
        is_text = self.model in (CaseText, CasePage)
        value = "CAST(? AS TEXT)" if is_text else "?"
        values = {fields[name].column: value for name in self.columns.split()}
        if is_text:
            values[meta.pk.column] = "?"
        values |= {
            field.column: _default(field)
            for field in meta.concrete_fields
            # A key that is not given is the next one.
            if field.column not in values and not field.primary_key
        }
        names = ", ".join(f'"{name}"' for name in values)
        row = f"({', '.join(values.values())})"
        return f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([row] * rows)}'


CASE = Table(
    Case,
    "pk slug state title_zh title_en key_message_zh key_message_en abstract_zh abstract_en"
    " place_id name_as_reported began first_year last_year published_at",
)
TAG = Table(CaseTag, "tag_id content_object_id")
SOURCE = Table(
    Source,
    "pk position case_id key type title_zh title_en container_zh container_en issued"
    " reported_by condition sha256 marks",
)
PASSAGE = Table(Passage, "pk position source_id locator lines")
PROBLEM = Table(Problem, "pk position case_id key type_id statement_zh statement_en")
MEASURE = Table(
    Measure, "pk position case_id key type_id title_zh title_en summary_zh summary_en status"
)
SOLVES = Table(Measure.solves.through, "measure_id problem_id")
ACTOR = Table(Actor, "position measure_id name_zh name_en kind_id role")
METRIC = Table(
    Metric,
    "pk position case_id measure_id key indicator_id low high qualifier scope_zh scope_en",
)
GLANCE = Table(Glance, "pk case_id question state text_zh text_en")
CITED = {
    name: Table(Citation, f"position passage_id printed {name}")
    for name in ("case_id", "problem_id", "measure_id", "metric_id", "glance_id")
}
DATED = Table(Citation, "position passage_id printed case_id event")
TEXT = Table(CaseText, "pk raw folded parts values", rows=1)
PAGE = Table(CasePage, "pk card document", rows=1)
POSTING = Table(Posting, "space key cases")
METRIC_POSTING = Table(MetricPosting, "space key count metrics")
# Parents before children.
TABLES = (CASE, TAG, SOURCE, PASSAGE, PROBLEM, MEASURE, SOLVES, ACTOR, METRIC, GLANCE)
TABLES = (*TABLES, *CITED.values(), DATED, TEXT, PAGE)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Ids:
    """slug → primary key of each vocabulary."""

    place: Mapping[str, int]
    tag: Mapping[str, int]
    problem: Mapping[str, int]
    measure: Mapping[str, int]
    body: Mapping[str, int]
    indicator: Mapping[str, int]


# ---------------------------------------------------------------- the vocabulary


def load_vocabulary(words: Mapping[str, list[dict[str, Any]]]) -> Ids:
    """Rows of `corpus.vocabulary`; what a case names by slug, by slug."""
    families = _terms(MeasureFamily, words["families"])
    types = [row | {"family_id": families[row["family"]]} for row in words["types"]]
    tags = [row | {"name": row["label_zh"]} for row in words["tags"]]
    places: dict[str, int] = {}
    for row in words["places"]:
        values = {key: row[key] for key in ("code", "label_zh", "label_en", "level")}
        place = Place.objects.create(**values, parent_id=places.get(row["in"]))
        places[place.code] = place.pk
    return Ids(
        place=places,
        tag=_terms(Tag, tags),
        problem=_terms(ProblemType, words["problems"]),
        measure=_terms(MeasureType, [_without(row, "family") for row in types]),
        body=_terms(BodyKind, words["bodies"]),
        indicator=_terms(Indicator, words["indicators"]),
    )


def _terms(model: type[Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    model.objects.bulk_create(model(**row) for row in rows)
    return dict(model.objects.values_list("slug", "pk"))


def _without(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


# ---------------------------------------------------------------- cases


def load_cases(folder: Path, ids: Ids) -> int:
    """Cases of the rig into an empty library, index included; how many there were."""
    connection.close()  # each process has one of its own
    with _in_a_hurry() as database:
        indexes = _drop_indexes(database)
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, initializer=_set_up))
            for _n in range(PROCESSES)
        ]
        counts = [pool.submit(load_share, n, folder, ids) for n, pool in enumerate(pools)]
        count = sum(future.result() for future in counts)
        told = [
            [other.submit(tell, n) for other in pools if other is not pool]
            for n, pool in enumerate(pools)
        ]
        written = [
            pool.submit(load_postings, n, [future.result() for future in told[n]])
            for n, pool in enumerate(pools)
        ]
        _make_indexes(indexes)
        for future in written:
            future.result()
    index.begin_revision()
    return count


def write(database: sqlite3.Connection, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Many rows a statement: each statement looks for the last key of its table."""
    for table, of_table in rows.items():
        whole = len(of_table) // table.rows * table.rows
        some = (of_table[n : n + table.rows] for n in range(0, whole, table.rows))
        database.executemany(table.inserts(table.rows), map(tuple, map(chain.from_iterable, some)))
        database.executemany(table.inserts(), of_table[whole:])


def _set_up() -> None:
    """Rows live as long as their chunk: looking for what could be freed among them is in vain."""
    django.setup()
    gc.disable()


@contextmanager
def _in_a_hurry() -> Iterator[sqlite3.Connection]:
    """Without journal: what fails leaves nothing that could be used."""
    name = connection.settings_dict["NAME"]
    database = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None)
    for pragma in HURRY:
        database.execute(f"PRAGMA {pragma}")
    yield database
    database.close()


@contextmanager
def _turn(database: sqlite3.Connection) -> Iterator[None]:
    """The database lets one process write at a time."""
    database.execute("BEGIN IMMEDIATE")
    yield
    database.execute("COMMIT")


def _drop_indexes(database: sqlite3.Connection) -> list[str]:
    """What makes those anew that rows would come to in no order. The entries of the others come
    in theirs: keeping those in step costs no more than sorting them behind the last row, when all
    processes but one have nothing left to do."""
    indexes = database.execute(
        "SELECT index_.name, index_.sql"
        " FROM sqlite_master AS index_, pragma_index_info(index_.name) AS first"
        " WHERE index_.type = 'index' AND index_.sql IS NOT NULL"
        " AND index_.tbl_name LIKE 'stories_%' AND first.seqno = 0"
        f" AND first.name IN ({', '.join('?' * len(SCATTERED))})",
        SCATTERED,
    ).fetchall()
    for name, _sql in indexes:
        database.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in indexes]


def _make_indexes(statements: Iterable[str]) -> None:
    with _in_a_hurry() as database:
        for sql in statements:
            with _turn(database):
                database.execute(sql)


def _default(field: Any) -> str:
    """As SQL. Raises ValueError for a column that has no default and is not written."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "strftime('%Y-%m-%d %H:%M:%f')"
    if not field.has_default() and not field.null and not field.empty_strings_allowed:
        raise ValueError(f"{field}: is not written and has no default")
    value = field.get_db_prep_save(field.get_default(), connection)
    return "NULL" if value is None else "'{}'".format(str(value).replace("'", "''"))


# ---------------------------------------------------------------- in a process of its own

_gathered = Gathered()  # by this process


def load_share(share: int, folder: Path, ids: Ids) -> int:
    """Every one of the chunks that is this process's; how many cases there were."""
    count = 0
    with _in_a_hurry() as database:
        chunks = enumerate(_chunks(corpus.lines(folder)))
        for number, chunk in islice(chunks, share, None, PROCESSES):
            rows = build(number, chunk, ids)
            with _turn(database):
                write(database, rows)
            count += len(chunk)
    return count


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    remaining = iter(lines)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def build(number: int, lines: Iterable[bytes], ids: Ids) -> dict[Table, list[Row]]:
    """What `write` takes."""
    first = number * CHUNK + 1
    builder = Builder(first, ids)
    for n, line in enumerate(lines, first):
        builder.add(n, corpus.document(line))
    _gathered.add(builder.entries)
    return builder.rows


def tell(share: int) -> Gathered:
    """What this process has gathered for the postings of a share."""
    spaces = [space for space in _gathered.cases if _share(space) == share]
    return _gathered.only(spaces, with_metrics=share == SHARE_OF_METRICS)


def load_postings(share: int, told: Iterable[Gathered]) -> None:
    """Those that this process writes, of what it has gathered and of what others have told."""
    mine = tell(share)
    for other in told:
        mine.hear(other)
    rows = postings(mine)
    with _in_a_hurry() as database, _turn(database):
        write(database, rows)


def postings(gathered: Gathered) -> dict[Table, list[Row]]:
    """What `write` takes."""
    return {
        POSTING: list(gathered.postings()),
        METRIC_POSTING: list(gathered.metric_postings()),
    }


def _share(space: str) -> int:
    """The process that writes the postings of cases in a space; no share is much the larger."""
    return SHARE_OF_METRICS if space == entries.MEASURE else 1 - SHARE_OF_METRICS


class Builder:
    """Rows of the cases added to it."""

    def __init__(self, first: int, ids: Ids) -> None:
        """`first` is the primary key of the first case."""
        self.ids = ids
        self.rows: dict[Table, list[Row]] = {table: [] for table in TABLES}
        self.entries: dict[int, entries.Entry] = {}
        self.first = first * MOST
        self.now = now().strftime("%Y-%m-%d %H:%M:%S.%f")

    def add(self, pk: int, document: Mapping[str, Any]) -> None:
        ids = self.ids
        years = list(entries.years(document))
        self.rows[CASE].append(
            (
                *(pk, document["slug"], CaseState.PUBLISHED.value, *document["title"].values()),
                *(*document["key_message"].values(), *document["abstract"].values()),
                *(ids.place[document["place"]], document["name_as_reported"]),
                *(document["began"]["edtf"], years[0], years[-1], self.now),
            )
        )
        self.rows[TAG] += [(ids.tag[slug], pk) for slug in document["tags"]]
        passages = self._sources(pk, document)
        self._cite(passages, document["cites"], "case_id", pk)
        began = document["began"]
        passage = passages[began["source"], began["at"]]
        self.rows[DATED].append((0, passage, began["printed"], pk, "began"))
        problems = {}
        for n, part in enumerate(document["problems"]):
            row = self._put(
                PROBLEM, n, pk, part["key"], ids.problem[part["type"]], *part["statement"].values()
            )
            problems[part["key"]] = row
            self._cite(passages, part["cites"], "problem_id", row)
        for n, part in enumerate(document["measures"]):
            self._measure(pk, n, part, passages, problems)
        for question, part in document["glance"].items():
            texts = part["text"].values() if part["text"] else ("", "")
            row = self._put(GLANCE, pk, question, part["state"], *texts)
            self._cite(passages, part["cites"], "glance_id", row)
        self._index(pk, document)

    def _put(self, table: Table, *values: Any) -> int:
        rows = self.rows[table]
        pk = self.first + len(rows)
        rows.append((pk, *values))
        return pk

    def _sources(self, case: int, document: Mapping[str, Any]) -> dict[tuple[str, str], int]:
        passages = {}
        for n, part in enumerate(document["sources"]):
            row = self._put(
                SOURCE,
                *(n, case, part["key"], part["type"]),
                *(*part["title"].values(), *part["container"].values(), part["issued"]),
                *(part["reported_by"], part["condition"], part["reading"]["sha256"]),
                orjson.dumps(part["reading"]["marks"]).decode(),
            )
            for k, (locator, lines) in enumerate(part["reading"]["lines"].items()):
                passages[part["key"], locator] = self._put(
                    PASSAGE, k, row, locator, orjson.dumps(lines).decode()
                )
        return passages

    def _measure(
        self,
        case: int,
        n: int,
        part: Mapping[str, Any],
        passages: Mapping[tuple[str, str], int],
        problems: Mapping[str, int],
    ) -> None:
        ids, rows = self.ids, self.rows
        row = self._put(
            MEASURE,
            *(n, case, part["key"], ids.measure[part["type"]]),
            *(*part["title"].values(), *part["summary"].values(), part["status"]),
        )
        rows[ACTOR] += [
            (k, row, *actor["name"].values(), ids.body[actor["kind"]], actor["role"])
            for k, actor in enumerate(part["actors"])
        ]
        rows[SOLVES] += [(row, problems[key]) for key in part["solves"]]
        self._cite(passages, part["cites"], "measure_id", row)
        metrics, first = rows[METRIC], self.first + len(rows[METRIC])
        metrics += [
            (
                *(pk, pk - first, case, row, metric["key"], ids.indicator[metric["indicator"]]),
                *(metric["low"], metric["high"], metric["qualifier"], *metric["scope"].values()),
            )
            for pk, metric in enumerate(part["metrics"], first)
        ]
        rows[CITED["metric_id"]] += [
            (0, passages[cite["source"], cite["at"]], cite["printed"], pk)
            for pk, cite in enumerate((metric["cite"] for metric in part["metrics"]), first)
        ]

    def _cite(
        self,
        passages: Mapping[tuple[str, str], int],
        cites: Iterable[Mapping[str, Any]],
        column: str,
        row: int,
    ) -> None:
        self.rows[CITED[column]] += [
            (n, passages[cite["source"], cite["at"]], cite["printed"], row)
            for n, cite in enumerate(cites)
        ]

    def _index(self, pk: int, document: Mapping[str, Any]) -> None:
        entry = entries.entry(document).in_state(CaseState.PUBLISHED.value)
        self.entries[pk] = entry
        for table, row in ((TEXT, entry.text()), (PAGE, entry.page())):
            columns = (v.encode() if isinstance(v, str) else orjson.dumps(v) for v in row.values())
            self.rows[table].append((pk, *columns))
