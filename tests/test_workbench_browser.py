"""A case made on the workbench in a browser: from a pasted article to its publication, with the
mouse in few clicks, and by keyboard alone."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from stories.models.initial_passwords import InitialPassword
from stories.models.metrics import Metric
from stories.models.vocabulary import Place
from stories.publishing.check import check
from tests import axe
from tests.builders import ARTICLES, a_place, an_indicator
from tests.desk import make_groups
from tests.keyboard import enter, go_to, leave, write
from tests.test_second_factor import a_factor, code_of
from tests.workbench import a_case_with_its_article, page_of_workbench
from tests.workbench_page import PATIENCE, Answers, Workbench

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
PASSWORD = "a lamp in every lane"
ARTICLE = (ARTICLES / "heping.txt").read_text(encoding="utf-8")
MOST_CLICKS, MOST_LOADS = 120, 12
# Counts presses of the mouse in all pages of a context.
COUNTER = """addEventListener("pointerdown", () => {
  localStorage.setItem("presses", Number(localStorage.getItem("presses") ?? 0) + 1);
}, true);"""


@pytest.fixture
def people(vocabulary: None) -> None:
    """An editor, a reviewer, the place of the article, and two indicators that it needs."""
    make_groups()
    for group in ("editors", "reviewers"):
        person = User.objects.create_user(group, password=PASSWORD, is_staff=True)
        person.groups.add(Group.objects.get(name=group))
    county = Place.objects.filter(level="county").first()
    a_place(label_zh="禾坪社区", label_en="Heping Community", code="heping", parent=county)
    drains = {"label_zh": "排水沟条数", "label_en": "Drains dug", "unit_zh": "条"}
    an_indicator(slug="drains-dug", unit_en="drains", unit_en_one="drain", **drains)
    points = {"label_zh": "充电桩数", "label_en": "Charging points", "unit_zh": "个"}
    an_indicator(slug="charging-points", unit_en="points", unit_en_one="point", **points)


def log_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/en/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#user-tools")).to_be_visible(timeout=PATIENCE)


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
    expect(page.locator(".bench__count")).to_contain_text("Numerals: 0 of 30")
    return Workbench(page)


def write_the_problems(bench: Workbench) -> None:
    for at, words, gloss, heading, english in (
        ("2", "没有路灯", "no lamps", "院里没有路灯", "No lamps in the courtyard"),
        ("2", "自行车没有地方停", "no room for bicycles", "自行车无处停", "No room for bicycles"),
        ("3", "院子里积水很深", "deep water stood", "雨后积水", "Standing water after rain"),
    ):
        bench.make(at, words, "problem")
        bench.write(heading_zh=heading, heading_en=english, gloss=gloss)
        bench.write(statement_zh=f"{heading}，居民不便。", statement_en=f"{english}.")
        bench.save()


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


def write_the_measures(bench: Workbench) -> None:
    for at, words, gloss, title, english, problem in MEASURES:
        bench.make(at, words, "measure")
        bench.write(title_zh=title, title_en=english, gloss=gloss)
        bench.write(summary_zh=f"社区{title}。", summary_en=f"{english}.")
        if problem:
            bench.maker.locator("#id_solves label").filter(has_text=problem).click()
        bench.save()
        write_the_numbers(bench, NUMBERS.get(title, []))
        if title == "安装路灯":
            bench.numeral("7", "5", "date")
            bench.write(gloss="in May of that year")
            bench.save()


def write_the_numbers(bench: Workbench, numbers: list[tuple[str, ...]]) -> None:
    for at, text, indicator, gloss, scope, english in numbers:
        bench.numeral(at, text, "metric")
        bench.term(indicator)
        bench.write(scope_zh=scope, scope_en=english, gloss=gloss)
        bench.save()


def write_about_the_place(bench: Workbench) -> None:
    bench.at_hand("case")
    write_the_numbers(
        bench,
        [
            ("1", "6", "楼栋数", "six buildings", "社区", "The community"),
            ("1", "320", "户数", "320 households", "社区", "The community"),
        ],
    )
    bench.numeral("4", "2022", "date")
    bench.write(gloss="March 2022")
    bench.save()
    bench.make("4", "开始整治院子", "cite")
    bench.write(gloss="began to renew the courtyard")
    bench.save()


# question → passage, words, gloss, answer, English; the others are not said
ANSWERS = {
    "What did it cost?": ("8", "12万元", "CNY 120,000", "路灯花了12万元。", "Lamps: CNY 120,000."),
    "Who paid?": ("8", "由街道出", "paid by the subdistrict", "街道出钱。", "The subdistrict."),
    "Who led?": ("4", "社区开始整治", "the community began", "社区。", "The community."),
    "Who was reached?": ("1", "320户居民", "320 households", "全院居民。", "All residents."),
    "What changed?": ("10", "再也没有积水", "no water stands", "不再积水。", "No standing water."),
}
SILENT = ("How long did it take?", "Was it independently checked?", "What remains unresolved?")


def answer_the_questions(bench: Workbench) -> None:
    for question, (at, words, gloss, answer, english) in ANSWERS.items():
        bench.edit("glance", question)
        bench.write(text_zh=answer, text_en=english)
        bench.take(at, words)
        bench.write(gloss=gloss)
        bench.save()
    for question in SILENT:
        item = bench.page.locator(".item--glance").filter(has_text=question)
        item.get_by_role("button", name="The source does not say").click()
        expect(item.locator(".item__note")).to_have_text("The source does not say")


def leave_out_the_rest(bench: Workbench) -> None:
    bench.page.locator("#board [data-form=rest]").click()
    bench.opened("rest")
    rows = bench.maker.locator("tbody tr")
    for n in range(rows.count()):
        printed = rows.nth(n).locator("th").inner_text()
        rows.nth(n).get_by_label("Gloss").fill(f"“{printed}” in English")
        reason = rows.nth(n).get_by_label("Reason")
        if not reason.input_value():
            reason.click()
            reason.select_option("unclear")
            bench.page.keyboard.press("Escape")
    bench.save()


def sum_up(bench: Workbench) -> None:
    page = bench.page
    page.locator("#board [data-form=gist]").click()
    bench.opened("gist")
    for field in bench.maker.locator("textarea").all():
        is_chinese = (field.get_attribute("name") or "").endswith("_zh")
        field.fill("这一段讲院子的整治。" if is_chinese else "On the renewal of the courtyard.")
    bench.save()
    bench.edit("source", "heping")
    bench.write(url_note_zh="文本由编辑粘贴。", url_note_en="Pasted by an editor.")
    bench.write(independence_note_zh="地方报纸。", independence_note_en="A local paper.")
    for person in bench.maker.locator("[name^=person-]").all():
        person.fill("Lin Zhiyuan")
    bench.save()
    bench.edit("case", "禾坪")
    bench.write(title_zh="禾坪社区：整治老院子", title_en="Heping: an old courtyard renewed")
    bench.write(key_message_zh="老院子装了灯、修了路。", key_message_en="Lamps and paths.")
    bench.write(abstract_zh="社区整治了一个老院子。", abstract_en="A courtyard was renewed.")
    bench.write(unit_cost_note_zh="没有分项费用。", unit_cost_note_en="No costs by item.")
    for label in ("Lamps installed", "Bicycle and e-bike bays", "Volunteers"):
        bench.maker.locator("#id_telling label").filter(has_text=label).first.click()
    bench.save()


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
    bench = begin(page, site)
    write_the_problems(bench)
    write_the_measures(bench)
    write_about_the_place(bench)
    answer_the_questions(bench)
    leave_out_the_rest(bench)
    sum_up(bench)
    expect(page.locator(".bench__count")).to_contain_text("Numerals: 30 of 30")
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


# ---------------------------------------------------------------- by keyboard alone

SHORT = """禾坪社区：小院亮了灯

