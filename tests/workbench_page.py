"""The workbench in a browser: page object, delayed responses, users and a short article."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.vocabulary import Place
from tests.builders import a_place, an_indicator
from tests.desk import make_groups
from tests.mouse import PATIENCE, Workbench
from tests.workbench import a_case_with_its_article, page_of_workbench

PASSWORD = "a lamp in every lane"
SHORT = """禾坪社区：小院亮了灯

2023-06-18 来源：禾坪晚报

过去，小院里没有路灯，居民晚上不敢出门。

2022年3月，社区给小院装上近80盏路灯，居民晚上也敢出门了。

62岁的王阿姨说，这下晚上出门放心多了，邻居们也愿意出来走走。
"""


def make_an_editor_and_a_reviewer() -> None:
    """Users named after their groups, with PASSWORD."""
    make_groups()
    for group in ("editors", "reviewers"):
        person = User.objects.create_user(group, password=PASSWORD, is_staff=True)
        person.groups.add(Group.objects.get(name=group))


@pytest.fixture
def people(vocabulary: None) -> None:
    """An editor, a reviewer, the place of the article, and two indicators for it."""
    make_an_editor_and_a_reviewer()
    county = Place.objects.filter(level="county").first()
    a_place(label_zh="禾坪社区", label_en="Heping Community", code="heping", parent=county)
    drains = {"label_zh": "排水沟条数", "label_en": "Drains dug", "unit_zh": "条"}
    an_indicator(slug="drains-dug", unit_en="drains", unit_en_one="drain", **drains)
    points = {"label_zh": "充电桩数", "label_en": "Charging points", "unit_zh": "个"}
    an_indicator(slug="charging-points", unit_en="points", unit_en_one="point", **points)


@pytest.fixture
def workbench(people: None, live_server: LiveServer, browser_page: Page) -> Workbench:
    """The workbench of a case without any parts yet."""
    case = a_case_with_its_article()
    browser_page.set_default_timeout(PATIENCE)
    log_in(browser_page, live_server.url, "editors")
    browser_page.goto(f"{live_server.url}{page_of_workbench(case)}")
    return Workbench(browser_page)


def log_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/en/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#user-tools")).to_be_visible(timeout=PATIENCE)


# Delays the responses to matching requests of the page; a test releases them in any order.
HOLD = """(part) => {
  window.held ??= [];
  window.fetchAtOnce ??= window.fetch;
  window.fetch = async (url, options) => {
    const answer = await window.fetchAtOnce(url, options);
    if (String(url).includes(part)) await new Promise((go, lose) => window.held.push({ go, lose }));
    return answer;
  };
}"""


class Answers:
    """Responses of the desk that a test releases one by one, so that nothing depends on timing."""

    def __init__(self, page: Page, part: str) -> None:
        """`part`: substring of the URLs whose responses are delayed."""
        self.page = page
        page.evaluate(HOLD, part)

    def wait(self, count: int) -> None:
        """Wait until the desk has sent this many responses."""
        self.page.wait_for_function("count => window.held.length >= count", arg=count)

    def come(self, number: int) -> None:
        """Deliver the response with this number, from 0, and wait until the page handled it."""
        self.wait(number + 1)
        self.page.evaluate("number => { window.held[number].go(); }", number)
        self.settle()

    def get_lost(self, number: int) -> None:
        self.wait(number + 1)
        self.page.evaluate("number => { window.held[number].lose(new Error('lost')); }", number)
        self.settle()

    def settle(self) -> None:
        """Wait for the tasks that are due now."""
        self.page.evaluate("() => new Promise((done) => setTimeout(() => setTimeout(done)))")

    def release(self) -> None:
        """Stop delaying further responses."""
        self.page.evaluate("() => { window.fetch = window.fetchAtOnce; }")
