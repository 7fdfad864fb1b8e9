"""Downloading data and references in a browser: two clicks, and the copy button."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stories.bake import addresses
from tests.conftest import page_errors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/cases/?measure=street-lighting", "cases"),
        ("/metrics/?indicator=lamps-installed", "metrics"),
        ("/en/cases/?measure=street-lighting", "cases"),
        ("/en/metrics/?indicator=lamps-installed", "metrics"),
    ],
)
def test_from_a_filtered_list_to_its_csv(
    browser_page: Page, site: str, address: str, name: str
) -> None:
    """In one click."""
    browser_page.goto(f"{site}{address}")
    with browser_page.expect_download() as download:
        browser_page.locator(".downloads").get_by_text("CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert download.value.suggested_filename == f"{name}.csv"
    assert 0 < len(rows) < {"cases": 5, "metrics": 85}[name]


def test_from_a_figure_to_a_reference_with_its_paragraph(browser_page: Page, site: str) -> None:
    """In one click."""
    browser_page.goto(f"{site}/metrics/?indicator=lamps-installed")
    row = browser_page.locator(".metric-row").first
    (paragraph,) = re.findall(r"第\d+段", row.locator(".citations > summary").inner_text())
    row.get_by_text("引用", exact=True).click()
    reference = browser_page.locator(".cite__text").first.inner_text()
    assert re.search(rf"\[(EB/OL|N|N/OL)\]\..*{paragraph}", reference)


CASE, METRICS = "/cases/pingfangqu/", "/metrics/?indicator=lamps-installed"
# From a number to the passage that states it.
CLICKS = {
    "the citation of a key figure": (
        CASE,
        [".telling__number .citations > summary", ".telling__number .citations__where a"],
    ),
    "a key figure": (CASE, [".telling__figure", ".metric:target > a"]),
    "a number in the row of a measure": (CASE, [".measure__number", ".measure[open] .metric > a"]),
    "the table's citation": (
        METRICS,
        [".metric-row .citations > summary", ".metric-row .citations__where a"],
    ),
    "the table's figure": (METRICS, [".metrics-table__figure a", ".metric:target > a"]),
}


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("way", CLICKS)
def test_from_a_number_to_a_gb_t_reference_with_its_paragraph_in_two_clicks(
    browser: Browser, site: str, way: str, prefix: str, has_script: bool
) -> None:
    address, clicked = CLICKS[way]
    with browser.new_context(java_script_enabled=has_script) as context:
        leads_to_a_reference(context.new_page(), f"{site}{prefix}{address}", clicked)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("way", CLICKS)
def test_the_same_in_a_copy_on_disk(browser_page: Page, copy: Path, way: str, prefix: str) -> None:
    address, clicked = CLICKS[way]
    file = addresses.file_of(f"{prefix}{address}")
    assert file
    leads_to_a_reference(browser_page, (copy / file.path).as_uri(), clicked)


def leads_to_a_reference(page: Page, address: str, clicked: list[str]) -> None:
    page.goto(address)
    for link in clicked:
        page.locator(link).first.click()
    page.wait_for_url("**/sources/*/**#*")
    passage = page.locator(".passage:target")
    reference = passage.locator(".passage__reference")
    expect(reference).to_be_in_viewport()
    expect(reference).to_contain_text(re.compile(r"GB/T 7714—2025\s.*\[(EB/OL|N|N/OL)\]\."))
    expect(reference).to_contain_text(paragraph_of(page))
    expect(page.locator(".passage__reference:visible")).to_have_count(1)


def paragraph_of(page: Page) -> str:
    locator = page.url.rpartition("#")[2]
    return f"paragraph {locator}" if "/en/" in page.url else f"第{locator}段"


def test_a_reference_is_copied_with_one_click(browser_page: Page, site: str) -> None:
    context: BrowserContext = browser_page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    browser_page.goto(f"{site}/cases/yucai/cite/")
    button = browser_page.locator(".cite__copy").first
    expect(button).to_be_visible()
    button.click()
    expect(button).to_have_text("已复制")
    copied = browser_page.evaluate("navigator.clipboard.readText()")
    assert copied == browser_page.locator(".cite__text").first.inner_text()


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/cases/", "下载"),
        ("/metrics/", "下载"),
        ("/sources/", "下载"),
        ("/en/cases/", "Download"),
        ("/cases/yucai/", "引用"),
        ("/en/cases/yucai/", "Cite"),
        ("/sources/akxw-2022/", "引用"),
        ("/en/sources/akxw-2022/", "Cite"),
    ],
)
def test_a_page_says_that_it_can_be_taken_away(
    browser_page: Page, site: str, address: str, word: str
) -> None:
    browser_page.goto(f"{site}{address}")
    expect(browser_page.get_by_text(re.compile(word)).first).to_be_visible()


def test_a_data_block_is_no_script_to_the_browser(browser_page: Page, site: str) -> None:
    wrong = page_errors(browser_page, site)
    for address in ("/", "/data/", "/places/610902-yucai/", "/en/sources/akxw-2022/"):
        browser_page.goto(f"{site}{address}")
        assert browser_page.locator('script[type="application/ld+json"]').count() == 1
    assert wrong == []
