"""Screenshots for docs/desk.md: an editor works on the article of the tests, in both languages.

`python -m tests.desk_screenshots http://127.0.0.1:8000 USER` writes them to docs/desk/. It creates
a disposable case in that library, and reads the password from standard input.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests import chromium
from tests.screenshots import with_palette
from tests.workbench_page import Workbench

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "desk"
ARTICLE = (ROOT / "tests" / "articles" / "heping.txt").read_text(encoding="utf-8")
COLOURS = 32  # of the palette
LIMIT = 150_000  # bytes per picture
WIDTH, HEIGHT = 1366, 860  # CSS pixels
LANGUAGES = {"zh": "", "en": "/en"}  # language of the page → prefix of its address


def log_in(page: Page, base: str, user: str, password: str) -> None:
    page.goto(f"{base}/admin/login/")
    page.fill("#id_username", user)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#user-tools")


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)  # milliseconds in which colours fade in
    png = with_palette(page.screenshot(), COLOURS)
    if len(png) > LIMIT:
        sys.exit(f"{name}: {len(png):,} bytes; at most {LIMIT:,} are wanted")
    (FOLDER / f"{name}.png").write_bytes(png)
    print(f"docs/desk/{name}.png: {len(png):,} bytes")


def begin(page: Page, base: str) -> str:
    """The address of a new workbench without its language prefix; takes screenshots of the intake
    meanwhile.
    """
    page.goto(f"{base}/admin/stories/source/intake/")
    page.fill("#id_text", ARTICLE)
    page.locator("#intake_form [type=submit]").click()
    article = page.url.removeprefix(base)
    for language, prefix in LANGUAGES.items():
        page.goto(f"{base}{prefix}{article}")
        lines = page.locator(".article-lines")
        lines.evaluate("table => table.scrollIntoView({ block: 'center' })")
        take(page, f"intake-{language}")
    page.locator("#id_place").click()
    page.locator("[role=option]").first.click()
    page.fill("#id_title_en", "Heping: an old courtyard renewed")
    page.locator("#article_form [type=submit]").click()
    expect(page.locator("#workbench")).to_be_visible()
    return page.url.removeprefix(f"{base}/en")


def make_something(bench: Workbench) -> None:
    bench.make("2", "没有路灯", "problem")
    bench.write(heading_zh="院里没有路灯", heading_en="No lamps in the courtyard")
    bench.write(statement_zh="院子没有灯。", statement_en="The yard was dark.", gloss="no lamps")
    bench.save()
    bench.make("7", "装上近80盏路灯", "measure")
    bench.write(title_zh="安装路灯", title_en="Lamps put up", summary_zh="社区装了路灯。")
    bench.write(summary_en="The community put up lamps.", gloss="put up nearly 80 lamps")
    bench.save()
    bench.numeral("7", "5", "date")
    bench.write(gloss="May of that year")
    bench.save()
    bench.numeral("3", "67", "left_out")
    bench.write(gloss="aged 67")
    bench.save()


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.desk_screenshots", description=__doc__)
    parser.add_argument("base", help="where a library to throw away is served")
    parser.add_argument("user", help="an editor there")
    given = parser.parse_args()
    base, password = given.base.rstrip("/"), sys.stdin.readline().strip()
    if not chromium.PATH:
        sys.exit("no Chromium here")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        log_in(page, base, given.user, password)
        address = begin(page, base)
        make_something(Workbench(page))
        for language, prefix in LANGUAGES.items():
            page.goto(f"{base}{prefix}{address}")
            bench = Workbench(page)
            bench.at_hand("measure")
            bench.numeral("7", "80", "metric")
            expect(page.locator(".entry-form__reading")).not_to_be_empty()
            take(page, f"workbench-{language}")
            page.keyboard.press("Escape")
            page.locator("#check-title").evaluate("title => title.scrollIntoView()")
            take(page, f"check-{language}")


if __name__ == "__main__":
    main()