2023-06-18 来源：禾坪晚报

过去，小院里没有路灯，居民晚上不敢出门。

2022年3月，社区给小院装上近80盏路灯，居民晚上也敢出门了。

62岁的王阿姨说，这下晚上出门放心多了，邻居们也愿意出来走走。
"""


class Keyboard:
    """The workbench without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.maker = page.locator("#maker")

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
        expect(self.maker.locator(f"form[data-kind={kind}]")).to_be_visible(timeout=PATIENCE)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            write(self.maker.locator(f"[name={name}]"), text)

    def save(self) -> None:
        self.press("Control+Enter")
        expect(self.maker).to_be_hidden(timeout=PATIENCE)
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
    expect(page.locator(".bench__count")).to_contain_text("0 of 4", timeout=PATIENCE)
    desk = Keyboard(page)
    make_statements_by_keyboard(desk)
    complete_by_keyboard(desk)
    expect(page.locator(".bench__count")).to_contain_text("4 of 4")
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
    go_to(desk.maker.locator("[name=solves]"))
    expect(desk.maker.locator("[name=solves]")).to_be_checked()
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
    write(desk.maker.get_by_label("Gloss"), "aged 62")
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
    for field in desk.maker.locator("textarea").all():
        is_chinese = (field.get_attribute("name") or "").endswith("_zh")
        write(field, "这段讲灯。" if is_chinese else "On the lamps.")
    desk.save()
    desk.edit("hepingwanbao")
    desk.opened("source")
    desk.write(url_note_zh="由编辑粘贴。", url_note_en="Pasted by an editor.")
    desk.write(independence_note_zh="地方报纸。", independence_note_en="A local paper.")
    desk.save()
    desk.edit("The case")
    desk.opened("case")
    desk.write(key_message_zh="小院亮了。", key_message_en="The courtyard is lit.")
    desk.write(abstract_zh="社区装了灯。", abstract_en="Lamps were put up.")
    desk.write(unit_cost_note_zh="没有说费用。", unit_cost_note_en="No cost is told.")
    go_to(desk.maker.locator("[name=telling]"))
    desk.press("Space")
    desk.save()


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
    bench = Workbench(page)
    found += axe.in_both_schemes(page)
    bench.numeral("7", "80", "metric")
    bench.maker.locator(".term-box input[type=text]").click()
    expect(bench.maker.locator("[role=option]").first).to_be_visible()
    found += axe.in_both_schemes(page)
    page.keyboard.press("Escape")
    bench.maker.locator("[data-close]").click()
    page.locator("#board [data-form=rest]").click()
    bench.opened("rest")
    assert [*found, *axe.in_both_schemes(page)] == []


