"""Numbers, dates and references of the shipped cases: the same in every format and on pages."""

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from functools import cache
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from lxml import etree, html

from stories.bake.addresses import file_of
from stories.exports.dataset import build
from stories.exports.dataset.metadata import Release
from stories.exports.references import items, lists
from stories.models.vocabulary import Indicator
from stories.queries.snapshot import Library
from stories.reading import figures

RELEASE = Release("a1", "2026-11-27", 5, "", {"zh": "编者", "en": "The editors"})
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
LANGUAGES = {"zh": "", "en": "/en"}
SLUGS = ("hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai")


class Number(NamedTuple):
    """A metric as a format states it; texts in Chinese and English."""

    case: str
    key: str
    version: int
    indicator: str
    kind: str
    qualifier: str
    low: float | None
    high: float | None
    unit: tuple[str, str]
    scope: tuple[str, str]
    period: tuple[str, str]
    source: str
    locator: str
    printed: str


@cache
def documents() -> dict[str, Any]:
    return {s: json.loads((settings.CASES_DIR / f"{s}.json").read_text("utf-8")) for s in SLUGS}


def stated(document: Mapping[str, Any]) -> list[Number]:
    """The numbers of a case document, as they were loaded as version 1."""
    found = []
    for part in (*document["measures"], {"metrics": document["context"]}):
        for metric in part["metrics"]:
            indicator = Indicator.objects.get(slug=metric["indicator"])
            number = Number(
                document["slug"],
                metric["key"],
                1,
                metric["indicator"],
                metric["kind"] or indicator.kind,
                metric["qualifier"],
                metric["low"],
                metric["high"],
                (indicator.unit_zh, indicator.unit_en),
                _pair(metric["scope"]),
                _pair(metric["period"]),
                metric["cite"]["source"],
                metric["cite"]["at"],
                metric["cite"]["printed"],
            )
            found.append(number)
    return found


def expected() -> list[Number]:
    return sorted(number for slug in SLUGS for number in stated(documents()[slug]))


def test_the_numbers_are_of_every_sort() -> None:
    numbers = expected()
    assert len(numbers) > 80
    assert len({number.qualifier for number in numbers}) >= 5
    assert any(number.low is None for number in numbers)
    assert any(number.high is None for number in numbers)
    assert any(None not in (n.low, n.high) and n.low != n.high for n in numbers)


def test_numbers_of_the_documents(client: Client) -> None:
    served = [client.get(f"/cases/{slug}.json").json() for slug in SLUGS]
    assert sorted(number for document in served for number in stated(document)) == expected()


def test_numbers_of_the_api(client: Client) -> None:
    rows = client.get("/api/v1/metrics?limit=200").json()["items"]
    assert _from_records(rows) == expected()


def test_numbers_as_json_lines(client: Client) -> None:
    lines = _streamed(client, "/metrics.jsonl").splitlines()
    assert _from_records(map(json.loads, lines)) == expected()


def test_numbers_as_csv(client: Client) -> None:
    text = _streamed(client, "/metrics.csv").removeprefix("\ufeff")
    rows = csv.DictReader(StringIO(text))
    assert sorted(_from_row(row, "case", int(row["version"])) for row in rows) == expected()


