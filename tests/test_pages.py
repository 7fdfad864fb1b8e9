"""Every public page in both languages: elements, queries, errors and lists."""

from collections import Counter
from itertools import pairwise

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from stories.models.case import Case
from stories.models.vocabulary import MeasureType
from stories.queries.paging import GROUPS_SHOWN
from stories.web.site import FAMILIES
from tests.builders import (
    a_case,
    a_citation,
    a_derived,
    a_left_out,
    a_measure,
    a_measure_type,
    a_metric,
    a_passage,
    a_person,
    a_place,
    a_problem,
    a_problem_type,
    a_source,
    a_tag,
    an_actor,
    keep,
)
from tests.desk import withdraw
from tests.pages import (
    BASE,
    CHINESE_PAGES,
    MACHINE_FORMATS,
    PAGES,
    Page,
    all_pages,
    english,
    page_of,
    text_at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
UNKNOWN = [
    "/nope/",
    "/cases/nope/",
    "/measures/nope/",
    "/problems/nope/",
    "/places/nope/",
    "/sources/nope/",
    "/cases/yucai/nope/",
    "/admin-of-nothing/",
]
# address → query limits, whatever the size of the library: (with a new revision, afterwards)
QUERIES = {
    "/": (16, 3),
    "/cases/": (15, 3),
    "/cases/yucai/": (16, 5),
    "/cases/yucai/card.png": (13, 3),
    "/measures/": (15, 4),
    "/measures/street-lighting/": (32, 15),
    "/problems/": (14, 3),
    "/problems/dark-streets/": (18, 8),
    "/places/": (13, 2),
    "/places/610902-yucai/": (23, 13),
    "/metrics/": (22, 5),
    "/matrix/": (13, 2),
    "/compare/": (15, 4),
    "/compare/?case=yucai&case=hanyang": (34, 24),
    "/sources/": (15, 5),
    "/sources/akxw-2022/": (16, 7),
    "/about/": (12, 1),
    "/cases/yucai.json": (33, 24),
    "/healthz": (0, 0),
    "/robots.txt": (0, 0),
    "/sitemap.xml": (17, 8),
    "/suggestions.json": (14, 3),
}

QUESTIONS = [
    "/places/610000/",
    "/cases/?q=灯&measure=street-lighting",
    "/metrics/?kind=output&place=610000&sort=case",
    "/metrics/?measure=street-lighting&min=1&max=900&sort=size",
]


@pytest.fixture(scope="module")
def site(library: None) -> dict[str, Page]:
    """address → page, with only the shipped cases."""
    return all_pages()


@pytest.mark.parametrize("address", [*PAGES, *MACHINE_FORMATS])
def test_every_address_answers(client: Client, address: str) -> None:
    response = client.get(address)
    head = client.head(address)
    assert (response.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head["Content-Type"] == response["Content-Type"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_formed(site: dict[str, Page], address: str) -> None:
    page = site[address]
    repeated = [id for id, count in Counter(page.ids).items() if count > 1]
    assert (page.faults, repeated) == ([], [])
    assert [len(page.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, 1]


@pytest.mark.parametrize("address", PAGES)
def test_what_labels_and_describes_is_there(site: dict[str, Page], address: str) -> None:
    page = site[address]
    named = {
        name
        for element in page.elements
        for attribute in ("aria-labelledby", "aria-describedby", "for")
        for name in element.attributes.get(attribute, "").split()
    }
    assert named - set(page.ids) == set()


@pytest.mark.parametrize("address", PAGES)
def test_no_heading_leaves_a_level_out(site: dict[str, Page], address: str) -> None:
    levels = [int(e.tag[1]) for e in site[address].elements if e.tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("address", PAGES)
def test_every_control_has_a_label(site: dict[str, Page], address: str) -> None:
    page = site[address]
    labelled = {label.attributes.get("for") for label in page.all("label")}
    controls = [e for e in page.elements if e.tag in ("input", "select")]
    visible = [e for e in controls if e.attributes.get("type") != "hidden"]
    outside = [e for e in visible if not any(above.tag == "label" for above in e.parents)]
    assert [e for e in outside if e.attributes["id"] not in labelled] == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_in_the_language_of_its_address(site: dict[str, Page], address: str) -> None:
    page = site[address]
    is_english = address.startswith("/en/")
    assert page.all("html")[0].attributes["lang"] == ("en" if is_english else "zh-Hans")
    (switch,) = page.all(class_="site-header__language")
    assert switch.attributes["lang"] == ("zh-Hans" if is_english else "en")


@pytest.mark.parametrize("address", CHINESE_PAGES)
def test_descriptions_are_there_in_both_languages(site: dict[str, Page], address: str) -> None:
    pages = (site[address], site[english(address)])
    descriptions = [p.all("meta", name="description")[0].attributes["content"] for p in pages]
    assert "" not in descriptions and descriptions[0] != descriptions[1]


def test_no_two_pages_have_one_title(site: dict[str, Page]) -> None:
    titles = Counter(page.all("title")[0].text for page in site.values())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize(("address", "most"), QUERIES.items())
def test_a_page_costs_no_more_queries_than_it_has_parts(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
    most: tuple[int, int],
) -> None:
    for count in most:
        with django_assert_max_num_queries(count):
            client.get(address)


def a_rich_case(name: str) -> Case:
    """With shipped places and types, so that it appears on every page of QUERIES."""
    yucai = Case.objects.get(slug="yucai")
    case = a_case(place=yucai.place, began="2021", slug=name)
    lighting = MeasureType.objects.get(slug="street-lighting")
    problem = a_problem(case=case, type=a_problem_type())
    measure = a_measure(case=case, type=lighting, places=[yucai.place], problems=[problem])
    an_actor(measure=measure)
    source = a_source(case=case)
    a_person(source=source)
    a_citation(measure=measure, passage=a_passage(source=source, locator="1"))
    metric = a_metric(measure=measure)
    a_citation(metric=metric, passage=a_passage(source=source, locator="2"))
    case.tags.add(a_tag())
    keep(case)
    return case


@pytest.mark.parametrize("address", sorted({*QUERIES, *QUESTIONS}))
def test_the_queries_of_a_page_do_not_grow_with_the_library(client: Client, address: str) -> None:
    counted = []
    for cases in (range(2), range(2, 8)):
        for number in cases:
            a_rich_case(f"rich-{number}")
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counted.append(len(captured))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("asked", ["sort=size", "sort=size&page=9", "min=1&max=900&sort=case"])
def test_numbers_by_size_cost_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, asked: str
) -> None:
    """Groups by size are read in growing chunks."""
    client.get("/metrics/")
    with django_assert_max_num_queries(15):
        client.get(f"/metrics/?{asked}")


def test_the_queries_of_a_case_do_not_grow_with_its_parts(client: Client) -> None:
    case = a_rich_case("growing")
    counted = []
    for parts in (3, 27):
        for number in range(parts):
            a_part_of_everything(case, f"{parts}-{number}")
        keep(case)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/cases/{case.slug}/")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def a_part_of_everything(case: Case, name: str) -> None:
    source = a_source(case=case)
    passage = a_passage(source=source)
    linked = {"places": [a_place()], "problems": [a_problem(case=case)]}
    measure = a_measure(case=case, when="2021", **linked)
    an_actor(measure=measure)
    a_citation(measure=measure, passage=passage)
    a_citation(measure=measure, passage=passage, event="when")
    metric = a_metric(measure=measure)
    a_citation(metric=metric, passage=passage)
    a_metric(measure=None, case=case)
    a_derived(case=case).operands.create(metric=metric)
    a_left_out(passage=passage)
    case.tags.add(a_tag())


@pytest.mark.parametrize("address", [*PAGES, *MACHINE_FORMATS, *UNKNOWN])
def test_no_page_writes_or_sets_a_cookie(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert {query["sql"].split()[0] for query in captured} <= {"SELECT"}
    assert response.cookies == {}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("address", [*CHINESE_PAGES, "/en/cases/yucai/", *MACHINE_FORMATS])
def test_other_methods_are_refused_with_or_without_a_token(address: str, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("address", [a for slug in UNKNOWN for a in (slug, english(slug))])
def test_a_404_has_the_layout_of_the_site(client: Client, address: str) -> None:
    response = client.get(address)
    page = Page(response.text)
    is_english = address.startswith("/en/")
    assert (response.status_code, page.faults) == (404, [])
    assert page.all("html")[0].attributes["lang"] == ("en" if is_english else "zh-Hans")
    assert page.all(class_="site-header") and page.all("link", rel="stylesheet")
    assert page.all("meta", name="robots", content="noindex")
    assert page.link("canonical") == ""


@pytest.mark.parametrize("address", UNKNOWN[1:-2])
def test_the_language_can_be_switched_where_nothing_is(client: Client, address: str) -> None:
    assert Page(client.get(address).text).links("site-header__language") == [english(address)]


@pytest.mark.parametrize("path", ["//evil.example/cases/", "//evil.example/", "///x/"])
def test_a_page_that_is_not_there_leads_to_no_other_host(client: Client, path: str) -> None:
    response = client.get("/", PATH_INFO=path)
    assert response.status_code == 404
    assert [link for link in Page(response.text).links() if link.startswith("//")] == []


@pytest.mark.parametrize("address", ["/cases", "/en", "/en/cases/yucai", "/measures"])
def test_a_missing_slash_is_added(client: Client, address: str) -> None:
    response = client.get(f"{address}?q=x")
    assert (response.status_code, response["Location"]) == (301, f"{address}/?q=x")


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_a_database_that_fails_is_answered_by_the_page_of_an_error(address: str) -> None:
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(refuse):
        response = client.get(address)
    page = Page(response.text)
    assert (response.status_code, page.faults) == (500, [])
    assert page.all("h1")[0].text == "服务器出错" and page.all(
        "meta", name="robots", content="noindex"
    )
    assert "Traceback" not in response.text and "gone away" not in response.text


def refuse(*_query: object) -> None:
    raise ProgrammingError("gone away")


def test_parts_with_one_key_in_two_cases_do_not_share_an_id(client: Client) -> None:
    place, kind = a_place(code="shared"), a_measure_type(slug="shared")
    problem_type = a_problem_type(slug="shared")
    for _ in range(2):
        case = a_case(place=place)
        problem = a_problem(case=case, key="dark", type=problem_type)
        measure = a_measure(case=case, key="lamps", type=kind, places=[place], problems=[problem])
        a_metric(measure=measure, key="count")
        keep(case)
    for address in ("/measures/shared/", "/places/shared/", "/problems/shared/"):
        ids = Counter(page_of(client, address).ids)
        assert [id for id, count in ids.items() if count > 1] == []


def test_parts_of_cases_are_paginated_by_case(client: Client) -> None:
    kind, problem_type = a_measure_type(slug="paged"), a_problem_type(slug="paged")
    for n in range(GROUPS_SHOWN + 1):
        case = a_case(slug=f"paged-{n:02}", title_zh=f"第{n}例")
        a_measure(case=case, type=kind)
        a_measure(case=case, type=kind)
        a_problem(case=case, type=problem_type)
        a_source(case=case)
        keep(case)
    for address, class_ in (
        ("/measures/paged/", "measure-entry"),
        ("/problems/paged/", "problem-entry"),
    ):
        pages = [page_of(client, f"{address}{page}") for page in ("", "?page=2", "?page=3")]
        assert [page.link("canonical") for page in pages[1:]] == [f"{BASE}{address}?page=2"] * 2
        assert pages[0].all("a", rel="next")[0].href == f"{address}?page=2"
        assert pages[1].all("a", rel="prev")[0].href == address
        last = f"/cases/paged-{GROUPS_SHOWN:02}/"
        assert [last in page.links() for page in pages] == [False, True, True]
        assert len(pages[0].all(class_=class_)) == GROUPS_SHOWN * len(pages[1].all(class_=class_))
    assert page_of(client, "/sources/").all("a", rel="next")[0].href == "/sources/?page=2"


def test_measures_at_a_place_are_paginated_by_case(client: Client) -> None:
    place = a_place(code="paged")
    for n in range(GROUPS_SHOWN + 1):
        case = a_case(place=place, slug=f"paged-{n:02}")
        a_measure(case=case, places=[place])
        keep(case)
    pages = [page_of(client, f"/places/paged/{page}") for page in ("", "?page=2")]
    assert [len(page.all("li", class_="measure-entry")) for page in pages] == [GROUPS_SHOWN, 1]
    assert pages[1].link("canonical") == f"{BASE}/places/paged/?page=2"


def test_the_list_names_its_query(client: Client) -> None:
    page = page_of(client, "/en/cases/?tag=back-lanes&q=lamps")
    chips = [chip.text for chip in page.all(class_="chip")]
    assert page.all("h1")[0].text.startswith("Cases: “lamps”; ")
    assert chips[0] == "“lamps” × (remove)"
    assert page.all("input", name="q")[0].attributes["value"] == "lamps"
    assert page.all("input", type="hidden", name="tag", value="back-lanes")


def test_an_empty_list_offers_a_way_out(client: Client) -> None:
    page = page_of(client, "/en/cases/?tag=back-lanes&q=nowhere-said")
    (empty,) = page.all(class_="empty")
    out = [link.href for link in page.all("a") if empty in link.parents]
    assert out == ["/en/cases/?tag=back-lanes", "/en/cases/?q=nowhere-said", "/en/cases/"]


def test_a_filter_of_the_metrics_page_keeps_its_value(client: Client) -> None:
    page = page_of(client, "/metrics/?kind=output")
    assert [option.attributes["value"] for option in page.all("option", selected="")] == ["output"]


def test_a_type_without_a_case_is_called_a_gap(client: Client) -> None:
    a_measure_type(slug="nobody-yet", label_en="Nobody yet")
    assert "Nobody yet no case yet" in page_of(client, "/en/measures/").texts("term--gap")
    assert "That is a gap in the library" in text_at(client, "/en/measures/nobody-yet/")


def test_a_library_without_cases_says_so(client: Client) -> None:
    for case in Case.objects.all():
        withdraw(case)
    for address in PAGES:
        assert client.get(address).status_code in (200, 404, 410)
    assert "No case has been published yet." in text_at(client, "/en/")
    assert page_of(client, "/en/sources/").texts("empty") == ["No source yet."]


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", []),
        ("/cases/", [("/cases/", "page")]),
        ("/cases/?q=a", [("/cases/", "page")]),
        ("/cases/yucai/", [("/cases/", "true")]),
        ("/en/measures/street-lighting/", [("/en/measures/", "true")]),
        ("/en/matrix/", [("/en/matrix/", "page")]),
        ("/casesx/", []),
    ],
)
def test_the_header_marks_the_current_section(
    client: Client, address: str, current: list[tuple[str, str]]
) -> None:
    links = Page(client.get(address).text).all("a")
    marked = [
        (a.href, a.attributes["aria-current"])
        for a in links
        if "aria-current" in a.attributes
        and "site-header__links" in str([p.classes for p in a.parents])
    ]
    assert marked == current


def test_each_family_has_its_own_drawing(client: Client) -> None:
    """Hidden from screen readers: the label is beside it."""
    page = Page(client.get("/cases/yucai/").text)
    families = page.all("div", class_="measures__family")
    drawings = [e for e in page.all("svg", class_="symbol") if e.parents[-2] in families]
    assert len(drawings) == len(families)
    for family, drawing in zip(families, drawings, strict=True):
        (name,) = [name for name in family.classes if name.startswith("family--")]
        assert name in drawing.classes
        assert drawing.attributes["aria-hidden"] == "true"
    drawn = [e for e in page.all("use") if any("symbol" in p.classes for p in e.parents)]
    used = {e.attributes["href"].partition("#")[2] for e in drawn}
    assert used <= FAMILIES
