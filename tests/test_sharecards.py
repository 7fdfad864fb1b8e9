"""Share cards: their figures, line breaks, and the meta tags of pages."""

import os
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image, ImageFont

from stories.apps import has_a_han_font
from stories.pictures import fonts
from stories.presenters.case import CasePresenter
from stories.queries.snapshot import Library
from stories.reading.figures import Figure
from stories.web import printing, share_cards
from stories.web.share_cards import Card, Stated, card_of, png, set_in_lines
from tests.builders import a_case, a_draft, keep
from tests.pages import PAGES, Page

pytestmark = pytest.mark.django_db
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
BASE = "http://testserver"


@pytest.fixture
def han_font() -> None:
    """As for Chromium: CI requires a font, otherwise the tests are skipped."""
    if not fonts.han_face("title"):
        if os.environ.get("CI") == "true":
            pytest.fail("no Han font here, and CI=true requires one")
        pytest.skip("no Han font here")


def a_card(**overrides: Any) -> Card:
    values: dict[str, Any] = {
        "language": "zh",
        "site": "社区案例库",
        "title": "柳堤社区：小巷亮灯与铺路",
        "place": ["安徽省", "池州市", "柳堤社区"],
        "between": " ",
        "message": "小巷有了路灯。",
        "figures": [Stated(Figure("超过", "400", "盏"), "安装灯具", "九条小巷")],
    }
    values |= overrides
    return Card(**values | {name: tuple(values[name]) for name in ("place", "figures")})


def drawn(card: Card) -> Image.Image:
    made = png(card)
    assert made is not None
    return Image.open(BytesIO(made))


def ink_outside(image: Image.Image, margin: int) -> bool:
    """Whether anything but background is closer to the edge than this."""
    paper = Image.new("RGB", image.size, share_cards.PAPER)
    inner = (margin, margin, image.width - margin, image.height - margin)
    outside = image.convert("RGB")
    outside.paste(paper.crop(inner), inner)
    found = outside.getcolors()
    return found is None or len(found) > 1


# ---------------------------------------------------------------- lines


@pytest.fixture(scope="module")
def font() -> ImageFont.FreeTypeFont:
    """Any font, for tests of rules rather than appearance."""
    found = ImageFont.load_default(20)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def test_lines_are_few_and_even(font: ImageFont.FreeTypeFont) -> None:
    text = "one two three four five six"
    wide = font.getlength(text)
    assert set_in_lines(text, font, wide, 3) == [text]
    assert set_in_lines(text, font, wide - 1, 3) == ["one two three", "four five six"]
    assert set_in_lines(text, font, wide / 4, 3) is None


def test_no_character_is_left_alone(font: ImageFont.FreeTypeFont) -> None:
    text = "巷道整治与社区基地建设甲"
    lines = set_in_lines(text, font, font.getlength(text) - 1, 2)
    assert lines is not None and min(map(len, lines)) >= 4


def test_a_line_begins_with_no_closing_and_ends_with_no_opening_mark(
    font: ImageFont.FreeTypeFont,
) -> None:
    text = "干部下沉，社区任“第一书记”，办（临时）食堂。"
    for width in range(60, 400, 7):
        for line in set_in_lines(text, font, width, 12) or []:
            assert line[0] not in "，。”）" and line[-1] not in "“（"


def test_a_number_stays_with_what_it_counts(font: ImageFont.FreeTypeFont) -> None:
    for width in range(60, 300, 7):
        for line in set_in_lines("选派116名干部到116个社区", font, width, 9) or []:
            assert not line[-1].isdigit()


def test_a_line_ends_rather_at_a_comma(font: ImageFont.FreeTypeFont) -> None:
    text = "lamps tried out by a resident, and services"
    lines = set_in_lines(text, font, font.getlength("lamps tried out by a resident, an"), 2)
    assert lines == ["lamps tried out by a resident,", "and services"]


# ---------------------------------------------------------------- which figures


def presented(slug: str) -> CasePresenter:
    case = Library.now().case(slug)
    assert case is not None
    return case


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("slug", CASES)
def test_a_card_states_the_first_telling_figures_as_the_page_writes_them(
    slug: str, language: str
) -> None:
    with translation.override(language):
        case = presented(slug)
        stated = [
            (str(stated.figure), stated.label, stated.scope) for stated in card_of(case).figures
        ]
        assert stated == [
            (
                str(printing.figure(metric, case.language)),
                metric.indicator.label,
                metric.scope,
            )
            for metric in case.telling[: share_cards.FIGURES]
        ]
    assert len(stated) == share_cards.FIGURES


def test_a_case_without_numbers_states_its_message() -> None:
    case = a_case()
    keep(case)
    card = card_of(presented(case.slug))
    assert (card.figures, card.message) == ((), str(case.key_message))


# ---------------------------------------------------------------- the picture


@pytest.mark.usefixtures("han_font", "library")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("slug", CASES)
def test_the_card_of_every_case_fits(slug: str, language: str) -> None:
    with translation.override(language):
        image = drawn(card_of(presented(slug)))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert not ink_outside(image, 38)


@pytest.mark.usefixtures("han_font")
@pytest.mark.parametrize(
    "card",
    [
        a_card(title="很" * 120, place=["长长长长长长长长长长"] * 7),
        a_card(language="en", title="A very long title " * 11, place=["Somewhere Far Away"] * 7),
        a_card(language="en", title="Unbreakable" * 18),
        a_card(figures=[Stated(Figure("between 11 and ", "19,000,000,000", " x" * 40), "长" * 60)]),
        a_card(figures=[Stated(Figure("", "1", ""), "y" * 200, "z" * 200)] * 3),
        a_card(figures=[], message="话" * 300),
        a_card(title="灯", place=["安徽省"], figures=[], message=""),
    ],
    ids=range(7),
)
def test_nothing_flows_over_the_edge(card: Card) -> None:
    assert not ink_outside(drawn(card), 38)