# ---------------------------------------------------------------- nothing that is typed is lost


@pytest.fixture
def begun(people: None, live_server: LiveServer, browser_page: Page) -> Workbench:
    """The workbench of a case, with a form in which something was typed."""
    case = a_case_with_its_article()
    browser_page.set_default_timeout(PATIENCE)
    log_in(browser_page, live_server.url, "editors")
    browser_page.goto(f"{live_server.url}{page_of_workbench(case)}")
    bench = Workbench(browser_page)
    bench.make("2", "没有路灯", "problem")
    bench.write(heading_zh="院里没有路灯", statement_zh="院子里没有路灯。")
    return bench


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
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
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
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    again = page.locator("#login-again")
    again.get_by_label("Username").fill("editors")
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
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
    expect(begun.maker.locator("[name=heading_zh]")).to_have_value("院里没有路灯")
    begun.save()
    assert Case.objects.get().problems.get().statement_zh == "院子里没有路灯。"
    expect(page.locator(".drafts")).to_have_count(0)


def test_what_could_not_be_sent_is_kept_and_sent_again(begun: Workbench) -> None:
    page = begun.page
    page.route("**/form/problem/**", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(begun.maker.get_by_role("alert")).to_contain_text("What you typed is kept")
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
    expect(begun.maker).to_be_hidden()
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
    page.fill("#id_username", "editors")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value(SHORT)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#article_form")).to_be_visible()
