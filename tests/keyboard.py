"""Operates a browser with the keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

LIMIT = 400  # key presses after which an element counts as unreachable
# Number of tab stops from the focus to an element, as far as a script can tell; 0 if focused.
DISTANCE = """(wanted) => {
  const focused = document.activeElement;
  if (wanted === focused) return 0;
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const stops = [...document.querySelectorAll(all)].filter(
    (stop) => stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility());
  const away = stops.indexOf(wanted) - stops.indexOf(focused);
  return away || 1;
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until a matching element has the focus."""
    for _ in range(LIMIT):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached by keyboard")


def go_to(element: Locator) -> None:
    """By the shorter way: backwards if the focus is after the element."""
    presses = 0
    while away := element.evaluate(DISTANCE):
        presses += abs(away)
        if presses > LIMIT:
            pytest.fail(f"{element} is not reached by keyboard")
        for _ in range(abs(away)):
            element.page.keyboard.press("Tab" if away > 0 else "Shift+Tab")


def enter(element: Locator) -> None:
    """Follow a link or press a button."""
    go_to(element)
    element.page.keyboard.press("Enter")


def leave(element: Locator) -> None:
    """Follow a link or press a button that loads another page, and wait for it."""
    page = element.page
    page.evaluate("() => { window.isPageBefore = true; }")
    enter(element)
    page.wait_for_function("() => !window.isPageBefore && document.readyState === 'complete'")


def tick(element: Locator) -> None:
    go_to(element)
    element.page.keyboard.press("Space")
    expect(element).to_be_checked()


def write(element: Locator, text: str) -> None:
    """Replace the content of a field."""
    go_to(element)
    element.page.keyboard.press("Control+A")
    element.page.keyboard.insert_text(text)


def select(element: Locator, option: str) -> None:
    """In a short list: an option by its value or its label."""
    go_to(element)
    element.page.keyboard.press("Home")
    for _ in range(LIMIT):
        if option in element.evaluate("e => [e.value, e.selectedOptions[0].label]"):
            return
        element.page.keyboard.press("ArrowDown")
    pytest.fail(f"{option} is not among the options of {element}")


def search(element: Locator, words: str, label: str) -> None:
    """In a field with autocompletion: the term with this label."""
    page = element.page
    enter(element)
    expect(page.locator(".select2-search__field:focus")).to_be_visible()
    page.keyboard.insert_text(words)
    offered = page.get_by_role("option", name=label, exact=True)
    expect(offered).to_be_visible(timeout=20_000)  # milliseconds; a request to the desk
    offered = page.get_by_role("option")
    for _ in range(offered.count()):
        if page.locator(".select2-results__option--highlighted").inner_text() == label:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{label} is not reached by keyboard")
