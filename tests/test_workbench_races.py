"""The workbench while answers are late, lost, or in the wrong order: nothing that is typed is lost,
nothing is written twice, and no form comes that was not asked for last."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.models.measures import Problem
from stories.models.questions import Glance
from stories.models.vocabulary import ProblemType
from tests.builders import a_problem
from tests.desk import address
from tests.mouse import Workbench
from tests.workbench import a_case_with_its_article, page_of_workbench
from tests.workbench_page import PASSWORD, PATIENCE, SHORT, Answers, log_in, people, workbench

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
__all__ = ["people", "workbench"]


def click_numeral(workbench: Workbench, at: str, text: str) -> None:
    workbench.passage(at).locator(".numeral--open").get_by_text(text, exact=True).click()


def ask_for_a_problem(workbench: Workbench) -> None:
    """With a key; the form may be still to come."""
    workbench.choose("2", "没有路灯")
    workbench.passage("2").focus()
    workbench.page.keyboard.press("p")


def write_a_problem(workbench: Workbench) -> None:
    workbench.make("2", "没有路灯", "problem")
    workbench.write(heading_zh="院里没有路灯", statement_zh="院子里没有路灯。")


# ---------------------------------------------------------------- forms that are asked for


def test_the_form_that_was_asked_for_last_stays_whichever_answer_comes_first(
    workbench: Workbench,
) -> None:
    answers = Answers(workbench.page, "/form/")
    click_numeral(workbench, "3", "67")
    click_numeral(workbench, "7", "80")
    answers.wait(2)
    answers.come(1)
    workbench.opened("metric")
    workbench.write(gloss="nearly 80 lamps")
    answers.come(0)
    expect(workbench.entry.locator("form")).to_have_attribute("data-kind", "metric")
    expect(workbench.entry.locator("[name=gloss]")).to_have_value("nearly 80 lamps")
    expect(workbench.entry.locator("[name=gloss]")).to_be_focused()


def test_escape_calls_off_a_form_that_is_still_to_come(workbench: Workbench) -> None:
    answers = Answers(workbench.page, "/form/")
    ask_for_a_problem(workbench)
    workbench.page.keyboard.press("Escape")
    answers.come(0)
    expect(workbench.entry).to_be_hidden()


def test_what_is_typed_before_a_form_is_there_opens_no_other_form(workbench: Workbench) -> None:
    answers = Answers(workbench.page, "/form/")
    ask_for_a_problem(workbench)
    workbench.page.keyboard.type("mad")
    answers.come(0)
    workbench.opened("problem")
    assert workbench.page.evaluate("window.held.length") == 1


def test_what_is_typed_until_another_form_is_there_is_offered_again(workbench: Workbench) -> None:
    write_a_problem(workbench)
    answers = Answers(workbench.page, "/form/")
    click_numeral(workbench, "7", "80")
    workbench.entry.locator("[name=statement_zh]").fill("院子里一盏路灯也没有。")
    answers.come(0)
    workbench.opened("metric")
    answers.release()
    workbench.page.locator(".drafts").get_by_role("button", name="New problem").click()
    expect(workbench.entry.locator("[name=statement_zh]")).to_have_value("院子里一盏路灯也没有。")


def test_a_form_whose_part_is_gone_shows_what_was_typed(workbench: Workbench) -> None:
    page = workbench.page
    problem = a_problem(case=Case.objects.get(), heading_zh="院里没有路灯")
    page.reload()
    workbench.edit("problem", "院里没有路灯")
    workbench.write(statement_zh="院子里没有路灯。")
    workbench.entry.locator("[data-close]").click()
    problem.delete()
    page.locator(".drafts button").click()
    expect(workbench.entry).to_contain_text("This is not there any more")
    expect(workbench.entry).to_contain_text("院子里没有路灯。")
    workbench.entry.get_by_role("button", name="Discard it").click()
    expect(page.locator(".drafts")).to_have_count(0)


def test_what_cannot_be_opened_is_said_where_everybody_sees_it(workbench: Workbench) -> None:
    workbench.page.route("**/form/**", lambda route: route.abort())
    workbench.page.locator("#board [data-form=rest]").click()
    expect(workbench.page.locator("#workbench-status")).to_contain_text("no answer from the desk")
    expect(workbench.page.locator("#workbench-status")).to_be_in_viewport(ratio=1)


# ---------------------------------------------------------------- while a form is sent


@pytest.mark.parametrize(
    "do",
    [
        lambda workbench: workbench.page.keyboard.press("Escape"),
        lambda workbench: workbench.page.keyboard.press("Control+Enter"),
        lambda workbench: click_numeral(workbench, "7", "80"),
        lambda workbench: workbench.page.keyboard.type("更多的字"),
    ],
    ids=["Escape", "save again", "open another", "type"],
)
def test_nothing_comes_between_a_form_and_its_answer(
    do: Callable[[Workbench], None], workbench: Workbench
) -> None:
    write_a_problem(workbench)
    answers = Answers(workbench.page, "/form/problem/")
    workbench.page.keyboard.press("Control+Enter")
    answers.wait(1)
    do(workbench)
    expect(workbench.entry.locator("form[data-kind=problem]")).to_be_visible()
    expect(workbench.entry.locator("[name=statement_zh]")).to_have_value("院子里没有路灯。")
    answers.come(0)
    expect(workbench.entry).to_be_hidden()
    expect(workbench.page.locator(".item--problem")).to_contain_text("院子里没有路灯。")
    assert Problem.objects.count() == 1


def test_a_form_that_was_asked_for_before_a_save_does_not_come_behind_it(
    workbench: Workbench,
) -> None:
    write_a_problem(workbench)
    answers = Answers(workbench.page, "/form/metric/")
    click_numeral(workbench, "7", "80")
    answers.wait(1)
    workbench.entry.locator("[name=statement_zh]").focus()
    workbench.save()
    answers.come(0)
    expect(workbench.entry).to_be_hidden()
    expect(workbench.page.locator(".passage:focus")).to_be_visible()


def test_an_answer_that_got_lost_makes_no_second_part(workbench: Workbench) -> None:
    write_a_problem(workbench)
    answers = Answers(workbench.page, "/form/problem/")
    workbench.page.keyboard.press("Control+Enter")
    answers.get_lost(0)
    expect(workbench.entry.get_by_role("alert")).to_contain_text("What you typed is kept")
    answers.release()
    expect(workbench.entry.locator("[name=statement_zh]")).to_be_focused()
    workbench.write(statement_zh="整个院子没有一盏路灯。")
    workbench.save()
    assert Problem.objects.get().statement_zh == "整个院子没有一盏路灯。"


def test_a_form_that_was_left_before_its_answer_came_makes_no_second_part(
    workbench: Workbench,
) -> None:
    page = workbench.page
    write_a_problem(workbench)
    answers = Answers(page, "/form/problem/")
    page.keyboard.press("Control+Enter")
    answers.wait(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.locator(".drafts").get_by_role("button", name="New problem").click()
    workbench.opened("problem")
    workbench.save()
    assert Problem.objects.get().statement_zh == "院子里没有路灯。"


def test_questions_that_are_answered_in_a_row_are_all_answered(workbench: Workbench) -> None:
    answers = Answers(workbench.page, "/form/glance/")
    buttons = workbench.page.locator("[data-silent]")
    count = buttons.count()
    for n in range(3):
        buttons.nth(n).click()
    for n in range(3):
        answers.come(n)
    expect(buttons).to_have_count(count - 3)
    assert Glance.objects.filter(state="silent").count() == 3


def test_an_answer_takes_no_focus_from_a_form_that_is_typed_into(workbench: Workbench) -> None:
    answers = Answers(workbench.page, "/form/glance/")
    workbench.page.locator("[data-silent]").first.click()
    answers.wait(1)
    write_a_problem(workbench)
    answers.come(0)
    expect(workbench.page.locator(".item--glance .item__note").first).to_be_visible()
    expect(workbench.entry.locator("[name=statement_zh]")).to_be_focused()


def test_words_that_are_chosen_stay_chosen_when_an_answer_comes(workbench: Workbench) -> None:
    answers = Answers(workbench.page, "/form/glance/")
    workbench.page.locator("[data-silent]").first.click()
    answers.wait(1)
    workbench.choose("2", "没有路灯")
    workbench.passage("2").focus()
    answers.come(0)
    expect(workbench.passage("2")).to_be_focused()
    workbench.page.keyboard.press("p")
    workbench.opened("problem")
    expect(workbench.entry.locator("[name=printed]")).to_have_value("没有路灯")


def test_words_that_were_chosen_before_the_script_had_come_are_taken(workbench: Workbench) -> None:
    page = workbench.page
    waiting: list[Route] = []
    page.route("**/workbench*.js", lambda route: waiting.append(route))
    page.reload(wait_until="commit")
    expect(page.locator(".workbench__count")).to_be_visible()
    workbench.drag("2", "没有路灯")
    expect(page.locator("#words")).to_be_hidden()
    waiting[0].continue_()
    expect(page.locator(".words__printed")).to_have_text("没有路灯")


# ---------------------------------------------------------------- search boxes


def box_of(workbench: Workbench) -> str:
    """What the form would send of its search box: the label of the term, "" for none."""
    pk = workbench.entry.locator(".term-box input[type=hidden]").input_value()
    return str(ProblemType.objects.get(pk=pk).label_zh) if pk else ""


def test_words_that_name_no_term_yet_are_not_saved_as_another_term(workbench: Workbench) -> None:
    write_a_problem(workbench)
    box = workbench.entry.locator(".term-box input[type=text]")
    before = box_of(workbench)
    answers = Answers(workbench.page, "/terms/")
    box.fill("停车")
    for key in ("Enter", "Control+Enter"):
        workbench.page.keyboard.press(key)
        expect(box).to_be_focused()
    answers.settle()
    assert before and box.evaluate("box => box.validity.customError")
    assert not Problem.objects.exists()


def test_escape_in_a_search_box_whose_terms_are_to_come_keeps_the_form(
    workbench: Workbench,
) -> None:
    write_a_problem(workbench)
    box = workbench.entry.locator(".term-box input[type=text]")
    label = box.input_value()
    answers = Answers(workbench.page, "/terms/")
    box.fill("停车")
    answers.wait(1)
    workbench.page.keyboard.press("Escape")
    answers.come(0)
    expect(box).to_have_value(label)
    expect(workbench.entry.locator("[role=listbox]")).to_be_hidden()
    workbench.save()
    assert Problem.objects.get().type is not None


def test_words_that_were_typed_before_the_script_had_come_are_searched(
    workbench: Workbench,
) -> None:
    page = workbench.page
    waiting: list[Route] = []
    page.goto(page.url.split("case/")[0] + "source/intake/")
    page.route("**/intake*.js", lambda route: waiting.append(route))
    page.fill("#id_text", SHORT)
    page.get_by_role("button", name="Read it").click(no_wait_after=True)
    page.locator("#id_place").click()
    page.keyboard.insert_text("禾坪")
    waiting[-1].continue_()
    page.get_by_role("option").get_by_text("禾坪社区").click()
    expect(page.locator("#id_place")).to_have_value(re.compile("禾坪社区"))


def test_a_list_does_not_open_again_once_a_term_is_chosen(workbench: Workbench) -> None:
    write_a_problem(workbench)
    box = workbench.entry.locator(".term-box input[type=text]")
    box.click()
    expect(workbench.entry.locator("[role=option]").first).to_be_visible()
    workbench.page.clock.install()
    box.press_sequentially("停")
    workbench.entry.locator("[role=option]").first.click()
    workbench.page.clock.run_for(1000)
    expect(workbench.entry.locator("[role=listbox]")).to_be_hidden()


def test_a_form_that_is_opened_again_shows_the_term_that_it_sends(workbench: Workbench) -> None:
    write_a_problem(workbench)
    box = workbench.entry.locator(".term-box input[type=text]")
    before = box.input_value()
    box.fill("停车")
    workbench.entry.locator("[role=option]").filter(has_text="停车").first.click()
    chosen = box.input_value()
    assert chosen != before
    workbench.page.keyboard.press("Escape")
    workbench.page.locator(".drafts").get_by_role("button", name="New problem").click()
    expect(box).to_have_value(chosen)
    assert chosen.startswith(box_of(workbench))


# ---------------------------------------------------------------- login, pages before and after


def test_a_login_in_place_that_is_shut_leaves_a_form_that_can_be_sent(workbench: Workbench) -> None:
    page = workbench.page
    write_a_problem(workbench)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    expect(again).to_be_visible()
    page.keyboard.press("Escape")
    expect(again).to_be_hidden()
    expect(workbench.entry.get_by_role("alert")).to_contain_text("What you typed is kept")
    page.keyboard.press("Control+Enter")
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(workbench.entry).to_be_hidden()
    assert Problem.objects.get().statement_zh == "院子里没有路灯。"


def test_a_login_in_place_without_an_answer_says_so(workbench: Workbench) -> None:
    page = workbench.page
    write_a_problem(workbench)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    page.route("**/login/**", lambda route: route.abort())
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(again.get_by_role("alert")).to_have_text("No answer from the desk: try again.")
    page.unroute("**/login/**")
    page.keyboard.press("Enter")
    expect(workbench.entry).to_be_hidden()


def test_a_page_that_the_browser_has_kept_shows_the_case_as_it_is_now(workbench: Workbench) -> None:
    a_problem(case=Case.objects.get(), heading_zh="院里没有路灯")
    workbench.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    expect(workbench.page.locator(".item--problem")).to_contain_text("院里没有路灯")


def test_a_text_on_a_page_that_was_left_by_a_link_is_there_again(
    people: None, live_server: LiveServer, browser_page: Page
) -> None:
    page, site = browser_page, live_server.url
    page.set_default_timeout(PATIENCE)
    log_in(page, site, "editors")
    case = a_case_with_its_article()
    page.goto(f"{site}{address('source_intake', language='en')}")
    page.fill("#id_text", SHORT)
    page.evaluate(
        "url => { const link = document.createElement('a'); link.href = url; link.click(); }",
        page_of_workbench(case),
    )
    expect(page.locator("#workbench")).to_be_visible()
    page.goto(f"{site}{address('source_intake', language='en')}")
    expect(page.locator("#id_text")).to_have_value(SHORT)
