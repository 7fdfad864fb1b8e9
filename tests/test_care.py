"""The care view: switching it on and off, and completeness of its pages."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.pages import PAGES, Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
CARE = {"Cookie": "view=care"}


def cookie(response: Any) -> dict[str, str]:
    """Name → value of the attributes that are set."""
    return {name: str(value) for name, value in response.cookies["view"].items() if value}


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/?view=care", "/"),
        ("/en/?view=care", "/en/"),
        ("/cases/yucai/?view=care", "/cases/yucai/"),
        ("/cases/?q=%E7%81%AF&tag=a&tag=b&view=care", "/cases/?q=%E7%81%AF&tag=a&tag=b"),
        ("/en/cases/?view=care&sort=title", "/en/cases/?sort=title"),
        ("/nope/?view=care", "/nope/"),
        ("/cases/?view=standard&view=care", "/cases/"),
    ],
)
def test_choosing_leads_back_to_the_same_page(client: Client, asked: str, leads: str) -> None:
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (302, leads)
    assert response.cookies["view"].value == "care"
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example/",
        "/%2F/evil.example/",
        "/%5Cevil.example/",
        "//evil.example/%2e%2e",
        "/%0d%0aLocation:%20https:%2f%2fevil.example/",
        "/https://evil.example/",
    ],
)
def test_choosing_leads_to_no_other_site(client: Client, path: str) -> None:
    """Passed to the application as by a server: decoded, and only the path."""
    response = client.get(f"http://testserver{path}?view=care")
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert response["Location"][1:2] not in ("/", "\\")
    assert "\n" not in response["Location"] and "\r" not in response["Location"]


def test_the_choice_is_one_word_that_stays_with_this_site(client: Client) -> None:
    response = client.get("/?view=care")
    assert list(response.cookies) == ["view"]
    kept = cookie(response)
    kept.pop("expires")
    assert kept == {
        "path": "/",
        "max-age": "31536000",
        "httponly": "True",
        "samesite": "Lax",
    }


def test_behind_https_the_choice_travels_by_https_only(client: Client, settings: Settings) -> None:
    settings.HTTPS = True
    assert cookie(client.get("/?view=care"))["secure"] == "True"


def test_the_standard_view_leaves_no_cookie(client: Client) -> None:
    response = client.get("/about/?view=standard", headers=CARE)
    assert response["Location"] == "/about/"
    morsel = response.cookies["view"]
    assert (morsel.value, morsel["max-age"], morsel["samesite"]) == ("", 0, "Lax")


@pytest.mark.parametrize("value", ["", "x", "CARE", "care%00", "care "])
def test_another_word_is_dropped(client: Client, value: str) -> None:
    response = client.get(f"/about/?view={value}")
    assert (response.status_code, response.cookies) == (200, {})


def test_only_a_question_chooses() -> None:
    response = Client(enforce_csrf_checks=True).post("/?view=care")
    assert (response.status_code, response.cookies) == (405, {})
    assert Client().head("/?view=care").status_code == 302


@pytest.mark.parametrize("address", [*PAGES, "/en/nope/", "/cases/?q=zzzz"])
def test_a_page_in_the_care_view_has_all_that_it_has_in_the_standard_one(
    client: Client, address: str
) -> None:
    standard, care = client.get(address), client.get(address, headers=CARE)
    pages = Page(standard.text), Page(care.text)
    assert [page.all("html")[0].classes for page in pages] == [[], ["care"]]
    assert pages[1].faults == []
    ids, headings, links = (
        [page.ids for page in pages],
        [[e.text for e in page.all("h2") + page.all("h3")] for page in pages],
        [[link for link in page.links() if "view=" not in link] for page in pages],
    )
    assert ids[0] == ids[1]
    assert headings[0] == headings[1]
    assert links[0] == links[1]
    assert [len(page.all("dd")) for page in pages] == [len(pages[0].all("dd"))] * 2
    assert care["Content-Language"] == standard["Content-Language"]
    assert care["ETag"] != standard["ETag"] if care.status_code == 200 else True


@pytest.mark.parametrize(
    ("prefix", "words"), [("", ["关怀版", "标准版"]), ("/en", ["Larger text", "Standard view"])]
)
def test_the_header_leads_into_the_view_and_out_again(
    client: Client, prefix: str, words: list[str]
) -> None:
    address = f"{prefix}/cases/?q=%E5%B7%B7&sort=title"
    for headers, word, view in ({}, words[0], "care"), (CARE, words[1], "standard"):
        page = Page(client.get(address, headers=headers).text)
        (link,) = [a for a in page.all("a") if "view=" in a.href]
        assert (link.text, link.attributes["rel"]) == (word, "nofollow")
        assert link.href == f"?q=%E5%B7%B7&sort=title&view={view}"


def test_only_a_case_in_the_care_view_can_be_read_aloud(client: Client) -> None:
    def scripts(address: str, **headers: str) -> list[str]:
        page = Page(client.get(address, headers=headers).text)
        sources = [e.attributes.get("src", "") for e in page.all("script")]
        return [source for source in sources if "aloud" in source]

    assert scripts("/cases/yucai/") == scripts("/cases/", **CARE) == []
    assert len(scripts("/cases/yucai/", **CARE)) == 1
    page = Page(client.get("/en/cases/yucai/", headers=CARE).text)
    (bar,) = page.all(class_="aloud")
    assert "hidden" in bar.attributes  # until a script has detected speech synthesis
    buttons = [e for e in page.all("button") if bar in e.parents]
    assert [b.text for b in buttons] == ["Read aloud", "Pause"]
    assert {b.attributes["aria-pressed"] for b in buttons} == {"false"}
