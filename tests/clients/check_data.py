"""The data set opened by pandas, DuckDB, Datasette, Frictionless, RO-Crate and LibreOffice."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import frictionless
import pandas
import pytest
from conftest import fetched
from rocrate.rocrate import ROCrate

LAMPS = "四百多盏"  # over 400 lamps, in the case pingfangqu
PROGRAMS = Path(sys.executable).parent


def test_pandas_reads_a_list_with_its_numbers_and_both_languages(site: str) -> None:
    table = pandas.read_csv(f"{site}/metrics.csv")
    row = table[table.printed == LAMPS].iloc[0]
    assert (row.low, row.qualifier, row.unit_zh, row.unit_en) == (400, "over", "盏", "lamps")
    assert pandas.isna(row.high)
    assert table.low.dtype == "float64"
    assert len(pandas.read_json(f"{site}/metrics.jsonl", lines=True)) == len(table)


def test_pandas_reads_the_tables_of_the_package(package: Path) -> None:
    metrics = pandas.read_csv(package / "data/metrics.csv")
    cases = pandas.read_csv(package / "data/cases.csv")
    joined = metrics.merge(cases, left_on="case_slug", right_on="slug", validate="m:1")
    assert len(joined) == len(metrics) > 50


def test_duckdb_joins_the_tables_of_the_package(package: Path) -> None:
    found = duckdb.sql(
        f"SELECT c.title_en, i.unit_en, m.low, m.high FROM '{package}/data/metrics.csv' m "
        f"JOIN '{package}/data/cases.csv' c ON c.slug = m.case_slug "
        f"JOIN '{package}/data/indicators.csv' i ON i.value = m.indicator "
        f"WHERE m.printed = '{LAMPS}'"
    ).fetchall()
    assert [row[1:] for row in found] == [("lamps", 400.0, None)]


def test_duckdb_reads_a_list_as_json_lines(site: str, tmp_path: Path) -> None:
    file = fetched(f"{site}/cases.jsonl", tmp_path / "cases.jsonl")
    found = duckdb.sql(f"SELECT slug, title.en FROM '{file}' ORDER BY slug").fetchall()
    assert [slug for slug, _title in found] == sorted(
        ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
    )


def test_datasette_serves_a_view_of_the_database(database: Path) -> None:
    address = f"/caselib/metrics_in_english.json?printed={LAMPS}&_shape=array"
    done = subprocess.run(
        [PROGRAMS / "datasette", database, "--get", address],
        capture_output=True,
        text=True,
        check=True,
    )
    (row,) = json.loads(done.stdout)
    assert (row["qualifier"], row["low"], row["unit"]) == ("over", 400, "lamps")


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.flatten(["title", "type", "message"]) == []
    assert report.valid
    assert len(report.tasks) > 30


def test_frictionless_would_find_a_wrong_value(package: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    shutil.copytree(package, wrong)
    file = wrong / "data/metrics.csv"
    file.write_text(file.read_text("utf-8").replace(",over,", ",perhaps,", 1), "utf-8")
    assert not frictionless.validate(str(wrong / "datapackage.json")).valid


def test_a_crate_is_read(package: Path) -> None:
    crate = ROCrate(str(package))
    assert crate.root_dataset["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    files = {entity.id for entity in crate.get_entities() if entity.type == "File"}
    assert {"data/cases.csv", "data/codebook.csv", "datapackage.json"} <= files


def test_the_hashes_are_those_of_the_files(package: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=package, check=True)


def test_libreoffice_opens_lists_as_spreadsheets(site: str, tmp_path: Path) -> None:
    """Headless, to a spreadsheet and back: Chinese text and all rows and columns survive."""
    if not shutil.which("soffice"):
        assert os.environ.get("CI") != "true", "CI=true requires LibreOffice"
        pytest.skip("no LibreOffice here")
    names = ["cases", "metrics"]
    files = [fetched(f"{site}/{name}.csv", tmp_path / f"{name}.csv") for name in names]
    sheets = [tmp_path / "sheets" / f"{name}.ods" for name in names]
    convert(tmp_path, files, "ods", tmp_path / "sheets", f"--infilter=CSV:{UTF_8}")
    convert(tmp_path, sheets, f"csv:Text - txt - csv (StarCalc):{UTF_8}", tmp_path / "back")
    for file in files:
        before = pandas.read_csv(file, dtype=str)
        after = pandas.read_csv(tmp_path / "back" / file.name, dtype=str)
        assert list(after.columns) == list(before.columns)
        text = [column for column in before.columns if column.endswith(("_zh", "_en"))]
        pandas.testing.assert_frame_equal(after[text], before[text])


UTF_8 = "44,34,76"  # comma, quotation mark, and LibreOffice's number for UTF-8


def convert(profile: Path, files: list[Path], target: str, folder: Path, *options: str) -> None:
    own = f"-env:UserInstallation=file://{profile}/profile"
    command = ["soffice", own, "--headless", *options, "--convert-to", target, "--outdir"]
    subprocess.run([*command, folder, *files], check=True, capture_output=True)
