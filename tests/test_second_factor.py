"""Two-factor authentication at the desk: set-up, login, single use, counting, removal."""

import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from caselib import second_factor
from tests.commands import refusal, run
from tests.desk import PASSWORD, a_member

pytestmark = pytest.mark.django_db
LOGIN, PAGE, DESK = "/en/admin/login/", "/en/admin/second-factor/", "/en/admin/"
STEP = 30  # seconds, of a TOTP app


def code_of(key: str, steps: int = 0) -> str:
    """The code of an app with this key, now or this many steps away."""
    return f"{totp(bytes.fromhex(key), t0=-steps * STEP):06d}"


def a_factor(user: User) -> str:
    """The key of a TOTP device whose present code is still unused."""
    key = second_factor.new_key()
    assert second_factor.set_up(user, key, code_of(key, -1))
    return key


def password(client: Client, **sent: str) -> Any:
    return client.post(LOGIN, {"username": "li", "password": PASSWORD, **sent})


def is_in(client: Client) -> bool:
    return client.get("/en/admin/stories/case/").status_code == 200


def logged_in(key: str) -> Client:
    client = Client()
    password(client)
    assert client.post(LOGIN, {"code": code_of(key)}).status_code == 302
    return client


def set_up(client: Client) -> tuple[str, list[str]]:
    """Through its page: the key, and the displayed recovery codes."""
    offer = client.get(PAGE).context["offer"]
    answer = client.post(PAGE, {"offer": offer.signed, "code": code_of(offer.key, -1)})
    return offer.key, re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer.text)


# ---------------------------------------------------------------- login


def test_who_has_none_logs_in_by_the_password_alone(li: User, client: Client) -> None:
    assert password(client).status_code == 302
    assert is_in(client)


def test_the_code_is_asked_for_after_the_right_password(li: User, client: Client) -> None:
    key = a_factor(li)
    asked = password(client)
    assert (asked.status_code, asked["X-Login-Step"]) == (200, "code")
    assert not is_in(client)
    answer = client.post(f"{LOGIN}?next=/en/admin/stories/case/", {"code": code_of(key)})
    assert (answer.status_code, answer["Location"]) == (302, "/en/admin/stories/case/")
    assert is_in(client)


def test_a_wrong_password_is_not_told_of_the_code(li: User, client: Client) -> None:
    a_factor(li)
    assert password(client, password="wrong")["X-Login-Step"] == "password"


def test_a_code_without_the_password_lets_nobody_in(li: User, client: Client) -> None:
    key = a_factor(li)
    answer = client.post(LOGIN, {"code": code_of(key)})
    assert answer["X-Login-Step"] == "password"
    assert not is_in(client)


def test_a_password_that_was_changed_between_the_steps_is_asked_for_again(
    li: User, client: Client
) -> None:
    key = a_factor(li)
    password(client)
    li.set_password("another lamp in every lane")
    li.save()
    assert client.post(LOGIN, {"code": code_of(key)})["X-Login-Step"] == "password"
    assert not is_in(client)


def test_a_code_that_comes_too_late_is_not_taken(li: User, client: Client) -> None:
    key = a_factor(li)
    password(client)
    session = client.session
    session["login_pending"] |= {"at": "2026-01-01T00:00:00+00:00"}
    session.save()
    assert "That took too long" in client.post(LOGIN, {"code": code_of(key)}).text
    assert not is_in(client)


def test_a_code_is_taken_once(li: User) -> None:
    key = a_factor(li)
    logged_in(key)
    other = Client()
    password(other)
    assert "was used before" in other.post(LOGIN, {"code": code_of(key)}).text
    assert not is_in(other)


def test_the_code_that_confirmed_the_set_up_is_used_up(li: User, client: Client) -> None:
    key = second_factor.new_key()
    assert second_factor.set_up(li, key, code_of(key))
    password(client)
    client.post(LOGIN, {"code": code_of(key)})
    assert not is_in(client)


