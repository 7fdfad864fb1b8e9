"""Sessions of the desk, listed and ended; passwords set by others, which must be changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from stories.admin.access import browsers
from stories.models.desk_sessions import DeskSession
from stories.models.initial_passwords import InitialPassword
from tests.desk import PASSWORD

pytestmark = pytest.mark.django_db
OTHER = "a bench at every gate"
DESK = "/en/admin/"
PAGE, CHANGE = f"{DESK}sessions/", f"{DESK}password_change/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def logged_in(password: str = PASSWORD, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(f"{DESK}login/", {"username": "li", "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(f"{DESK}stories/case/").status_code == 200


def change(client: Client, old: str, new: str) -> Any:
    sent = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(CHANGE, sent)


# ---------------------------------------------------------------- sessions


def test_a_person_sees_their_sessions_and_nobody_elses(li: User, reviewer: Client) -> None:
    client, _other = logged_in(), logged_in()
    sessions = client.get(PAGE).context["sessions"]
    assert [session.is_this for session in sessions].count(True) == 1
    assert [session.row.browser for session in sessions] == ["Firefox, Linux"] * 2
    assert len(reviewer.get(PAGE).context["sessions"]) == 1


def test_neither_key_nor_address_nor_what_a_browser_sends_is_on_the_page(li: User) -> None:
    client, _other = logged_in(), logged_in()
    text = client.get(PAGE).text
    for row in DeskSession.objects.all():
        assert row.session_key not in text
    assert "127.0.0.1" not in text and FIREFOX not in text and "style=" not in text


def test_one_session_is_ended(li: User) -> None:
    client, ended, other = logged_in(), logged_in(), logged_in()
    row = DeskSession.objects.get(session_key=ended.session.session_key)
    client.post(PAGE, {"session": row.handle})
    assert [is_in(one) for one in (client, ended, other)] == [True, False, True]


def test_all_others_are_ended(li: User) -> None:
    client, others = logged_in(), [logged_in(), logged_in()]
    client.post(PAGE, {"_all": "yes"})
    assert [is_in(one) for one in (client, *others)] == [True, False, False]


def test_the_session_of_another_person_is_not_ended(li: User, reviewer: Client) -> None:
    client = logged_in()
    row = DeskSession.objects.get(session_key=client.session.session_key)
    reviewer.post(PAGE, {"session": row.handle})
    reviewer.post(PAGE, {"_all": "yes"})
    assert is_in(client)


def test_an_administrator_ends_those_of_another(li: User, admin_client: Client) -> None:
    client = logged_in()
    page = f"{DESK}auth/user/{li.pk}/sessions/"
    assert len(admin_client.get(page).context["sessions"]) == 1
    admin_client.post(page, {"_all": "yes"})
    assert not is_in(client)
    assert admin_client.get(page).status_code == 200


def test_nobody_else_does(li: User, reviewer: Client) -> None:
    client = logged_in()
    page = f"{DESK}auth/user/{li.pk}/sessions/"
    assert reviewer.get(page).status_code == 403
    assert reviewer.post(page, {"_all": "yes"}).status_code == 403
    assert is_in(client)


def test_a_changed_password_ends_the_others(li: User) -> None:
    client, other = logged_in(), logged_in()
    assert change(client, PASSWORD, OTHER).status_code == 302
    assert (is_in(client), is_in(other)) == (True, False)


def test_a_session_of_an_earlier_password_is_not_shown(li: User) -> None:
    logged_in()
    li.set_password(OTHER)
    li.save()
    assert len(logged_in(OTHER).get(PAGE).context["sessions"]) == 1


def test_the_page_asks_no_more_when_there_are_more(li: User) -> None:
    client = logged_in()
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _n in range(5):
        logged_in()
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(PAGE).context["sessions"]) == 6
    assert len(many) == len(few) <= 8


def test_a_page_of_the_desk_writes_no_session(li: User) -> None:
    client = logged_in()
    with CaptureQueriesContext(connection) as asked:
        client.get(CHANGE)
    assert [q["sql"] for q in asked if not q["sql"].startswith("SELECT")] == []


def test_use_is_noted_roughly(li: User) -> None:
    client = logged_in()
    long_ago = now() - timedelta(hours=3)
    session = client.session
    session["used_at"] = long_ago.isoformat()
    session.save()
    client.get(PAGE)
    assert DeskSession.objects.get().used_at > long_ago + timedelta(hours=2)


def test_a_login_removes_sessions_that_have_expired(li: User) -> None:
    logged_in()
    DeskSession.objects.update(expire_date=now() - timedelta(days=1))
    logged_in()
    assert DeskSession.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"session": ""}])
def test_a_form_that_names_no_session_is_refused(li: User, sent: dict[str, str]) -> None:
    assert logged_in().post(PAGE, sent).status_code == 400


@pytest.mark.parametrize("handle", ["x", "\x00", "9" * 500])
def test_a_session_that_is_none_ends_nothing(li: User, handle: str) -> None:
    client = logged_in()
    assert client.post(PAGE, {"session": handle}).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_plain_words(agent: str, name: str) -> None:
    assert browsers.name(agent) == name


# ---------------------------------------------------------------- passwords of others


def test_a_password_that_was_made_for_somebody_is_changed_first(li: User) -> None:
    InitialPassword.objects.set_for(li)
    client = logged_in()
    for page in ("", "stories/case/", "sessions/", "second-factor/"):
        answer = client.get(f"{DESK}{page}")
        assert (answer.status_code, answer["Location"]) == (302, CHANGE), page
    assert "Somebody else knows this password" in client.get(CHANGE).text
    assert change(client, PASSWORD, OTHER).status_code == 302
    assert is_in(client) and is_in(logged_in(OTHER))


def test_it_is_not_changed_into_itself(li: User) -> None:
    InitialPassword.objects.set_for(li)
    client = logged_in()
    assert "This is the password you have now." in change(client, PASSWORD, PASSWORD).text
    assert not is_in(client)


def test_an_administrator_who_sets_a_password_lets_its_owner_choose_another(
    li: User, admin_client: Client
) -> None:
    sent = {"password1": OTHER, "password2": OTHER, "usable_password": "true"}
    page = f"{DESK}auth/user/{li.pk}/password/"
    assert admin_client.post(page, {**sent, "set-password": "x"}).status_code == 302
    assert logged_in(OTHER).get(DESK)["Location"] == CHANGE


def test_a_new_person_chooses_a_password_at_the_first_login(li: User, admin_client: Client) -> None:
    sent = {"username": "wang", "password1": OTHER, "password2": OTHER, "usable_password": "true"}
    assert admin_client.post(f"{DESK}auth/user/add/", sent).status_code == 302
    assert InitialPassword.objects.get().user.get_username() == "wang"


def test_an_administrator_changes_their_own_where_the_present_one_is_asked_for(
    admin_client: Client, admin_user: User
) -> None:
    answer = admin_client.get(f"{DESK}auth/user/{admin_user.pk}/password/")
    assert answer["Location"] == CHANGE
