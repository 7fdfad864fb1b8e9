"""A visit with a real browser: by keyboard to a passage, along every route, without errors."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import page_errors
from tests.keyboard import enter, tab_to, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(browser_page: Page, site: str) -> Iterator[Page]:
    """A page at a site with the five cases; any error in it fails the test."""
    complaints = page_errors(browser_page, site)
    browser_page.set_default_timeout(10_000)  # milliseconds
    browser_page.goto(site)
    yield browser_page
    assert complaints == []


def path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def test_a_visitor_finds_a_passage_with_the_keyboard_alone(visit: Page) -> None:
    visit.keyboard.press("Tab")
    expect(visit.locator(".skip")).to_be_focused()
    tab_to(visit, "#q")
    visit.keyboard.type("育才")
    visit.keyboard.press("Enter")
    expect(visit.locator(".case-card")).to_have_count(1)
    tab_to(visit, ".case-card__title a")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/yucai/")
    tab_to(visit, ".citations > summary")
    visit.keyboard.press("Enter")
    expect(visit.locator(".citations[open]")).to_have_count(1)
    tab_to(visit, ".citations__list a")
    leads = visit.evaluate("document.activeElement.getAttribute('href')")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/sources/akxw-2022/#*")
    assert path(visit) == leads
    expect(visit.locator(".passage:target")).to_be_in_viewport()


def test_a_visitor_narrows_by_facets_with_the_keyboard_alone(visit: Page) -> None:
    visit.set_viewport_size({"width": 1366, "height": 900})
    tab_to(visit, ".site-header__links a[href='/cases/']")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/")
    tab_to(visit, ".facet__value")
    chosen = visit.evaluate("document.activeElement.querySelector('.facet__label').innerText")
    count = visit.evaluate(
        "parseInt(document.activeElement.querySelector('.facet__count').innerText)"
    )
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/?measure=*")
    expect(visit.locator(".case-card")).to_have_count(count)
    expect(visit.locator("h1")).to_contain_text(chosen)
    tab_to(visit, ".chip")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/")


def test_the_language_is_switched_and_the_filters_stay(visit: Page, site: str) -> None:
    visit.goto(f"{site}/cases/?q=%E5%B7%B7&tag=back-lanes&sort=title")
    before = visit.locator(".case-card").count()
    tab_to(visit, ".site-header__language")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/en/cases/?**")
    assert path(visit) == "/en/cases/?q=%E5%B7%B7&tag=back-lanes&sort=title"
    assert visit.locator(".case-card").count() == before > 0
    expect(visit.locator("html")).to_have_attribute("lang", "en")


def test_a_visitor_goes_from_a_problem_of_the_matrix_to_a_passage(visit: Page) -> None:
    cell = visit.locator(".matrix__cell a").first
    count = int("".join(filter(str.isdigit, cell.inner_text())))
    cell.click()
    visit.wait_for_url("**/cases/?*answered=*")
    expect(visit.locator(".case-card")).to_have_count(count)
    visit.locator(".case-card__title a").first.click()
    visit.wait_for_url("**/cases/*/")
    here = visit.url
    visit.locator(".problem .citations > summary").first.click()
    passage = visit.locator(".problem .citations__list a").first
    expect(passage).to_be_visible()
    assert visit.url == here
    passage.click()
    visit.wait_for_url("**/sources/*/#*")
    expect(visit.locator(".passage:target")).to_be_in_viewport()


def test_what_finds_nothing_offers_ways_out(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/?q=lamps+nowhere-said")
    expect(visit.locator("form .case-card")).to_have_count(0)
    way = visit.locator(".empty a", has_text="lamps alone finds")
    count = int("".join(filter(str.isdigit, way.inner_text())))
    way.click()
    visit.wait_for_url("**/en/cases/?q=lamps")
    expect(visit.locator("form .case-card")).to_have_count(count)


def test_two_cases_are_compared_with_the_keyboard_alone(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/?sort=title")
    for slug in ("hanyang", "yucai"):
        tick(visit.locator(f"input[name=case][value={slug}]"))
    enter(visit.get_by_role("button", name="Compare the chosen cases"))
    visit.wait_for_url("**/en/compare/?case=*&case=*")
    links = visit.locator(".comparison thead th a")
    expect(links).to_have_count(2)
    assert {link.get_attribute("href") for link in links.all()} == {
        "/en/cases/hanyang/",
        "/en/cases/yucai/",
    }


@pytest.mark.parametrize("typed", ["道路", "daolu", "dlyxd", "铺路"])
def test_suggestions_are_offered_to_the_keyboard_too(visit: Page, typed: str) -> None:
    """By label, in pinyin, by initials, and by another name."""
    tab_to(visit, "#q")
    visit.keyboard.type(typed)
    options = visit.get_by_role("listbox").get_by_role("option")
    expect(options.filter(has_text="道路与巷道硬化").first).to_be_visible()
    for _n in range(8):
        visit.keyboard.press("ArrowDown")
        chosen = visit.locator(f"#{visit.locator('#q').get_attribute('aria-activedescendant')}")
        expect(chosen).to_have_attribute("aria-selected", "true")
        if (chosen.text_content() or "").startswith("道路与巷道硬化"):
            break
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/?q=*")
    expect(visit.locator("#q")).to_have_value("道路与巷道硬化")
    expect(visit.locator(".case-card")).not_to_have_count(0)


def test_escape_closes_the_suggestions_and_leaves_what_was_typed(visit: Page) -> None:
    tab_to(visit, "#q")
    visit.keyboard.insert_text("路")
    expect(visit.get_by_role("listbox")).to_be_visible()
    visit.keyboard.press("Escape")
    expect(visit.get_by_role("listbox")).to_be_hidden()
    expect(visit.locator("#q")).to_have_value("路")


def test_one_citation_is_open_at_a_time_and_covers_nothing(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/yucai/")
    for number in (0, 3):
        visit.locator(".citations > summary").nth(number).click()
        expect(visit.locator(".citations[open]")).to_have_count(1)
    expect(visit.locator(".citations[open] q").first).to_be_visible()


def test_the_menu_of_a_case_and_its_filters_fold_on_a_telephone(visit: Page, site: str) -> None:
    visit.set_viewport_size({"width": 360, "height": 740})
    visit.goto(f"{site}/cases/")
    expect(visit.locator(".facet").first).to_be_hidden()
    visit.locator(".facets__fold > summary").click()
    expect(visit.locator(".facet").first).to_be_visible()


def test_dark_pages_have_dark_paper(visit: Page) -> None:
    papers = []
    for scheme in ("light", "dark"):
        visit.emulate_media(color_scheme=scheme)
        papers.append(visit.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert papers == ["rgb(250, 248, 243)", "rgb(23, 22, 19)"]


def test_the_care_view_is_chosen_with_the_keyboard_and_stays(visit: Page, site: str) -> None:
    visit.goto(f"{site}/cases/?q=%E5%B7%B7")
    tab_to(visit, "[href*='view=care']")
    visit.keyboard.press("Enter")
    expect(visit.locator("html")).to_have_class("care")
    assert path(visit) == "/cases/?q=%E5%B7%B7"
    visit.goto(f"{site}/en/cases/yucai/")
    expect(visit.locator("html")).to_have_class("care")
    small = visit.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && "
        "!e.closest('.visually-hidden') && [...e.childNodes].some(n => n.data?.trim()) && "
        "parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.className)"
    )
    assert small == []
    tab_to(visit, "[href*='view=standard']")
    visit.keyboard.press("Enter")
    expect(visit.locator("html")).not_to_have_class("care")
    assert path(visit) == "/en/cases/yucai/"


SPEAKER = """
window.spoken = [];
const speaker = {
  getVoices: () => [{lang: "en-GB"}, {lang: "zh-CN"}],
  speak: (one) => { spoken.push(one); },
  cancel() {}, pause() { spoken.paused = true; }, resume() { spoken.paused = false; },
};
Object.defineProperty(window, "speechSynthesis", {value: speaker});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def test_a_case_is_read_aloud_in_the_care_view(visit: Page, site: str) -> None:
    """With a fake voice, as the test machine has none."""
    visit.add_init_script(SPEAKER)
    visit.goto(f"{site}/cases/yucai/?view=care")
    tab_to(visit, ".aloud button")
    visit.keyboard.press("Enter")
    read, pause = visit.locator(".aloud button").all()
    expect(read).to_have_attribute("aria-pressed", "true")
    assert visit.evaluate("[spoken[0].text, spoken[0].lang, spoken[0].voice.lang]") == [
        visit.locator("h1").inner_text(),
        "zh-CN",
        "zh-CN",
    ]
    visit.evaluate("spoken[0].onend()")
    expect(visit.locator(".case__message")).to_have_class("case__message is-read")
    pause.press("Enter")
    assert visit.evaluate("spoken.paused")
    expect(pause).to_have_attribute("aria-pressed", "true")
    read.press("Enter")
    expect(read).to_have_attribute("aria-pressed", "false")
    expect(visit.locator(".is-read")).to_have_count(0)
    heard = visit.evaluate(
        "() => { const before = spoken.length; document.querySelector('.aloud button').click();"
        "for (let n = before; n < spoken.length; n++) spoken[n].onend();"
        "return spoken.slice(before).map((one) => one.text); }"
    )
    for part in (".case__abstract", ".measure__title", ".measure__summary"):
        assert {" ".join(text.split()) for text in visit.locator(part).all_inner_texts()} <= {
            *heard
        }
    assert not any("第" in text and "出处" in text for text in heard)
    expect(read).to_have_attribute("aria-pressed", "false")


