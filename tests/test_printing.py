"""Formatting: numbers with units, dates with precision, locators, addresses."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from pytest_django import Settings

from stories import links
from stories.languages import reader_language
from stories.models.metrics import Derived, Metric
from stories.models.vocabulary import Indicator
from stories.presenters.case import CasePresenter
from stories.web import jinja, printing
from stories.web.site import absolute, in_language, site_of, this_page_in
from tests.builders import a_cite, a_document

LAMPS = Indicator(dimension="count", unit_zh="盏", unit_en="lamps", unit_en_one="lamp")
MONEY = Indicator(dimension="money", unit_zh="元", unit_en="yuan")
LENGTH = Indicator(dimension="length", unit_zh="米", unit_en="m", unit_en_one="m")
SHARE = Indicator(dimension="share", unit_zh="%", unit_en="%", unit_en_one="%")
DISCOUNT = Indicator(dimension="discount", unit_zh="折", unit_en="")
PLAIN = Indicator(dimension="count")


def written(
    indicator: Indicator, low: str | None, high: str | None, qualifier: str
) -> tuple[str, str]:
    """In Chinese and in English."""
    bounds = [None if text is None else Decimal(text) for text in (low, high)]
    metric = Metric(indicator=indicator, low=bounds[0], high=bounds[1], qualifier=qualifier)
    return str(printing.figure(metric, "zh")), str(printing.figure(metric, "en"))


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "zh", "en"),
    [
        ("160", "160", "exact", "160盏", "160 lamps"),
        ("400", None, "over", "超过400盏", "over 400 lamps"),
        (None, "300", "nearly", "近300盏", "nearly 300 lamps"),
        ("1200", "1200", "about", "约1200盏", "about 1,200 lamps"),
        ("30", None, "at_least", "至少30盏", "at least 30 lamps"),
        (None, "30", "at_most", "至多30盏", "at most 30 lamps"),
        ("20", "30", "range", "20至30盏", "20 to 30 lamps"),
        ("200", "999", "several", "数百盏", "several hundred lamps"),
        ("11", "19", "several", "十几盏", "between 11 and 19 lamps"),
        ("1", "1", "exact", "1盏", "1 lamp"),
        ("1", None, "over", "超过1盏", "over 1 lamp"),
        ("0", "0", "exact", "0盏", "0 lamps"),
        ("12000", "12000", "exact", "12000盏", "12,000 lamps"),
        ("30000", "30000", "exact", "3万盏", "30,000 lamps"),
        ("1.5", "1.5", "exact", "1.5盏", "1.5 lamps"),
        ("400.0000", "400.0000", "exact", "400盏", "400 lamps"),
    ],
)
def test_a_number_keeps_its_qualifier_and_its_unit(
    low: str | None, high: str | None, qualifier: str, zh: str, en: str
) -> None:
    assert written(LAMPS, low, high, qualifier) == (zh, en)


@pytest.mark.parametrize(
    ("indicator", "low", "high", "qualifier", "zh", "en"),
    [
        (MONEY, "250000", "250000", "exact", "25万元", "CNY 250,000"),
        (MONEY, "12500.5", "12500.5", "exact", "1.25005万元", "CNY 12,500.5"),
        (MONEY, "300", "300", "exact", "300元", "CNY 300"),
        (MONEY, "1000000", None, "over", "超过100万元", "over CNY 1,000,000"),
        (MONEY, "10000", "30000", "range", "1至3万元", "CNY 10,000 to 30,000"),
        (LENGTH, None, "3000", "nearly", "近3000米", "nearly 3,000 m"),
        (SHARE, "85.5", "85.5", "exact", "85.5%", "85.5%"),
        (SHARE, "90", None, "over", "超过90%", "over 90%"),
        (DISCOUNT, "8", "8", "exact", "8折", "20% off"),
        (DISCOUNT, "8.5", "8.5", "about", "约8.5折", "about 15% off"),
        (PLAIN, "7", "7", "exact", "7", "7"),
    ],
)
def test_each_dimension_is_written_in_its_own_way(
    indicator: Indicator, low: str | None, high: str | None, qualifier: str, zh: str, en: str
) -> None:
    assert written(indicator, low, high, qualifier) == (zh, en)


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "约625元/盏"), ("en", "about 625 yuan each")]
)
def test_a_computed_number_has_a_unit_of_its_own(language: str, text: str) -> None:
    derived = Derived(
        value=Decimal("625.0000"), qualifier="about", unit_zh="元/盏", unit_en="yuan each"
    )
    assert str(printing.computed(derived, language)) == text


@pytest.mark.parametrize(
    ("edtf", "zh", "en"),
    [
        ("", "", ""),
        ("2021", "2021年", "2021"),
        ("2021-09", "2021年9月", "September 2021"),
        ("2021-09-15", "2021年9月15日", "15 September 2021"),
        ("2021~", "约2021年", "about 2021"),
        ("2021/2022-03", "2021年至2022年3月", "2021 – March 2022"),
        ("2021-09/..", "2021年9月起", "since September 2021"),
        ("../2021", "截至2021年", "until 2021"),
    ],
)
def test_a_date_is_as_precise_as_it_is(edtf: str, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert printing.date(edtf) == zh
    with override("en"):
        assert printing.date(edtf) == en


@pytest.mark.parametrize(
    ("locator", "zh", "en"),
    [
        ("12", "第12段", "paragraph 12"),
        ("T", "标题", "title"),
        ("H1", "小标题1", "heading 1"),
        ("C2", "图片说明2", "caption 2"),
        ("E1", "编者按1", "editor’s note 1"),
    ],
)
def test_a_locator_is_told_in_words(locator: str, zh: str, en: str) -> None:
    with override("en"):
        assert printing.locator(locator) == en
    with override("zh-hans"):
        assert printing.locator(locator) == zh


def presented(*sources: dict[str, Any]) -> CasePresenter:
    document = a_document()
    document["sources"] = [document["sources"][0] | source for source in sources or ({},)]
    return CasePresenter(1, document, {})


@pytest.mark.parametrize(
    ("locators", "zh", "en"),
    [
        (["2"], "依据：第2段", "Cited: paragraph 2"),
        (["3", "1", "3"], "依据：第1、3段", "Cited: paragraphs 1, 3"),
        (["T", "2"], "依据：第2段、标题", "Cited: paragraph 2, title"),
        (["C1"], "依据：图片说明1", "Cited: caption 1"),
    ],
)
def test_a_citation_names_each_passage_once_in_its_order(
    locators: list[str], zh: str, en: str
) -> None:
    for language, label in (("zh-hans", zh), ("en", en)):
        with override(language):
            cited = presented().passages_of([a_cite(locator, "四百多盏") for locator in locators])
            assert printing.cited_label(cited, reader_language()) == label


def test_a_source_is_a_reference_in_the_readers_language() -> None:
    source = {"title": {"zh": "九条小巷", "en": "Nine lanes"}, "issued": "2022", "url": None}
    assert printing.reference(presented(source).sources[0]) == (
        "林小舟. 九条小巷[N]. 柳堤晚报，2022."
    )
    with override("en"):
        assert printing.reference(presented(source).sources[0]) == (
            "Lin, X. (2022). Nine lanes. Liudi Evening News."
        )


@pytest.mark.parametrize(
    ("edtf", "html"),
    [
        ("2021", '<time datetime="2021">2021</time>'),
        ("2021-09-15", '<time datetime="2021-09-15">15 September 2021</time>'),
        ("2021~", "about 2021"),
        ("2021-09/..", "since September 2021"),
    ],
)
def test_a_date_that_html_has_no_form_for_is_only_words(edtf: str, html: str) -> None:
    with override("en"):
        assert printing.time(edtf) == html


def test_a_search_for_a_source_asks_what_is_known_of_it() -> None:
    source = presented({"title": {"zh": "九条小巷", "en": "Nine lanes"}}).sources[0]
    asked = parse_qs(urlsplit(printing.search_link(source)).query)["q"]
    assert asked == ['"九条小巷" 柳堤晚报 2022-09-01']


# ---------------------------------------------------------------- titles that break between words


@pytest.mark.parametrize(
    ("title", "phrases"),
    [
        ("小巷装上路灯", "小巷 装 上 路灯"),
        ("九条小巷（一期）亮了", "九条 小巷 （一期） 亮了"),
        ("花25万元装灯", None),
        ("“第一书记”进社区", None),
    ],
)
def test_a_chinese_title_may_break_between_its_words_only(title: str, phrases: str | None) -> None:
    parts = str(printing.clauses(title)).split("<wbr>")
    assert "".join(parts) == title and len(parts) > 1
    assert all(part[0] not in "，。、；：！？）》”’" for part in parts)
    assert all(part[-1] not in "（《“‘" for part in parts)
    assert all(part.isdecimal() is False for part in parts[:-1])
    assert phrases is None or parts == phrases.split()


def test_an_english_title_breaks_at_its_spaces() -> None:
    assert printing.clauses("Nine lanes lit") == "Nine lanes lit"


def test_a_title_is_escaped_between_its_places_to_break_at() -> None:
    assert "<b>" not in printing.clauses("小巷<b>装上路灯")


@pytest.mark.parametrize(
    ("path", "language", "address"),
    [
        ("/", "en", "/en/"),
        ("/cases/?q=%E7%81%AF&page=2", "en", "/en/cases/?q=%E7%81%AF&page=2"),
        ("/cases/yucai/", "zh-hans", "/cases/yucai/"),
        ("/nowhere/at/all/", "en", "/en/nowhere/at/all/"),
    ],
)
def test_a_page_has_an_address_in_each_language(path: str, language: str, address: str) -> None:
    with override("zh-hans"):
        assert this_page_in(RequestFactory().get(path), language) == address


def test_an_english_address_leads_back_to_the_chinese_one() -> None:
    with override("en"):
        assert in_language("/en/cases/?tag=x", "zh-hans") == "/cases/?tag=x"


def test_an_absolute_address_names_the_site_that_was_set(settings: Settings) -> None:
    request = RequestFactory().get("/")
    addresses = []
    for site in ("", "https://cases.example"):
        settings.SITE_URL = site
        addresses.append(absolute(site_of(request), "/x/"))
    assert addresses == ["http://testserver/x/", "https://cases.example/x/"]


@pytest.mark.parametrize(
    ("language", "named"),
    [("zh-hans", ["/cases/yucai/", "/about/"]), ("en", ["/en/cases/yucai/", "/en/about/"])],
)
def test_a_page_is_named_in_the_readers_language(language: str, named: list[str]) -> None:
    with override(language):
        assert [links.of("case", "yucai"), links.of("about")] == named


# ---------------------------------------------------------------- the environment


def printed(template: str, **values: object) -> str:
    language = reader_language()
    return jinja.environment(language, autoescape=True).from_string(template).render(values)


def test_what_a_page_prints_is_escaped() -> None:
    assert printed("{{ x }}{{ _(x) }}", x="") == ""
    assert printed("<p>{{ x }}</p>", x='<b> & "') == "<p>&lt;b&gt; &amp; &#34;</p>"
    counted = "{% trans trimmed x=x %} {{ x }} of {% endtrans %}"
    assert printed(counted, x="<script>") == "&lt;script&gt; of"


def test_words_of_a_page_are_those_of_the_catalogue() -> None:
    template = """{{ _("Cases") }}{{ pgettext("between names", ", ") }}{% trans trimmed count=n %}
        {{ count }} case{% pluralize %}{{ count }} cases{% endtrans %}"""
    with override("zh-hans"):
        assert printed(template, n=2) == "案例、2个案例"
    with override("en"):
        assert [printed(template, n=n) for n in (1, 2)] == ["Cases, 1 case", "Cases, 2 cases"]


def an_answer(status: str, is_preparation: bool = False) -> SimpleNamespace:
    measure = SimpleNamespace(status_label=status)
    return SimpleNamespace(measure=measure, is_preparation=is_preparation)


@pytest.mark.parametrize(
    ("answers", "en", "zh"),
    [
        ([], "no measure reported", "未提及措施"),
        (
            [an_answer("Done"), an_answer("Planned"), an_answer("Done")],
            "measures: 2 done; 1 planned",
            "措施：2项done；1项planned",
        ),
        (
            [an_answer("Done", is_preparation=True)] * 2,
            "preparation only: 2 done",
            "仅有筹备：2项done",
        ),
        (
            [an_answer("Done", is_preparation=True), an_answer("Planned")],
            "measures: 1 planned · preparation: 1 done",
            "措施：1项planned · 筹备：1项done",
        ),
    ],
)
def test_what_only_prepares_is_told_apart_from_measures(
    answers: list[SimpleNamespace], en: str, zh: str
) -> None:
    with override("en"):
        assert printing.progress(answers) == en
    with override("zh-hans"):
        assert printing.progress(answers) == zh
