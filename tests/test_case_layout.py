"""The page of a case in a browser: short while folded, complete if a link or printing needs it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.django_db
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
# Width of the window → greatest height of a page with all folds closed, in pixels.
# Source: issue 9, section 4.
HEIGHTS = {1366: 5000, 390: 9000}
ADDRESSES = [f"{prefix}/cases/{slug}/" for slug in CASES for prefix in ("", "/en")]
# Open folds of the page whose content is invisible.
CLOSED = """() => [...document.querySelectorAll("main details:not(.citations)")]
  .filter((fold) => [...fold.children].some(
    (part) => part.tagName !== "SUMMARY" && part.textContent.trim() && !part.checkVisibility(
      {contentVisibilityAuto: false, visibilityProperty: true})))
  .map((fold) => fold.querySelector("summary").textContent.trim())"""
# Lines of Chinese titles that break within a word, not at a <wbr>.
BROKEN = """() => [...document.querySelectorAll(
    "h1, .case-tile__title a, .case-card__title a, .entry__title")]
  .flatMap((title) => {
    const broken = [];
    for (const text of [...title.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (tops.size > 1 && /[\\u4e00-\\u9fff]/.test(text.data)) broken.push(text.data.trim());
    }
    return broken;
  })"""


# Headline numbers that wrap or overflow their container.
SPLIT = """() => [...document.querySelectorAll(
    ".telling .figure__number, .case-tile .figure__number")]
  .filter((number) => number.getClientRects().length > 1
    || number.getBoundingClientRect().right
      > number.closest("li, article").getBoundingClientRect().right + 1)
  .map((number) => number.textContent)"""


@pytest.fixture
def still_page(browser: Browser) -> Iterator[Page]:
    """Without script: all folds must still open."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_case_with_all_closed_is_short(browser_page: Page, site: str, address: str) -> None:
    for width, most in HEIGHTS.items():
        browser_page.set_viewport_size({"width": width, "height": 900})
        browser_page.goto(f"{site}{address}")
        assert browser_page.evaluate("document.documentElement.scrollHeight") <= most


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("address", ["/cases/yucai/", "/en/cases/hanyang/"])
def test_every_fold_opens_without_script(
    still_page: Page, site: str, address: str, width: int
) -> None:
    still_page.set_viewport_size({"width": width, "height": 900})
    still_page.goto(f"{site}{address}")
    folds = still_page.locator("main details:not(.citations)")
    for fold in folds.all():
        content = fold.locator("> :not(summary)").first
        if not content.is_visible():
            fold.locator("> summary").press("Enter")
        expect(content).to_be_visible()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_to_a_part_opens_what_it_is_folded_in(
    browser_page: Page, site: str, address: str
) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 900})
    browser_page.goto(f"{site}{address}")
    for kind in ("measure", "metric", "problem", "change", "glance"):
        named = browser_page.locator(f"[id^={kind}-]:not(:is(h2, h3))")
        ids = named.evaluate_all("all => all.map((one) => one.id)")
        for id in (ids[0], ids[-1]) if ids else ():
            part = browser_page.locator(f"[id={id}]")
            expect(part).to_be_hidden()
            browser_page.goto(f"{site}{address}#{id}")
            expect(part).to_be_visible()
            expect(part).to_be_in_viewport()
            browser_page.goto(f"{site}{address}#main")
            browser_page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = false)"
            )


@pytest.mark.parametrize("address", ADDRESSES)
def test_all_is_open_on_paper(browser_page: Page, site: str, address: str) -> None:
    browser_page.set_viewport_size({"width": 700, "height": 900})
    browser_page.goto(f"{site}{address}")
    assert browser_page.evaluate(CLOSED) != []
    browser_page.emulate_media(media="print")
    assert browser_page.evaluate(CLOSED) == []


def test_citations_are_numbered_notes_on_paper(browser_page: Page, site: str) -> None:
    browser_page.goto(f"{site}/en/cases/yucai/")
    citations = browser_page.locator(".citations__list > li").count()
    browser_page.evaluate("dispatchEvent(new Event('beforeprint'))")
    notes = browser_page.locator(".notes > li")
    assert notes.count() == citations
    assert browser_page.locator(".note-mark").count() == browser_page.locator(".citations").count()
    gists = browser_page.locator(".notes .citations__gist")
    assert 0 < gists.count() < citations  # the gist of a passage is in its first note
    browser_page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert browser_page.locator(".notes, .note-mark, .citations--noted").count() == 0


@pytest.mark.parametrize("width", [1366, 768, 390, 320])
def test_chinese_titles_never_break_within_a_word(
    browser_page: Page, site: str, width: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    for address in ("/", "/cases/", *(f"/cases/{slug}/" for slug in CASES)):
        browser_page.goto(f"{site}{address}")
        assert browser_page.evaluate(BROKEN) == []
    assert browser_page.locator("h1 wbr").count() > 0


@pytest.mark.parametrize("width", [1366, 768, 390, 320])
def test_a_large_number_stands_in_one_line(browser_page: Page, site: str, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    for address in ("/", "/en/", *ADDRESSES):
        browser_page.goto(f"{site}{address}")
        assert browser_page.evaluate(SPLIT) == []


@pytest.mark.parametrize(("width", "sign"), [(1366, "none"), (390, '"+"')])
def test_a_problem_says_that_it_opens_where_it_folds(
    browser_page: Page, site: str, width: int, sign: str
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{site}/cases/yucai/")
    head = browser_page.locator(".problem__head").first
    assert head.evaluate("head => getComputedStyle(head, '::before').content") == sign


@pytest.mark.parametrize("width", [1366, 390])
def test_an_open_citation_of_a_large_number_takes_the_whole_row(
    browser_page: Page, site: str, width: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{site}/en/cases/hanyang/")
    browser_page.locator(".telling summary").nth(1).click()
    row = browser_page.locator(".telling").bounding_box()
    opened = browser_page.locator(".telling .citations[open] .citations__list").bounding_box()
    assert row and opened and row["width"] - opened["width"] < 1


def test_the_sentences_of_an_open_measure_are_alike(browser_page: Page, site: str) -> None:
    browser_page.goto(f"{site}/en/cases/yucai/")
    measure = browser_page.locator(".measure:has(.measure-facts__more)").first
    measure.locator("> summary").click()
    style = "e => ['color', 'fontSize', 'lineHeight'].map(name => getComputedStyle(e)[name])"
    first = measure.locator(".measure__summary").evaluate(style)
    assert first == measure.locator(".measure-facts__more").evaluate(style)


@pytest.mark.parametrize(
    ("address", "width", "lines"),
    [
        ("/cases/pingfangqu/", 1366, 2),
        ("/en/cases/pingfangqu/", 1366, 2),
        ("/cases/pingfangqu/", 390, 2),
        ("/en/cases/pingfangqu/", 390, 1),
    ],
)
def test_the_sentence_of_a_closed_measure_has_room(
    browser_page: Page, site: str, address: str, width: int, lines: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{site}{address}")
    heights = browser_page.locator(".measure__summary").evaluate_all(
        "all => all.map(e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"
    )
    assert round(max(heights)) == lines


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_family_of_measures_stands_in_one_column(
    browser_page: Page, site: str, address: str
) -> None:
    browser_page.set_viewport_size({"width": 1366, "height": 900})
    browser_page.goto(f"{site}{address}")
    families = browser_page.locator(".measures__family")
    parts = families.evaluate_all("all => all.map(family => family.getClientRects().length)")
    assert set(parts) == {1}
