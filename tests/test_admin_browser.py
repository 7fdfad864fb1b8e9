"""A case from creation to publication, in a browser and by keyboard."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stories.models.case import Case
from tests.keyboard import enter, leave, search, select, tick, write
from tests.workbench_page import PASSWORD, make_an_editor_and_a_reviewer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("versions_can_be_wiped"),
]
PATIENCE = 20_000  # milliseconds; the page of a case has hundreds of fields


@pytest.fixture
def people(vocabulary: None) -> None:
    make_an_editor_and_a_reviewer()


def log_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/en/admin/")
    write(page.get_by_label("Username"), name)
    write(page.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#user-tools")).to_be_visible(timeout=PATIENCE)


def save_and_go_on(page: Page) -> None:
    leave(page.get_by_role("button", name="Save and continue editing"))
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=PATIENCE)


def choose(page: Page, field: str, words: str, label: str) -> None:
    search(page.locator(f"#id_{field} + .select2 .select2-selection"), words, label)


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        write(page.locator(f"#id_{name}"), value)


def fill_row(page: Page, row: str, **values: str) -> None:
    fill(page, **{f"{row}-{name}": value for name, value in values.items()})


def add_row(page: Page, inline: str) -> None:
    enter(page.locator(f"#{inline}-group .add-row a, #{inline}-group .addlink").last)


def begin(page: Page) -> None:
    leave(page.get_by_role("link", name="Cases", exact=True))
    leave(page.get_by_role("link", name="Add case"))
    fill(
        page,
        slug="liudi",
        title_zh="柳堤社区：小巷亮灯",
        title_en="Liudi Community: lamps for the lanes",
        name_as_reported_zh="柳堤社区",
        name_as_reported_en="Liudi Community",
    )
    choose(page, "place", "安徽", "Anhui")
    leave(page.get_by_role("button", name="Save", exact=True))


def name_the_source(page: Page) -> None:
    add_row(page, "sources")
    fill_row(page, "sources-0", key="liudi-post", title_zh="柳堤亮灯", title_en="Liudi lit")
    fill_row(page, "sources-0", url="https://example.org/liudi", issued="2022-09-01")
    fill_row(page, "sources-0", independence_note_zh="社区的帖子。")
    fill_row(page, "sources-0", independence_note_en="A post of the community.", sha256="0" * 64)
    select(page.locator("#id_sources-0-type"), "post")
    select(page.locator("#id_sources-0-reported_by"), "own")
    select(page.locator("#id_sources-0-independence"), "not_independent")
    select(page.locator("#id_sources-0-condition"), "complete")
    save_and_go_on(page)
    leave(page.locator("#sources-group .inlinechangelink"))
    for n, (lines, gist) in enumerate((("3", "It was dark."), ("5, 6", "It is light now."))):
        add_row(page, "passages")
        fill_row(page, f"passages-{n}", locator=str(n + 1), lines=lines)
        fill_row(page, f"passages-{n}", gist_zh=f"第{n + 1}段说灯。", gist_en=gist)
    leave(page.get_by_role("button", name="Save", exact=True))


def write_the_case(page: Page) -> None:
    fill(
        page,
        key_message_zh="小巷有了路灯。",
        key_message_en="The lanes are lit.",
        abstract_zh="社区给小巷装了路灯。",
        abstract_en="The community put up lamps in the lanes.",
        unit_cost_note_zh="没有说费用。",
        unit_cost_note_en="The cost is not stated.",
    )
    add_row(page, "citations")
    select(page.locator("#id_citations-0-passage"), "liudi-post 2")
    fill_row(page, "citations-0", printed="装上路灯", gloss="put up lamps")
    add_row(page, "case_tags")
    choose(page, "case_tags-0-tag", "back", "Back lanes")
    add_row(page, "problems")
    fill_row(page, "problems-0", key="dark", statement_zh="巷子没有灯。", printed="没有路灯")
    fill_row(page, "problems-0", statement_en="The lanes were dark.", gloss="no lamps")
    fill_row(page, "problems-0", heading_zh="巷子没有灯", heading_en="No lamps in the lanes")
    choose(page, "problems-0-type", "照明", "Poor lighting")
    select(page.locator("#id_problems-0-passage"), "liudi-post 1")
    add_row(page, "measures-2")
    fill_row(page, "measures-2-0", key="lamps", title_zh="装灯", title_en="Put up lamps")
    fill_row(page, "measures-2-0", summary_zh="装了灯。", summary_en="Lamps were put up.")
    fill_row(page, "measures-2-0", printed="装上路灯", gloss="put up lamps")
    choose(page, "measures-2-0-type", "路灯", "Public lighting")
    select(page.locator("#id_measures-2-0-status"), "done")
    select(page.locator("#id_measures-2-0-passage"), "liudi-post 2")
    save_and_go_on(page)


def write_the_measure(page: Page) -> None:
    leave(page.locator("#measures-group .inlinechangelink"))
    add_row(page, "solves")
    select(page.locator("#id_solves-0-problem"), "dark: The lanes were dark.")
    add_row(page, "metrics")
    fill_row(page, "metrics-0", key="lamps", low="500", printed="四百多盏", gloss="over 400")
    fill_row(page, "metrics-0", scope_zh="巷子", scope_en="In the lanes")
    select(page.locator("#id_metrics-0-kind"), "output")
    choose(page, "metrics-0-indicator", "lamps installed", "Lamps installed")
    select(page.locator("#id_metrics-0-qualifier"), "over")
    select(page.locator("#id_metrics-0-passage"), "liudi-post 2")
    leave(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".errorlist").first).to_contain_text("says over 400", timeout=PATIENCE)
    fill_row(page, "metrics-0", low="400")
    leave(page.get_by_role("button", name="Save", exact=True))
    fill(page, telling="lamps")
    save_and_go_on(page)


def publish(page: Page, site: str) -> None:
    page.goto(f"{site}/en/admin/stories/case/")
    tick(page.locator("input[name=_selected_action]"))
    select(page.locator("select[name=action]"), "publish")
    leave(page.get_by_role("button", name="Go"))


def test_a_case_is_begun_written_published_and_read_with_the_keyboard_alone(
    people: None, live_server: LiveServer, browser_page: Page
) -> None:
    page, site = browser_page, live_server.url
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, site, "editors")
    begin(page)
    name_the_source(page)
    write_the_case(page)
    write_the_measure(page)
    expect(page.locator(".field-open_points")).to_contain_text(
        "the case passes the check", timeout=PATIENCE
    )
    leave(page.get_by_role("link", name="Preview"))
    expect(page.locator("h1")).to_contain_text("Liudi Community")
    page.goto(f"{site}/en/admin/")
    leave(page.get_by_role("button", name="Log out"))
    expect(page.get_by_text("Logged out").first).to_be_visible(timeout=PATIENCE)

    log_in(page, site, "reviewers")
    publish(page, site)
    expect(page.locator(".messagelist .info, .messagelist .success")).to_contain_text("published")
    assert Case.objects.get(slug="liudi").is_published
    page.goto(f"{site}/en/cases/liudi/")
    expect(page.locator("h1")).to_contain_text("Liudi Community")
    assert complaints == []
