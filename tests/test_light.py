"""How much a page weighs with the five cases: its HTML, compressed as it is sent."""

import pytest
from django.test import Client

from caselib.kept import ENCODERS, FLIGHT
from tests.pages import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
OTHERS = [
    *(f"{prefix}/cases/{slug}/" for slug in CASES for prefix in ("", "/en")),
    "/en/compare/?case=yucai&case=hanyang",
    "/en/cases/?q=lamps",
    "/en/nope/",
]


@pytest.mark.parametrize("address", sorted({*PAGES, *OTHERS}))
@pytest.mark.parametrize("cookie", ["", "view=care"])
def test_a_page_arrives_in_the_first_flight(client: Client, address: str, cookie: str) -> None:
    body = client.get(address, headers={"Cookie": cookie}).content
    assert len(ENCODERS["br"](body)) <= FLIGHT