@pytest.mark.usefixtures("han_font")
def test_every_word_of_a_card_shows() -> None:
    plain = png(a_card())
    others: list[dict[str, Any]] = [
        {"title": "柳堤社区：凉亭"},
        {"place": ["安徽省"]},
        {"site": "另一个库"},
        {"figures": [Stated(Figure("近", "400", "盏"), "安装灯具", "九条小巷")]},
        {"figures": [Stated(Figure("超过", "400", "盏"), "安装灯具")]},
        {"figures": []},
    ]
    for other in others:
        assert png(a_card(**other)) != plain


@pytest.mark.usefixtures("han_font")
def test_the_same_words_are_drawn_once() -> None:
    assert png(a_card()) is png(a_card())
    assert png(a_card(title="另一条小巷")) is not png(a_card())


@pytest.mark.usefixtures("han_font")
def test_a_card_is_light() -> None:
    made = png(a_card())
    assert made is not None and len(made) < 60_000


def test_the_colours_are_those_of_the_site() -> None:
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    for name in ("paper", "ink", "soft", "line", "accent"):
        assert f"--{name}: {getattr(share_cards, name.upper())}" in tokens.lower()


# ---------------------------------------------------------------- without a font


@pytest.mark.usefixtures("no_han_font", "library")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_without_a_han_font_the_sites_own_card_is_sent(client: Client, prefix: str) -> None:
    response = client.get(f"{prefix}/cases/yucai/card.png")
    assert response.content == settings.DEFAULT_CARD.read_bytes()


@pytest.mark.usefixtures("no_han_font")
def test_without_a_han_font_the_check_says_what_to_install() -> None:
    (warning,) = has_a_han_font(None)
    assert (warning.id, "fonts-noto-cjk" in str(warning.hint)) == ("caselib.W001", True)
    with pytest.raises(CommandError, match="no Han font"):
        call_command("drawcard")


@pytest.mark.usefixtures("han_font")
def test_with_a_han_font_the_check_is_silent() -> None:
    assert has_a_han_font(None) == []


def test_a_font_without_chinese_characters_is_none(
    no_han_font: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    default = ImageFont.load_default(20)
    assert isinstance(default, ImageFont.FreeTypeFont)
    (tmp_path / "NotoSansCJK-Regular.ttf").write_bytes(default.font_bytes)
    (tmp_path / "NotoSansCJK-Bold.ttf").write_bytes(b"no font at all")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    assert fonts.han_face("title") is None


@pytest.mark.usefixtures("han_font")
def test_the_command_draws_the_sites_own_card(settings: Any, tmp_path: Path) -> None:
    settings.DEFAULT_CARD = tmp_path / "card.png"
    call_command("drawcard", stdout=StringIO())
    for file in (settings.DEFAULT_CARD, settings.BASE_DIR / "static" / "card.png"):
        with Image.open(file) as image:
            assert (image.format, image.size) == ("PNG", (1200, 630))


# ---------------------------------------------------------------- addresses


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_case_has_a_card_in_each_language(client: Client, prefix: str) -> None:
    address = f"{prefix}/cases/yucai/card.png"
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert client.head(address).status_code == 200
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client(enforce_csrf_checks=True).post(address).status_code == 405


@pytest.mark.usefixtures("library")
def test_a_card_costs_a_query_between_two_of_the_revision_and_writes_nothing(
    client: Client,
) -> None:
    client.get("/cases/yucai/card.png")
    with CaptureQueriesContext(connection) as queries:
        client.get("/cases/yucai/card.png")
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"] * 3


@pytest.mark.usefixtures("library", "han_font")
def test_the_languages_have_different_cards(client: Client) -> None:
    zh, en = (client.get(f"{prefix}/cases/yucai/card.png") for prefix in ("", "/en"))
    assert zh.content != en.content


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_draft_has_no_card(client: Client, prefix: str) -> None:
    keep(a_draft(slug="unsaid"))
    for slug in ("unsaid", "nowhere"):
        assert client.get(f"{prefix}/cases/{slug}/card.png").status_code == 404


# ---------------------------------------------------------------- meta tags


def meta(page: Page) -> dict[str, str]:
    found = [element.attributes for element in page.all("meta")]
    return {
        given.get("property", given.get("name", "")): given["content"]
        for given in found
        if given.get("property", given.get("name", "")).startswith(("og:", "twitter:"))
    }


@pytest.mark.usefixtures("library")
def test_a_case_says_how_it_is_shown_where_it_is_shared(client: Client) -> None:
    page = Page(client.get("/en/cases/hanyang/").text)
    title = page.all("h1")[0].text
    assert meta(page) == {
        "og:type": "article",
        "og:site_name": "Community case library",
        "og:locale": "en_GB",
        "og:title": title,
        "og:description": page.all("meta", name="description")[0].attributes["content"],
        "og:image": f"{BASE}/en/cases/hanyang/card.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": title,
        "twitter:card": "summary_large_image",
    }


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_card(client: Client, address: str) -> None:
    page = Page(client.get(address).text)
    said = meta(page)
    is_english = address.startswith("/en/")
    assert said["og:locale"] == ("en_GB" if is_english else "zh_CN")
    assert said["og:title"] in page.all("title")[0].text
    assert client.head(said["og:image"].removeprefix(BASE)).status_code == 200


def test_what_is_not_there_is_not_shared(client: Client) -> None:
    assert meta(Page(client.get("/cases/nowhere/").text)) == {}