def test_a_browser_that_cannot_speak_offers_nothing(visit: Page, site: str) -> None:
    visit.add_init_script("delete Window.prototype.speechSynthesis; delete window.speechSynthesis")
    visit.goto(f"{site}/cases/yucai/?view=care")
    assert visit.evaluate("'speechSynthesis' in window") is False
    expect(visit.locator(".aloud")).to_be_hidden()


def test_on_paper_the_citations_of_a_case_are_numbered_notes(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/yucai/")
    before = visit.content()
    cited = visit.locator(".citations__list > li").count()
    visit.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.emulate_media(media="print")
    expect(visit.locator(".notes > li")).to_have_count(cited)
    expect(visit.locator(".notes")).to_be_visible()
    expect(visit.locator(".note-mark").first).to_have_text("1")
    expect(visit.locator(".case__abstract .note-mark")).to_have_text(re.compile(r"^\d+–\d+$"))
    assert visit.locator(".citations:visible").count() == 0
    visit.evaluate("dispatchEvent(new Event('afterprint'))")
    visit.emulate_media(media="screen")
    assert visit.content() == before


def test_without_script_each_note_stands_under_its_statement(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/yucai/")
    visit.emulate_media(media="print")
    first = visit.locator(".citations__list q").first
    assert first.bounding_box() is not None


def test_a_first_visit_asks_for_six_files_at_most(browser: Browser, visit: Page) -> None:
    for address in ("/", "/cases/", "/cases/yucai/", "/matrix/", "/cases/yucai/?view=care"):
        context = browser.new_context()
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(visit.url.rstrip("/") + address, wait_until="networkidle")
        sources = [url for url in asked if url.endswith(".css") and "site.css" not in url]
        # Tests serve the source style sheets, collected they are one. Selecting the view redirects
        # back.
        assert len(asked) - len(sources) - ("view=" in address) <= 6, asked
        context.close()
