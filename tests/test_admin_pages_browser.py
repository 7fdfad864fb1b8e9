"""The pages of the desk beside the workbench, in a browser: axe, keyboard, and what is typed."""

import base64
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django_otp.oath import totp
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.models.initial_passwords import InitialPassword
from stories.models.measures import Measure
from stories.models.review import ReviewComment
from stories.models.sources import Source
from stories.models.version import Version
from stories.models.vocabulary import MeasureType
from stories.publishing import history
from tests import axe
from tests.builders import a_complete_case, a_measure_type
from tests.desk import page_of
from tests.keyboard import enter, go_to, leave, write
from tests.workbench_page import PASSWORD, PATIENCE, log_in, people

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
__all__ = ["people"]

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1366, "height": 900}
SLOW = 40_000  # milliseconds; the page of a case has hundreds of fields
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
TEXT_LINES = """cell => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return text.getClientRects().length;
}"""


@pytest.fixture
def case(people: None) -> Case:
    """Published, with a change that is not public, and what was before."""
    case = a_complete_case()
    history.record_found(case)
    Case.objects.update(title_en="Liudi, corrected", key_message_zh="小巷里有了许多路灯。")
    history.record_found(Case.objects.get())
    return case


@pytest.fixture
def desk(case: Case, live_server: LiveServer, browser_page: Page) -> "Desk":
    return Desk(browser_page, live_server.url, case)


class Desk:
    def __init__(self, page: Page, site: str, case: Case) -> None:
        page.set_default_timeout(PATIENCE)
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.page, self.site, self.case = page, site, case

    def log_in(self, name: str) -> None:
        self.page.context.clear_cookies()
        log_in(self.page, self.site, name)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def review(self, page: str) -> None:
        self.open(page_of(self.case, page, "en"))

    def submit(self) -> None:
        self.log_in("editors")
        self.review("submit")
        self.page.locator("#submit_form [type=submit]").click()
        expect(self.page.locator(".messagelist")).to_contain_text("is submitted")

    def comment(self, text: str) -> None:
        row = self.page.locator(".review-row").first
        row.locator("summary").click()
        row.locator("textarea").fill(text)

    def log_in_again(self, name: str) -> None:
        again = self.page.locator("#login-again")
        again.get_by_label("Username").fill(name)
        again.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")


# ---------------------------------------------------------------- for everybody


def action(name: str) -> Callable[[Page], None]:
    """An action of a list, on its first row."""

    def run(page: Page) -> None:
        page.locator("input[name=_selected_action]").first.check()
        page.select_option("select[name=action]", name)
        with page.expect_navigation():
            page.locator("[name=index]").first.click()

    return run


def with_a_comment_begun(page: Page) -> None:
    page.locator(".review-row summary").first.click()


def in_conflict(model: type[Model]) -> Callable[[Page], None]:
    """Both the page of a row and somebody else change the title."""

    def run(page: Page) -> None:
        model._default_manager.update(title_en="Somebody else's title")
        save_another_title(page)
        expect(page.locator(".take-theirs")).to_be_visible()

    return run


def with_its_row_deleted(page: Page) -> None:
    Measure.objects.order_by("-pk")[0].delete()
    save_another_title(page)
    expect(page.locator(".typed-texts")).to_contain_text("My title")


def save_another_title(page: Page) -> None:
    page.fill("#id_title_en", "My title")
    with page.expect_navigation():
        page.locator("[name=_continue]").click()


def with_recovery_codes(page: Page) -> None:
    key = page.locator(".second-factor__key").inner_text().replace(" ", "")
    page.fill("#id_code", f"{totp(base64.b32decode(key)):06d}")
    page.locator("#set-up-form [type=submit]").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)


def with_a_password_due(page: Page) -> None:
    InitialPassword.objects.set_for(User.objects.get(username="editors"))
    address = page.url
    page.context.clear_cookies()
    log_in(page, address.partition("/admin/")[0].removesuffix("/en"), "editors")
    page.goto(address)
    expect(page.locator(".warnings")).to_be_visible()


