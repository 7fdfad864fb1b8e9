"""The query of the list of cases: parameters ⇄ value; results, counts and labels."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from stories.queries.cases import CHOICE_LIMIT, PAGE_SIZE, SORTS, CaseQuery, clean
from stories.queries.facets import Value
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import FACETS, Library
from stories.queries.suggestions import suggestions
from tests.builders import (
    a_body_kind,
    a_case,
    a_citation,
    a_draft,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_metric,
    a_passage,
    a_place,
    a_problem,
    a_problem_type,
    a_solve,
    a_source,
    a_tag,
    an_actor,
    keep,
)
from tests.questions import slugs


def query_of(parameters: str) -> CaseQuery:
    """A query of a library in which every case is indexed with its present rows."""
    keep()
    return CaseQuery.parse(QueryDict(parameters), Library.now())


def flat(values: tuple[Value, ...]) -> list[Value]:
    return [value for top in values for value in (top, *flat(top.children))]


def values_of(query: CaseQuery, facet: str) -> list[Value]:
    whole = replace(query, whole=tuple(FACETS))
    return next(flat(found.values) for found in whole.facets() if found.name == facet)


def counts(query: CaseQuery, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in values_of(query, facet)}


def a_few_cases() -> dict[str, dict[str, set[str]]]:
    """Six cases that overlap in every facet: slug → facet → values."""
    families = [a_measure_family(slug=slug) for slug in ("works", "services")]
    types = [a_measure_type(slug=f"type-{n}", family=families[n // 2]) for n in range(4)]
    problems = [a_problem_type(slug=f"problem-{n}") for n in range(3)]
    province = a_place(code="province", level="province")
    counties = [a_place(code=f"county-{n}", parent=province) for n in range(2)]
    places = [province, *counties, a_place(code="estate", parent=counties[0])]
    kinds = [a_body_kind(slug=f"kind-{n}") for n in range(2)]
    tags = [a_tag(slug=f"tag-{n}") for n in range(3)]
    holdings = {}
    for n in range(6):
        place, where = places[n % 4], places[(n + 1) % 4]
        case = a_case(slug=f"case-of-{n}", place=place, began=str(2018 + n % 3), ended="2020")
        measure = a_measure(case=case, type=types[n % 4], places=[where])
        an_actor(measure=measure, kind=kinds[n % 2])
        a_source(case=case, independence=("not_independent", "independent")[n % 2])
        a_problem(case=case, type=problems[n % 3])
        case.tags.add(tags[n // 2])
        holdings[case.slug] = {
            "measure": {types[n % 4].slug, families[n % 4 // 2].slug},
            "problem": {problems[n % 3].slug},
            "place": {step.code for end in (place, where) for step in end.chain},
            "actor": {kinds[n % 2].slug},
            "tag": {tags[n // 2].slug},
            "evidence": {("self-reported", "independent")[n % 2]},
            "year": {str(year) for year in range(2018 + n % 3, 2021)}
            | {"2020s", *(["2010s"] if n % 3 < 2 else [])},
        }
    return holdings


def finds(
    holdings: dict[str, dict[str, set[str]]], chosen: dict[str, set[str]], without: str = ""
) -> set[str]:
    """By brute force: any value within a facet, all facets of the query."""
    return {
        slug
        for slug, holds in holdings.items()
        if all(
            values & holds[name] for name, values in chosen.items() if values and name != without
        )
    }


# ---------------------------------------------------------------- parameters → value


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parameters",
    [
        "measure=no-such",
        "place=%00",
        "tag=%3Cscript%3E",
        "sort=cheapest",
        "colour=red",
        "q=",
        "q=+",
    ],
)
def test_what_is_not_understood_is_dropped(parameters: str) -> None:
    a_case()
    assert query_of(parameters) == query_of("")
    assert query_of(parameters).url == "/cases/"


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "", "１", "٣", "1e3", "9999999", "2 "])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    query = CaseQuery.parse(QueryDict(urlencode({"page": page})), Library.now())
    assert query.number == 1


def test_control_characters_become_single_spaces() -> None:
    assert clean(" a\0b\n\tc\u200b\u202ed\x7f  e ") == "a b c d e"


def test_a_lone_surrogate_is_no_word() -> None:
    assert clean("灯\ud800巷") == "灯 巷"


def test_ten_kilobytes_of_words_are_cut_to_the_limit() -> None:
    assert clean("路灯" * 5000) == "路灯" * 100
    assert clean(" " * 10_000 + "x") == ""


@pytest.mark.django_db
@given(st.text(), st.sampled_from(["", *SORTS, "x"]), st.integers(-3, 10**9))
def test_the_canonical_address_means_the_same_question(q: str, sort: str, number: int) -> None:
    parameters = QueryDict(mutable=True)
    parameters.update({"q": q, "sort": sort, "page": str(number)})
    query = CaseQuery.parse(parameters, Library.now())
    again = CaseQuery.parse(QueryDict(query.url.partition("?")[2]), Library.now())
    assert (again, again.url) == (query, query.url)


@pytest.mark.django_db
def test_more_choices_than_a_reader_makes_are_cut() -> None:
    tags = [a_tag() for _ in range(CHOICE_LIMIT + 5)]
    a_case().tags.add(*tags)
    parameters = "&".join(f"tag={tag.slug}" for tag in tags)
    assert len(query_of(parameters).chosen) == CHOICE_LIMIT


# ---------------------------------------------------------------- value → address


@pytest.mark.django_db
def test_an_address_has_one_order_and_no_defaults() -> None:
    case = a_case(place=a_place(code="610000"))
    case.tags.add(a_tag(slug="lamps"), a_tag(slug="paving"))
    query = query_of("page=1&tag=paving&sort=newest&tag=lamps&place=610000&tag=lamps&q=")
    assert query.url == "/cases/?place=610000&tag=lamps&tag=paving"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        ("page=3&sort=title&q=灯+巷", "?q=%E7%81%AF+%E5%B7%B7&sort=title&page=3"),
        ("q=灯&sort=relevance", "?q=%E7%81%AF"),
        ("q=灯&sort=newest", "?q=%E7%81%AF&sort=newest"),
        ("sort=newest", ""),
        ("sort=relevance", "?sort=relevance"),
    ],
)
def test_only_what_differs_from_the_default_stands_in_the_address(
    parameters: str, query: str
) -> None:
    assert CaseQuery.parse(QueryDict(parameters), Library.now()).url == f"/cases/{query}"


@pytest.mark.django_db
def test_the_address_is_in_the_readers_language() -> None:
    with override("en"):
        assert CaseQuery.parse(QueryDict("page=2"), Library.now()).url == "/en/cases/?page=2"


@pytest.mark.django_db
def test_a_value_is_toggled_back_to_the_first_page_and_off_again() -> None:
    a_case(place=a_place(code="610000")).tags.add(a_tag(slug="lamps"))
    query = query_of("tag=lamps&sort=title&page=7")
    with_place = query.toggled("place", "610000")
    assert with_place.url == "/cases/?place=610000&tag=lamps&sort=title"
    assert with_place.toggled("place", "610000").url == "/cases/?tag=lamps&sort=title"
    assert query.toggled("tag", "lamps").url == "/cases/?sort=title"


@pytest.mark.django_db
def test_a_value_knows_what_it_is_related_to() -> None:
    care, learning = a_measure_type(slug="care"), a_measure_type(slug="learning")
    care.related.add(learning)
    nodes = Library.now().nodes["measure"]
    assert (nodes["care"].related, nodes["learning"].related) == (("learning",), ("care",))


@pytest.mark.django_db
def test_every_thing_asked_is_a_word_that_leads_to_the_question_without_it() -> None:
    case = a_case(place=a_place(code="610000", label_zh="陕西"))
    case.tags.add(a_tag(slug="lamps", label_zh="太阳能"))
    found = [
        (chip.facet, chip.label, chip.url)
        for chip in query_of("q=灯&tag=lamps&place=610000").words()
    ]
    assert found == [
        ("q", "“灯”", "/cases/?place=610000&tag=lamps"),
        ("place", "陕西", "/cases/?q=%E7%81%AF&tag=lamps"),
        ("tag", "太阳能", "/cases/?q=%E7%81%AF&place=610000"),
    ]


@pytest.mark.django_db
def test_relevance_is_offered_only_for_words() -> None:
    offered = {q: [v.value for v in CaseQuery(Library.now(), q=q).sorts()] for q in ("", "灯")}
    assert offered == {"": ["newest", "title"], "灯": ["relevance", "newest", "title"]}


@pytest.mark.django_db
def test_three_choices_or_words_of_ones_own_are_not_indexed() -> None:
    a_case().tags.add(*(a_tag(slug=slug) for slug in ("a", "b", "c")))
    indexable = [query_of(p).is_indexable for p in ("", "tag=a&tag=b", "tag=a&tag=b&tag=c", "q=x")]
    assert indexable == [True, True, False, False]


# ---------------------------------------------------------------- results and counts


@pytest.mark.django_db
def test_values_of_a_facet_widen_facets_narrow_and_counts_leave_their_own_facet_aside() -> None:
    holdings = a_few_cases()
    keep()
    every = {
        name: sorted({v for holds in holdings.values() for v in holds[name]}) for name in FACETS
    }

    @given(
        st.fixed_dictionaries(
            {name: st.sets(st.sampled_from(every[name]), max_size=3) for name in FACETS}
        )
    )
    def holds(chosen: dict[str, set[str]]) -> None:
        parameters = QueryDict(mutable=True)
        for name, values in chosen.items():
            parameters.setlist(name, sorted(values))
        query = CaseQuery.parse(parameters, Library.now())
        assert set(slugs(query)) == finds(holdings, chosen)
        for name in FACETS:
            among = finds(holdings, chosen, without=name)
            expected = {v: sum(v in holdings[slug][name] for slug in among) for v in every[name]}
            visible = {v: n for v, n in expected.items() if n or v in chosen[name]}
            shown = counts(query, name)
            # A value with count 0 stays if one of its descendants is selected.
            assert {v: n for v, n in shown.items() if v in visible} == visible
            assert not any(shown[v] for v in shown.keys() - visible)

    holds()


@pytest.mark.django_db
def test_every_count_is_what_a_click_shows() -> None:
    a_few_cases()
    query = query_of("")
    for facet in query.facets():
        for value in flat(facet.values):
            assert len(query.toggled(facet.name, value.value).found) == value.count


@pytest.mark.django_db
def test_a_family_finds_its_types_and_a_province_what_lies_in_it() -> None:
    province = a_place(code="610000", level="province")
    estate = a_place(code="610902-yucai", parent=a_place(code="610902", parent=province))
    case = a_case(place=estate)
    a_measure(case=case, type=a_measure_type(family=a_measure_family(slug="works")))
    a_measure()
    assert slugs(query_of("measure=works")) == slugs(query_of("place=610000")) == [case.slug]


@pytest.mark.django_db
def test_a_place_finds_what_was_done_there_too() -> None:
    measure = a_measure(places=[a_place(code="lane", parent=a_place(code="610902"))])
    assert slugs(query_of("place=610902")) == [measure.case.slug]


@pytest.mark.django_db
def test_a_pair_finds_the_cases_in_which_a_measure_answers_the_problem() -> None:
    dark, wet = a_problem_type(slug="dark"), a_problem_type(slug="wet")
    lamps = a_measure_type(slug="lamps", family=a_measure_family(slug="works"))
    case = a_case()
    a_measure(case=case, type=lamps, problems=[a_problem(case=case, type=dark)])
    a_problem(case=case, type=wet)
    other = a_case()
    a_measure(case=other, type=lamps)
    a_problem(case=other, type=dark)
    for pair in ("dark:works", "dark:lamps"):
        query = query_of(f"answered={pair}")
        assert (slugs(query), query.chosen) == ([case.slug], (("answered", pair),))
        assert query.url == f"/cases/?answered={pair.replace(':', '%3A')}"
    for pair in ("wet:works", "dark:nothing", "dark", ":works", "works:dark", "dark:works:"):
        assert query_of(f"answered={pair}").chosen == ()


@pytest.mark.django_db
def test_a_pair_is_a_word_that_can_be_taken_away_and_no_facet() -> None:
    dark = a_problem_type(slug="dark", label_zh="昏暗")
    lamps = a_measure_type(slug="lamps", family=a_measure_family(slug="works", label_zh="设施"))
    case = a_case(began="2021")
    a_measure(case=case, type=lamps, problems=[a_problem(case=case, type=dark)])
    query = query_of("answered=dark:works&year=2021")
    chips = [(chip.facet, chip.label, chip.url) for chip in query.words()]
    assert ("answered", "昏暗 → 设施", "/cases/?year=2021") in chips
    assert "answered" not in [facet.name for facet in query.facets()]
    assert query.is_indexable and counts(query, "problem") == {"dark": 1}


@pytest.mark.django_db
def test_several_pairs_widen_and_what_only_a_draft_answers_is_unknown() -> None:
    lamps = a_measure_type(slug="lamps", family=a_measure_family(slug="works"))
    found = []
    for slug, make in (("dark", a_case), ("wet", a_case), ("secret", a_draft)):
        case = make()
        problem = a_problem(case=case, type=a_problem_type(slug=slug))
        a_measure(case=case, type=lamps, problems=[problem])
        found.append(case.slug)
    query = query_of("answered=dark:works&answered=wet:works&answered=secret:works")
    assert query.chosen == (("answered", "dark:works"), ("answered", "wet:works"))
    assert sorted(slugs(query)) == sorted(found[:2])


@pytest.mark.django_db
def test_cases_are_filtered_by_their_evidence() -> None:
    cases = {}
    for independence in ("independent", "not_independent", "unclear"):
        cases[independence] = a_case()
        a_source(case=cases[independence], independence=independence)
    a_source(case=cases["independent"], independence="independent")
    expected = {
        "independent": "independent",
        "several-independent": "independent",
        "self-reported": "not_independent",
        "unclear": "unclear",
    }
    for value, independence in expected.items():
        assert slugs(query_of(f"evidence={value}")) == [cases[independence].slug]
    assert counts(query_of(""), "evidence") == dict.fromkeys(expected, 1)
    assert query_of("evidence=excellent").chosen == ()


@pytest.mark.django_db
def test_the_years_of_a_case_are_those_its_dates_touch() -> None:
    case = a_case(began="2019-09", ended="2021-03")
    a_case(began="")
    assert counts(query_of(""), "year") == {"2020s": 1, "2021": 1, "2020": 1, "2010s": 1, "2019": 1}
    assert slugs(query_of("year=2020")) == slugs(query_of("year=2010s")) == [case.slug]
    assert query_of("year=2020").url == "/cases/?year=2020"


def years_shown(parameters: str) -> list[str]:
    facet = next(facet for facet in query_of(parameters).facets() if facet.name == "year")
    return [value.label for value in flat(facet.values)]


@pytest.mark.django_db
def test_many_years_are_folded_into_decades() -> None:
    a_case(began="1962", ended="2021")
    decades = ["2020年代", "2010年代", "2000年代", "1990年代", "1980年代", "1970年代", "1960年代"]
    assert years_shown("") == decades
    assert years_shown("year=2021") == [decades[0], "2021", "2020", *decades[1:]]
    assert years_shown("year=1960s") == [*decades, *(str(year) for year in range(1969, 1961, -1))]
    with override("en"):
        assert years_shown("")[0] == "2020s"


@pytest.mark.django_db
def test_few_years_stand_below_their_decades() -> None:
    a_case(began="2019", ended="2021")
    assert years_shown("") == ["2020年代", "2021", "2020", "2010年代", "2019"]


@pytest.mark.django_db
@pytest.mark.parametrize("edtf", ["1800/2021", "0202/2021", "2021/9021"])
def test_no_facet_grows_with_what_one_case_says(edtf: str) -> None:
    a_case(began=edtf)
    assert years_shown("") == []


@pytest.mark.django_db
def test_the_words_of_a_decade_find_no_other_year() -> None:
    case = a_case(began="2020", title_zh="一", title_en="one")
    a_case(began="2021", title_zh="一", title_en="one")
    assert slugs(query_of("q=2020")) == [case.slug]


@pytest.mark.django_db
@pytest.mark.parametrize("parameter", ["year", "tag", "place", "actor"])
def test_what_only_a_draft_has_is_unknown(parameter: str) -> None:
    place = a_place(code="secret")
    draft = a_draft(began="1999", place=place)
    draft.tags.add(a_tag(slug="secret"))
    an_actor(measure=a_measure(case=draft), kind=a_body_kind(slug="secret"))
    value = "1999" if parameter == "year" else "secret"
    query = query_of(f"{parameter}={value}&q=-")
    assert query == query_of(f"{parameter}=no-such-value&q=-")
    assert (query.url, query.chosen) == ("/cases/?q=-", ())


@pytest.mark.django_db
def test_what_only_a_draft_has_is_told_nowhere() -> None:
    draft = a_draft(began="1999", place=a_place(code="secret"))
    metric = a_metric(measure=a_measure(case=draft, type=a_measure_type(slug="secret")))
    a_source(case=draft, key="secret")
    names = {"indicator": metric.indicator.slug, "measure": "secret", "place": "secret"}
    assert MetricQuery.parse(QueryDict(urlencode(names)), Library.now()).url == "/metrics/"
    assert suggestions(Library.now()) == []
    assert Library.now().nodes["year"] == {}


@pytest.mark.django_db
def test_only_values_in_use_are_offered() -> None:
    a_few_cases()
    a_tag(slug="unused")
    a_place(code="unused")
    query = query_of("")
    assert "unused" not in {v.value for name in FACETS for v in values_of(query, name)}


@pytest.mark.django_db
def test_a_chosen_value_stays_visible_at_nought() -> None:
    a_case().tags.add(a_tag(slug="lamps"))
    a_case(began="2020")
    (value,) = [v for v in values_of(query_of("tag=lamps&year=2020"), "tag") if v.is_selected]
    assert (value.value, value.count, value.url) == ("lamps", 0, "/cases/?year=2020")


@pytest.mark.django_db
def test_a_draft_is_counted_nowhere() -> None:
    draft = a_draft(began="2021", place=a_place(code="secret"))
    there = [a_place(code="secret-too")]
    measure = a_measure(case=draft, type=a_measure_type(slug="secret"), places=there)
    an_actor(measure=measure)
    a_solve(measure=measure, problem=a_problem(case=draft))
    a_metric(measure=measure)
    draft.tags.add(a_tag())
    assert [facet.values for facet in query_of("").facets()] == [()] * len(FACETS)
    assert (
        slugs(query_of("")) == slugs(query_of("measure=secret")) == slugs(query_of("q=柳堤")) == []
    )
    types = [type for _family, types in Library.now().families() for type in types]
    assert [type.case_count for type in (*types, *Library.now().problem_types())] == [0, 0]
    assert Library.now().cases_in(draft.place) == Library.now().newest() == []


@pytest.mark.django_db
def test_words_narrow_and_stand_anywhere_in_what_a_reader_sees() -> None:
    lit = a_case(title_zh="九条小巷")
    a_measure(case=lit, summary_zh="装了太阳能灯。")
    metric = a_metric(case=lit)
    a_citation(metric=metric, passage=a_passage(source=a_source(case=lit)), printed="四百多盏")
    a_case(title_zh="九条河")
    found = [
        slugs(query_of(f"q={q}"))
        for q in ("九条 太阳能", "LAMPS 四百多盏", "九条 没有", "九条小巷")
    ]
    assert found == [[lit.slug], [lit.slug], [], [lit.slug]]


@pytest.mark.django_db
def test_a_sign_of_the_database_is_a_word_like_any_other() -> None:
    a_case(title_zh="增加40%的车位")
    words = ("40%25", "4%25位", "4_%25", "加%25车", "加_0", "40%5C%25", "40'的")
    assert [len(slugs(query_of(f"q={q}"))) for q in words] == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["_", "%25", "%5C", "'", "…？"])
def test_signs_alone_find_nothing(q: str) -> None:
    a_case(title_zh="九条小巷")
    assert slugs(query_of(f"q={q}")) == []


@pytest.mark.django_db
def test_a_hundred_words_are_answered() -> None:
    case = a_case(title_en=" ".join(chr(ord("Ā") + n) for n in range(100)))
    query = query_of(urlencode({"q": case.title_en}))
    assert (len(query.q.split()), slugs(query)) == (100, [case.slug])


@pytest.mark.django_db
def test_newest_comes_first_and_undated_last() -> None:
    dates = {"old": "2019", "undated": "", "new": "2021-05", "longer": "2020/2021"}
    for slug, began in dates.items():
        a_case(slug=slug, began=began)
    assert slugs(query_of("")) == ["new", "longer", "old", "undated"]


@pytest.mark.django_db
def test_past_the_last_page_is_the_last() -> None:
    for _ in range(PAGE_SIZE + 1):
        a_case()
    page = query_of("page=9").page()
    assert (page.number, page.count, page.total, len(page.items)) == (2, 2, 21, 1)
    assert (page.url, page.previous, page.next) == ("/cases/?page=2", "/cases/", "")


@pytest.mark.django_db
def test_the_first_page_leads_to_the_next() -> None:
    for _ in range(PAGE_SIZE + 1):
        a_case()
    page = query_of("sort=title").page()
    assert (page.url, page.previous) == ("/cases/?sort=title", "")
    assert page.next == "/cases/?sort=title&page=2"


@pytest.mark.django_db
def test_nothing_found_is_one_empty_page() -> None:
    page = query_of("q=x").page()
    assert (page.items, page.number, page.count, page.total) == ([], 1, 1, 0)


@pytest.mark.django_db
def test_labels_that_fold_to_another_length_leave_the_others_as_they_are() -> None:
    odd = a_measure_type(label_zh="½ ㎡ …", label_en="1,000 ㎡ ½", slug="a")
    roofs = a_measure_type(label_zh="屋顶防水", label_en="Roofs", slug="b")
    a_measure(case=a_case(), type=odd)
    a_measure(case=(case := a_case()), type=roofs)
    keep()
    for q in ("屋顶防水", "roofs", "防"):
        assert slugs(CaseQuery.parse(QueryDict(urlencode({"q": q})), Library.now())) == [case.slug]
