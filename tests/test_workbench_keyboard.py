"""A case made on the workbench in a browser, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.publishing.check import check
from tests.keyboard import enter, go_to, leave, write
from tests.workbench_page import PATIENCE, SHORT, log_in, people

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
__all__ = ["people"]


class Keyboard:
    """The workbench without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.entry = page.locator("#entry")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def choose(self, at: int, words: str) -> None:
        """Words of the passage at this place in the article, from 0."""
        passages = self.page.locator(".passage")
        self.press("k", passages.count())
        self.press("j", at)
        self.press("Home")
        text = passages.nth(at).locator(".passage__text").inner_text()
        self.press("ArrowRight", text.index(words))
        self.press("Shift+ArrowRight", len(words))
        expect(self.page.locator(".words__printed")).to_have_text(words)

    def opened(self, kind: str) -> None:
        expect(self.entry.locator(f"form[data-kind={kind}]")).to_be_visible(timeout=PATIENCE)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            write(self.entry.locator(f"[name={name}]"), text)

    def save(self) -> None:
        self.press("Control+Enter")
        expect(self.entry).to_be_hidden(timeout=PATIENCE)
        expect(self.page.locator(".passage:focus")).to_be_visible()

    def edit(self, name: str) -> None:
        enter(self.page.get_by_role("button", name=f"Edit: {name}", exact=True))

    def into_the_article(self) -> None:
        go_to(self.page.locator(".passage").first)


def test_a_case_is_made_by_keyboard_alone(
    people: None, live_server: LiveServer, browser_page: Page
) -> None:
    page, site = browser_page, live_server.url
    page.set_default_timeout(PATIENCE)
    log_in(page, site, "editors")
    page.goto(f"{site}/en/admin/stories/source/intake/")
    write(page.locator("#id_text"), SHORT)
    leave(page.get_by_role("button", name="Read it"))
    write(page.locator("#id_title_en"), "Heping: a courtyard lit")
    write(page.locator("#id_container_en"), "Heping Evening News")
    write(page.locator("#id_place"), "禾坪")
    expect(page.locator(".term-box [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    leave(page.get_by_role("button", name="Make it a source"))
    expect(page.locator(".workbench__count")).to_contain_text("0 of 4", timeout=PATIENCE)
    desk = Keyboard(page)
    make_statements_by_keyboard(desk)
    complete_by_keyboard(desk)
    expect(page.locator(".workbench__count")).to_contain_text("4 of 4")
    expect(page.locator("#board")).to_contain_text("the case passes the check")
    assert check(Case.objects.get()).faults == []


def make_statements_by_keyboard(desk: Keyboard) -> None:
    desk.into_the_article()
    desk.choose(1, "没有路灯")
    desk.press("p")
    desk.opened("problem")
    desk.write(heading_zh="没有灯", heading_en="No lamps", gloss="no lamps")
    desk.write(statement_zh="小院没有灯。", statement_en="The courtyard was dark.")
    desk.save()
    desk.choose(2, "社区给小院装上")
    desk.press("a")
    desk.opened("measure")
    desk.write(title_zh="安装路灯", title_en="Lamps put up", gloss="the community put up")
    desk.write(summary_zh="社区装了灯。", summary_en="The community put up lamps.")
    go_to(desk.entry.locator("[name=solves]"))
    expect(desk.entry.locator("[name=solves]")).to_be_checked()
    desk.save()
    desk.press("n", 2)
    if desk.page.locator(".words__printed").inner_text() != "近80盏":
        desk.press("n")
    desk.press("Enter")
    desk.opened("metric")
    desk.write(scope_zh="小院", scope_en="The courtyard", gloss="nearly 80 lamps")
    desk.save()
    desk.choose(2, "2022年3月")
    desk.press("d")
    desk.opened("date")
    desk.write(gloss="March 2022")
    desk.save()
    desk.press("r")
    desk.opened("rest")
    write(desk.entry.get_by_label("Gloss"), "aged 62")
    desk.save()


def complete_by_keyboard(desk: Keyboard) -> None:
    questions = desk.page.get_by_role("button", name="The source does not say")
    for left in range(7, -1, -1):
        enter(questions.first)
        expect(questions).to_have_count(left)
    enter(desk.page.get_by_role("button", name="At hand: The case", exact=True))
    desk.into_the_article()
    desk.choose(2, "装上近80盏路灯")
    desk.press("c")
    desk.opened("cite")
    desk.write(gloss="put up nearly 80 lamps")
    desk.save()
    desk.press("g")
    desk.opened("gist")
    for field in desk.entry.locator("textarea").all():
        is_chinese = (field.get_attribute("name") or "").endswith("_zh")
        write(field, "这段讲灯。" if is_chinese else "On the lamps.")
    desk.save()
    desk.edit("Heping: a courtyard lit")
    desk.opened("source")
    desk.write(url_note_zh="由编辑粘贴。", url_note_en="Pasted by an editor.")
    desk.write(independence_note_zh="地方报纸。", independence_note_en="A local paper.")
    desk.save()
    desk.edit("The case")
    desk.opened("case")
    desk.write(key_message_zh="小院亮了。", key_message_en="The courtyard is lit.")
    desk.write(abstract_zh="社区装了灯。", abstract_en="Lamps were put up.")
    desk.write(unit_cost_note_zh="没有说费用。", unit_cost_note_en="No cost is told.")
    go_to(desk.entry.locator("[name=telling]"))
    desk.press("Space")
    desk.save()
