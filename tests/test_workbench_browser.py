"""A case made on the workbench in a browser: from a pasted article to its publication, with the
mouse in few clicks."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.publishing.check import check
from tests import axe
from tests.builders import ARTICLES
from tests.mouse import Workbench
from tests.workbench import a_case_with_its_article
from tests.workbench_page import PATIENCE, SHORT, log_in, people

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
__all__ = ["people"]
ARTICLE = (ARTICLES / "heping.txt").read_text(encoding="utf-8")
MOST_CLICKS, MOST_LOADS = 120, 12
# Counts presses of the mouse in all pages of a context.
COUNTER = """addEventListener("pointerdown", () => {
  localStorage.setItem("presses", Number(localStorage.getItem("presses") ?? 0) + 1);
}, true);"""


def begin(page: Page, site: str) -> Workbench:
    page.goto(f"{site}/en/admin/stories/source/intake/")
    page.fill("#id_text", ARTICLE)
    page.get_by_role("button", name="Read it").click()
    page.fill("#id_title_en", "Heping: an old courtyard renewed")
    page.fill("#id_container_en", "Heping Evening News")
    page.locator("#id_place").click()
    page.keyboard.insert_text("禾坪")
    page.get_by_role("option").get_by_text("禾坪社区").click()
    page.get_by_role("button", name="Make it a source").click()
    expect(page.locator("#workbench")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".workbench__count")).to_contain_text("Numerals: 0 of 30")
    return Workbench(page)


def write_the_problems(workbench: Workbench) -> None:
    for at, words, gloss, heading, english in (
        ("2", "没有路灯", "no lamps", "院里没有路灯", "No lamps in the courtyard"),
        ("2", "自行车没有地方停", "no room for bicycles", "自行车无处停", "No room for bicycles"),
        ("3", "院子里积水很深", "deep water stood", "雨后积水", "Standing water after rain"),
    ):
        workbench.make(at, words, "problem")
        workbench.write(heading_zh=heading, heading_en=english, gloss=gloss)
        workbench.write(statement_zh=f"{heading}，居民不便。", statement_en=f"{english}.")
        workbench.save()


# passage, words, gloss, title, English title, what it answers, its numbers
MEASURES = [
    ("4", "先请居民坐下来商量", "first asked the residents", "居民议事", "Residents’ meetings", ""),
    ("7", "装上近80盏路灯", "put up nearly 80 lamps", "安装路灯", "Lamps put up", "lamps"),
    ("9", "路面铺平", "paved the surface", "铺路排水", "Paving and drains", "water"),
    ("11", "建起车棚", "put up a shed", "建自行车棚", "A bicycle shed", "bicycles"),
    ("14", "轮流值守", "keep watch in turn", "居民自管", "Residents keep watch", ""),
    ("17", "给楼道装上扶手", "handrails in stairwells", "加装扶手", "Handrails planned", ""),
]
# of a measure: passage, numeral, indicator, gloss, scope, its English
NUMBERS = {
    "居民议事": [
        ("5", "5", "协调次数", "five meetings", "议事会", "Meetings"),
        ("5", "42", "收集诉求", "42 opinions", "收到的意见", "Opinions received"),
        ("5", "200", "接待人次", "over 200 attendances", "参加的居民", "Residents taking part"),
    ],
    "安装路灯": [
        ("7", "80", "安装灯具", "nearly 80 lamps", "院子里", "In the courtyard"),
        ("8", "12万", "投入资金", "CNY 120,000", "街道出的费用", "Paid by the subdistrict"),
    ],
    "铺路排水": [
        ("9", "1.2", "硬化长度", "1.2 kilometres", "院内路面", "Paths in the courtyard"),
        ("9", "3", "排水沟条数", "three drains", "院内", "In the courtyard"),
    ],
    "建自行车棚": [
        ("11", "160", "新增非机动车停车位", "160 bicycles", "东边的车棚", "Shed in the east"),
        ("12", "12", "充电桩数", "12 charging points", "车棚里", "In the shed"),
    ],
    "居民自管": [("14", "18", "志愿者人数", "18 volunteers", "自管小组", "Residents’ group")],
}


def write_the_measures(workbench: Workbench) -> None:
    for at, words, gloss, title, english, problem in MEASURES:
        workbench.make(at, words, "measure")
        workbench.write(title_zh=title, title_en=english, gloss=gloss)
        workbench.write(summary_zh=f"社区{title}。", summary_en=f"{english}.")
        if problem:
            workbench.entry.locator("#id_solves label").filter(has_text=problem).click()
        workbench.save()
        write_the_numbers(workbench, NUMBERS.get(title, []))
        if title == "安装路灯":
            workbench.numeral("7", "5", "date")
            workbench.write(gloss="in May of that year")
            workbench.save()


def write_the_numbers(workbench: Workbench, numbers: list[tuple[str, ...]]) -> None:
    for at, text, indicator, gloss, scope, english in numbers:
        workbench.numeral(at, text, "metric")
        workbench.term(indicator)
        workbench.write(scope_zh=scope, scope_en=english, gloss=gloss)
        workbench.save()


def write_about_the_place(workbench: Workbench) -> None:
    workbench.at_hand("case")
    write_the_numbers(
        workbench,
        [
            ("1", "6", "楼栋数", "six buildings", "社区", "The community"),
            ("1", "320", "户数", "320 households", "社区", "The community"),
        ],
    )
    workbench.numeral("4", "2022", "date")
    workbench.write(gloss="March 2022")
    workbench.save()
    workbench.make("4", "开始整治院子", "cite")
    workbench.write(gloss="began to renew the courtyard")
    workbench.save()


# question → passage, words, gloss, answer, English; the others are not said
ANSWERS = {
    "What did it cost?": ("8", "12万元", "CNY 120,000", "路灯花了12万元。", "Lamps: CNY 120,000."),
    "Who paid?": ("8", "由街道出", "paid by the subdistrict", "街道出钱。", "The subdistrict."),
    "Who led?": ("4", "社区开始整治", "the community began", "社区。", "The community."),
    "Who was reached?": ("1", "320户居民", "320 households", "全院居民。", "All residents."),
    "What changed?": ("10", "再也没有积水", "no water stands", "不再积水。", "No standing water."),
}
SILENT = ("How long did it take?", "Was it independently checked?", "What remains unresolved?")


def answer_the_questions(workbench: Workbench) -> None:
    for question, (at, words, gloss, answer, english) in ANSWERS.items():
        workbench.edit("glance", question)
        workbench.write(text_zh=answer, text_en=english)
        workbench.take(at, words)
        workbench.write(gloss=gloss)
        workbench.save()
    for question in SILENT:
        item = workbench.page.locator(".item--glance").filter(has_text=question)
        item.get_by_role("button", name="The source does not say").click()
        expect(item.locator(".item__note")).to_have_text("The source does not say")


def leave_out_the_rest(workbench: Workbench) -> None:
    workbench.page.locator("#board [data-form=rest]").click()
    workbench.opened("rest")
    rows = workbench.entry.locator("tbody tr")
    for n in range(rows.count()):
        printed = rows.nth(n).locator("th").inner_text()
        rows.nth(n).get_by_label("Gloss").fill(f"“{printed}” in English")
        reason = rows.nth(n).get_by_label("Reason")
        if not reason.input_value():
            reason.click()
            reason.select_option("unclear")
            workbench.page.keyboard.press("Escape")
    workbench.save()


def sum_up(workbench: Workbench) -> None:
    page = workbench.page
    page.locator("#board [data-form=gist]").click()
    workbench.opened("gist")
    for field in workbench.entry.locator("textarea").all():
        is_chinese = (field.get_attribute("name") or "").endswith("_zh")
        field.fill("这一段讲院子的整治。" if is_chinese else "On the renewal of the courtyard.")
    workbench.save()
    workbench.edit("source", "heping")
    workbench.write(url_note_zh="文本由编辑粘贴。", url_note_en="Pasted by an editor.")
    workbench.write(independence_note_zh="地方报纸。", independence_note_en="A local paper.")
    for person in workbench.entry.locator("[name^=person-]").all():
        person.fill("Lin Zhiyuan")
    workbench.save()
    workbench.edit("case", "禾坪")
    workbench.write(title_zh="禾坪社区：整治老院子", title_en="Heping: an old courtyard renewed")
    workbench.write(key_message_zh="老院子装了灯、修了路。", key_message_en="Lamps and paths.")
    workbench.write(abstract_zh="社区整治了一个老院子。", abstract_en="A courtyard was renewed.")
    workbench.write(unit_cost_note_zh="没有分项费用。", unit_cost_note_en="No costs by item.")
    for label in ("Lamps installed", "Bicycle and e-bike bays", "Volunteers"):
        workbench.entry.locator("#id_telling label").filter(has_text=label).first.click()
    workbench.save()


def test_a_pasted_article_becomes_a_published_case_in_few_clicks(
    people: None, live_server: LiveServer, browser_page: Page
) -> None:
    page, site = browser_page, live_server.url
    page.set_viewport_size({"width": 1366, "height": 900})
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, site, "editors")
    page.context.add_init_script(COUNTER)
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    workbench = begin(page, site)
    write_the_problems(workbench)
    write_the_measures(workbench)
    write_about_the_place(workbench)
    answer_the_questions(workbench)
    leave_out_the_rest(workbench)
    sum_up(workbench)
    expect(page.locator(".workbench__count")).to_contain_text("Numerals: 30 of 30")
    expect(page.locator("#board")).to_contain_text("the case passes the check")
    case = Case.objects.get(slug="he-ping-she-qu")
    assert check(case).faults == []
    counts = (case.problems.count(), case.measures.count(), case.metrics.count())
    assert counts == (3, 6, 12)

    page.get_by_role("link", name="Submit", exact=True).click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".messagelist")).to_contain_text("is submitted for review")

    page.context.clear_cookies()
    log_in(page, site, "reviewers")
    page.goto(f"{site}/en/admin/")
    page.locator("#content").get_by_role("link", name="Heping").first.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("is published")
    clicks = int(page.evaluate("localStorage.getItem('presses')"))
    print(f"{clicks} clicks, {len(loads)} page loads")
    assert clicks <= MOST_CLICKS
    assert len(loads) <= MOST_LOADS
    assert wrong == []
    page.goto(f"{site}/en/cases/he-ping-she-qu/")
    expect(page.locator("h1")).to_contain_text("Heping: an old courtyard renewed")


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_axe_finds_nothing_on_the_pages_of_intake_and_workbench(
    prefix: str, people: None, live_server: LiveServer, browser_page: Page
) -> None:
    case, page = a_case_with_its_article(), browser_page
    page.set_viewport_size({"width": 1366, "height": 900})
    page.set_default_timeout(PATIENCE)
    log_in(page, live_server.url, "editors")
    found = []
    page.goto(f"{live_server.url}{prefix}/admin/stories/source/intake/")
    found += axe.in_both_schemes(page)
    page.fill("#id_text", SHORT)
    page.locator("#intake_form [type=submit]").click()
    expect(page.locator("#article_form")).to_be_visible()
    found += axe.in_both_schemes(page)
    page.goto(f"{live_server.url}{prefix}/admin/stories/case/{case.pk}/workbench/")
    workbench = Workbench(page)
    found += axe.in_both_schemes(page)
    workbench.numeral("7", "80", "metric")
    workbench.entry.locator(".term-box input[type=text]").click()
    expect(workbench.entry.locator("[role=option]").first).to_be_visible()
    found += axe.in_both_schemes(page)
    page.keyboard.press("Escape")
    workbench.entry.locator("[data-close]").click()
    page.locator("#board [data-form=rest]").click()
    workbench.opened("rest")
    assert [*found, *axe.in_both_schemes(page)] == []
