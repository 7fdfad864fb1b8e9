"""Accessibility of every page, in both languages and colour schemes. Each page is loaded once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import axe
from tests.conftest import page_errors
from tests.pages import CHINESE_PAGES

pytestmark = pytest.mark.django_db
# View → the cookies that select it.
VIEWS: dict[str, Mapping[str, str]] = {"": {}, "care": {"view": "care"}}
STATES = [
    "/cases/?measure=streets&tag=back-lanes",
    "/cases/?q=%E7%81%AF",
    "/cases/?q=nowhere-said",
    "/cases/hanyang/",
    "/compare/?case=yucai&case=hanyang",
    "/compare/?case=yucai&case=hanyang&case=pingfangqu&case=jiefangqu",
    "/no-such-page/",
]
ADDRESSES = [f"{prefix}{path}" for path in [*CHINESE_PAGES, *STATES] for prefix in ("", "/en")]
WIDTHS = [1366, 768, 390, 320]  # CSS pixels; 320 is a window of 1280 at 400 %
PROBES = Path(__file__).with_name("probes.js").read_text(encoding="utf-8")
Fault = tuple[str, str]  # (check, description of the fault)


@pytest.fixture(scope="module")
def faults(browser: Browser, site: str) -> dict[str, list[str]]:
    """Faults by check, of every page in every view."""
    found = defaultdict(list)
    for view, cookies in VIEWS.items():
        context = browser.new_context()
        context.add_cookies(
            [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
        )
        page = context.new_page()
        complaints, known = page_errors(page, site), set[str]()
        for address in ADDRESSES:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            page.goto(f"{site}{address}")
            axe.load(page)
            page.evaluate(PROBES)
            for check, fault in faults_of(page, known):
                found[check].append(f"{address} {view} {fault}")
        found["complaints"] += complaints
        context.close()
    return found


def faults_of(page: Page, known: set[str]) -> Iterator[Fault]:
    results = axe.run(page, axe.everything(but=[axe.CONTRAST]))
    yield from (("axe", fault) for fault in axe.in_words(results["violations"]))
    page.keyboard.press("Tab")
    yield from (("focus", fault) for fault in page.evaluate("probes.focus()"))
    yield from contrasts(page, known)
    page.evaluate("probes.open()")
    yield from contrasts(page, known)
    words = page.evaluate("probes.words()")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from (("wide", fault) for fault in page.evaluate("probes.wide()"))
        yield from (("cut", f"{width}: {fault}") for fault in page.evaluate("probes.cut()"))
    if lost := sorted(set(words) - set(page.evaluate("probes.words()"))):
        yield "cut", f"{WIDTHS[-1]}: not to be seen: {lost}"
    page.evaluate("probes.space()")
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 900})
        found = [*page.evaluate("probes.wide()"), *page.evaluate("probes.cut()")]
        yield from (("spacing", f"{width}: {fault}") for fault in found)


def contrasts(page: Page, known: set[str]) -> Iterator[Fault]:
    """axe's slowest rule runs on one text of each style that no earlier page had."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        looks = page.evaluate("known => probes.unseen(known)", sorted(known))
        known.update(looks)
        if not looks:
            continue
        context = "{include: [...probes.looks.values()]}"
        results = axe.run(page, {"runOnly": [axe.CONTRAST]}, context)
        unknown = [
            result | {"nodes": [node for node in result["nodes"] if is_on_no_colour(node)]}
            for result in results["incomplete"]
        ]
        for fault in axe.in_words([*results["violations"], *unknown]):
            yield "contrast", f"{scheme}: {fault}"


def is_on_no_colour(node: Mapping[str, Any]) -> bool:
    """Whether axe could not decide because the text's background is not a single colour."""
    reasons = {(check.get("data") or {}).get("messageKey") for check in node["any"]}
    return not reasons.isdisjoint({"bgGradient", "bgImage", "imgNode", "pseudoContent"})


# ---------------------------------------------------------------- no findings


def test_axe_finds_nothing(faults: dict[str, list[str]]) -> None:
    """WCAG 2.2 A and AA, targets of 24 px and axe's own best practices, headings in order."""
    assert faults["axe"] == []


def test_every_text_stands_out_from_its_ground_in_both_schemes(
    faults: dict[str, list[str]],
) -> None:
    assert faults["contrast"] == []


def test_everything_that_takes_the_focus_shows_it_and_is_not_covered(
    faults: dict[str, list[str]],
) -> None:
    assert faults["focus"] == []


def test_no_page_is_wider_than_the_window(faults: dict[str, list[str]]) -> None:
    assert faults["wide"] == []


def test_nothing_is_lost_in_a_narrow_window(faults: dict[str, list[str]]) -> None:
    assert faults["cut"] == []


def test_readers_may_space_the_text_out(faults: dict[str, list[str]]) -> None:
    assert faults["spacing"] == []


def test_no_page_complains_or_asks_another_site(faults: dict[str, list[str]]) -> None:
    assert faults["complaints"] == []


# ---------------------------------------------------------------- names


def link_names(page: Page, within: str) -> list[str]:
    """As in Chromium's accessibility tree."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": within})["nodeId"]
    found = session.send("Accessibility.queryAXTree", {"nodeId": node, "role": "link"})["nodes"]
    return [link["name"]["value"] for link in found]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/cases/", "住房与管网更新，5 个案例"),
        ("/en/cases/", "Money and livelihoods, 3 cases"),
    ],
)
def test_a_value_of_a_facet_is_named_with_its_count(
    browser_page: Page, site: str, address: str, name: str
) -> None:
    browser_page.set_viewport_size({"width": 1366, "height": 900})
    browser_page.goto(f"{site}{address}")
    assert name in link_names(browser_page, ".facets")
