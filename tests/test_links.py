"""Links of pages: between languages, to canonical addresses, and none broken."""

import pytest
from django.test import Client

from tests.pages import BASE, CHINESE_PAGES, Page, all_pages, english, is_page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(scope="module")
def site(library: None) -> dict[str, Page]:
    """address → page, of the shipped cases alone."""
    return all_pages()


@pytest.mark.parametrize(
    "address", [*CHINESE_PAGES, "/cases/?tag=back-lanes&page=3", "/about/?x=1"]
)
def test_the_languages_of_a_page_name_each_other(client: Client, address: str) -> None:
    pages = [page_of(client, a) for a in (address, english(address))]
    named = [
        {lang: page.link("alternate", hreflang=lang) for lang in ("zh-Hans", "en", "x-default")}
        for page in pages
    ]
    assert named[0] == named[1]
    assert [page.link("canonical") for page in pages] == [named[0]["zh-Hans"], named[0]["en"]]
    assert named[0]["x-default"] == named[0]["zh-Hans"]
    assert named[0]["zh-Hans"].startswith(f"{BASE}/")
    assert named[0]["en"].startswith(f"{BASE}/en/")


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        (
            "/cases/?tag=older-people&page=1&tag=back-lanes&colour=red",
            "?tag=back-lanes&tag=older-people",
        ),
        ("/cases/?sort=newest", ""),
        ("/cases/?page=99", ""),
        ("/metrics/?sort=size&page=1&kind=no", "?sort=size"),
        ("/metrics/?page=99", "?page=2"),
        ("/measures/street-lighting/?page=99", ""),
        ("/problems/dark-streets/?page=1&sort=title", ""),
        ("/places/610902-yucai/?page=0", ""),
        ("/sources/?page=x", ""),
        ("/about/?utm_source=x", ""),
    ],
)
def test_every_state_has_one_canonical_address(
    client: Client, address: str, canonical: str
) -> None:
    path = address.partition("?")[0]
    assert page_of(client, address).link("canonical") == f"{BASE}{path}{canonical}"


@pytest.mark.parametrize(
    ("asked", "is_indexed"),
    [
        ("", True),
        ("?tag=back-lanes&tag=older-people", True),
        ("?tag=back-lanes&tag=older-people&place=610000", False),
        ("?q=灯", False),
    ],
)
def test_from_three_choices_on_a_list_is_not_indexed(
    client: Client, asked: str, is_indexed: bool
) -> None:
    robots = page_of(client, f"/cases/{asked}").all("meta", name="robots")
    assert [e.attributes["content"] for e in robots] == ([] if is_indexed else ["noindex"])


def test_three_choices_of_metrics_are_not_indexed(client: Client) -> None:
    asked = "kind=output&kind=input&kind=context"
    assert page_of(client, f"/metrics/?{asked}").all("meta", name="robots", content="noindex")


@pytest.mark.parametrize("address", ["/cases/?tag=back-lanes", "/en/cases/?q=lamps&year=2022"])
def test_no_robot_follows_facets_chips_and_orders(client: Client, address: str) -> None:
    page = page_of(client, address)
    within = {"facets", "chip", "sorts"}
    links = [
        link
        for link in page.all("a")
        if any(within & set(e.classes) for e in (link, *link.parents))
    ]
    assert len(links) > 10
    assert {link.attributes.get("rel") for link in links} == {"nofollow"}


@pytest.mark.parametrize(
    "address",
    ["/", "/cases/?q=%E7%81%AF&tag=back-lanes&sort=title", "/metrics/?kind=output&sort=size"],
)
def test_the_language_switch_keeps_the_page_and_its_filters(client: Client, address: str) -> None:
    there = page_of(client, address).links("site-header__language")
    back = page_of(client, english(address)).links("site-header__language")
    assert (there, back) == ([english(address)], [address])


def test_the_language_switch_keeps_a_question_with_odd_signs(client: Client) -> None:
    address = "/cases/?q=%22%3E%3Cscript%3E%26amp%3B%2B"
    page = page_of(client, address)
    executed = [script for script in page.all("script") if "type" not in script.attributes]
    assert [script.text for script in executed] == [""]  # except for the value echoed
    assert page.links("site-header__language") == [english(address)]


def test_every_link_of_every_chinese_page_leads_somewhere(client: Client) -> None:
    """All addresses without a query; samples of those with one, and of the English ones."""
    links, ids = crawled(client)
    asked = sorted({link.partition("#")[0] for link in links if "?" in link})
    assert len(ids) > 130 and len(asked) > 130
    pages = sorted(filter(is_page, ids))
    for address in (
        *asked[::40],
        *map(english, filter(is_page, asked[20::40])),
        *map(english, pages[::10]),
    ):
        assert client.head(address).status_code == 200, address
    dangling = {
        link
        for link in links
        if "#" in link and link.partition("#")[2] not in ids[link.partition("#")[0]]
    }
    assert dangling == set()


@pytest.mark.parametrize("address", CHINESE_PAGES)
def test_an_english_page_leads_where_the_chinese_one_does(
    site: dict[str, Page], address: str
) -> None:
    """Files have no language in their path; that of a reference is a parameter."""
    chinese = set(site[address].links()) - {english(address)}
    there = {link.removesuffix("?language=en") for link in site[english(address)].links()}
    there -= {address}
    machine = {link for link in chinese if not link.startswith("/") or not is_page(link)}
    assert there == machine | {english(link) for link in chinese - machine}


def crawled(client: Client) -> tuple[set[str], dict[str, set[str]]]:
    """Every internal link of the Chinese pages; and the ids of each page without a query."""
    links: set[str] = set()
    ids: dict[str, set[str]] = {}
    waiting = {"/"}
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code == 200, address
        page = Page(response.text if response["Content-Type"].startswith("text/html") else "")
        assert page.faults == [], address
        ids[address] = set(page.ids)
        found = {f"{address}{link}" if link[0] == "#" else link for link in page.links()}
        found = {link for link in found if link[0] == "/" and not link.startswith("/en/")} - links
        links |= found
        waiting |= {link.partition("#")[0] for link in found if "?" not in link} - ids.keys()
    return links, ids
