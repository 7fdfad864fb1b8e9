"""Requests to the desk that no browser sends are refused, or answered with a form error."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import builders
from tests.desk import a_member, address, as_rendered, page_of, the_desk_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocabulary")]
ODD_KEYS = ["abc", "1' OR 1=1", "%00", "-1", "٣", "9" * 40, "1.5", "\ufffe"]


@pytest.fixture
def desk() -> Client:
    return the_desk_of("reviewers")


def test_nothing_is_saved_as_new(desk: Client) -> None:
    case = builders.a_complete_case()
    for row in (case, case.measures.first(), case.place):
        response = desk.post(page_of(row), {"_saveasnew": "1"})
        assert response.status_code in (400, 403)


def test_a_field_of_no_name_is_refused(desk: Client) -> None:
    case = builders.a_complete_case()
    assert desk.post(page_of(case), {"_to_field": ""}).status_code == 400
    assert desk.get(page_of(case), {"_to_field": ""}).status_code == 400


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_term_that_is_none_is_an_error_of_its_field(desk: Client, key: str) -> None:
    case = builders.a_complete_case()
    for row, name in ((case, "place"), (case.measures.get(key="lamps"), "types")):
        response = desk.post(page_of(row), as_rendered(desk, row) | {name: key})
        assert response.status_code in (200, 302), name


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_term_of_the_vocabulary_is_no_other_way(desk: Client, key: str) -> None:
    kind = builders.a_complete_case().problems.get().type
    for name in ("related", "replaced_by"):
        response = desk.post(page_of(kind), as_rendered(desk, kind) | {name: key})
        assert response.status_code in (200, 302), name


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_chosen_row_that_is_none_is_refused(desk: Client, key: str) -> None:
    sent = {"action": "publish", "_selected_action": [key], "index": 0}
    assert desk.post(address("case_changelist"), sent).status_code in (302, 400)


@pytest.mark.parametrize("name", ["q", "state__exact", "place__level__exact", "e", "p", "o", "all"])
@pytest.mark.parametrize("value", ["%00", "%1b", "a%00b"])
def test_control_characters_in_a_filter_are_refused(desk: Client, name: str, value: str) -> None:
    for model in ("case", "source", "place"):
        assert desk.get(f"{address(f'{model}_changelist')}?{name}={value}").status_code == 400


@pytest.mark.parametrize("key", [*ODD_KEYS, "1/change/x", "%0a", "_2F"])
def test_an_address_of_no_row_is_none(desk: Client, key: str) -> None:
    for page in ("change", "delete", "history", "preview", "publish"):
        response = desk.get(f"{address('case_changelist')}{key}/{page}/")
        assert response.status_code in (302, 404)


def test_a_login_leads_to_the_desk_where_it_may_not_lead_elsewhere(client: Client) -> None:
    user: User = a_member("editors", "li")
    user.set_password("a lamp in every lane")
    user.save()
    sent = {"username": "li", "password": "a lamp in every lane", "next": "https://evil.example/"}
    response = client.post("/en/admin/login/?next=https://evil.example/", sent)
    assert (response.status_code, response["Location"]) == (302, "/en/admin/")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the files that were decoded as pictures."""
    sizes: list[int] = []
    read = "stories.admin.forms.pictures.formats.read"
    monkeypatch.setattr(read, lambda data: sizes.append(len(data)) or pytest.fail("is read"))
    return sizes


def test_files_of_no_field_are_not_read(desk: Client, decoded: list[int]) -> None:
    case = builders.a_complete_case()
    files: dict[str, Any] = {f"x{n}": SimpleUploadedFile("x.webp", b"RIFF") for n in range(20)}
    assert desk.post(page_of(case), as_rendered(desk, case) | files).status_code == 302
    assert decoded == []


def test_too_many_pictures_at_once_are_refused(desk: Client, decoded: list[int]) -> None:
    case = builders.a_complete_case()
    files = {f"pictures-{n}-file": SimpleUploadedFile("x.webp", b"RIFF") for n in range(11)}
    assert desk.post(page_of(case), as_rendered(desk, case) | files).status_code == 400
    assert decoded == []


@pytest.mark.parametrize("count", ["abc", "-1", "٣", "9" * 18, "20000000"])
def test_an_odd_number_of_rows_is_an_error_of_the_form(
    vocabulary: None, desk: Client, count: str
) -> None:
    case = builders.a_complete_case()
    values = as_rendered(desk, case) | {"measures-INITIAL_FORMS": count}
    assert desk.post(page_of(case), values).status_code < 500


@pytest.mark.django_db
def test_no_address_with_nul_asks_the_database_for_it(client: Client) -> None:
    for url in ("/cases/?tag=%00", "/metrics/?indicator=%00", "/cases.csv?place=a%00b"):
        assert client.get(url).status_code in (200, 400)
