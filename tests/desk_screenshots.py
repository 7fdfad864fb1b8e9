"""Screenshots for docs/desk.md: a reviewer works on the article of the tests, in both languages.

`python -m tests.desk_screenshots http://127.0.0.1:8000 USER` writes them to docs/desk/. It creates
a disposable case in that library, changes one that is published, and reads the password from
standard input.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests import chromium
from tests.mouse import Workbench
from tests.screenshots import with_palette

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "desk"
ARTICLE = (ROOT / "tests" / "articles" / "heping.txt").read_text(encoding="utf-8")
COLOURS = 32  # of the palette
LIMIT = 150_000  # bytes per picture
SLOW = 40_000  # milliseconds; the page of a case has hundreds of fields
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
    expect(page.locator("#article_form")).to_be_visible()
    article = page.url.removeprefix(base)
    for language, prefix in LANGUAGES.items():
        page.goto(f"{base}{prefix}{article}")
        lines = page.locator(".article-lines caption")  # below the fields, above the lines
        lines.evaluate("caption => caption.scrollIntoView({ block: 'center' })")
        take(page, f"intake-{language}")
    page.locator("#id_place").click()
    page.locator("[role=option]").first.click()
    page.fill("#id_title_en", "Heping: an old courtyard renewed")
    page.locator("#article_form [type=submit]").click()
    expect(page.locator("#workbench")).to_be_visible()
    return page.url.removeprefix(f"{base}/en")


def make_something(workbench: Workbench) -> None:
    workbench.make("2", "没有路灯", "problem")
    workbench.write(heading_zh="院里没有路灯", heading_en="No lamps in the courtyard")
    workbench.write(
        statement_zh="院子没有灯。", statement_en="The yard was dark.", gloss="no lamps"
    )
    workbench.save()
    workbench.make("7", "装上近80盏路灯", "measure")
    workbench.write(title_zh="安装路灯", title_en="Lamps put up", summary_zh="社区装了路灯。")
    workbench.write(summary_en="The community put up lamps.", gloss="put up nearly 80 lamps")
    workbench.save()
    workbench.numeral("7", "5", "date")
    workbench.write(gloss="May of that year")
    workbench.save()
    workbench.numeral("3", "67", "left_out")
    workbench.write(gloss="aged 67")
    workbench.save()


def submit_a_change(page: Page, base: str) -> str:
    """The address of the page for publishing without its language, of a case that was changed."""
    page.goto(f"{base}/en/admin/stories/case/?q=yanliuyuan")
    page.locator("#result_list tbody th a").click()
    title = page.locator("#id_title_en")
    title.fill(f"{title.input_value()}, step by step")
    message = page.locator("#id_key_message_zh")
    message.fill(message.input_value().replace("，", "，据报道", 1))
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Submit", exact=True).click()
    page.fill("#id_message", "The title says more now; please look at the key message.")
    page.fill("#id_note_zh", "改写标题和要点。")
    page.fill("#id_note_en", "Title and key message are rewritten.")
    page.locator("#submit_form [type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("is submitted")
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.locator("#publish_form")).to_be_visible()
    row = page.locator(".review-row").first
    row.locator("summary").click()
    row.locator("textarea").fill("Does the source say “step by step”?")
    row.locator("[name=_comment]").click()
    expect(page.locator(".review-comment")).to_be_visible()
    return page.url.removeprefix(f"{base}/en").partition("#")[0]


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.desk_screenshots", description=__doc__)
    parser.add_argument("base", help="where a library to throw away is served")
    parser.add_argument("user", help="a reviewer there")
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
            workbench = Workbench(page)
            workbench.at_hand("measure")
            workbench.numeral("7", "80", "metric")
            expect(page.locator(".entry-form__reading")).not_to_be_empty()
            take(page, f"workbench-{language}")
            page.keyboard.press("Escape")
            page.locator("#check-title").evaluate("title => title.scrollIntoView()")
            take(page, f"check-{language}")
        address = submit_a_change(page, base)
        for language, prefix in LANGUAGES.items():
            page.goto(f"{base}{prefix}{address}")
            take(page, f"review-{language}")


if __name__ == "__main__":
    main()
