"""Lists and tables as CSV and JSON Lines: the same items as the page, bilingual, streamed."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.exports import tables
from stories.exports.records import Labelled, Record, Text
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import Library
from stories.search import reader, writer
from tests.pages import BASE, page_of

FORMS = ("csv", "jsonl")
NAMES = ("cases", "metrics", "sources", "measures", "problems", "places")
ENGLISH = {"en": "Lamps", "zh": "路灯"}


class ARecord(Record):
    key: str
    title: Text | None = None
    type: Labelled | None = None
    types: list[Labelled] = []
    authors: list[Text] = []
    low: int | float | None = None
    is_planned: bool = False


def content(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response).decode()  # type: ignore[call-overload]


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content(client, address).removeprefix("\ufeff"))))


# ---------------------------------------------------------------- a record as a row


def test_a_text_has_a_column_for_each_language_and_a_term_three() -> None:
    assert tables.columns(ARecord) == [
        "key",
        *("title_zh", "title_en"),
        *("type", "type_label_zh", "type_label_en"),
        *("types", "types_label_zh", "types_label_en"),
        *("authors_zh", "authors_en"),
        "low",
        "is_planned",
    ]


def test_a_row_has_a_cell_for_each_column() -> None:
    lamps = Labelled(value="lamps", label=Text(**ENGLISH))
    record = ARecord(key="k", title=Text(zh="灯", en="Light"), type=lamps, types=[lamps, lamps])
    assert tables.cells(record) == [
        "k",
        *("灯", "Light"),
        *("lamps", "路灯", "Lamps"),
        *("lamps; lamps", "路灯; 路灯", "Lamps; Lamps"),
        *("", ""),
        "",
        "false",
    ]


def test_what_is_not_there_is_an_empty_cell() -> None:
    cells = tables.cells(ARecord(key="k"))
    assert (len(cells), set(cells)) == (len(tables.columns(ARecord)), {"k", "", "false"})


@pytest.mark.parametrize("begin", tables.FORMULA)
def test_a_text_that_could_be_a_formula_begins_with_an_apostrophe(begin: str) -> None:
    record = ARecord(key=f"{begin}cmd|' /C calc'!A0", authors=[Text(zh=begin, en="x")])
    cells = tables.cells(record)
    assert (cells[0], cells[-4], cells[-3]) == (f"'{record.key}", f"'{begin}", "x")


def test_a_negative_number_stays_a_number() -> None:
    assert tables.cells(ARecord(key="k", low=-4))[-2] == "-4"


def test_a_table_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    written = "".join(tables.as_csv(ARecord, [ARecord(key="一,\n二")]))
    assert written.startswith("\ufeffkey,title_zh,")
    assert '\r\n"一,\n二",' in written


def test_rows_are_read_only_as_they_are_sent() -> None:
    read: list[int] = []

    def records() -> Any:
        for n in range(10 * tables.CHUNK):
            read.append(n)
            yield ARecord(key=str(n))

    stream = tables.as_csv(ARecord, records())
    next(stream)
    next(stream)
    assert len(read) == tables.CHUNK


# ---------------------------------------------------------------- responses

pytestmark = pytest.mark.django_db
library = pytest.mark.usefixtures("library")


@library
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_list_is_there_in_both_forms(client: Client, name: str, form: str) -> None:
    lines = content(client, f"/{name}.{form}").splitlines()
    assert len(lines) >= 5


@library
@pytest.mark.parametrize("name", NAMES)
def test_both_forms_hold_the_same(client: Client, name: str) -> None:
    of_csv = rows_of(client, f"/{name}.csv")
    of_lines = [json.loads(line) for line in content(client, f"/{name}.jsonl").splitlines()]
    identity = next(iter(of_lines[0]))
    assert [row[identity] for row in of_csv] == [row[identity] for row in of_lines]


@library
@pytest.mark.parametrize(
    ("page", "table"),
    [
        ("/cases/", "/cases.csv"),
        ("/cases/?measure=street-lighting", "/cases.csv?measure=street-lighting"),
        ("/en/cases/?q=灯&sort=title", "/cases.csv?q=%E7%81%AF&sort=title"),
        ("/metrics/", "/metrics.csv"),
        ("/metrics/?min=400&sort=size", "/metrics.csv?min=400&sort=size"),
        ("/sources/?page=2", "/sources.csv"),
        ("/measures/", "/measures.csv"),
        ("/en/problems/", "/problems.csv"),
        ("/places/", "/places.csv"),
    ],
)
def test_a_page_links_what_it_lists_as_data(client: Client, page: str, table: str) -> None:
    links = page_of(client, page).links("downloads")
    assert links[:2] == [table, table.replace(".csv", ".jsonl")]
    assert client.get(links[0]).status_code == 200


@library
def test_a_table_answers_the_question_of_its_page(client: Client) -> None:
    found = [row["slug"] for row in rows_of(client, "/cases.csv?q=路灯")]
    listed = page_of(client, "/cases/?q=路灯").all("input", name="case")
    assert found == [box.attributes["value"] for box in listed]
    assert 0 < len(found) < 5


@library
def test_a_metric_carries_its_bounds_and_where_it_is_printed(client: Client) -> None:
    (lamps,) = [
        row
        for row in rows_of(client, "/metrics.csv?indicator=lamps-installed&min=400")
        if row["key"] == "lamps"
    ]
    assert {
        name: lamps[name]
        for name in "case indicator kind qualifier low high unit_zh unit_en printed locator".split()
    } == {
        "case": "pingfangqu",
        "indicator": "lamps-installed",
        "kind": "output",
        "qualifier": "over",
        "low": "400",
        "high": "",
        "unit_zh": "盏",
        "unit_en": "lamps",
        "printed": "四百多盏",
        "locator": "4",
    }
    assert lamps["url_en"] == "http://testserver/en/cases/pingfangqu/#metric-lamps"


@library
@pytest.mark.parametrize("sort", ["indicator", "case", "size"])
def test_the_order_is_that_of_the_page(client: Client, sort: str) -> None:
    every = rows_of(client, f"/metrics.csv?sort={sort}")
    listed = page_of(client, f"/metrics/?sort={sort}").links("metrics-table")
    figures = [link for link in listed if "#metric-" in link]
    assert [row["url_zh"].removeprefix(BASE) for row in every[: len(figures)]] == figures
    assert len(every) > len(figures) == 50


@library
@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("/cases.csv?mesure=x", ["mesure"]),
        ("/cases.jsonl?measure=x&tag=y", ["measure", "tag"]),
        ("/metrics.csv?min=a&max=1e9&sort=x", ["sort", "min", "max"]),
        ("/places.csv?q=x", ["q"]),
        ("/cases.csv?view=care", ["view"]),
    ],
)
def test_what_is_not_understood_is_named(client: Client, address: str, wrong: list[str]) -> None:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in response.json()["errors"]] == wrong


@library
def test_parameters_of_a_page_are_passed_over(client: Client) -> None:
    assert len(rows_of(client, "/cases.csv?page=2&whole=place")) == 5


@library
def test_a_table_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.get("/cases.csv")["ETag"]
    again = client.get("/cases.csv", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert client.get("/cases.csv?sort=title")["ETag"] != tag


@library
@pytest.mark.parametrize("form", FORMS)
def test_a_table_may_be_read_by_other_sites(client: Client, form: str) -> None:
    response = client.get(f"/cases.{form}")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Disposition"] == f'attachment; filename="cases.{form}"'
    assert client.post(f"/cases.{form}").status_code == 405


@library
@pytest.mark.parametrize(
    ("address", "queries"), [("/cases.csv", 14), ("/metrics.csv", 14), ("/sources.csv", 14)]
)
def test_the_queries_of_a_table_are_counted(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    """Including those for a new revision."""
    with django_assert_num_queries(queries):
        content(client, address)


@library
@pytest.mark.parametrize("name", ["cases", "metrics"])
def test_a_table_reads_no_document(client: Client, name: str) -> None:
    """Its rows stand in the index; a document is a hundred times as long."""
    with CaptureQueriesContext(connection) as queries:
        content(client, f"/{name}.csv")
    assert not [query for query in queries if '"document"' in query["sql"]]


@library
@pytest.mark.parametrize("sort", ["indicator", "case", "size"])
def test_a_table_has_every_figure_though_some_are_published_meanwhile(sort: str) -> None:
    query = MetricQuery.parse(QueryDict(f"sort={sort}"), Library.now())
    keys = query.every_key()
    first = next(keys)
    pk = first[0]
    documents = dict(reader.documents([pk]))
    writer.put({pk: documents[pk].document})
    assert [first, *keys] == query.keys(0, query.total)
    assert len(reader.metric_rows(query.keys(0, query.total))) == query.total


@library
def test_a_table_is_made_while_it_is_sent(client: Client) -> None:
    """Of what nobody has read yet, nothing is made."""
    pieces = iter(client.get("/metrics.csv"))
    next(pieces)
    with CaptureQueriesContext(connection) as queries:
        rest = list(pieces)
    assert len(rest) > 1 and len(queries) >= 2
