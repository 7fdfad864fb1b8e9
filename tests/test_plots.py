"""Plots: positions of numbers and dates on scales, what is not drawn, and their pages."""

from datetime import date
from decimal import Decimal
from itertools import count, pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from stories.choices import Qualifier
from stories.presenters.charts.bars import Share, share, side_by_side
from stories.presenters.charts.marks import TAIL, Mark, Stretch, number
from stories.presenters.charts.strips import LANES, strip, strips
from stories.presenters.charts.time_scale import LABEL_INDENT, NARROWEST, TICKS
from stories.presenters.charts.timeline import Timeline, timeline
from stories.reading import date_fragments, dates
from tests.builders import a_case, a_measure, a_metric, a_source, an_indicator, keep
from tests.pages import Page

_keys = count(1)
LAMPS = SimpleNamespace(value="lamps", dimension="count", unit_zh="盏")


def a_number(qualifier: str = "exact", low: Any = 10, high: Any = 10, **others: Any) -> Any:
    values = {"indicator": LAMPS, "period": "", "scope": "A lane", "key": f"n{next(_keys)}"}
    values |= {"is_target": False, "is_planned": False}
    low, high = (None if n is None else Decimal(n) for n in (low, high))
    return SimpleNamespace(qualifier=qualifier, low=low, high=high, **values | others)


def a_date(edtf: str, inferred: str = "", printed: str = "") -> Any:
    if not edtf:
        return None
    tenths = date_fragments.tenths_of(edtf, printed)
    return SimpleNamespace(edtf=edtf, inferred_label=inferred, tenths=tenths)


def done(*metrics: Any, is_planned: bool = False, when: str = "", **of_date: str) -> Any:
    return SimpleNamespace(is_planned=is_planned, when=a_date(when, **of_date), metrics=metrics)


