"""A visit with a real browser: by keyboard to the passage, on every width, with nothing broken."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.pages import PAGES

WIDTHS = [360, 390, 768, 1366]  # CSS pixels
OTHERS = [
    "/en/cases/?q=lamps&tag=back-lanes&place=610000",
    "/cases/?q=nowhere-said",
    "/measures/lane-paving/",
    "/cases/hanyang/",
    "/sources/hbwmw-2020/",
    "/en/nope/",
]


@pytest.fixture
def visit(browser_page: Page, live_server: LiveServer) -> Iterator[Page]:
    """A page at a site with the five cases; whatever goes wrong in it fails the test."""
    call_command("loadcases", stdout=StringIO())
    wrong: list[str] = []
    browser_page.on("console", lambda message: wrong.append(message.text))
    browser_page.on("pageerror", lambda error: wrong.append(str(error)))
    # A page that is left takes with it what it was still fetching: that is no failure of ours.
    browser_page.on(
        "requestfailed",
        lambda request: (
            None
            if request.failure == "net::ERR_ABORTED"
            else wrong.append(f"failed: {request.url} ({request.failure})")
        ),
    )
    browser_page.on(
        "request",
        lambda request: (
            None if request.url.startswith(live_server.url) else wrong.append(request.url)
        ),
    )
    browser_page.set_default_timeout(10_000)  # milliseconds
    browser_page.goto(live_server.url)
    yield browser_page
    assert [fault for fault in wrong if "404 (Not Found)" not in fault] == []


def tab_to(page: Page, selector: str, limit: int = 400) -> None:
    """Presses Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached by keyboard")


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


def test_the_language_is_switched_and_the_filters_stay(
    visit: Page, live_server: LiveServer
) -> None:
    visit.goto(f"{live_server.url}/cases/?q=%E5%B7%B7&tag=back-lanes&sort=title")
    before = visit.locator(".case-card").count()
    tab_to(visit, ".site-header__language")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/en/cases/?**")
    assert path(visit) == "/en/cases/?q=%E5%B7%B7&tag=back-lanes&sort=title"
    assert visit.locator(".case-card").count() == before > 0
    expect(visit.locator("html")).to_have_attribute("lang", "en")


def test_one_citation_is_open_at_a_time_and_covers_nothing(
    visit: Page, live_server: LiveServer
) -> None:
    visit.goto(f"{live_server.url}/en/cases/yucai/")
    for number in (0, 3):
        visit.locator(".citations > summary").nth(number).click()
        expect(visit.locator(".citations[open]")).to_have_count(1)
    expect(visit.locator(".citations[open] q").first).to_be_visible()


def test_the_menu_of_a_case_and_its_filters_fold_on_a_telephone(
    visit: Page, live_server: LiveServer
) -> None:
    visit.set_viewport_size({"width": 360, "height": 740})
    visit.goto(f"{live_server.url}/cases/")
    expect(visit.locator(".facet").first).to_be_hidden()
    visit.locator(".facets__fold > summary").click()
    expect(visit.locator(".facet").first).to_be_visible()


def test_no_page_is_wider_than_the_window(visit: Page, live_server: LiveServer) -> None:
    """Every kind of page in both languages, with its citations and folds open, in every width."""
    wide = []
    for address in [*PAGES, *OTHERS]:
        visit.goto(f"{live_server.url}{address}")
        for width in WIDTHS:
            visit.set_viewport_size({"width": width, "height": 800})
            if visit.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append((address, width))
            visit.evaluate(
                "document.querySelectorAll('details:not([name])').forEach(d => d.open = true);"
                "document.querySelectorAll('details[name]').forEach("
                "d => { d.removeAttribute('name'); d.open = true })"
            )
            if visit.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append((f"{address}, opened", width))
    assert wide == []


def test_dark_pages_have_dark_paper(visit: Page) -> None:
    papers = []
    for scheme in ("light", "dark"):
        visit.emulate_media(color_scheme=scheme)
        papers.append(visit.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert papers == ["rgb(250, 248, 243)", "rgb(23, 22, 19)"]


def test_the_care_view_is_chosen_with_the_keyboard_and_stays(
    visit: Page, live_server: LiveServer
) -> None:
    visit.goto(f"{live_server.url}/cases/?q=%E5%B7%B7")
    tab_to(visit, "[href*='view=care']")
    visit.keyboard.press("Enter")
    expect(visit.locator("html")).to_have_class("care")
    assert path(visit) == "/cases/?q=%E5%B7%B7"
    visit.goto(f"{live_server.url}/en/cases/yucai/")
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


def test_a_case_is_read_aloud_in_the_care_view(visit: Page, live_server: LiveServer) -> None:
    """With a voice that the test hears: the machine that tests has none."""
    visit.add_init_script(SPEAKER)
    visit.goto(f"{live_server.url}/cases/yucai/?view=care")
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


def test_a_browser_that_cannot_speak_offers_nothing(visit: Page, live_server: LiveServer) -> None:
    visit.add_init_script("delete Window.prototype.speechSynthesis; delete window.speechSynthesis")
    visit.goto(f"{live_server.url}/cases/yucai/?view=care")
    assert visit.evaluate("'speechSynthesis' in window") is False
    expect(visit.locator(".aloud")).to_be_hidden()


def test_on_paper_the_citations_of_a_case_are_numbered_notes(
    visit: Page, live_server: LiveServer
) -> None:
    visit.goto(f"{live_server.url}/en/cases/yucai/")
    before = visit.content()
    cited = visit.locator(".citations__list > li").count()
    visit.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.emulate_media(media="print")
    expect(visit.locator(".notes > li")).to_have_count(cited)
    expect(visit.locator(".notes")).to_be_visible()
    expect(visit.locator(".case__abstract .note-mark")).to_have_text("1–6")
    assert visit.locator(".citations:visible").count() == 0
    visit.evaluate("dispatchEvent(new Event('afterprint'))")
    visit.emulate_media(media="screen")
    assert visit.content() == before


def test_without_script_each_note_stands_under_its_statement(
    visit: Page, live_server: LiveServer
) -> None:
    visit.goto(f"{live_server.url}/en/cases/yucai/")
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
        # Tests serve the sources; collected, they are one sheet. The choice itself leads back.
        assert len(asked) - len(sources) - ("view=" in address) <= 6, asked
        context.close()
