"""Places with changed codes or names: found by every name, and shown with all of them."""

import json
from typing import Any

import pytest
from django.test import Client

from stories.exports import records
from stories.models.case import Case
from stories.models.vocabulary import Place
from stories.presenters.places import history_of
from stories.queries.cases import CaseQuery
from stories.queries.snapshot import Library
from stories.queries.suggestions import suggestions
from tests import builders

pytestmark = pytest.mark.django_db


def a_published_case_in(code: str, label_zh: str, label_en: str) -> Case:
    """A published case about a county with this code in the code table."""
    county = builders.a_place(
        code=code,
        **{"label_zh": label_zh, "label_en": label_en, "level": "county"},
        parent=builders.a_place(level="province", parent=None),
    )
    case = builders.a_case(place=county)
    builders.keep(case)
    return case


def titles(q: str) -> list[str]:
    library = Library.present()
    return [card.slug for card in library.cards(list(CaseQuery(library, q=q).found))]


@pytest.fixture
def renamed() -> Case:
    return a_published_case_in("510117", "郫都区", "Pidu District")


@pytest.mark.parametrize("q", ["郫都区", "郫县", "郫縣", "Pidu", "Pixian"])
def test_a_renamed_county_is_found_by_both_names(renamed: Case, q: str) -> None:
    assert titles(q) == [renamed.slug]


def test_a_hit_says_by_which_name(renamed: Case, client: Client) -> None:
    page = client.get("/cases/", {"q": "郫县"}).content.decode()
    assert "郫都区（又名<mark>郫县</mark>，曾更名）" in page


@pytest.mark.parametrize(
    ("code", "label", "former"),
    [
        ("370114", "章丘区", "章丘市"),
        ("330212", "鄞州区", "鄞县"),
        ("110118", "密云区", "密云县"),
        ("371324", "兰陵县", "苍山县"),
    ],
)
def test_real_changes_are_found(code: str, label: str, former: str) -> None:
    case = a_published_case_in(code, label, "X")
    assert titles(former) == [case.slug]


def test_a_case_under_the_old_code_is_found_by_the_present_name() -> None:
    case = a_published_case_in("370181", "章丘市", "Zhangqiu")
    assert titles("章丘区") == [case.slug]


def test_what_was_merged_into_a_place_does_not_find_it() -> None:
    a_published_case_in("330212", "鄞州区", "Yinzhou District")
    assert titles("江东区") == []


def test_a_name_that_many_places_had_does_not_find_it() -> None:
    a_published_case_in("640104", "兴庆区", "Xingqing District")
    assert titles("郊区") == []


def test_the_search_box_suggests_a_place_for_its_former_name(renamed: Case) -> None:
    [place] = [s for s in suggestions(Library.present()) if s.label == "郫都区"]
    assert "郫县" in place.names and "pi xian" in place.spoken


def test_nothing_is_said_of_a_place_that_the_table_knows_by_another_name() -> None:
    assert history_of(Place(code="510117", label_zh="某某区")) is None
    assert history_of(Place(code="510117-x", label_zh="郫都区")) is None


# ---------------------------------------------------------------- pages and exports


def page(client: Client, code: str, language: str = "") -> str:
    return " ".join(client.get(f"{language}/places/{code}/").content.decode().split())


def test_a_page_says_since_when_the_code_is_and_what_came_before(
    renamed: Case, client: Client
) -> None:
    chinese, english = page(client, "510117"), page(client, "510117", "/en")
    assert "2016-12版起" in chinese and "郫县" in chinese and "510124" in chinese
    assert "since the edition of 2016-12" in english
    assert "Pixian County" in english and "editions of 1983-12 to 2015-12" in english


def test_a_page_of_an_old_code_leads_to_the_present_one(client: Client) -> None:
    a_published_case_in("370181", "章丘市", "Zhangqiu")
    a_published_case_in("370114", "章丘区", "Zhangqiu District")
    found = page(client, "370181", "/en")
    assert "editions of 1995-12 to 2015-12" in found
    assert '<a href="/en/places/370114/">Zhangqiu District</a> 370114' in found


def test_a_page_says_what_a_place_is_now_a_part_of(client: Client) -> None:
    a_published_case_in("330204", "江东区", "Jiangdong District")
    assert "Part of since then</dt>" in page(client, "330204", "/en")


def test_a_record_has_editions_former_names_and_successor(renamed: Case) -> None:
    place = next(r for r in records.place_records(Library.present(), "") if r.value == "510117")
    assert (place.code_since, place.code_until, place.successor) == ("2016-12", None, None)
    assert [name.zh for name in place.former_names] == ["郫县"]
    assert place.former_codes == ["510124"]


def test_an_old_code_has_its_end_and_its_successor() -> None:
    a_published_case_in("370181", "章丘市", "Zhangqiu")
    place = next(r for r in records.place_records(Library.present(), "") if r.value == "370181")
    assert (place.code_since, place.code_until) == ("1995-12", "2015-12")
    assert place.successor == "370114"


def test_the_table_has_a_column_for_each(renamed: Case, client: Client) -> None:
    rows = b"".join(client.get("/places.csv")).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert "code_since,code_until,former_names_zh,former_names_en,former_codes,successor" in rows[0]
    assert "2016-12,,郫县,Pixian County,510124," in "\n".join(rows)


def test_the_api_has_them_too(renamed: Case, client: Client) -> None:
    found: Any = client.get("/api/v1/places").json()
    [place] = [row for row in found["items"] if row["value"] == "510117"]
    assert place["former_names"] == [{"zh": "郫县", "en": "Pixian County"}]


def test_linked_data_names_a_place_by_its_former_name_too(renamed: Case, client: Client) -> None:
    text = client.get("/places/510117/").content.decode()
    assert '"alternateName"' in text and "郫县" in json.dumps(text, ensure_ascii=False)
