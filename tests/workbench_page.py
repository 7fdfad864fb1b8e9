"""The workbench in a browser: page object, delayed responses, users and a short article."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Locator, Page, expect

from stories.models.vocabulary import Place
from tests.builders import a_place, an_indicator
from tests.desk import make_groups

PATIENCE = 10_000  # milliseconds
# Screen coordinates of a text: the points at which a drag over it begins and ends.
PLACE = """(passage, words) => {
  const root = passage.querySelector(".passage__text"), text = root.textContent;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let left = text.indexOf(words), right = left + words.length, open = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!open && left < node.length) { range.setStart(node, left); open = true; }
    if (right <= node.length) { range.setEnd(node, right); break; }
    left -= node.length; right -= node.length;
  }
  passage.scrollIntoView({ block: "center" });
  const boxes = [...range.getClientRects()], first = boxes[0], last = boxes.at(-1);
  return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
}"""


PASSWORD = "a lamp in every lane"
SHORT = """禾坪社区：小院亮了灯

2023-06-18 来源：禾坪晚报

过去，小院里没有路灯，居民晚上不敢出门。

2022年3月，社区给小院装上近80盏路灯，居民晚上也敢出门了。

62岁的王阿姨说，这下晚上出门放心多了，邻居们也愿意出来走走。
"""


@pytest.fixture
def people(vocabulary: None) -> None:
    """An editor, a reviewer, the place of the article, and two indicators for it."""
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


class Workbench:
    """Page object of the workbench; it uses the mouse, and types texts only."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.entry = page.locator("#entry")

    def passage(self, locator: str) -> Locator:
        head = self.page.locator(".passage__locator", has_text=locator)
        return self.page.locator(".passage").filter(has=head.get_by_text(locator, exact=True))

    def drag(self, at: str, words: str) -> None:
        passage = self.passage(at)
        x, y, to_x, to_y = passage.evaluate(PLACE, words)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(to_x, to_y, steps=3)
        self.page.mouse.up()

    def choose(self, at: str, words: str) -> None:
        self.drag(at, words)
        expect(self.page.locator(".words__printed")).to_have_text(words)

    def make(self, at: str, words: str, kind: str) -> None:
        self.choose(at, words)
        self.page.locator(f"#words [data-make={kind}]").click()
        self.opened(kind)

    def numeral(self, at: str, text: str, kind: str) -> None:
        """Open the form of an open numeral with a click."""
        self.passage(at).locator(".numeral--open").get_by_text(text, exact=True).click()
        self.opened(kind)

    def edit(self, kind: str, label: str) -> None:
        item = self.page.locator(f".item--{kind}").filter(has_text=label).first
        item.locator(f":scope > .item__head > [data-form={kind}]").click()
        self.opened(kind)

    def opened(self, kind: str) -> None:
        expect(self.entry.locator(f"form[data-kind={kind}]")).to_be_visible(timeout=PATIENCE)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            assert name.endswith(("_zh", "_en")) or name == "gloss"
            self.entry.locator(f"[name={name}]").fill(text)

    def term(self, label: str) -> None:
        box = self.entry.locator(".term-box input[type=text]")
        if label in box.input_value():
            return
        box.click()
        self.entry.locator("[role=option]").filter(has_text=label).first.click()

    def take(self, at: str, words: str) -> None:
        self.choose(at, words)
        self.page.locator("#words [data-take]").click()
        expect(self.entry.locator("[name=printed]")).to_have_value(words)

    def save(self) -> None:
        self.page.keyboard.press("Control+Enter")
        expect(self.entry).to_be_hidden(timeout=PATIENCE)

    def at_hand(self, name: str) -> None:
        self.page.locator(f".item--{name} > .item__head > [data-at]").first.click()


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
