"""A visit with a real browser: by keyboard to the passage, by every way, with nothing broken."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import told_wrong
from tests.keyboard import enter, tab_to, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(browser_page: Page, site: str) -> Iterator[Page]:
    """A page at a site with the five cases; whatever goes wrong in it fails the test."""
    complaints = told_wrong(browser_page, site)
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
    visit.wait_for_url("**/cases/?*problem=*")
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
    expect(visit.locator(".case-card")).to_have_count(0)
    way = visit.locator(".empty a", has_text="lamps alone finds")
    count = int("".join(filter(str.isdigit, way.inner_text())))
    way.click()
    visit.wait_for_url("**/en/cases/?q=lamps")
    expect(visit.locator(".case-card")).to_have_count(count)


def test_two_cases_are_compared_with_the_keyboard_alone(visit: Page, site: str) -> None:
    visit.goto(f"{site}/en/cases/?sort=title")
    for slug in ("hanyang", "yucai"):
        tick(visit.locator(f"input[name=case][value={slug}]"))
    enter(visit.get_by_role("button", name="Compare the chosen cases"))
    visit.wait_for_url("**/en/compare/?case=hanyang&case=yucai")
    links = visit.locator(".comparison thead th a")
    expect(links).to_have_count(2)
    assert [link.get_attribute("href") for link in links.all()] == [
        "/en/cases/hanyang/",
        "/en/cases/yucai/",
    ]


def test_suggestions_are_offered_to_the_keyboard_too(visit: Page) -> None:
    """The list is the browser's own, which knows the keyboard; a browser without a window has none
    to show, so what is looked at is what it is given."""
    tab_to(visit, "#q")
    expect(visit.locator("#q")).to_have_attribute("list", "q-suggestions")
    offered = visit.locator("#q-suggestions option")
    assert "道路与巷道硬化" in [option.get_attribute("value") for option in offered.all()]
    visit.keyboard.insert_text("道路与巷道硬化")
    visit.keyboard.press("Enter")
    visit.wait_for_url("**/cases/?q=*")
    expect(visit.locator(".case-card")).not_to_have_count(0)


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
