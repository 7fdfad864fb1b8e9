"""Near results: below exact ones, marked as such, and never mixed with them."""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from stories.models.version import Publication
from stories.queries.cases import FEW, CaseQuery
from stories.queries.near import lexicon, understanding
from stories.queries.pieces import PIECE_LIMIT, pieces_of
from stories.queries.snapshot import Library
from stories.search import english, everyday, sounds, unanswered
from tests.builders import a_case, keep
from tests.judged_queries import JUDGED, Judged
from tests.questions import searched, slugs

RECALL, PRECISION = 0.95, 0.9  # in the first ten, of the first three


def near_slugs(query: CaseQuery) -> list[str]:
    return [found.card.slug for found in query.near]


def answered(judged: Judged) -> list[str]:
    """The first ten: exact results, then near ones."""
    with translation.override("en" if judged.language == "en" else "zh-hans"):
        query = searched(judged.q)
        return [*slugs(query), *near_slugs(query)][:10]


def mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return sum(found) / len(found)


# ---------------------------------------------------------------- measured


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_what_was_judged_is_found_and_little_else() -> None:
    recall: dict[str, list[float]] = defaultdict(list)
    precision: dict[str, list[float]] = defaultdict(list)
    for judged in JUDGED:
        found = answered(judged)
        if judged.relevant:
            recall[judged.kind].append(len(judged.relevant & set(found)) / len(judged.relevant))
        if top := [slug for slug in found[:3] if slug not in judged.acceptable]:
            precision[judged.kind].append(mean(slug in judged.relevant for slug in top))
    assert mean(n for numbers in recall.values() for n in numbers) >= RECALL
    assert mean(n for numbers in precision.values() for n in numbers) >= PRECISION
    assert min(mean(numbers) for numbers in recall.values()) >= 0.9, recall
    assert min(mean(numbers) for numbers in precision.values()) >= 0.8, precision


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("q", "language", "first", "anchor"),
    [
        ("电动车没地方停", "zh", "yanliuyuan", ""),
        ("晚上太黑", "zh", "pingfangqu", ""),
        ("no water on the top floor", "en", "hanyang", ""),
        ("电瓶车没有地方放", "zh", "yanliuyuan", ""),
        ("夜里黑灯瞎火", "zh", "pingfangqu", ""),
        ("upper floors without tap water", "en", "hanyang", ""),
        ("路登", "zh", "pingfangqu", ""),
        ("集中供势", "zh", "pingfangqu", ""),
        ("老年大雪", "zh", "yucai", ""),
        ("ludeng", "zh", "pingfangqu", ""),
        ("lùdēng", "zh", "pingfangqu", ""),
        ("dysj", "zh", "hanyang", ""),
        ("consumer vocher", "en", "hanyang", ""),
        ("160", "zh", "yanliuyuan", "computed-bays-total"),
        ("400盏", "zh", "pingfangqu", "metric-"),
        ("四百多盏", "zh", "pingfangqu", ""),
        ("400 lamps", "en", "pingfangqu", ""),
    ],
)
def test_other_words_find_the_case_at_once(q: str, language: str, first: str, anchor: str) -> None:
    with translation.override("en" if language == "en" else "zh-hans"):
        query = searched(q)
        assert [*slugs(query), *near_slugs(query)][0] == first
        if anchor:
            hits = [hit for found in query.near[:1] for hit in found.hits]
            hits += [hit for found in query.hits(list(query.found)).values() for hit in found]
            assert any(hit.anchor.startswith(anchor) for hit in hits)


# ---------------------------------------------------------------- separate from exact results


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_near_cases_are_neither_counted_nor_among_those_found() -> None:
    query = searched("street lights")
    assert not set(slugs(query)) & set(near_slugs(query))
    assert query.page().total == len(query.found) == len(slugs(query))


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("q", ["路灯", "ludeng", "楼道堆电动车怎么办", "garbage collection"])
def test_what_is_near_keeps_to_the_chosen_facets(q: str) -> None:
    parameters = urlencode({"q": q, "place": "340000"})
    query = CaseQuery.parse(QueryDict(parameters), Library.now())
    assert set(near_slugs(query)) <= {"yanliuyuan"}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("400平米", ["yucai"]),  # 400平方, and neither 400 lamps nor 400 households
        ("四百盏灯", ["pingfangqu"]),
        ("80多万", ["pingfangqu"]),
        ("没地方停电瓶车", ["yanliuyuan"]),
        ("2万2千人", []),
    ],
)
def test_a_number_with_a_unit_is_met_by_what_measures_the_same(q: str, expected: list[str]) -> None:
    assert near_slugs(searched(q)) == expected


@pytest.mark.parametrize("word", ["parking", "center", "trying", "defences", "stories", "carts"])
def test_only_words_with_the_stem_are_marked(word: str) -> None:
    text = "centres, parking in the park, tries, defence, storeys, cars, parties"
    marked = [text[start:end] for start, end in english.places(english.stem(word), text)]
    assert marked == {
        "parking": ["parking"],
        "center": ["centres"],
        "trying": ["tries"],
        "defences": ["defence"],
        "stories": ["storeys"],
        "carts": [],
    }.get(word)


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_opposite_of_what_was_asked_is_not_near() -> None:
    marked = {
        text
        for near in searched("居民不满意").near
        for hit in near.hits
        for text, _is in hit.pieces
    }
    assert "满意" not in marked


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_page_says_which_words_no_case_has(client: Client) -> None:
    assert searched("上海物业").unmatched == ["上海"]
    page = client.get("/cases/?q=上海物业").text
    assert "没有案例提到：<q>上海</q>" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_hit_in_a_keyword_is_marked_as_such(client: Client) -> None:
    (hit,) = searched("打疫苗").hits([Publication.objects.get(slug="yanliuyuan").pk]).popitem()[1]
    assert hit.is_keyword
    assert "本库关键词" in client.get("/cases/?q=打疫苗").text


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_nothing_is_near_where_nothing_is_asked() -> None:
    assert CaseQuery.parse(QueryDict(""), Library.now()).near == []
    assert [searched(q).near for q in ("！！！", "🚲", "zzzqqq", "怎么办")] == [[]] * 4


