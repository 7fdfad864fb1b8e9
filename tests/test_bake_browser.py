"""The static copy in a browser: from disk, below a path, and its search against the site's."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from playwright.sync_api import Page

from stories.queries.cases import CaseQuery
from stories.queries.snapshot import Library
from tests.conftest import page_errors
from tests.copy_links import served
from tests.judged_queries import JUDGED
from tests.questions import slugs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("browser", "library")]
COMBINED = [
    "tag=back-lanes&tag=older-people",
    "measure=streets&problem=dark-streets",
    "q=灯&place=610000",
    "q=社区&sort=title",
    "sort=title",
    "q=灯&sort=newest",
    "answered=dark-streets:street-lighting&q=灯",
    "year=2020s&evidence=unknown",
    "q=LED路灯",
    "q=路燈",
    "q=3.5",
    "q=...",
    "q=e-bike",
    "q=100%25",
]


def test_a_copy_finds_what_the_site_finds(copy: Path, browser_page: Page) -> None:
    """The judged questions, as far as they have exact results, and combinations of filters."""
    wrong = page_errors(browser_page, "file://")
    browser_page.goto(f"{(copy / 'cases' / 'index.html').as_uri()}")
    asked = [*(urlencode({"q": judged.q}) for judged in JUDGED), *COMBINED]
    found = {q: browser_page.evaluate("q => caselibSearch(q)", q) for q in asked}
    queries = {q: CaseQuery.parse(QueryDict(q), Library.now()) for q in asked}
    wanted = {q: {"total": len(o.found), "slugs": slugs(o)} for q, o in queries.items()}
    assert len(asked) > 200
    assert {q: found[q] for q in asked if found[q] != wanted[q]} == {}
    assert wrong == []


@pytest.mark.parametrize("start", ["index.html", "en/index.html", "care/index.html"])
def test_a_search_from_the_disk_shows_cards_with_what_was_found(
    copy: Path, browser_page: Page, start: str
) -> None:
    wrong = page_errors(browser_page, "file://")
    browser_page.goto((copy / start).as_uri())
    browser_page.fill("input[name=q]", "太阳能")
    browser_page.press("input[name=q]", "Enter")
    browser_page.wait_for_selector("html[data-searched]")
    assert browser_page.locator(".results .case-card").count() == 1
    assert browser_page.locator(".hits mark").first.inner_text() == "太阳能"
    browser_page.click(".case-card__title a")
    assert "pingfangqu" in browser_page.url
    assert wrong == []


def test_a_copy_is_read_under_a_sub_path(copy: Path, browser_page: Page) -> None:
    with served(copy.parent) as site:
        wrong = page_errors(browser_page, site)
        browser_page.goto(f"{site}site/en/")
        browser_page.click("text=All cases, with filters")
        browser_page.goto(f"{site}site/cases/?tag=back-lanes&tag=older-people")
        browser_page.wait_for_selector("html[data-searched]")
        assert browser_page.locator(".chip").count() == 2
        browser_page.click("details:not([open]) > summary:has-text('地点')")
        browser_page.wait_for_selector("details[open]:has-text('地点') .facet__count")
        assert wrong == []
