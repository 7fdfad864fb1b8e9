"""What is typed on the workbench is lost in no way: sessions that end, pages that are left."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.models.initial_passwords import InitialPassword
from stories.models.metrics import Metric
from tests.mouse import Workbench
from tests.test_second_factor import a_factor, code_of
from tests.workbench_page import PASSWORD, PATIENCE, SHORT, Answers, log_in, people, workbench

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
__all__ = ["people", "workbench"]


@pytest.fixture
def begun(workbench: Workbench) -> Workbench:
    """The same, with a form in which something was typed."""
    workbench.make("2", "没有路灯", "problem")
    workbench.write(heading_zh="院里没有路灯", statement_zh="院子里没有路灯。")
    return workbench


def test_words_are_chosen_that_begin_with_an_open_numeral(workbench: Workbench) -> None:
    workbench.choose("7", "80盏路灯")
    expect(workbench.entry).to_be_hidden()


def log_in_again(page: Page) -> Locator:
    """Save after the session has ended, and give name and password in the dialog, which returns."""
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    return again


def test_a_login_in_place_saves_what_was_typed_when_the_session_has_ended(
    begun: Workbench,
) -> None:
    page = begun.page
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    expect(again).to_be_visible()
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(again.get_by_role("alert")).to_contain_text("do not fit")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".item--problem")).to_contain_text("院子里没有路灯。")
    assert Case.objects.get().problems.get().heading_zh == "院里没有路灯"


def test_a_login_in_place_asks_for_the_code_too(begun: Workbench) -> None:
    key = a_factor(User.objects.get(username="editors"))
    page = begun.page
    again = log_in_again(page)
    code = again.get_by_label("Code of the app")
    expect(code).to_be_focused()
    code.fill("abcdefgh")
    page.keyboard.press("Enter")
    expect(again.get_by_role("alert")).to_contain_text("This code does not fit")
    code.fill(code_of(key))
    page.keyboard.press("Enter")
    expect(page.locator(".item--problem")).to_contain_text("院子里没有路灯。")


def test_a_password_that_has_to_be_changed_first_loses_nothing(begun: Workbench) -> None:
    page = begun.page
    InitialPassword.objects.set_for(User.objects.get(username="editors"))
    again = log_in_again(page)
    with page.context.expect_page() as opened:
        again.get_by_role("link", name="Do it in another tab").click()
    other, chosen = opened.value, "a bench at every gate"
    again.get_by_role("button", name="It is done").click()
    expect(again.get_by_role("alert")).to_contain_text("It has not been done yet.")
    other.fill("#id_old_password", PASSWORD)
    other.fill("#id_new_password1", chosen)
    other.fill("#id_new_password2", chosen)
    other.keyboard.press("Enter")
    other.wait_for_url("**/password_change/done/")
    again.get_by_role("button", name="It is done").click()
    expect(page.locator(".item--problem")).to_contain_text("院子里没有路灯。")


def test_what_was_typed_is_there_again_after_the_page_was_left(begun: Workbench) -> None:
    page = begun.page
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    page.locator(".drafts").get_by_role("button", name="New problem").click()
    expect(begun.entry.locator("[name=heading_zh]")).to_have_value("院里没有路灯")
    begun.save()
    assert Case.objects.get().problems.get().statement_zh == "院子里没有路灯。"
    expect(page.locator(".drafts")).to_have_count(0)


def test_what_could_not_be_sent_is_kept_and_sent_again(begun: Workbench) -> None:
    page = begun.page
    page.route("**/form/problem/**", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(begun.entry.get_by_role("alert")).to_contain_text("What you typed is kept")
    page.unroute("**/form/problem/**")
    begun.save()
    assert Case.objects.get().problems.count() == 1


def test_a_number_saved_at_once_has_what_the_program_reads(begun: Workbench) -> None:
    begun.save()
    begun.make("4", "先请居民坐下来商量", "measure")
    begun.write(title_zh="居民议事", title_en="Residents’ meetings", gloss="asked the residents")
    begun.write(summary_zh="社区请居民议事。", summary_en="The community asked the residents.")
    begun.save()
    answers = Answers(begun.page, "/reading/")
    begun.numeral("5", "5", "metric")
    begun.term("协调次数")
    begun.write(scope_zh="议事会", scope_en="Meetings", gloss="five meetings")
    begun.page.keyboard.press("Control+Enter")
    answers.wait(1)
    for number in range(begun.page.evaluate("window.held.length")):
        answers.come(number)
    expect(begun.entry).to_be_hidden()
    number = Metric.objects.get()
    assert (number.low, number.high, number.kind) == (5, 5, "activity")


def test_too_many_words_are_refused_and_counted(begun: Workbench) -> None:
    begun.choose("4", "2022年3月，社区开始整治院子，先请居民坐下来商量")
    words = begun.page.locator("#words")
    expect(words.locator(".words__count")).to_have_text("26 / 20")
    expect(words.get_by_role("alert")).to_be_visible()
    assert all(button.is_disabled() for button in words.locator("button:visible").all())


def test_an_article_that_was_pasted_outlives_a_session_that_has_ended(
    people: None, live_server: LiveServer, browser_page: Page
) -> None:
    page = browser_page
    page.set_default_timeout(PATIENCE)
    log_in(page, live_server.url, "editors")
    page.goto(f"{live_server.url}/en/admin/stories/source/intake/")
    page.fill("#id_text", SHORT)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Read it").click()
    page.fill("#again-username", "editors")
    page.fill("#again-password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#article_form")).to_be_visible()
