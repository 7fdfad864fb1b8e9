"""Search results for the five shipped cases, each verified by brute force.

A case matches by the words of its own text and of its vocabulary: labels and synonyms of its types,
families, indicators, tags and kinds of body, and of its places up to the province.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from stories.models.case import Case
from stories.models.version import Publication
from stories.queries.cases import CaseQuery, clean
from stories.queries.snapshot import Library
from stories.search import analyzer, tokenizer
from tests.desk import withdraw
from tests.questions import searched, shipped, slugs
from tests.test_search import finds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
QUESTIONS = [
    # one character
    "灯",
    "水",
    "墙",
    "瑜",
    "狗",
    "泥",
    "券",
    "树",
    "栋",
    "盏",
    "乐",
    "暖",
    # two characters
    "路灯",
    "水压",
    "巷道",
    "小巷",
    "老人",
    "垃圾",
    "网格",
    "物业",
    "消防",
    "修剪",
    "宿舍",
    "理发",
    "漏水",
    "雕塑",
    "停车",
    "头盔",
    "疫苗",
    "飞线",
    "泥塑",
    "照明",
    "圆桌",
    "空巢",
    "商户",
    "义诊",
    # three and four
    "太阳能",
    "增压泵",
    "充电桩",
    "第一书记",
    "文化墙",
    "门前三包",
    "便民服务",
    "留守儿童",
    "集中供热",
    "自建房",
    "业主委员会",
    "手抄报",
    "民族团结",
    "圆桌会议",
    "人脸识别",
    "晾晒杆",
    # long words and phrases
    "二次供水问题",
    "邻里互助消费卡",
    "老旧小区改造",
    "全国文明城市",
    "雨天楼道里停满电动车",
    "自行试选灯具",
    "市委编办帮扶育才社区",
    "“第一书记”",
    "居民圆桌会议商定",
    "高层住户普遍供水不足",
    "社区那一束耀眼的“赤色光源”",
    "创建全国文明城市社区行",
    # pairs that are not adjacent
    "社灯",
    "民水",
    "太阳灯",
    "供水泵",
    "路灯安装工程",
    "居灯",
    # traditional
    "路燈",
    "社區",
    "太陽能燈",
    "圓桌會議",
    "垃圾分類",
    "漢陽區",
    "樓道",
    "網格員",
    "第一書記",
    "增壓泵",
    # full width and case
    "１１６",
    "４０",
    "ＬＥＤ",
    "５Ｇ",
    "5G",
    "５ｇ",
    "３２１",
    "LAMP",
    "Lamps",
    "HANYANG",
    "Yucai",
    "ＹＵＣＡＩ",
    # conjunctions
    "居民 水压",
    "路灯 太阳能",
    "老旧小区 停车",
    "网格 志愿者",
    "疫情 消费券",
    "社区 狗",
    "泥塑 瑜伽",
    "lamps 太阳能",
    "school 合唱",
    "居民\u3000垃圾",
    "116 干部",
    "小巷 资金 办公",
    "育才 汉阳",
    "居民 居民",
    "lane paving",
    "水 lamp",
    "安康 路面",
    # English
    "lamp",
    "lam",
    "la",
    "lamps",
    "lampshade",
    "solar",
    "sola",
    "ledger",
    "round table",
    "round-table",
    "booster pump",
    "pump",
    "clay",
    "yoga",
    "parking",
    "e-commerce",
    "face-recognition",
    "residents’",
    "first secretaries",
    "unauthorised structures",
    "choir",
    "vaccin",
    "vaccination",
    "voucher",
    "in",
    "a",
    "an",
    "eye",
    # numbers
    "40",
    "400",
    "116",
    "10",
    "100",
    "1000",
    "2021",
    "2020",
    "1671",
    "21167",
    "103",
    "60",
    "58",
    "280",
    "334",
    "3.4",
    "0.6",
    "20",
    "44",
    "25万",
    "25万元",
    "5个",
    "1处",
    "100%",
    "250,000",
    "22139",
    "80余万元",
    # places
    "陕西",
    "陕西省",
    "安康",
    "湖北",
    "武汉",
    "汉阳",
    "安徽",
    "池州",
    "贵池",
    "河南",
    "焦作",
    "内蒙古",
    "鄂尔多斯",
    "达拉特旗",
    "育才社区",
    "Shaanxi",
    "Wuhan",
    "Inner Mongolia",
    "Anhui",
    "Jiaozuo",
    "北京",
    # tags, bodies, types, indicators
    "党建引领",
    "背街小巷",
    "便道",
    "适老",
    "网格化",
    "志愿者",
    "妇女儿童",
    "社会组织",
    "企业",
    "媒体",
    "social organisation",
    "公共照明",
    "public lighting",
    "street lighting",
    "安装路灯",
    "暖气",
    "供暖",
    "district heating",
    "道路硬化",
    "受益人数",
    "人口",
    "population",
    "管道老化",
    "没有暖气",
    "burst pipes",
    "social worker",
    "居委会",
    "street office",
    "twinning",
    # no result
    "机器人",
    "地铁",
    "xylophone",
    "长城",
    "40盏",
    "水压力",
    "路灯 地铁",
    "。",
    "，！",
    "-",
    "🙂",
    "zzz",
]


def texts_of(document: dict[str, Any]) -> Iterator[str]:
    """All searched text of a case, in both languages."""

    def both(*texts: dict[str, str] | None) -> Iterator[str]:
        for text in texts:
            yield from (text["zh"], text["en"]) if text else ()

    names = ("title", "key_message", "abstract", "name_as_reported")
    yield from both(*(document[name] for name in names))
    yield from both(*(source["title"] for source in document["sources"]))
    yield from both(*(answer["text"] for answer in document["glance"].values()))
    for part in document["problems"]:
        yield from both(part["heading"], part["statement"])
    for part in document["measures"]:
        yield from both(part["title"], part["summary"], *(a["name"] for a in part["actors"]))
    for part in (*document["problems"], *document["measures"]):
        yield from (*part["keywords"]["zh"], *part["keywords"]["en"])
    for metric in metrics_of(document):
        yield from both(metric["scope"])
        yield metric["cite"]["printed"]


def metrics_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for measure in document["measures"]:
        yield from measure["metrics"]
    yield from document["context"]


def names_of(
    document: dict[str, Any], library: Library, with_synonyms: bool = True
) -> Iterator[str]:
    """Labels and synonyms of the terms of the case, and of their ancestors."""
    measures = document["measures"]
    held = {
        "measure": [slug for part in measures for slug in part["types"]],
        "problem": [part["type"] for part in document["problems"]],
        "place": [
            document["place"],
            *(where["place"] for part in measures for where in part["where"]),
        ],
        "actor": [actor["kind"] for part in measures for actor in part["actors"]],
        "tag": document["tags"],
        "indicator": [metric["indicator"] for metric in metrics_of(document)],
        "year": [str(year) for year in analyzer.years(document)],
    }
    for facet, values in held.items():
        for value in values:
            for node in library.chain(facet, value):
                if node.value.endswith("0s") and facet == "year":
                    continue  # decades are not searched
                yield from (node.label_zh, node.label_en)
                yield from node.synonyms if with_synonyms else ()


@cache
def words_of(slug: str) -> list[str]:
    """Folded texts and names of a case."""
    (document,) = (document for document in shipped() if document["slug"] == slug)
    texts = (*texts_of(document), *names_of(document, Library.now()))
    return [tokenizer.fold(text) for text in texts]


def by_brute_force(q: str) -> list[str]:
    """The cases with all words of the question, by brute force."""
    words = [word.text for word in tokenizer.words(clean(q))]
    return [
        slug
        for slug in CASES
        if words and all(any(finds(word, text) for text in words_of(slug)) for word in words)
    ]


@pytest.mark.parametrize("q", QUESTIONS)
def test_exactly_the_cases_that_hold_the_words_are_found(q: str) -> None:
    expected = by_brute_force(q)
    assert sorted(slugs(searched(q))) == expected
    assert len(searched(q).found) == len(expected)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("路灯", "jiefangqu pingfangqu"),
        ("路燈", "jiefangqu pingfangqu"),
        ("第一书记", "hanyang"),
        ("圆桌会议", "yanliuyuan"),
        ("手抄报", "jiefangqu"),
        ("25万元", "yucai"),
        ("汉阳", "hanyang"),
        ("Inner Mongolia", "pingfangqu"),
        ("lampshade", ""),
        ("地铁", ""),
        ("水压力", ""),
        ("路灯，", "jiefangqu pingfangqu"),
        ("“路灯”！", "jiefangqu pingfangqu"),
        ("衞生间", ""),
        ("。", ""),
        ("🚲", ""),
        ("！！！", ""),
    ],
)
def test_what_a_reader_expects_is_found(q: str, expected: str) -> None:
    """Hand-written, in case brute force and index share a mistake."""
    assert sorted(slugs(searched(q))) == expected.split()


def test_most_questions_tell_the_cases_apart() -> None:
    answers = [len(by_brute_force(q)) for q in QUESTIONS]
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 120
    assert sum(0 < count < len(CASES) for count in answers) > 100


def test_an_example_of_a_term_finds_nothing_by_itself() -> None:
    """养老难 is an example of a problem type, which does not make all of its cases match 养老."""
    examples = {
        example
        for facet in ("problem", "measure")
        for node in Library.now().nodes[facet].values()
        for example in node.examples_zh
    }
    assert examples
    for example in examples:
        assert sorted(slugs(searched(example))) == by_brute_force(example), example


def tier_of(word: str, slug: str) -> int:
    """The best place of a word in a case: title, measures carried out, measures only planned,
    problems, the rest with labels and synonyms."""
    (document,) = (document for document in shipped() if document["slug"] == slug)
    planned: dict[bool, list[str]] = {True: [], False: []}
    for part in document["measures"]:
        texts = [*part["title"].values(), *part["summary"].values()]
        planned[part["status"] in ("planned", "discussed")] += texts
    problems = [p[name] for p in document["problems"] for name in ("heading", "statement")]
    tiers = (
        list(document["title"].values()),
        planned[False],
        planned[True],
        [words for text in problems for words in text.values()],
        [*texts_of(document), *names_of(document, Library.now(), with_synonyms=False)],
    )
    for tier, texts in enumerate(tiers):
        if any(finds(word, tokenizer.fold(text)) for text in texts):
            return tier
    return len(tiers)


@pytest.mark.parametrize("q", ["灯", "居民 灯", "汉阳", "大学", "漏水", "路灯", "lamps", "停车"])
def test_the_best_places_come_first(q: str) -> None:
    """The worst place of the words counts."""
    found = slugs(searched(q))
    tiers = [max(tier_of(word, slug) for word in tokenizer.fold(q).split()) for slug in found]
    assert tiers == sorted(tiers) and found


@pytest.mark.parametrize(
    ("q", "first"),
    [("路灯", "pingfangqu"), ("street lights", "pingfangqu"), ("老年大学", "yucai")],
)
def test_the_case_about_it_comes_first(q: str, first: str) -> None:
    """The others only plan or mention it."""
    assert slugs(searched(q))[0] == first


def test_the_order_does_not_change_what_is_found() -> None:
    for q in ("灯", "居民 水压", "路灯"):
        by_title = CaseQuery.parse(QueryDict(urlencode({"q": q, "sort": "title"})), Library.now())
        assert sorted(slugs(by_title)) == sorted(slugs(searched(q)))


def test_facets_narrow_what_is_found() -> None:
    types = {part["type"] for document in shipped() for part in document["problems"]}
    for slug in types:
        query = CaseQuery.parse(QueryDict(urlencode({"q": "居民", "problem": slug})), Library.now())
        reporting = {d["slug"] for d in shipped() if slug in {p["type"] for p in d["problems"]}}
        assert sorted(slugs(query)) == sorted(reporting & set(by_brute_force("居民")))


def test_a_withdrawn_case_is_found_by_nothing() -> None:
    withdraw(Case.objects.get(slug="hanyang"))
    assert [slugs(searched(q)) for q in ("汉阳", "第一书记", "湖北")] == [[], [], []]


# ---------------------------------------------------------------- hits


def hits(q: str, slug: str) -> list[tuple[str, str]]:
    """(anchor, text with matches in brackets) for one case."""
    query = searched(q)
    pk = Publication.objects.get(slug=slug).pk
    return [
        (hit.anchor, "".join(f"[{text}]" if is_found else text for text, is_found in hit.pieces))
        for hit in query.hits([pk])[pk]
    ]


@pytest.mark.parametrize("q", [q for q in QUESTIONS if q not in "。，！-🙂"])
def test_every_case_found_shows_where(q: str) -> None:
    query = searched(q)
    found = list(query.found)
    where = query.hits(found)
    marked = {
        pk: any(is_found for hit in where[pk] for _text, is_found in hit.pieces) for pk in found
    }
    assert marked == dict.fromkeys(found, True)


@pytest.mark.parametrize(
    ("q", "slug", "hit"),
    [
        ("昏暗", "jiefangqu", ("problem-poor-lighting", "照明不足（光线[昏暗]）")),
        ("安徽", "yanliuyuan", ("", "[安徽]省")),
    ],
)
def test_what_only_a_term_is_called_leads_to_the_first_part_that_has_it(
    q: str, slug: str, hit: tuple[str, str]
) -> None:
    assert hits(q, slug)[0] == hit
