"""The desk: places are selected from the whole code table, and become rows then."""

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.admin import code_table
from stories.models.vocabulary import Place
from stories.reading import divisions
from tests.builders import a_place
from tests.desk import address

pytestmark = pytest.mark.django_db


def offered(client: Client, typed: str) -> list[str]:
    """The values of the options in the search box for places."""
    page = client.get(address("case_all_terms", "place"), {"q": typed}).content.decode()
    return re.findall(r'data-pk="([^"]*)"', page)


def choose(client: Client, **typed: Any) -> HttpResponse:
    return client.post(address("place_add"), typed)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "typed",
    [
        "510117",  # code
        "郫都区",
        "郫都",  # a part of the name
        "pidu",  # pinyin
        "Pidu District",
        "成都 郫",  # its parent
        "郫县",  # the former name
        "ｐｉｄｕ",  # full width
    ],
)
def test_a_place_is_found_by_any_of_its_names(editor: Client, typed: str) -> None:
    assert "gb-510117" in offered(editor, typed)


def test_what_begins_as_typed_is_offered_first(editor: Client) -> None:
    assert offered(editor, "平房")[0] == "gb-230108"
    assert offered(editor, "陕西")[0] == "gb-610000"


def test_places_that_are_rows_are_offered_once(editor: Client) -> None:
    row = a_place(code="230108", label_zh="平房区", level="county", parent=a_place())
    found = offered(editor, "平房区")
    assert found.count(str(row.pk)) == 1 and "gb-230108" not in found


def test_nothing_typed_offers_rows_alone(editor: Client) -> None:
    assert offered(editor, "") == []


def test_looking_takes_as_many_queries_whatever_is_there(editor: Client) -> None:
    offered(editor, "区")
    with CaptureQueriesContext(connection) as few:
        offered(editor, "区")
    above = a_place(level="province", parent=None)
    Place.objects.bulk_create(
        Place(
            code=f"{n:06}", parent=above, level="county", label_zh=f"第{n}区", label_en=f"No. {n}"
        )
        for n in range(1_000)
    )
    with CaptureQueriesContext(connection) as many:
        assert offered(editor, "区")
    assert len(many) == len(few)


def test_a_chosen_place_becomes_a_row_with_what_it_lies_in(editor: Client) -> None:
    assert choose(editor, place="gb-230108").status_code == 302
    rows = Place.objects.values_list("code", "parent__code", "level", "label_en", "standard")
    assert list(rows.order_by("code")) == [
        ("230000", None, "province", "Heilongjiang", "GB/T 2260, 2025-12"),
        ("230100", "230000", "city", "Harbin", "GB/T 2260, 2025-12"),
        ("230108", "230100", "county", "Pingfang District", "GB/T 2260, 2025-12"),
    ]


def test_what_is_there_of_the_chain_stays_as_it_is(editor: Client) -> None:
    above = a_place(code="230000", label_zh="黑龙江", label_en="Heilongjiang Province", parent=None)
    choose(editor, place="gb-230108")
    above.refresh_from_db()
    assert (above.label_zh, Place.objects.count()) == ("黑龙江", 3)


def test_the_editor_types_only_the_name_below(editor: Client) -> None:
    assert choose(editor, place="gb-230108", below_zh="友协社区").status_code == 302
    place = Place.objects.get(label_zh="友协社区")
    assert (place.code, place.level, place.label_en) == (
        "230108-youxie",
        "community",
        "Youxie Community",
    )
    assert place.parent and place.parent.code == "230108"


def test_the_same_place_below_is_not_made_twice(editor: Client) -> None:
    for _time in range(2):
        choose(editor, place="gb-230108", below_zh="友协社区")
    assert Place.objects.filter(label_zh="友协社区").count() == 1


def test_a_name_that_does_not_say_what_it_is_asks(editor: Client) -> None:
    page = choose(editor, place="gb-230108", below_zh="双骏公园")
    assert page.status_code == 200 and "请选择" in page.content.decode()
    choose(editor, place="gb-230108", below_zh="双骏公园", below_level="site")
    assert Place.objects.get(label_zh="双骏公园").level == "site"


def test_a_doubtful_english_name_is_marked_until_an_editor_confirms_it(editor: Client) -> None:
    choose(editor, place="gb-540124")  # 曲水县, Lhasa
    marked = Place.objects.filter(is_label_en_proposed=True)
    assert list(marked.values_list("code", flat=True)) == ["540124"]
    listed = editor.get(address("place_changelist"), {"is_label_en_proposed__exact": 1})
    assert listed.context_data["cl"].result_count == 1  # type: ignore[attr-defined]


def test_a_name_that_the_editor_wrote_is_no_proposal(editor: Client) -> None:
    choose(editor, place="gb-230108", below_zh="友协社区", below_en="Youxie Neighbourhood")
    place = Place.objects.get(label_zh="友协社区")
    assert (place.label_en, place.is_label_en_proposed) == ("Youxie Neighbourhood", False)


@pytest.mark.parametrize("value", ["", "gb-", "gb-999999", "gb-510124", "999", "x"])
def test_what_is_no_place_now_cannot_be_chosen(editor: Client, value: str) -> None:
    """Among them the old code of a county with a new one."""
    assert choose(editor, place=value).status_code == 200
    assert not Place.objects.exists()


def test_who_may_not_add_a_place_cannot_choose_one(client: Client) -> None:
    assert choose(client, place="gb-230108").status_code == 302
    assert not Place.objects.exists()


@pytest.mark.parametrize("code", [d.code for d in divisions.current()[::400]])
def test_every_division_can_be_chosen(code: str) -> None:
    division = divisions.of(code)
    assert division and code_table.adopt(division).code == code
