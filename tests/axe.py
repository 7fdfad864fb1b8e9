"""Runs axe-core in a browser page and formats its results."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Source: axe-core, doc/API.md, "Axe-core Tags", read 2026-11.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"


def everything(but: Iterable[str] = ()) -> dict[str, Any]:
    """Options for every rule of WCAG 2.2 A and AA and of axe's best practices."""
    rules = {"target-size": {"enabled": True}, **{rule: {"enabled": False} for rule in but}}
    return {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules}


# Finish CSS transitions, as the colours of a scheme fade in.
FINISH = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  for (const animation of document.getAnimations()) {
    if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
  }
  done();
})))"""


def in_both_schemes(page: Page, where: str = "") -> list[str]:
    """The findings of all rules for the page, light and dark; `where` prefixes each line."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(FINISH)
        load(page)
        violations = run(page, everything())["violations"]
        found += [f"{where} {scheme} {line}".strip() for line in in_words(violations)]
    page.emulate_media(color_scheme="light")
    return found


def load(page: Page) -> None:
    """Once per page, bypassing its content security policy."""
    page.evaluate(AXE_SCRIPT)


def run(page: Page, options: Mapping[str, Any], context: str = "document") -> dict[str, Any]:
    """axe's results: its `violations`, and as `incomplete` what it cannot decide."""
    options = {"resultTypes": ["violations", "incomplete"], "preload": False, **options}
    results: dict[str, Any] = page.evaluate(f"axe.run({context}, {json.dumps(options)})")
    return results


def in_words(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line for each element."""
    return [
        f"{result['id']}: {node['html'][:120]} {' '.join(node['failureSummary'].split())}"
        for result in results
        for node in result["nodes"]
    ]
