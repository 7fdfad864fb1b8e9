"""Transfer size of pages and static files as sent, with the five cases."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from django.conf import settings as configured
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, override_settings

from caselib.page_cache import ENCODERS, FINAL_QUALITY
from caselib.settings import STORAGES
from stories.models.case import Case
from tests.pages import CHINESE_PAGES, Page
from tests.weights import CSS, HTML, HTML_AT_FIRST, REQUESTS, SCRIPT

LOADED = ("stylesheet", "icon", "preload", "modulepreload", "manifest")
HASHED = re.compile(r"/static/(?P<path>.+)\.[0-9a-f]{12}(?P<suffix>\.\w+)")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Static files collected as on a production site, hashed and compressed, without those of the
    desk, which readers do not fetch."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=STORAGES):
        call_command("collectstatic", "-v0", "--noinput", "-i", "admin", "-i", "admin-desk")
        yield folder


@dataclass(frozen=True)
class View:
    """A page, and the static files that a browser requests at first."""

    weight: int  # bytes as they are sent to most readers
    at_first: int  # for the first two requests
    files: set[str]


@pytest.fixture(scope="module")
def views(library: None, collected: Path) -> dict[str, View]:
    """Every kind of page and every case, by address; those of the care view end in its cookie."""
    slugs = Case.objects.published().values_list("slug", flat=True)
    cases = [f"/cases/{slug}/" for slug in slugs]
    compared = "/compare/?" + "&".join(f"case={slug}" for slug in slugs[:4])
    addresses = sorted({*CHINESE_PAGES, *cases, compared, "/cases/?q=%E7%81%AF", "/nope/"})
    client = Client()
    return {
        f"{address} {cookie}": view(client.get(address, headers={"Cookie": cookie}).text)
        for path in addresses
        for address in (path, f"/en{path}")
        for cookie in ("", "view=care")
    }


def view(html: str) -> View:
    """Lazy-loaded pictures are not requested at first."""
    page = Page(html)
    files = {link.href for link in page.all("link") if link.attributes["rel"] in LOADED}
    files |= {script.attributes.get("src", "") for script in page.all("script")}
    files |= {use.href.partition("#")[0] for use in page.all("use")}
    files |= {i.attributes["src"] for i in page.all("img") if i.attributes.get("loading") != "lazy"}
    at_first = ENCODERS["br"](html.encode())
    final = brotli.compress(html.encode(), quality=FINAL_QUALITY)
    return View(len(final), len(at_first), files - {""})


def sent(collected: Path, address: str) -> int:
    """Bytes of a static file as sent."""
    file = collected / address.removeprefix(configured.STATIC_URL)
    packed = file.with_name(f"{file.name}.br")
    return (packed if packed.exists() else file).stat().st_size


def heavier(weights: Mapping[str, int], limit: int) -> dict[str, int]:
    return {address: weight for address, weight in weights.items() if weight > limit}


def test_no_page_is_heavier_than_18_kb(views: dict[str, View]) -> None:
    assert heavier({address: view.weight for address, view in views.items()}, HTML) == {}
    assert heavier({address: view.at_first for address, view in views.items()}, HTML_AT_FIRST) == {}


def test_no_page_asks_for_more_than_25_kb_of_css(views: dict[str, View], collected: Path) -> None:
    weights = {
        address: sum(sent(collected, file) for file in view.files if file.endswith(".css"))
        for address, view in views.items()
    }
    assert min(weights.values()) > 0
    assert heavier(weights, CSS) == {}


def test_all_scripts_together_are_not_heavier_than_8_kb(collected: Path) -> None:
    names = [name for finder in finders.get_finders() for name, _storage in finder.list([])]
    # Only a static copy has the last one, which searches without a server.
    scripts = [name for name in names if name.startswith("js/") and name != "js/baked.js"]
    assert scripts
    assert sum(sent(collected, name) for name in scripts) <= SCRIPT


def test_a_first_view_takes_six_requests_at_most(views: dict[str, View]) -> None:
    requests = {address: 1 + len(view.files) for address, view in views.items()}
    assert heavier(requests, REQUESTS) == {}


def test_static_files_are_named_by_their_hash_kept_for_good_and_packed(
    views: dict[str, View], collected: Path
) -> None:
    files = {file for view in views.values() for file in view.files}
    assert [file for file in files if not HASHED.fullmatch(file)] == []
    with override_settings(
        STATIC_ROOT=collected,
        STORAGES=STORAGES,
        WHITENOISE_AUTOREFRESH=False,
        WHITENOISE_USE_FINDERS=False,
    ):
        client = Client(headers={"Accept-Encoding": "br"})
        answers = [client.get(file) for file in files if file.endswith((".css", ".js"))]
        for answer in answers:
            answer.close()
    assert {answer.get("Content-Encoding") for answer in answers} == {"br"}
    assert {answer["Cache-Control"] for answer in answers} == {
        "max-age=315360000, public, immutable"
    }
