"""Layout in narrow windows: scrolling parts, and line breaks of Chinese headings."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.django_db]
COMPARED = "/compare/?case=yucai&case=hanyang&case=pingfangqu&case=jiefangqu"
# The rendered lines of the first heading.
LINES = """() => {
  const text = document.querySelector("h1").firstChild, range = document.createRange();
  const lines = new Map();
  for (let i = 0; i < text.length; i++) {
    range.setStart(text, i);
    range.setEnd(text, i + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    lines.set(top, (lines.get(top) ?? "") + text.data[i]);
  }
  return [...lines.values()];
}"""

# Short words that are split over two lines.
IN_TWO = """() => [...document.querySelectorAll(
    ".inferred, .kind, .matrix__sum, .metrics-table .citations > summary")]
  .filter((words) => {
    const range = document.createRange();
    range.selectNodeContents(words);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  })
  .map((words) => words.textContent.trim())"""


@pytest.fixture
def care_page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context()
    context.add_cookies([{"name": "view", "value": "care", "url": site}])
    yield context.new_page()
    context.close()


def hidden_width(page: Page) -> int:
    """Width in pixels of the part of the comparison that needs scrolling."""
    return page.locator(".table").evaluate("table => table.scrollWidth - table.clientWidth")


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_the_care_view_compares_in_one_column(care_page: Page, site: str, width: int) -> None:
    care_page.set_viewport_size({"width": width, "height": 900})
    for prefix in ("", "/en"):
        care_page.goto(f"{site}{prefix}{COMPARED}")
        assert hidden_width(care_page) == 0
        row = care_page.locator(".comparison tbody tr").first
        names = row.locator(".compared-case").all()
        tops = [box["y"] for box in map(Locator.bounding_box, names) if box]
        assert len(tops) == 4 and tops == sorted(set(tops))


@pytest.mark.parametrize("width", [768, 320])
def test_two_cases_stand_side_by_side_in_any_window(
    browser_page: Page, site: str, width: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{site}/compare/?case=yucai&case=hanyang")
    assert hidden_width(browser_page) == 0


@pytest.mark.parametrize(("width", "most"), [(1366, 5000), (390, 8000)])
def test_a_comparison_of_two_cases_is_short(
    browser_page: Page, site: str, width: int, most: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    for prefix in ("", "/en"):
        browser_page.goto(f"{site}{prefix}/compare/?case=yucai&case=hanyang")
        assert browser_page.evaluate("document.documentElement.scrollHeight") <= most


def test_the_words_of_a_line_stay_in_sight_while_four_cases_scroll(
    browser_page: Page, site: str
) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 900})
    browser_page.goto(f"{site}{COMPARED}")
    assert hidden_width(browser_page) > 0
    browser_page.locator(".table").evaluate("table => table.scrollTo(999, 0)")
    box = browser_page.locator(".comparison tbody th[scope=row]").first.bounding_box()
    assert box and box["x"] >= 0


@pytest.mark.parametrize("width", [320, 360, 390, 430])
@pytest.mark.parametrize("address", ["/matrix/", "/en/matrix/"])
def test_the_edge_of_a_telephone_cuts_a_column_of_the_matrix(
    browser_page: Page, site: str, address: str, width: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{site}{address}")
    table = browser_page.locator(".table").bounding_box()
    assert table
    edge = table["x"] + table["width"]
    columns = browser_page.locator(".matrix thead th").all()
    boxes = [box for box in map(Locator.bounding_box, columns) if box]
    assert any(box["x"] + 8 < edge < box["x"] + box["width"] - 8 for box in boxes)


def test_the_care_view_shows_the_whole_matrix_in_a_wide_window(care_page: Page, site: str) -> None:
    care_page.set_viewport_size({"width": 1366, "height": 900})
    care_page.goto(f"{site}/matrix/")
    assert hidden_width(care_page) == 0
    unmet, key = (
        care_page.locator(part).first.evaluate(
            "(e, pseudo) => getComputedStyle(e, pseudo).backgroundImage", pseudo
        )
        for part, pseudo in ((".matrix__cell--unmet", None), (".matrix__key--unmet", "::before"))
    )
    assert unmet == key != "none"


@pytest.mark.parametrize("width", [320, 360, 390, 430])
@pytest.mark.parametrize("address", ["/", "/about/", "/problems/"])
def test_a_chinese_heading_breaks_between_its_clauses(
    care_page: Page, site: str, address: str, width: int
) -> None:
    care_page.set_viewport_size({"width": width, "height": 900})
    care_page.goto(f"{site}{address}")
    *broken, _last = care_page.evaluate(LINES)
    assert (broken or address != "/about/") and all(line.endswith("，") for line in broken)


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_short_tags_and_counts_stand_in_one_line(browser_page: Page, site: str, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    for address in ("/matrix/", "/metrics/", "/cases/hanyang/"):
        for prefix in ("", "/en"):
            browser_page.goto(f"{site}{prefix}{address}")
            assert browser_page.evaluate(IN_TWO) == []
            assert browser_page.evaluate("document.documentElement.scrollWidth") == width