def pages_of(case: Case, language: str) -> list[tuple[str, Callable[[Page], None] | None]]:
    """Addresses, each with what is done there before axe looks."""
    prefix = "/en" if language == "en" else ""
    stories = f"{prefix}/admin/stories"
    measure, last = Measure.objects.order_by("pk").first(), Measure.objects.order_by("pk").last()
    measure_type = MeasureType.objects.first()
    assert measure and last and measure_type
    return [
        (f"{prefix}/admin/", None),
        (f"{stories}/case/{case.pk}/change/", in_conflict(Case)),
        (f"{stories}/case/{case.pk}/submit/", with_a_comment_begun),
        (f"{stories}/case/{case.pk}/publish/", with_a_comment_begun),
        (f"{stories}/case/{case.pk}/history/", None),
        (f"{stories}/case/deleted/", None),
        (f"{stories}/case/", action("withdraw")),
        (f"{stories}/measure/", action("change_types")),
        (f"{stories}/measure/{measure.pk}/change/", None),
        (f"{stories}/measure/{measure.pk}/change/", in_conflict(Measure)),
        (f"{stories}/measure/{last.pk}/change/", with_its_row_deleted),
        (f"{stories}/source/{case.sources.get().pk}/change/", None),
        (f"{stories}/source/{case.sources.get().pk}/change/", in_conflict(Source)),
        (f"{stories}/measuretype/{measure_type.pk}/become/", None),
        (f"{stories}/place/add/", None),
        (f"{prefix}/admin/sessions/", None),
        (f"{prefix}/admin/password_change/", None),
        (f"{prefix}/admin/second-factor/", None),
        (f"{prefix}/admin/second-factor/", with_recovery_codes),
        (f"{prefix}/admin/second-factor/", None),
        (f"{prefix}/admin/password_change/", with_a_password_due),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_the_pages_of_the_desk(language: str, desk: Desk) -> None:
    User.objects.filter(username="reviewers").update(is_superuser=True)
    desk.log_in("reviewers")
    found = []
    for path, prepare in pages_of(desk.case, language):
        desk.open(path)
        if prepare:
            prepare(desk.page)
        found += axe.in_both_schemes(desk.page, path)
    assert found == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_of_cases_fits_a_laptop(language: str, desk: Desk) -> None:
    desk.log_in("editors")
    desk.open(f"{'/en' if language == 'en' else ''}/admin/stories/case/")
    results = desk.page.locator(".results")
    assert results.evaluate("list => list.scrollWidth - list.clientWidth") == 0
    assert desk.page.locator("td.field-version").evaluate(TEXT_LINES) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_the_desk_is_wider_than_a_telephone(language: str, desk: Desk) -> None:
    User.objects.filter(username="reviewers").update(is_superuser=True)
    desk.log_in("reviewers")
    too_wide = {}
    for path, prepare in pages_of(desk.case, language):
        desk.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        desk.open(path)
        if prepare:
            prepare(desk.page)
        desk.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        if over := desk.page.evaluate(OVERFLOW):
            too_wide[path] = over
    assert too_wide == {}


def test_a_case_is_submitted_commented_returned_and_published_by_keyboard_alone(
    desk: Desk,
) -> None:
    page = desk.page
    desk.log_in("editors")
    desk.review("change")
    leave(page.get_by_role("link", name="Submit", exact=True))
    write(page.locator("#id_message"), "The title was wrong.")
    leave(page.get_by_role("button", name="Submit for review"))
    desk.log_in("reviewers")
    leave(page.locator(".waiting a").first)
    row = page.locator(".review-row").first
    enter(row.locator("summary"))
    write(row.locator("textarea"), "Which lanes?")
    leave(row.get_by_role("button", name="Add the comment"))
    write(page.locator("#return_form textarea"), "Name the lanes.")
    leave(page.get_by_role("button", name="Return"))
    desk.log_in("editors")
    desk.review("submit")
    expect(page.locator(".submission")).to_contain_text("Name the lanes.")
    leave(page.locator(".review-row").first.get_by_role("button", name="Done"))
    leave(page.get_by_role("button", name="Submit for review"))
    desk.log_in("reviewers")
    desk.review("publish")
    go_to(page.locator("#publish_form [name=kind]:checked"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#publish_form [value=correction]")).to_be_checked()
    write(page.locator("#id_note_zh"), "更正标题。")
    write(page.locator("#id_note_en"), "The title is corrected.")
    leave(page.get_by_role("button", name="Publish"))
    assert Version.objects.latest("number").note_en == "The title is corrected."
    assert ReviewComment.objects.get().is_done


# ---------------------------------------------------------------- what is typed


def test_a_comment_leaves_what_was_typed_into_the_other_forms_of_the_page(desk: Desk) -> None:
    desk.submit()
    desk.log_in("reviewers")
    desk.review("publish")
    desk.page.locator("#return_form textarea").fill("Name the lanes.")
    desk.comment("Which lanes?")
    desk.page.locator(".review-row").first.locator("[name=_comment]").click()
    expect(desk.page.locator(".review-comment")).to_contain_text("Which lanes?")
    expect(desk.page.locator("#return_form textarea")).to_have_value("Name the lanes.")
    expect(desk.page.locator(".typed-before")).to_have_count(1)


def test_a_page_that_was_left_offers_what_was_typed_until_it_is_saved(desk: Desk) -> None:
    desk.log_in("editors")
    desk.review("submit")
    desk.comment("Which lanes?")
    desk.open("/en/admin/")
    desk.review("submit")
    row = desk.page.locator(".review-row").first
    expect(row.locator("textarea")).to_have_value("Which lanes?")
    row.locator("[name=_comment]").click()
    expect(desk.page.locator(".review-comment")).to_contain_text("Which lanes?")
    expect(desk.page.locator(".typed-before")).to_have_count(0)
    expect(row.locator("textarea")).to_have_value("")


def test_what_was_typed_before_can_be_discarded(desk: Desk) -> None:
    desk.log_in("editors")
    desk.review("submit")
    desk.page.fill("#id_message", "The title was wrong.")
    desk.page.reload()
    desk.page.get_by_role("button", name="Discard it").click()
    expect(desk.page.locator("#id_message")).to_have_value("")
    desk.page.reload()
    expect(desk.page.locator("#id_message")).to_have_value("")


def test_a_refused_comment_has_the_focus_with_its_text(desk: Desk) -> None:
    desk.log_in("editors")
    desk.review("submit")
    desk.comment("Which \u202elanes?")
    desk.page.locator(".review-row").first.locator("[name=_comment]").click()
    expect(desk.page.locator(".errorlist")).to_contain_text("U+202E")
    field = desk.page.locator(".review-row textarea").first
    expect(field).to_be_focused()
    expect(field).to_have_value("Which \u202elanes?")


def test_terms_chosen_for_a_merge_or_a_bulk_change_are_offered_after_a_reload(desk: Desk) -> None:
    a_measure_type()
    desk.log_in("editors")
    for page, field in (("become", "into"), ("bulk", "old")):
        open_terms(desk, page)
        choose_a_term(desk.page, field)
        chosen = desk.page.locator(f"#id_{field}").input_value()
        open_terms(desk, page)
        expect(desk.page.locator(f"#id_{field}")).to_have_value(chosen)
        box = desk.page.locator(f"#select2-id_{field}-container")
        expect(box).to_have_text(re.compile(MeasureType.objects.get(pk=chosen).label_en))
        desk.page.get_by_role("button", name="Discard it").click()
        expect(desk.page.locator(f"#id_{field}")).to_have_value("")
        expect(box).not_to_have_text(re.compile(MeasureType.objects.get(pk=chosen).label_en))


def open_terms(desk: Desk, page: str) -> None:
    if page == "become":
        term = MeasureType.objects.order_by("pk")[0]
        desk.open(page_of(term, "become", "en"))
    else:
        desk.open("/en/admin/stories/measure/")
        action("change_types")(desk.page)


def choose_a_term(page: Page, field: str) -> None:
    page.locator(f".select2-selection[aria-labelledby~=select2-id_{field}-container]").click()
    page.locator(".select2-results__option--highlighted").click()


def test_a_new_address_typed_for_a_term_is_offered_after_a_reload(desk: Desk) -> None:
    desk.log_in("editors")
    open_terms(desk, "become")
    desk.page.fill("#id_key", "new-lamps")
    open_terms(desk, "become")
    expect(desk.page.locator("#id_key")).to_have_value("new-lamps")


@pytest.mark.parametrize("page", ["change", "submit"])
def test_a_login_in_place_comes_before_a_form_is_sent_when_the_session_has_ended(
    page: str, desk: Desk
) -> None:
    desk.log_in("editors")
    desk.review(page)
    if page == "change":
        desk.page.fill("#id_title_en", "Liudi, once more")
    else:
        desk.page.fill("#id_message", "The title was wrong.")
    desk.page.context.clear_cookies(name="sessionid")
    desk.page.keyboard.press("Tab")
    button = "[name=_continue]" if page == "change" else "#submit_form [type=submit]"
    desk.page.locator(button).click()
    desk.log_in_again("editors")
    expect(desk.page.locator(".messagelist")).to_be_visible(timeout=SLOW)
    if page == "change":
        assert Case.objects.get().title_en == "Liudi, once more"
    else:
        assert desk.case.submissions.get().message == "The title was wrong."


def test_a_form_that_cannot_be_sent_stays_as_it_was_typed(desk: Desk) -> None:
    desk.log_in("editors")
    desk.review("submit")
    desk.page.fill("#id_message", "The title was wrong.")
    desk.page.route("**/admin/session/", lambda route: route.abort())
    desk.page.locator("#submit_form [type=submit]").click()
    expect(desk.page.get_by_role("alert").last).to_contain_text("No answer from the desk")
    expect(desk.page.locator("#id_message")).to_have_value("The title was wrong.")
    desk.page.unroute("**/admin/session/")
    desk.page.locator("#submit_form [type=submit]").click()
    expect(desk.page.locator(".messagelist")).to_contain_text("is submitted")


def test_a_page_asks_before_it_is_left_only_when_it_was_changed(desk: Desk) -> None:
    desk.log_in("editors")
    desk.review("change")
    asked: list[str] = []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))  # type: ignore[func-returns-value]
    desk.page.click("#id_title_en")
    desk.page.reload()
    assert asked == []
    desk.page.fill("#id_title_en", "Liudi, once more")
    desk.page.reload()
    assert asked == ["beforeunload"]


def test_a_password_that_is_due_is_changed_on_its_page(desk: Desk) -> None:
    InitialPassword.objects.set_for(User.objects.get(username="editors"))
    desk.log_in("editors")
    desk.page.wait_for_url("**/password_change/*")
    expect(desk.page.locator("#user-tools a")).to_have_count(0)  # nothing else is open yet
    desk.page.fill("#id_old_password", PASSWORD)
    desk.page.fill("#id_new_password1", "a bench at every gate")
    desk.page.fill("#id_new_password2", "a bench at every gate")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/password_change/done/")
    for name in ("Second factor", "Sessions", "View site"):
        expect(desk.page.locator("#user-tools").get_by_role("link", name=name)).to_be_visible()
