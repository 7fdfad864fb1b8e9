"""The static export: opened from disk, complete, reproducible, and rebuilt incrementally."""

import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import override

from stories.bake import addresses
from stories.bake.baker import BakeError, Plan, bake
from stories.bake.folder import CopyFolder, FolderError
from stories.bake.requests import Site
from stories.bake.rewriting import standard_view
from stories.bake.search_index import keys
from stories.bake.units import Units
from stories.models.case import Case
from stories.publishing import publisher
from stories.queries.snapshot import Library
from stories.search import analyzer, writer
from tests import builders
from tests.copy_links import broken
from tests.pages import PAGES, Page

pytestmark = pytest.mark.django_db
TIERS = {"REST": analyzer.REST, "KEYWORD": analyzer.KEYWORD}


@pytest.fixture
def small(db: None) -> tuple[Case, Case]:
    """Two published cases with every optional part, and hardly any vocabulary."""
    place = builders.a_place(code="340000")
    cases = [builders.a_case(slug=slug, place=place) for slug in ("first", "second")]
    for case in cases:
        problem = builders.a_problem(case=case)
        metric = builders.a_metric(case=case)
        builders.a_solve(measure=metric.measure, problem=problem)
        passage = builders.a_passage(source=builders.a_source(case=case, key=f"{case.slug}-news"))
        builders.a_citation(passage=passage, metric=metric)
    builders.keep(*cases)
    return cases[0], cases[1]


def pages_of(folder: Path) -> dict[str, str]:
    """Path from the root → page."""
    files = folder.rglob("*.html")
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}


# ---------------------------------------------------------------- a copy of the shipped cases


@pytest.mark.usefixtures("library")
def test_no_link_of_a_copy_is_broken_on_disk_or_below_a_path(copy: Path) -> None:
    assert broken(copy) == []


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("view", ["", "care"])
@pytest.mark.parametrize("address", [page for page in PAGES if "compare" not in page])
def test_every_page_is_a_file_in_both_languages_and_views(
    copy: Path, address: str, view: str
) -> None:
    file = addresses.file_of(address, view)
    assert file
    html = (copy / file.path).read_text()
    assert ('<html lang="en"' in html) == address.startswith("/en/")
    assert (' class="care"' in html[:200]) == bool(view)


@pytest.mark.usefixtures("library")
def test_a_copy_names_no_server(copy: Path) -> None:
    naming = [p for p, html in pages_of(copy).items() if re.search(r'(href|src|action)="/', html)]
    assert naming == []


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("address", [*PAGES, "/cases/?tag=back-lanes", "/en/metrics/?page=2"])
def test_the_standard_view_made_from_a_page_is_that_of_the_site(address: str) -> None:
    site = Site("https://cases.example", ("zh", "en"))
    made = standard_view(site.get(address, is_care=True).body.decode())
    assert made == site.get(address).body.decode()


@pytest.mark.usefixtures("library")
def test_files_are_compressed_beside_themselves(copy: Path) -> None:
    assert all((copy / f"cases/index.html{ending}").is_file() for ending in (".br", ".gz"))


@pytest.mark.usefixtures("library")
def test_a_copy_has_what_lists_and_cases_offer_as_files(copy: Path) -> None:
    names = "404.html cases.csv cases.jsonl metrics.csv cases.atom en/cases.atom corrections.atom "
    names += "cases/yucai.json cases/yucai.bib en/cases/yucai.ris cases/yucai/v/1.json sitemap.xml "
    names += "cases/tag=back-lanes/index.html cases/tag=back-lanes.atom sources/akxw-2022.csl.json"
    assert [name for name in names.split() if not (copy / name).is_file()] == []


@pytest.mark.usefixtures("library")
def test_without_script_the_search_says_so(copy: Path) -> None:
    assert "<noscript>" in (copy / "cases/index.html").read_text()


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("folder", ["", "en/", "care/", "care/en/"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("cases/measure", "street-lighting"), ("metrics/indicator", "lamps-installed")],
)
def test_a_list_of_one_value_leads_to_its_rows_in_one_click(
    copy: Path, client: Client, folder: str, name: str, value: str
) -> None:
    page = copy / f"{folder}{name}={value}" / "index.html"
    (link,) = (one for one in Page(page.read_text("utf-8")).links("downloads") if "csv" in one)
    served = b"".join(client.get(f"/{name.replace('/', '.csv?')}={value}"))
    slugs = [line.split(b",")[0] for line in served.splitlines()]
    written = (page.parent / link).read_bytes()
    assert [line.split(b",")[0] for line in written.splitlines()] == slugs
    assert len(slugs) > 1