@pytest.fixture(scope="module")
def data_set(
    library: None, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Any:
    folder = tmp_path_factory.mktemp("formats")
    with django_db_blocker.unblock():
        build.write(Library.present(), RELEASE, folder, lambda _done: None)
    return folder


JOINED = """
SELECT metrics.*, cases.version, indicators.unit_zh, indicators.unit_en
FROM metrics JOIN cases ON cases.slug = case_slug JOIN indicators ON indicators.value = indicator
"""


def test_numbers_of_the_database(data_set: Path) -> None:
    with closing(sqlite3.connect(data_set / "caselib-a1.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute(JOINED)]
    assert sorted(_from_row(row, "case_slug", row["version"]) for row in rows) == expected()


def test_numbers_of_the_package(data_set: Path) -> None:
    with ZipFile(data_set / "caselib-a1.zip") as package:
        tables = {name: list(_table(package, name)) for name in ("metrics", "cases", "indicators")}
    versions = {row["slug"]: int(row["version"]) for row in tables["cases"]}
    units = {row["value"]: row for row in tables["indicators"]}
    rows = [{**units[row["indicator"]], **row} for row in tables["metrics"]]
    found = sorted(_from_row(row, "case_slug", versions[row["case_slug"]]) for row in rows)
    assert found == expected()


def _table(package: ZipFile, name: str) -> Iterator[dict[str, str]]:
    with package.open(f"data/{name}.csv") as file:
        yield from csv.DictReader(TextIOWrapper(file, "utf-8", newline=""))


@pytest.mark.parametrize("slug", SLUGS)
def test_numbers_as_linked_data_and_annotations(client: Client, slug: str) -> None:
    graph = client.get(f"/cases/{slug}.jsonld").json()["@graph"]
    page = next(node["@id"] for node in graph if node["@type"] == "Report")
    claims = {node["@id"]: node for node in graph if node["@type"] == "Claim"}
    notes = {node["body"]: node for node in graph if node["@type"] == "Annotation"}
    assert page.endswith(f"/cases/{slug}/v/1/")
    for number in stated(documents()[slug]):
        name = f"{page}#metric-{number.key}"
        about, target = claims[name]["about"], notes[name]["target"]
        value = about.get("value")
        assert about.get("minValue", value) == number.low, name
        assert about.get("maxValue", value) == number.high, name
        assert about["additionalProperty"]["value"] == number.qualifier
        assert _said(about.get("unitText")) == number.unit
        assert _said(about.get("description")) == number.scope
        assert target["selector"]["exact"] == number.printed
        assert target["scope"].endswith(f"/sources/{number.source}/#{number.locator}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_numbers_of_the_page_and_of_the_copy(
    client: Client, copy: Path, slug: str, language: str
) -> None:
    address = f"{LANGUAGES[language]}/cases/{slug}/"
    file = file_of(address)
    assert file
    for page in (client.get(address).text, (copy / file.path).read_text("utf-8")):
        root = html.fromstring(page)
        for number in stated(documents()[slug]):
            (item,) = root.xpath(f"//*[@id='metric-{number.key}']")
            text = " ".join(item.text_content().split())
            assert _written(number, language) in "".join(item.xpath(FIGURE)), number
            assert all(t in text for t in (_in(language, number.scope), number.printed)), number
            links = [str(link).replace("index.html", "") for link in item.xpath(".//a/@href")]
            assert any(li.endswith(f"sources/{number.source}/#{number.locator}") for li in links)


FIGURE = ".//*[@class='figure']//text()"


def _written(number: Number, language: str) -> str:
    """As `figures` writes it, with the parts joined as on a page."""
    row = Indicator.objects.get(slug=number.indicator)
    unit = figures.Unit(row.dimension, row.unit_zh, row.unit_en, row.unit_en_one)
    low, high = (None if one is None else Decimal(str(one)) for one in (number.low, number.high))
    with override("en" if language == "en" else "zh-hans"):
        figure = figures.write(low, high, number.qualifier, unit, language)
    return "".join(filter(None, (figure.before, figure.number, figure.after)))


# ---------------------------------------------------------------- dates


def test_dates_of_a_case_in_every_format(client: Client) -> None:
    rows = csv.DictReader(StringIO(_streamed(client, "/cases.csv").removeprefix("\ufeff")))
    tables = {row["slug"]: row for row in rows}
    lines = map(json.loads, _streamed(client, "/cases.jsonl").splitlines())
    records = {row["slug"]: row for row in lines}
    api = {row["slug"]: row for row in client.get("/api/v1/cases").json()["items"]}
    for slug, document in documents().items():
        dates = [document[name] and document[name]["edtf"] for name in ("began", "ended")]
        assert [records[slug][name] for name in ("began", "ended")] == dates
        assert [api[slug][name] for name in ("began", "ended")] == dates
        assert [tables[slug][name] or None for name in ("began", "ended")] == dates
        temporal = _oai(client, slug).findtext(f"{{{TERMS}}}temporal")
        assert temporal == ("/".join(filter(None, dates)) or None)


# ---------------------------------------------------------------- references


def test_the_reference_of_a_source_is_the_same_wherever_it_stands(client: Client) -> None:
    for slug, document in documents().items():
        harvested = [e.text for e in _oai(client, slug).iter(f"{{{TERMS}}}references")]
        for source in document["sources"]:
            reference = lists.default(items.of_source(source, "zh"))
            assert reference in harvested
            for address in (f"/sources/{source['key']}/", f"/sources/{source['key']}/cite/"):
                text = " ".join(html.fromstring(client.get(address).text).text_content().split())
                assert " ".join(reference.split()) in text, address


# ---------------------------------------------------------------- reading the formats


OAI = "http://www.openarchives.org/OAI/2.0/"
TERMS = "http://purl.org/dc/terms/"


def _oai(client: Client, slug: str) -> Any:
    identifier = f"oai:testserver:{slug}"
    address = f"/oai?verb=GetRecord&metadataPrefix=qdc&identifier={identifier}"
    (found,) = etree.fromstring(client.get(address).content).iter(f"{{{OAI}}}metadata")
    return found[0]


def _streamed(client: Client, address: str) -> str:
    return b"".join(client.get(address)).decode()


def _from_records(rows: Iterable[Mapping[str, Any]]) -> list[Number]:
    found = []
    for row in rows:
        values = {name: row[name] for name in Number._fields}
        labelled = {name: row[name]["value"] for name in ("indicator", "kind", "qualifier")}
        texts = {name: _pair(row[name]) for name in ("unit", "scope", "period")}
        found.append(Number(**{**values, **labelled, **texts}))
    return sorted(found)


def _from_row(row: Mapping[str, Any], case: str, version: int) -> Number:
    texts = {
        name: (row[f"{name}_zh"] or "", row[f"{name}_en"] or "")
        for name in ("unit", "scope", "period")
    }
    low, high = (float(row[name]) if row[name] not in ("", None) else None for name in BOUNDS)
    plain = ("key", "indicator", "kind", "qualifier", "source", "locator", "printed")
    copied = {name: row[name] for name in plain}
    return Number(case=row[case], version=version, **copied, **texts, low=low, high=high)


BOUNDS = ("low", "high")


def _pair(text: Mapping[str, str] | None) -> tuple[str, str]:
    return (text["zh"], text["en"]) if text else ("", "")


def _said(words: list[dict[str, str]] | None) -> tuple[str, str]:
    """Of JSON-LD."""
    found = {word["@language"]: word["@value"] for word in words or ()}
    return found.get("zh-Hans", ""), found.get("en", "")


def _in(language: str, pair: tuple[str, str]) -> str:
    return pair[language == "en"]