@pytest.mark.django_db
def test_many_exact_hits_need_nothing_near(vocabulary: None) -> None:
    for n in range(FEW):
        a_case(slug=f"lanes-{n}", title_zh="小巷改造")
    a_case(slug="alley", title_zh="巷子整修")
    keep()
    assert searched("小巷").near == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_page_says_what_is_near_and_what_stands_there(client: Client) -> None:
    page = client.get("/cases/", {"q": "路登"}).content.decode()
    assert "没有完全相同的词；相近的结果" in page
    assert "路登 → 路灯" in page
    page = client.get("/en/cases/", {"q": "160"}).content.decode()
    assert "computed" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_what_is_understood_is_named() -> None:
    library = Library.now()
    assert [(met.asked, met.found) for met in understanding(library, "ludeng")] == [
        ("lu deng", "路灯")
    ]
    assert understanding(library, "zzzqqq") == []


# ---------------------------------------------------------------- pieces


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("楼道堆电动车怎么办", ["楼道", "电动车"]),
        ("请问老年大学在哪里", ["老年大学"]),
        ("how do we fix potholes", ["fix potholes"]),
        ("居民不满意", ["居民", "不满意"]),
        ("没有物业的小区", ["没有物业", "小区"]),
        ("没地方停电瓶车", ["没地方停", "电瓶车"]),
        ("电动车上楼充电", ["电动车", "充电"]),
        ("物业费收不上来", ["物业"]),
        ("400平米的房子", ["400平米", "房子"]),
        ("怎么办", []),
        ("what is this", []),
        ("", []),
    ],
)
def test_a_question_is_cut_into_what_it_asks_for(q: str, expected: list[str]) -> None:
    found = [piece.text for piece in pieces_of(q, lexicon(Library.now()))]
    assert [text for text in found if text in expected] == expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("neighbour neighbours neighbor neighbors", "neighbor"),
        ("organise organised organize organizing", "organ"),
        ("centre centres center", "center"),
        ("renovation renovated renovating", "renov"),
        ("our hour four", ""),
    ],
)
def test_forms_and_spellings_have_one_stem(words: str, stem: str) -> None:
    found = {english.stem(word) for word in words.split()}
    assert len(found) == (1 if stem else 3)
    assert all(one.startswith(stem) for one in found)


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("ludeng", ("lu", "deng")),
        ("xian", ("xian",)),
        ("diandongche", ("dian", "dong", "che")),
        ("nvxing", ("nv", "xing")),
    ],
)
def test_pinyin_is_read_as_syllables(letters: str, first: tuple[str, ...]) -> None:
    assert next(sounds.syllables(letters)) == first


def test_english_is_no_pinyin() -> None:
    assert [[*sounds.syllables(word)] for word in ("lamps", "street", "voucher")] == [[], [], []]


def test_tones_are_left_out() -> None:
    assert {sounds.toneless(t) for t in ("lùdēng", "lu4deng1", "LUDENG")} == {"ludeng"}
    assert sounds.toneless("nǚxìng") == "nvxing"


def test_words_alike_are_alike_both_ways() -> None:
    for word, others in everyday.ALIKE.items():
        assert word not in others
        assert all(word in everyday.ALIKE[other] for other in others)


# ---------------------------------------------------------------- no results


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_what_finds_nothing_is_counted_by_day_and_words(client: Client) -> None:
    before = {words: count for _day, words, count in unanswered.counts()}
    for q in ("zzzqqq", "ZZZqqq", "路灯", "ludeng"):
        response = client.get("/cases/", {"q": q}, headers={"X-Forwarded-For": "203.0.113.9"})
        assert response.status_code == 200
    counts = {words: count for _day, words, count in unanswered.counts()}
    assert counts["zzzqqq"] == before.get("zzzqqq", 0) + 2
    assert counts.keys() - before.keys() <= {"zzzqqq"}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_related_terms_are_offered_where_nothing_is_near() -> None:
    """No case has a canteen; care for older people is related to it, and some cases have that."""
    query = searched("社区食堂")
    assert query.near == [] and not query.found
    related = Library.now().nodes["measure"]["community-canteen"].related
    offered = [value.value for value in query.ways_out().terms]
    assert set(related) & set(offered)
    assert "地" not in "".join(value.label for value in searched("地铁").ways_out().terms)


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    "q",
    [
        "xian" * 50,
        "xian" * 14 + "q",
        "行" * 200,
        "重行长乐" * 50,
        "9" * 200,
        "亿" * 200,
        "两三" * 100,
        "怎么办" * 66,
        "a b " * 50,
        "lamp " * 40,
        "lùdēng" * 33,
    ],
)
def test_no_question_takes_what_a_page_may_not(q: str) -> None:
    """Readings and segmentations grow exponentially with the length; the attempts are bounded."""
    assert searched(q).near is not None
    assert len(pieces_of(q, lexicon(Library.now()))) <= PIECE_LIMIT