# ---------------------------------------------------------------- two cases


@pytest.mark.usefixtures("small")
def test_a_copy_says_where_it_will_be_read(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    output = StringIO()
    address = "https://example.org/library/"
    call_command("bake", tmp_path / "site", base_url=address, lang="en", stdout=output)
    result = r"\d+ files, \d+ pages among them, made in \d+ parts; 0 parts reused: .*index.html\n"
    assert re.fullmatch(result, output.getvalue())  # no progress, as this is no terminal
    page = (tmp_path / "site/en/cases/index.html").read_text()
    assert f'<link rel="canonical" href="{address}en/cases/">' in page
    assert "中文" not in page
    assert f"<loc>{address}en/cases/</loc>" in (tmp_path / "site/sitemap-pages-1.xml").read_text()
    assert 'href="/library/en/index.html"' in (tmp_path / "site/404.html").read_text()
    assert len(list((tmp_path / "site/data").glob("*.sqlite3"))) == 1


def test_every_address_of_a_copy_that_knows_its_own_leads_to_it(
    small: tuple[Case, Case], tmp_path: Path, settings: Any
) -> None:
    """Canonical addresses, feeds, sitemaps, data and references too."""
    settings.STATIC_ROOT = tmp_path / "static"
    builders.keep(small[0])
    publisher.withdraw("second")
    address = "https://example.org/library"
    bake(Plan(tmp_path / "site", address))
    assert broken(tmp_path / "site", f"{address}/") == []


def files_of(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.usefixtures("small")
def test_an_interrupted_bake_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    plan, whole = Plan(tmp_path / "site"), Plan(tmp_path / "whole")

    def interrupt(done: int, count: int) -> None:
        if done >= count // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bake(plan, interrupt)
    assert not plan.target.exists()
    baked = bake(plan)
    assert baked.reused >= baked.made // 2 > 0
    bake(whole)
    assert files_of(plan.target) == files_of(whole.target)


def test_a_publication_rewrites_what_it_changes(small: tuple[Case, Case], tmp_path: Path) -> None:
    plan = Plan(tmp_path / "site")
    bake(plan)
    before = {path: (plan.target / path).stat().st_ino for path in files_of(plan.target)}
    first, _second = small
    first.key_message_zh = "变了。"
    first.save()
    builders.keep(first)
    bake(plan)
    linked = {p for p, inode in before.items() if (plan.target / p).stat().st_ino == inode}
    assert "变了。" in (plan.target / "cases/first/index.html").read_text()
    assert (plan.target / "cases/first/diff/1-2/index.html").is_file()
    assert "cases/first/index.html" not in linked
    assert {
        "cases/second/v/1/index.html",
        "about/index.html",
        "care/en/sources/index.html",
    } <= linked


@pytest.mark.usefixtures("small")
def test_a_withdrawn_case_says_so_in_the_next_copy(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "site")
    bake(plan)
    publisher.withdraw("first")
    bake(plan)
    assert "撤回" in (plan.target / "cases/first/index.html").read_text()
    assert not (plan.target / "cases/first.json").exists()
    assert broken(plan.target) == []


@pytest.mark.usefixtures("small")
def test_a_copy_of_two_revisions_is_not_put_in_place(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "site")
    bake(plan)
    before = files_of(plan.target)
    publisher.withdraw("first")
    with pytest.raises(BakeError):
        bake(plan, lambda done, count: writer.begin_revision())
    assert files_of(plan.target) == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(FolderError):
        bake(Plan(tmp_path))


def test_an_odd_base_address_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="base-url"):
        call_command("bake", tmp_path / "site", base_url="example.org")


# ---------------------------------------------------------------- addresses and keys


@pytest.mark.parametrize(
    ("address", "view", "path", "query"),
    [
        ("/", "", "index.html", ""),
        ("/en/", "care", "care/en/index.html", ""),
        ("/cases/?tag=back-lanes", "", "cases/tag=back-lanes/index.html", ""),
        ("/cases/?page=2&tag=a", "", "cases/tag=a/page=2/index.html", ""),
        ("/cases/?answered=a%3Ab", "", "cases/answered=a.b/index.html", ""),
        ("/en/cases/?tag=a&tag=b", "", "en/cases/index.html", "tag=a&tag=b"),
        ("/cases/?tag=a&sort=title", "", "cases/index.html", "tag=a&sort=title"),
        ("/metrics/?indicator=a&measure=b&page=2", "", "metrics/indicator=a/index.html", ""),
        ("/sources/k/cite/?at=4", "", "sources/k/cite/index.html", ""),
        ("/cases.atom?tag=a&language=en", "", "en/cases/tag=a.atom", ""),
        ("/cases.csv?tag=a", "care", "cases/tag=a.csv", ""),
        ("/metrics.csv?indicator=a", "", "metrics/indicator=a.csv", ""),
        ("/cases.csv", "", "cases.csv", ""),
        ("/cases/yucai.bib?language=en", "care", "en/cases/yucai.bib", ""),
    ],
)
def test_an_address_has_one_file(address: str, view: str, path: str, query: str) -> None:
    found = addresses.file_of(address, view)
    assert found and (found.path, found.query) == (path, query)


@pytest.mark.parametrize("address", ["/compare/?case=a", "/en/compare/", "/api/v1/docs", "/oai"])
def test_what_only_a_server_answers_has_no_file(address: str) -> None:
    assert addresses.file_of(address) is None


def test_the_script_knows_the_tiers_by_their_numbers() -> None:
    numbers = {name: analyzer.TIERS.index(value) for name, value in TIERS.items()}
    script = (settings.BASE_DIR / "static" / "js" / "baked.js").read_text()
    assert all(f"{name} = {number}," in script for name, number in numbers.items())
    assert f"TIERS = {len(analyzer.TIERS)};" in script


def test_a_text_is_found_by_triples_and_by_what_latin_words_join_to() -> None:
    found = keys("led路灯、e-bike 3.5% 共280米")
    assert {
        "路",
        "路灯",
        "路灯、",
        "led",
        "e-bike",
        "3.5",
        "5%",
        "led路",
        "280米",
        "共280",
    } <= found
    assert not {"le*", "d路", "0米"} & found


def test_every_public_address_is_a_file_or_needs_a_server(db: None) -> None:
    """New URL patterns must be exported, or listed in SERVER_ONLY."""
    known = {(), ("slug",), ("number", "slug"), ("newer", "older", "slug"), ("key",), ("code",)}
    with override("zh-hans"):
        units = Units(Library.now(), "", with_cards=True)
    others = {str(p.name) for p, parameters in units.patterns if parameters not in known}
    assert others == {"data-file", "picture", "sitemap-part"}


# ---------------------------------------------------------------- the folder


def folder_at(target: Path) -> CopyFolder:
    folder = CopyFolder(target, "stamp")
    folder.begin()
    return folder


def first_copy(target: Path) -> None:
    folder = folder_at(target)
    folder.write("a.html", b"A" * 10)
    folder.finish("unit", "first", ["a.html"])
    folder.switch()


def test_two_bakes_of_one_copy_are_refused(tmp_path: Path) -> None:
    first, second = CopyFolder(tmp_path / "site", "a"), CopyFolder(tmp_path / "site", "b")
    with first.alone(), pytest.raises(FolderError, match="another bake"), second.alone():
        pass


def test_what_an_interrupted_bake_left_is_not_written_through(tmp_path: Path) -> None:
    first_copy(tmp_path / "site")
    folder = folder_at(tmp_path / "site")
    assert folder.reuse("unit", "first")
    folder.write("a.html", b"B")
    folder.write_stream("a.html", [b"C"])
    assert (tmp_path / "site" / "a.html").read_bytes() == b"A" * 10


def test_a_copy_without_its_record_is_not_put_in_place(tmp_path: Path) -> None:
    first_copy(tmp_path / "site")
    folder = folder_at(tmp_path / "site")
    shutil.rmtree(folder.part)
    with pytest.raises(FolderError, match="is gone"):
        folder.switch()
    assert (tmp_path / "site" / "a.html").is_file()
