"""The footer of every page: publisher, licence, last publication, and filing numbers in China."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from stories.models.case import Case
from tests.builders import a_case, a_draft, keep
from tests.pages import PAGES, Element, Page

pytestmark = pytest.mark.django_db
README = (configured.BASE_DIR / "README.md").read_text()


def colophon(client: Client, address: str = "/en/about/") -> tuple[Page, Element]:
    page = Page(client.get(address).text)
    (foot,) = page.all(class_="colophon")
    return page, foot


def links(client: Client) -> dict[str, str]:
    """Text → address of the links in the footer."""
    page, foot = colophon(client)
    return {a.text: a.href for a in page.all("a") if foot in a.parents}


def published_at(day: int, **overrides: object) -> Case:
    return a_case(published_at=datetime(2026, 11, day, 12, tzinfo=UTC), **overrides)


def test_the_foot_names_the_publisher(client: Client, settings: Settings) -> None:
    settings.PUBLISHER = "Liudi <Press>"
    assert "Published by Liudi <Press>" in colophon(client)[1].text


def test_without_a_publisher_the_editors_are_named(client: Client) -> None:
    words = {address: colophon(client, address)[1].text for address in ("/about/", "/en/about/")}
    assert "the editors of the Community Case Library" in words["/en/about/"]
    assert "编辑" in words["/about/"]


def test_without_a_contact_the_page_about_errors_says_so(client: Client) -> None:
    (main,) = colophon(client)[0].all("main")
    assert "has not given an address" in main.text


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("desk@liudi.example", "mailto:desk@liudi.example"),
        ("https://liudi.example/write", "https://liudi.example/write"),
    ],
)
def test_a_contact_that_is_an_address_is_a_link(
    client: Client, settings: Settings, contact: str, address: str
) -> None:
    settings.CONTACT = contact
    assert links(client)[contact] == address
    (main,) = colophon(client)[0].all("main")
    assert contact in main.text  # where the page says how to report an error


def test_a_contact_in_words_is_no_link(client: Client, settings: Settings) -> None:
    settings.CONTACT = "Liudi Street 3"
    assert "Liudi Street 3" in colophon(client)[1].text
    assert "Liudi Street 3" not in links(client)


@pytest.mark.parametrize(
    ("setting", "register"),
    [
        ("ICP_NUMBER", "https://beian.miit.gov.cn/"),
        ("POLICE_NUMBER", "https://beian.mps.gov.cn/"),
    ],
)
def test_filing_numbers_are_shown_where_they_are_set(
    client: Client, settings: Settings, setting: str, register: str
) -> None:
    assert register not in links(client).values()
    setattr(settings, setting, "皖ICP备12345678号")
    assert links(client)["皖ICP备12345678号"] == register


def test_the_foot_names_the_licence_and_how_to_report_an_error(client: Client) -> None:
    found = links(client)
    assert found["CC BY 4.0"] == "https://creativecommons.org/licenses/by/4.0/"
    page = Page(client.get("/en/about/").text)
    for name, anchor in (("Report an error", "errors"), ("Accessibility", "accessibility")):
        assert found[name] == f"/en/about/#{anchor}"
        assert anchor in page.ids


def test_the_last_publication_is_dated_by_the_newest_published_case(client: Client) -> None:
    for case in (published_at(3), published_at(21), a_draft()):
        keep(case)
    page, foot = colophon(client)
    (time,) = [e for e in page.all("time") if foot in e.parents]
    assert (time.attributes["datetime"], time.text) == ("2026-11-21", "21 November 2026")


def test_before_the_first_publication_there_is_no_date(client: Client) -> None:
    page, foot = colophon(client)
    assert [e for e in page.all("time") if foot in e.parents] == []


@pytest.mark.parametrize("address", ["/", "/en/", "/cases/", "/matrix/", "/nope/", "/en/nope/"])
def test_every_page_has_the_foot(client: Client, settings: Settings, address: str) -> None:
    settings.PUBLISHER = "柳堤社"
    assert "柳堤社" in colophon(client, address)[1].text


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("address", PAGES)
def test_every_page_dates_the_last_publication(client: Client, address: str) -> None:
    page, foot = colophon(client, address)
    assert len([e for e in page.all("time") if foot in e.parents]) == 1


@pytest.mark.parametrize("name", ["PUBLISHER", "CONTACT", "ICP_NUMBER", "POLICE_NUMBER"])
def test_the_readme_explains_each_setting_of_the_foot(name: str) -> None:
    assert re.search(rf"^\| `CASELIB_{name}` \| [^|]+ \| [^|]+ \|$", README, re.MULTILINE)