def test_a_code_is_taken_as_people_write_it(li: User, client: Client) -> None:
    key = a_factor(li)
    password(client)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    code = code_of(key).translate(wide)
    assert client.post(LOGIN, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_a_recovery_code_lets_in_once(li: User) -> None:
    a_factor(li)
    code = second_factor.renew_recovery_codes(li)[0]
    for count in (9, 9):
        client = Client()
        password(client)
        client.post(LOGIN, {"code": f"{code[:4]}-{code[4:]}".upper()})
        assert second_factor.recovery_code_count(li) == count
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "x", "000000000000", "\x00", "９" * 30, "-1", "x" * 500])
def test_an_odd_code_is_an_error_of_its_field(li: User, client: Client, code: str) -> None:
    a_factor(li)
    password(client)
    answer = client.post(LOGIN, {"code": code})
    assert (answer.status_code, answer["X-Login-Step"]) == (200, "code")


# ---------------------------------------------------------------- guessing


def test_wrong_codes_count_as_wrong_passwords_do(li: User, client: Client) -> None:
    key = a_factor(li)
    password(client)
    statuses = [client.post(LOGIN, {"code": "abcdefgh"}).status_code for _n in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post(LOGIN, {"code": code_of(key)}).status_code == 429
    assert password(client).status_code == 429


def test_no_wrong_code_is_stored_with_its_attempt(li: User, client: Client) -> None:
    a_factor(li)
    password(client)
    client.post(LOGIN, {"code": "abcdefgh"})
    assert "abcdefgh" not in AccessAttempt.objects.get().post_data


def test_whoever_guesses_from_everywhere_locks_the_owner_out_nowhere_known(
    li: User,
) -> None:
    key = a_factor(li)
    assert is_in(logged_in(key))  # from 127.0.0.1
    TOTPDevice.objects.update(last_t=-1)
    for n in range(20):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
        password(stranger)
        stranger.post(LOGIN, {"code": "000000" if code_of(key) != "000000" else "000001"})
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    password(stranger)
    assert "Too many wrong codes" in stranger.post(LOGIN, {"code": code_of(key)}).text
    assert not is_in(stranger)
    assert is_in(logged_in(key))


# ---------------------------------------------------------------- its page


def test_a_person_sets_it_up_and_is_given_ten_recovery_codes(li: User, client: Client) -> None:
    client.force_login(li)
    key, codes = set_up(client)
    assert len(set(codes)) == 10
    assert second_factor.device_of(li).key == key
    assert is_in(client)


def test_the_page_shows_the_key_as_picture_and_as_text(li: User, client: Client) -> None:
    client.force_login(li)
    answer = client.get(PAGE)
    offer = answer.context["offer"]
    assert offer.printed in answer.text and 'src="data:image/svg+xml' in answer.text
    assert "style=" not in answer.text
    assert not TOTPDevice.objects.exists()  # GET stores nothing


def test_a_wrong_code_keeps_the_key_that_was_scanned(li: User, client: Client) -> None:
    client.force_login(li)
    offer = client.get(PAGE).context["offer"]
    answer = client.post(PAGE, {"offer": offer.signed, "code": "abcdef"})
    assert answer.context["offer"].key == offer.key
    assert "This code is not of this key" in answer.text
    assert not second_factor.has_factor(li)


def test_the_key_of_another_person_is_not_taken(li: User, client: Client) -> None:
    other = Client()
    other.force_login(a_member("editors", "wang"))
    offer = other.get(PAGE).context["offer"]
    client.force_login(li)
    answer = client.post(PAGE, {"offer": offer.signed, "code": code_of(offer.key)})
    assert "here is a new key" in answer.text
    assert not second_factor.has_factor(li)


def test_recovery_codes_are_shown_once(li: User, client: Client) -> None:
    client.force_login(li)
    codes = set_up(client)[1]
    answer = client.get(PAGE)
    assert answer.context["left"] == 10
    assert not any(code in answer.text for code in codes)


def test_other_sessions_end_when_it_is_set_up(li: User, client: Client) -> None:
    other = Client()
    other.force_login(li)
    client.force_login(li)
    set_up(client)
    assert (is_in(client), is_in(other)) == (True, False)


def test_it_is_not_set_up_anew_over_the_one_that_is_there(li: User) -> None:
    key = a_factor(li)
    client = logged_in(key)
    new = second_factor.new_key()
    client.post(PAGE, {"offer": "x", "code": code_of(new)})
    assert second_factor.set_up(li, new, code_of(new)) is None
    assert second_factor.device_of(li).key == key


@pytest.mark.parametrize("kind", ["password", "code"])
def test_new_recovery_codes_are_given_for_password_or_code(li: User, kind: str) -> None:
    key = a_factor(li)
    before = second_factor.renew_recovery_codes(li)
    client = logged_in(key)
    proof = PASSWORD if kind == "password" else code_of(key, 1)
    answer = client.post(PAGE, {"confirmation": proof, "_renew": "x"})
    assert len(answer.context["codes"]) == 10
    assert not set(answer.context["codes"]) & set(before)


def test_it_is_removed_for_the_password(li: User) -> None:
    client = logged_in(a_factor(li))
    client.post(PAGE, {"confirmation": "wrong", "_remove": "x"})
    assert second_factor.has_factor(li)
    client.post(PAGE, {"confirmation": PASSWORD, "_remove": "x"})
    assert not TOTPDevice.objects.exists() and not StaticDevice.objects.exists()
    assert is_in(client)


# ---------------------------------------------------------------- the setting


def test_required_leads_to_the_set_up_before_anything_else(
    li: User, client: Client, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    password(client)
    for page in ("", "stories/case/", "sessions/", "stories/case/add/"):
        answer = client.get(f"{DESK}{page}")
        assert (answer.status_code, answer["Location"]) == (302, PAGE), page
    set_up(client)
    assert is_in(client)


def test_a_script_is_told_where_to_go_first(li: User, client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    password(client)
    answer = client.get(DESK, headers={"X-Requested-With": "workbench"})
    assert (answer.status_code, answer["X-Desk-First"]) == (403, PAGE)


def test_off_asks_nobody(li: User, client: Client, settings: Any) -> None:
    a_factor(li)
    settings.SECOND_FACTOR = "off"
    assert password(client).status_code == 302
    assert is_in(client)
    assert client.get(PAGE).status_code == 404
    settings.SECOND_FACTOR = "optional"
    assert not is_in(client)  # a session without a code


# ---------------------------------------------------------------- administrators


def test_an_administrator_removes_it_and_it_is_written_down(li: User, admin_client: Client) -> None:
    client = logged_in(a_factor(li))
    admin_client.post(f"{DESK}auth/user/{li.pk}/sessions/", {"_reset_factor": "yes"})
    assert not second_factor.has_factor(li)
    assert not is_in(client)
    history = admin_client.get(f"{DESK}auth/user/{li.pk}/history/")
    assert "The second factor was removed" in history.text


def test_a_command_removes_it(li: User) -> None:
    a_factor(li)
    assert "by the password alone" in run("resetfactor", "li")
    assert not second_factor.has_factor(li)
    assert "no second factor" in refusal("resetfactor", "li")[1]
    assert "nobody logs in" in refusal("resetfactor", "wang")[1]


def test_nobody_reads_the_keys_of_others(li: User, admin_client: Client) -> None:
    a_factor(li)
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice"):
        assert admin_client.get(f"{DESK}{model}/").status_code == 404
    key = second_factor.device_of(li).key
    for page in ("change", "delete", "sessions"):
        assert key not in admin_client.get(f"{DESK}auth/user/{li.pk}/{page}/").text
