"""The sitemap: every public page in both languages, and robots.txt, which names it."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.timezone import localtime

from stories.models.version import Publication
from stories.models.vocabulary import MeasureType, Place, ProblemType
from tests.builders import a_case, a_draft, a_measure_type, a_place, a_problem_type, a_source, keep
from tests.pages import page_of

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "http://testserver"
FIXED = [
    f"/{name}/" if name else "/"
    for name in [
        "",
        *"cases measures problems places metrics matrix sources corrections about".split(),
    ]
]

pytestmark = pytest.mark.django_db


def entries(client: Client) -> dict[str, ElementTree.Element]:
    """Address without its host → the entry."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {(e.findtext(f"{SITEMAP}loc") or "").removeprefix(BASE): e for e in root}


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
            "zh-hans": f"{BASE}/cases/liudi/",
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
    """Those of each kind once; the crawl of the pages follows the rest."""
    held = entries(client)
    terms = Place.objects.count() + MeasureType.objects.count() + ProblemType.objects.count()
    assert len(held) == 2 * (len(FIXED) + 5 + 5 + terms)
    for address in sorted(held)[::20]:
        assert client.get(address).status_code == 200, address


def test_robots_are_kept_from_the_desk_and_shown_the_sitemap(client: Client) -> None:
    assert client.get("/robots.txt").text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /en/admin/",
        "Disallow: /*?view=",
        "Disallow: /*&view=",
        "",
        f"Sitemap: {BASE}/sitemap.xml",
    ]


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
