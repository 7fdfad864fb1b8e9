"""Sitemap, robots.txt, llms.txt and feeds."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.timezone import localtime

from stories.models.version import Publication
from stories.models.vocabulary import MeasureType, Place, ProblemType
from stories.queries.snapshot import Library
from stories.web import sitemaps
from tests.builders import a_case, a_draft, a_measure_type, a_place, a_problem_type, a_source, keep
from tests.pages import page_of

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "http://testserver"
FIXED = [
    f"/{name}/" if name else "/"
    for name in [
        "",
        *"cases measures problems places metrics matrix sources corrections data".split(),
        *"data/codebook about".split(),
    ]
]

pytestmark = pytest.mark.django_db


def entries(client: Client) -> dict[str, ElementTree.Element]:
    """Address without its host → the entry, from all parts in the index."""
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    parts = [(e.findtext(f"{SITEMAP}loc") or "").removeprefix(BASE) for e in index]
    found = [e for part in parts for e in ElementTree.fromstring(client.get(part).content)]
    addresses = [(e.findtext(f"{SITEMAP}loc") or "").removeprefix(BASE) for e in found]
    assert len(set(addresses)) == len(addresses)
    return dict(zip(addresses, found, strict=True))


def test_the_sitemap_of_an_empty_library_holds_its_fixed_pages(client: Client) -> None:
    assert set(entries(client)) == {a for page in FIXED for a in (page, f"/en{page}")}


def test_the_sitemap_holds_cases_sources_terms_and_places(client: Client) -> None:
    source = a_source(case=a_case(slug="liudi", place=a_place(code="340000")), key="liudi-news")
    keep(source.case)
    a_measure_type(slug="lamps")
    a_problem_type(slug="dark")
    held = set(entries(client))
    added = ["/cases/liudi/", "/sources/liudi-news/", "/measures/lamps/", "/problems/dark/"]
    assert source.case.is_published
    assert {a for page in [*FIXED, *added, "/places/340000/"] for a in (page, f"/en{page}")} == held


def test_a_draft_and_its_source_are_not_in_the_sitemap(client: Client) -> None:
    a_source(case=a_draft(slug="secret"), key="secret-source")
    assert [address for address in entries(client) if "secret" in address] == []


def test_each_language_names_the_other(client: Client) -> None:
    keep(a_case(slug="liudi"))
    for address in ("/cases/liudi/", "/en/cases/liudi/"):
        links = entries(client)[address].findall(f"{XHTML}link")
        assert {link.attrib["hreflang"]: link.attrib["href"] for link in links} == {
            "zh-Hans": f"{BASE}/cases/liudi/",
            "en": f"{BASE}/en/cases/liudi/",
            "x-default": f"{BASE}/cases/liudi/",
        }


def test_a_case_tells_its_last_change(client: Client) -> None:
    keep(a_case(slug="liudi"))
    changed = entries(client)["/cases/liudi/"].findtext(f"{SITEMAP}lastmod")
    at = Publication.objects.get(slug="liudi").published_at
    assert changed == localtime(at).date().isoformat()


@pytest.mark.usefixtures("library")
def test_every_address_of_the_sitemap_answers(client: Client) -> None:
    """One of each kind; the crawl of the pages follows the rest."""
    held = entries(client)
    terms = Place.objects.count() + MeasureType.objects.count() + ProblemType.objects.count()
    assert len(held) == 2 * (len(FIXED) + 5 + 5 + terms)
    for address in sorted(held)[::20]:
        assert client.get(address).status_code == 200, address


def test_a_source_tells_the_last_change_of_its_case(client: Client) -> None:
    source = a_source(case=a_case(slug="liudi"), key="liudi-news")
    keep(source.case)
    changed = entries(client)["/sources/liudi-news/"].findtext(f"{SITEMAP}lastmod")
    at = Publication.objects.get(slug="liudi").published_at
    assert changed == localtime(at).date().isoformat()


def test_nothing_is_missing_from_a_sitemap_of_many_parts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [a_case(slug=f"case-{n}") for n in range(7)]
    keep(*cases, *(a_source(case=case, key=f"source-{case.slug}").case for case in cases))
    whole = set(entries(client))
    monkeypatch.setattr(sitemaps, "PAGES_OF_A_PART", 3)
    index = client.get("/sitemap.xml").text
    assert "/sitemap-cases-3.xml" in index and "/sitemap-cases-4.xml" not in index
    assert set(entries(client)) == whole > {"/en/cases/case-6/", "/sources/source-case-0/"}


@pytest.mark.parametrize(
    "address", ["/sitemap-cases-0.xml", "/sitemap-cases-2.xml", "/sitemap-x-1.xml"]
)
def test_a_part_that_is_not_there_is_not_found(client: Client, address: str) -> None:
    keep(a_case())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 2])
def test_a_part_costs_three_queries_of_its_own(
    client: Client, number: int, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    cases = [a_case() for _n in range(6)]
    keep(*(a_source(case=case).case for case in cases))
    monkeypatch.setattr(sitemaps, "PAGES_OF_A_PART", 3)
    Library.now()
    with django_assert_max_num_queries(5):
        client.get(f"/sitemap-sources-{number}.xml")


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("/", True),
        ("/cases/yucai/", True),
        ("/en/cases/?page=2", True),
        ("/cases/?tag=back-lanes", True),
        ("/cases/?tag=back-lanes&tag=older-people", False),
        ("/en/metrics/?kind=output&place=610000", False),
        ("/cases/?q=x", False),
        ("/cases/?sort=title", False),
        ("/about/?view=care", False),
        ("/admin/", False),
        ("/api/v1/cases", False),
        ("/api/v1/docs", True),
        ("/cases.jsonl", True),
    ],
)
def test_robots_are_kept_from_what_has_no_end(client: Client, address: str, is_open: bool) -> None:
    rules = [
        (kind == "Allow:", path)
        for kind, path in (
            line.split(" ", 1)
            for line in client.get("/robots.txt").text.splitlines()
            if "llow: " in line
        )
    ]
    fitting = [(len(path), allows) for allows, path in rules if matches(path, address)]
    assert max(fitting, default=(0, True))[1] == is_open


def matches(rule: str, address: str) -> bool:
    """Source: RFC 9309, section 2.2.2."""
    return re.match(re.escape(rule).replace(r"\*", ".*"), address) is not None


def test_robots_and_programs_are_told_where_the_data_is(client: Client) -> None:
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}/sitemap.xml" in robots and f"{BASE}/llms.txt" in robots
    assert client.get("/llms.txt")["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.usefixtures("library")
def test_everything_that_llms_txt_links_is_there(client: Client) -> None:
    linked = re.findall(rf"\]\({BASE}(/[^)]*)\)", client.get("/llms.txt").text)
    assert len(linked) > 10
    assert {address: client.get(address).status_code for address in linked} == dict.fromkeys(
        linked, 200
    )


# ---------------------------------------------------------------- new cases

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("address", ["/cases/?measure=street-lighting", "/en/cases/?q=lamps"])
def test_a_list_of_cases_has_a_feed_of_its_own(client: Client, address: str) -> None:
    page = page_of(client, address)
    feed = page.link("alternate", type="application/atom+xml")
    assert feed in page.links("downloads")
    response = client.get(feed)
    root = ElementTree.fromstring(response.content)
    listed = {box.attributes["value"] for box in page.all("input", name="case")}
    found = {e.attrib["href"].split("/")[-2] for e in root.findall(f"{ATOM}entry/{ATOM}link")}
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert found == listed != set()
    prefix = f"{BASE}/en/" if address.startswith("/en/") else f"{BASE}/cases/"
    assert all(id_.text and id_.text.startswith(prefix) for id_ in root.iter(f"{ATOM}id"))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("asked", ["mesure=x", "measure=nope", "language=fr"])
def test_a_feed_of_what_is_not_understood_is_refused(client: Client, asked: str) -> None:
    assert client.get(f"/cases.atom?{asked}").status_code == 400