def case_of(*measures: Any, began: str = "", ended: str = "", issued: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(
        measures=measures,
        began=a_date(began),
        ended=a_date(ended),
        sources=[SimpleNamespace(issued=edtf) for edtf in issued],
    )


def dated(*edtfs: str, **others: Any) -> Timeline:
    drawn = timeline(case_of(*(done(when=edtf) for edtf in edtfs), **others))
    assert drawn
    return drawn


# ---------------------------------------------------------------- a number on its scale


@pytest.mark.parametrize(
    ("qualifier", "low", "high", "expected"),
    [
        ("exact", 40, 40, Mark(Stretch(0, 40))),
        ("over", 40, None, Mark(Stretch(0, 40), Stretch(40, 48))),
        ("at_least", 40, None, Mark(Stretch(0, 40), Stretch(40, 48), (40,))),
        ("nearly", None, 40, Mark(Stretch(0, 32), Stretch(32, 40))),
        ("at_most", None, 40, Mark(None, Stretch(0, 40), (40,))),
        ("about", 40, 40, Mark(Stretch(0, 36), Stretch(36, 44))),
        ("about", 40, 60, Mark(Stretch(0, 36), Stretch(36, 64))),
        ("about", 40, 60, Mark(Stretch(0, 36), Stretch(36, 64))),
        ("range", 30, 40, Mark(Stretch(0, 30), Stretch(30, 40), (30, 40))),
        ("several", 20, 90, Mark(Stretch(0, 20), Stretch(20, 90), (20, 90))),
        ("nearly", None, 5, Mark(None, Stretch(0, 5))),
        ("exact", 0, 0, Mark(None)),
    ],
)
def test_a_number_is_solid_as_far_as_it_is_said(
    qualifier: str, low: int | None, high: int | None, expected: Mark
) -> None:
    low_, high_ = (None if n is None else Decimal(n) for n in (low, high))
    assert number(low_, high_, qualifier, float) == expected


def numbers() -> st.SearchStrategy[Any]:
    sizes = st.decimals(0, 10**9, places=2)

    def of(qualifier: str, one: Decimal, other: Decimal) -> Any:
        if qualifier in ("over", "at_least"):
            return a_number(qualifier, one, None)
        if qualifier in ("nearly", "at_most"):
            return a_number(qualifier, None, one)
        if qualifier in ("range", "several"):
            return a_number(qualifier, min(one, other), max(one, other) + 1)
        return a_number(qualifier, one, one)

    return st.builds(of, st.sampled_from(Qualifier.values), sizes, sizes)


@given(st.lists(numbers(), min_size=2, max_size=6))
def test_bars_keep_within_their_scale_and_in_their_order(metrics: list[Any]) -> None:
    drawn = side_by_side(case_of(done(*metrics)))
    bars = drawn.plots[0].bars if drawn else []
    for bar in bars:
        ends = [end for part in (bar.mark.solid, bar.mark.striped) if part for end in parts(part)]
        assert all(0 <= end <= 100 for end in (*ends, *bar.mark.limits))
        assert ends == sorted(ends)
        is_open = bar.metric.qualifier not in ("exact",)
        assert bool(bar.mark.striped) == is_open
    exact = sorted((b.metric.low, b.mark) for b in bars if b.metric.qualifier == "exact" and b)
    widths = [mark.solid.width if mark.solid else 0 for _size, mark in exact]
    assert widths == sorted(widths)


def parts(part: Stretch) -> tuple[float, float]:
    return part.start, part.end


def test_the_largest_exact_number_fills_the_scale_unless_another_is_open() -> None:
    exact = side_by_side(case_of(done(a_number(), a_number(low=5, high=5))))
    open_ = side_by_side(case_of(done(a_number(), a_number("over", 5, None))))
    assert exact and open_
    assert [bar.mark.solid for bar in exact.plots[0].bars] == [Stretch(0, 100), Stretch(0, 50)]
    assert open_.plots[0].bars[0].mark.solid == Stretch(0, 100 - TAIL)


# ---------------------------------------------------------------- which numbers are compared


@pytest.mark.parametrize(
    "metrics",
    [
        [a_number()],
        [a_number(), a_number()],  # equal numbers: a plot would be useless
        [
            a_number(),
            a_number(low=5, high=5, indicator=SimpleNamespace(**vars(LAMPS) | {"value": "x"})),
        ],
        [a_number(period="2020"), a_number(low=5, high=5, period="2021")],
        [
            a_number(low=n, high=n, indicator=SimpleNamespace(value="off", dimension="discount"))
            for n in (8, 6)
        ],
    ],
    ids=["one", "the same", "other indicators", "other periods", "discounts"],
)
def test_what_cannot_be_compared_is_not_drawn_together(metrics: list[Any]) -> None:
    assert side_by_side(case_of(done(*metrics))) is None


def test_a_plan_is_drawn_as_a_plan_and_so_is_a_target() -> None:
    numbers = a_number(), a_number(low=5, high=5), a_number(low=7, high=7, is_target=True)
    drawn = side_by_side(case_of(done(numbers[0], is_planned=True), done(*numbers[1:])))
    assert drawn and drawn.has_plans and not drawn.has_stripes
    assert [bar.is_planned for bar in drawn.plots[0].bars] == [True, False, True]


# ---------------------------------------------------------------- a part of its whole


def computed(part: Any, whole: Any, value: int, **overrides: Any) -> Any:
    values = {"operation": "ratio", "unit_en": "%", "qualifier": "exact"}
    values |= {"operands": [part, whole]}
    return SimpleNamespace(value=Decimal(value), **values | overrides)


def test_a_share_is_drawn_with_both_its_numbers() -> None:
    part, whole = a_number(low=8, high=8), a_number()
    assert share(computed(part, whole, 80)) == Share(part, whole, Mark(Stretch(0, 80)))


@pytest.mark.parametrize(
    "overrides", [{"operation": "sum"}, {"unit_en": "people"}, {"value": Decimal(120)}]
)
def test_what_is_no_part_of_a_whole_is_not_drawn_as_one(overrides: dict[str, Any]) -> None:
    value = overrides.pop("value", 80)
    assert share(computed(a_number(), a_number(), value, **overrides)) is None


def test_numbers_of_different_things_are_no_part_of_each_other() -> None:
    money = SimpleNamespace(value="money", dimension="money", unit_zh="元")
    assert share(computed(a_number(indicator=money), a_number(), 80)) is None


def test_an_open_share_has_an_open_end() -> None:
    drawn = share(computed(a_number(), a_number(), 80, qualifier="over"))
    assert drawn and drawn.mark == Mark(Stretch(0, 80), Stretch(80, 88))


# ---------------------------------------------------------------- dates


def test_a_day_is_solid_and_a_month_or_year_is_striped() -> None:
    rows = {row.edtf: row.mark for row in dated("2020-05-12", "2020-05", "2020").rows}
    assert rows["2020-05-12"].solid and not rows["2020-05-12"].striped
    assert rows["2020-05"] == Mark(None, Stretch(33.1, 41.5))
    assert rows["2020"] == Mark(None, Stretch(0, 100))


def test_an_open_interval_reaches_the_edge_and_nothing_else_does() -> None:
    drawn = dated("2021/..", "2021", "../2021-08-20")
    rows = {row.edtf: row.mark.striped for row in drawn.rows}
    since, year, until = rows["2021/.."], rows["2021"], rows["../2021-08-20"]
    assert since and year and until and drawn.has_open_ends
    assert (since.start, since.end) == (TAIL, 100)
    assert (year.start, year.end) == (TAIL, 100 - TAIL)
    assert until.start == 0


def test_an_interval_between_days_is_solid_and_one_between_months_is_not() -> None:
    rows = {row.edtf: row.mark for row in dated("2021-03-01/2021-03-31", "2021-03/2021-05").rows}
    assert rows["2021-03-01/2021-03-31"].solid and not rows["2021-03-01/2021-03-31"].striped
    assert rows["2021-03/2021-05"].striped and not rows["2021-03/2021-05"].solid


@pytest.mark.parametrize("edtf", ["2021-05-12~", "2021-05?", "2021~"])
def test_an_uncertain_date_is_striped_beyond_what_it_says(edtf: str) -> None:
    rows = {row.edtf: row.mark for row in dated(edtf, edtf[:-1], "2019", "2023").rows}
    uncertain, plain = rows[edtf], rows[edtf[:-1]]
    certain = plain.striped or plain.solid
    assert uncertain.solid is None and uncertain.striped and certain
    assert uncertain.striped.width > certain.width


def test_rows_stand_by_where_dates_end_and_what_is_dated_alike_together() -> None:
    drawn = dated("2021-09", "2021", "2021/..", "2021", "../2021-08-20", issued=("2022-02-23",))
    found = [(row.edtf, len(row.measures)) for row in drawn.rows]
    assert found == [
        ("../2021-08-20", 1),
        ("2021-09", 1),
        ("2021", 2),
        ("2022-02-23", 0),
        ("2021/..", 1),
    ]
    assert [row.is_source_only for row in drawn.rows] == [False, False, False, True, False]


def test_a_third_of_a_month_stands_behind_the_days_before_its_end() -> None:
    drawn = dated("2020-05-21/2020-05-31", "2020-05-12", "2020-06", "2020-06-06")
    assert [row.edtf for row in drawn.rows] == [
        "2020-05-12",
        "2020-05-21/2020-05-31",
        "2020-06-06",
        "2020-06",
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "edtfs",
    [
        ("2021/..", "2021-09", "2022-02-23"),
        ("2020-04-26", "2020-06-14"),
        ("2021", "../2021-08-20", "2021-08-31"),
        ("1998", "2021"),
    ],
)
def test_words_along_a_scale_never_overlap(edtfs: tuple[str, ...], language: str) -> None:
    ticks = [tick for tick in dated(*edtfs).ticks if tick.is_labelled]
    assert ticks
    free = 0.0
    for tick in ticks:
        left = tick.place / 100 * NARROWEST + LABEL_INDENT
        words = dates.on_a_scale(tick.edtf, tick.has_year, language)
        assert left >= free
        free = left + sum(13 if letter > "⺀" else 7 for letter in words)


def test_half_a_year_leaves_no_room_for_a_label() -> None:
    ticks = dated("2021/..", "2021-09", "2022-02-23").ticks
    assert [(tick.edtf, tick.is_labelled) for tick in ticks] == [
        ("2021-01", True),
        ("2021-07", False),
        ("2022-01", True),
    ]


def test_a_plan_has_a_row_of_its_own() -> None:
    drawn = timeline(
        case_of(done(when="2021"), done(when="2021", is_planned=True), done(when="2022"))
    )
    assert drawn and drawn.has_plans
    assert [(row.edtf, row.is_planned) for row in drawn.rows] == [
        ("2021", False),
        ("2021", True),
        ("2022", False),
    ]


def test_what_is_inferred_of_every_date_is_said_once() -> None:
    all_of_them = timeline(case_of(*(done(when=d, inferred="year") for d in ("2020", "2021"))))
    one = timeline(case_of(done(when="2020", inferred="year"), done(when="2021")))
    assert all_of_them and one
    assert (all_of_them.inferred, [row.inferred for row in all_of_them.rows]) == ("year", ["", ""])
    assert (one.inferred, [row.inferred for row in one.rows]) == ("", ["year", ""])


def test_an_inferred_date_does_not_stand_in_the_row_of_a_printed_one() -> None:
    drawn = timeline(
        case_of(done(when="2021"), done(when="2021", inferred="year"), done(when="2022"))
    )
    assert drawn
    found = [(row.edtf, row.inferred, len(row.measures)) for row in drawn.rows]
    assert found == [("2021", "", 1), ("2021", "year", 1), ("2022", "", 1)]


def test_a_tenth_of_a_month_is_striped_and_the_same_days_as_an_interval_are_solid() -> None:
    days = "2021-09-11/2021-09-20"
    drawn = timeline(
        case_of(
            done(when=days, printed="从9月11日到20日"),
            done(when=days, printed="9月中旬"),
            done(when="2021-10", printed="10月"),
        )
    )
    assert drawn
    interval, tenth, month = (row.mark for row in drawn.rows)
    assert (interval.striped, tenth.solid, month.solid) == (None, None, None)
    assert interval.solid == tenth.striped


def test_one_date_is_no_timeline_and_undated_measures_are_counted() -> None:
    assert timeline(case_of(done(when="2021"), issued=("2022",))) is None
    assert dated("2021", "2022", "", "").undated_count == 2


def edtf_dates() -> st.SearchStrategy[str]:
    least, most = date(dates.FIRST_YEAR, 1, 1), date(2077, 12, 31)
    day = st.dates(least, most).map(lambda d: d.isoformat())
    one = st.builds(
        lambda text, length, mark: text[:length] + mark,
        day,
        st.sampled_from([4, 7, 10]),
        st.sampled_from(["", "", "~", "?"]),
    )
    ends = ("{}", "{}/..", "../{}", "{}/", "/{}")
    return st.builds(lambda d, end: end.format(d), one, st.sampled_from(ends))


@given(st.lists(edtf_dates(), min_size=2, max_size=6, unique=True))
def test_every_date_of_the_calendar_has_its_place(edtfs: list[str]) -> None:
    drawn = dated(*edtfs)
    assert {row.edtf for row in drawn.rows} == set(edtfs)
    assert 1 <= len(drawn.ticks) <= TICKS
    for one, other in pairwise(drawn.ticks):
        assert one.place < other.place
    for row in drawn.rows:
        drawn_parts = [part for part in (row.mark.solid, row.mark.striped) if part]
        assert drawn_parts
        assert all(0 <= part.start <= part.end <= 100 for part in drawn_parts)
        if "/" not in row.edtf and len(row.edtf) == 10:
            assert row.mark.solid and not row.mark.striped
        else:
            assert row.mark.striped


# ---------------------------------------------------------------- one indicator over cases


def a_spread(*metrics: Any, median: Any = None) -> Any:
    return SimpleNamespace(
        indicator=LAMPS,
        metrics=list(metrics),
        metric_count=len(metrics),
        is_whole=True,
        least=metrics[0],
        median=median,
        most=metrics[-1],
    )


def test_two_numbers_are_no_spread() -> None:
    three = [a_number(low=n, high=n) for n in (1, 2, 3)]
    drawn = strips([a_spread(*three[:2]), a_spread(*three)])
    assert [len(plot.dots) for plot in drawn.plots] == [3]


def test_the_scale_is_linear_from_zero_until_the_most_is_a_hundred_times_the_least() -> None:
    near, far = (
        strip(a_spread(*(a_number(low=n, high=n) for n in sizes)))
        for sizes in ((4, 50, 399), (4, 50, 400))
    )
    assert (near.is_log, [level.low for level in near.levels]) == (False, [0, 200, 400])
    assert (far.is_log, [level.low for level in far.levels]) == (True, [1, 10, 100, 1000])


def test_marks_that_would_touch_stand_above_each_other() -> None:
    drawn = strip(a_spread(*(a_number(low=n, high=n) for n in (100, 100, 400))))
    assert [[dot.metric.low for dot in lane] for lane in drawn.lanes] == [[100], [100, 400]]


def test_of_too_many_numbers_those_of_the_lines_are_drawn_and_said_to_be_some() -> None:
    spread = a_spread(a_number(low=7, high=7), a_number(low=90, high=90))
    spread.metric_count, spread.is_whole = 60, False
    drawn = strips([spread])
    assert ([len(plot.dots) for plot in drawn.plots], drawn.has_left_out) == ([2], True)


@given(st.lists(numbers(), min_size=3, max_size=60))
def test_every_number_of_a_spread_has_its_place(metrics: list[Any]) -> None:
    drawn = strip(a_spread(*metrics))
    assert len(drawn.dots) == len(metrics)
    places = [place for dot in drawn.dots for place in (*dot.points, *parts(dot.extent))]
    assert all(0 <= place <= 100 for place in (*places, *drawn.summary))
    assert [level.place for level in drawn.levels] == sorted(level.place for level in drawn.levels)
    assert len(drawn.lanes) <= LANES


# ---------------------------------------------------------------- on their pages


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("slug", ["hanyang", "yanliuyuan", "yucai", "pingfangqu", "jiefangqu"])
def test_every_mark_of_a_case_stands_beside_its_words_and_their_link(
    client: Client, slug: str, prefix: str
) -> None:
    page = Page(client.get(f"{prefix}/cases/{slug}/").content.decode())
    assert page.faults == []
    plots_ = [*page.all("table", class_="timeline"), *page.all(class_="bars")]
    rows = [row for row in page.all("tr") if any(plot in row.parents for plot in plots_)]
    for row in rows:
        within = [element for element in page.elements if row in element.parents]
        assert [element.attributes.get("scope") for element in within if element.tag == "th"]
        assert any(element.tag in ("a", "li", "text") for element in within)
    drawings = page.all("svg")
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in drawings)
    targets = {link[1:] for link in page.links() if link.startswith("#")}
    assert targets <= {*page.ids, "main"}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_computed_share_is_drawn_with_the_numbers_it_is_of(client: Client) -> None:
    page = Page(client.get("/en/cases/hanyang/").content.decode())
    (share,) = page.all(class_="share")
    assert share.text == (
        "Estates without property management 8 estates Residential estates 10 estates"
    )


