"""axe-core in a page of a browser: what it is asked, and what it tells."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Source: axe-core, doc/API.md, "Axe-core Tags", read 2026-11.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"


def everything(but: Iterable[str] = ()) -> dict[str, Any]:
    """Options for every rule of WCAG 2.2 A and AA and of axe's own best practices."""
    rules = {"target-size": {"enabled": True}, **{rule: {"enabled": False} for rule in but}}
    return {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules}


# Colours of a scheme fade in; whatever is under way is brought to its end.
FINISH = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  for (const animation of document.getAnimations()) {
    if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
  }
  done();
})))"""


def in_both_schemes(page: Page, where: str = "") -> list[str]:
    """What every rule tells of the page as it is now, light and dark; `where` begins each line."""
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
    """Once a page, past its content security policy."""
    page.evaluate(AXE_SCRIPT)


def run(page: Page, options: Mapping[str, Any], context: str = "document") -> dict[str, Any]:
    """axe's results: its `violations`, and as `incomplete` what it cannot tell."""
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