@pytest.mark.django_db
def test_the_spread_of_an_indicator_leads_to_each_of_its_numbers(client: Client) -> None:
    lamps, measure = an_indicator(), a_measure()
    for size in (10, 20, 40):
        a_metric(measure=measure, indicator=lamps, low=size, high=None)
    a_source(case=measure.case)
    keep()
    page = Page(client.get(f"/en/measures/{measure.types.get().slug}/").content.decode())
    (figure,) = page.all("figure", class_="spread")
    links = [link for link in page.all("a") if figure in link.parents]
    marks = [link.href for link in links if link.attributes.get("tabindex") == "-1"]
    listed = [link.href for link in links if "tabindex" not in link.attributes]
    keys = [metric.key for metric in lamps.metrics.order_by("low")]
    assert marks == listed == [f"/en/cases/{measure.case.slug}/#metric-{key}" for key in keys]


@pytest.mark.django_db
def test_an_only_figure_is_no_minimum(client: Client) -> None:
    lamps, poles, measure = an_indicator(), an_indicator(), a_measure()
    for size in (10, 20):
        a_metric(measure=measure, indicator=lamps, low=size, high=None)
    a_metric(measure=measure, indicator=poles, low=7, high=None)
    keep()
    page = Page(client.get(f"/en/measures/{measure.types.get().slug}/").content.decode())
    (region,) = page.all("div", class_="spreads")
    tables = [table for table in page.all("table") if region in table.parents]
    headings = [
        [th.text for th in page.all("th", scope="col") if table in th.parents] for table in tables
    ]
    assert headings == [
        ["Indicator", "Cases", "Minimum", "Median", "Maximum"],
        ["Indicator", "Cases", "Figure"],
    ]
    assert "over 7 lamps" in tables[1].text


@pytest.mark.django_db
def test_a_case_without_dates_and_numbers_has_no_plots(client: Client) -> None:
    case = a_case()
    keep()
    page = Page(client.get(case.get_absolute_url()).content.decode())
    assert [s for s in page.all("svg") if any(p.tag == "main" for p in s.parents)] == []
