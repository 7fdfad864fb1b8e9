"""What the five shipped cases are found by: every row is a question and the exact answer.

A case answers with the words of its own text and of the vocabulary it uses: labels and synonyms of
its types, families, indicators, tags and kinds of body, and of its places up to the province.
"""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from stories import records
from stories.library import Library
from stories.models import Case
from stories.queries import CaseQuery
from tests.questions import searched, slugs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

ALL = "hanyang jiefangqu pingfangqu yanliuyuan yucai"
FOUND = [
    # one character
    ("灯", "jiefangqu pingfangqu"),
    ("水", "hanyang pingfangqu yucai"),
    ("墙", "jiefangqu yanliuyuan yucai"),
    ("瑜", "pingfangqu"),
    ("狗", ""),
    ("泥", "pingfangqu"),
    ("券", "hanyang"),
    ("树", "hanyang jiefangqu yucai"),
    ("栋", "pingfangqu yanliuyuan yucai"),
    ("盏", "pingfangqu"),
    ("乐", "jiefangqu pingfangqu yanliuyuan yucai"),
    ("暖", "pingfangqu"),
    # two characters
    ("路灯", "pingfangqu"),
    ("水压", "hanyang"),
    ("巷道", "jiefangqu pingfangqu yanliuyuan yucai"),
    ("小巷", "jiefangqu pingfangqu yucai"),
    ("老人", "yanliuyuan yucai"),
    ("垃圾", "pingfangqu yucai"),
    ("网格", "jiefangqu pingfangqu yanliuyuan"),
    ("物业", "hanyang jiefangqu yanliuyuan yucai"),
    ("消防", ""),
    ("修剪", "hanyang"),
    ("宿舍", "yanliuyuan"),
    ("理发", "pingfangqu"),
    ("漏水", "yucai"),
    ("雕塑", "yanliuyuan"),
    ("停车", "pingfangqu yanliuyuan yucai"),
    ("头盔", "jiefangqu"),
    ("疫苗", "yanliuyuan"),
    ("飞线", "jiefangqu yanliuyuan"),
    ("泥塑", "pingfangqu"),
    ("照明", "jiefangqu pingfangqu"),
    ("圆桌", "yanliuyuan"),
    ("空巢", ""),
    ("商户", "hanyang jiefangqu"),
    ("义诊", "hanyang"),
    # three and four
    ("太阳能", "pingfangqu"),
    ("增压泵", "hanyang"),
    ("充电桩", "pingfangqu yanliuyuan"),
    ("第一书记", "hanyang"),
    ("文化墙", "jiefangqu yanliuyuan yucai"),
    ("门前三包", ""),
    ("便民服务", "jiefangqu yucai"),
    ("留守儿童", "pingfangqu"),
    ("集中供热", "pingfangqu"),
    ("自建房", "yanliuyuan"),
    ("业主委员会", "yanliuyuan"),
    ("手抄报", "jiefangqu"),
    ("民族团结", "pingfangqu"),
    ("圆桌会议", "yanliuyuan"),
    ("人脸识别", "jiefangqu"),
    ("晾晒杆", "yanliuyuan"),
    # long words and phrases
    ("二次供水问题", "hanyang"),
    ("邻里互助消费卡", "hanyang"),
    ("老旧小区改造", ALL),
    ("全国文明城市", "yanliuyuan yucai"),
    ("雨天楼道里停满电动车", "yanliuyuan"),
    ("自行试选灯具", "pingfangqu"),
    ("市委编办帮扶育才社区", "yucai"),
    ("“第一书记”", "hanyang"),
    ("居民圆桌会议商定", "yanliuyuan"),
    ("高层住户普遍供水不足", "hanyang"),
    ("社区那一束耀眼的“赤色光源”", "pingfangqu"),
    ("创建全国文明城市社区行", "yanliuyuan"),
    # pairs that stand apart
    ("社灯", ""),
    ("民水", ""),
    ("太阳灯", ""),
    ("供水泵", ""),
    ("路灯安装工程", ""),
    ("居灯", ""),
    # traditional
    ("路燈", "pingfangqu"),
    ("社區", ALL),
    ("太陽能燈", "pingfangqu"),
    ("圓桌會議", "yanliuyuan"),
    ("垃圾分類", "pingfangqu"),
    ("漢陽區", "hanyang"),
    ("樓道", "jiefangqu pingfangqu yanliuyuan yucai"),
    ("網格員", "jiefangqu pingfangqu yanliuyuan"),
    ("第一書記", "hanyang"),
    ("增壓泵", "hanyang"),
    # full width and case
    ("１１６", "hanyang"),
    ("４０", "hanyang"),
    ("ＬＥＤ", "hanyang jiefangqu pingfangqu yanliuyuan"),
    ("５Ｇ", "yucai"),
    ("5G", "yucai"),
    ("５ｇ", "yucai"),
    ("３２１", "yucai"),
    ("LAMP", "pingfangqu"),
    ("Lamps", "pingfangqu"),
    ("HANYANG", "hanyang"),
    ("Yucai", "yucai"),
    ("ＹＵＣＡＩ", "yucai"),
    # conjunctions
    ("居民 水压", "hanyang"),
    ("路灯 太阳能", "pingfangqu"),
    ("老旧小区 停车", "pingfangqu yanliuyuan yucai"),
    ("网格 志愿者", "jiefangqu pingfangqu yanliuyuan"),
    ("疫情 消费券", "hanyang"),
    ("社区 狗", ""),
    ("泥塑 瑜伽", "pingfangqu"),
    ("lamps 太阳能", "pingfangqu"),
    ("school 合唱", "jiefangqu"),
    ("居民\u3000垃圾", "pingfangqu yucai"),
    ("116 干部", "hanyang"),
    ("小巷 资金 办公", "pingfangqu yucai"),
    ("育才 汉阳", ""),
    ("居民 居民", ALL),
    ("lane paving", "jiefangqu pingfangqu yanliuyuan yucai"),
    ("水 lamp", "pingfangqu"),
    ("安康 路面", "yucai"),
    # English
    ("lamp", "pingfangqu"),
    ("lam", "pingfangqu"),
    ("la", ""),
    ("lamps", "pingfangqu"),
    ("lampshade", ""),
    ("solar", "pingfangqu"),
    ("sola", "pingfangqu"),
    ("ledger", "jiefangqu"),
    ("round table", "yanliuyuan"),
    ("round-table", "yanliuyuan"),
    ("booster pump", "hanyang"),
    ("pump", "hanyang"),
    ("clay", "pingfangqu"),
    ("yoga", "pingfangqu"),
    ("parking", "pingfangqu yanliuyuan yucai"),
    ("e-commerce", "yucai"),
    ("face-recognition", "jiefangqu"),
    ("residents’", ALL),
    ("first secretaries", "hanyang"),
    ("unauthorised structures", "jiefangqu"),
    ("choir", "jiefangqu"),
    ("vaccin", "yanliuyuan"),
    ("vaccination", "yanliuyuan"),
    ("voucher", "hanyang"),
    ("in", ALL),
    ("a", ALL),
    ("an", "hanyang jiefangqu pingfangqu yanliuyuan"),
    ("eye", "hanyang"),
    # numbers
    ("40", "hanyang"),
    ("400", "pingfangqu yucai"),
    ("116", "hanyang"),
    ("10", "hanyang yucai"),
    ("100", "hanyang jiefangqu yanliuyuan"),
    ("1000", "hanyang yanliuyuan"),
    ("2021", "yanliuyuan yucai"),
    ("2020", "hanyang"),
    ("1671", "yanliuyuan"),
    ("21167", "pingfangqu"),
    ("103", "pingfangqu"),
    ("60", "yanliuyuan yucai"),
    ("58", "yanliuyuan"),
    ("280", "yucai"),
    ("334", "jiefangqu"),
    ("3.4", "pingfangqu"),
    ("0.6", "yanliuyuan"),
    ("20", "hanyang pingfangqu yanliuyuan yucai"),
    ("44", "yucai"),
    ("25万", "yucai"),
    ("25万元", "yucai"),
    ("5个", "pingfangqu"),
    ("1处", "yanliuyuan"),
    ("100%", "jiefangqu"),
    ("250,000", "yucai"),
    ("22139", "pingfangqu"),
    ("80余万元", "pingfangqu"),
    # places
    ("陕西", "yucai"),
    ("陕西省", "yucai"),
    ("安康", "yucai"),
    ("湖北", "hanyang"),
    ("武汉", "hanyang"),
    ("汉阳", "hanyang"),
    ("安徽", "yanliuyuan"),
    ("池州", "yanliuyuan"),
    ("贵池", "yanliuyuan"),
    ("河南", "jiefangqu"),
    ("焦作", "jiefangqu"),
    ("内蒙古", "pingfangqu"),
    ("鄂尔多斯", "pingfangqu"),
    ("达拉特旗", "pingfangqu"),
    ("育才社区", "yucai"),
    ("Shaanxi", "yucai"),
    ("Wuhan", "hanyang"),
    ("Inner Mongolia", "pingfangqu"),
    ("Anhui", "yanliuyuan"),
    ("Jiaozuo", "jiefangqu"),
    ("北京", ""),
    # tags, bodies, types, indicators
    ("党建引领", "hanyang pingfangqu yanliuyuan"),
    ("背街小巷", "jiefangqu pingfangqu yucai"),
    ("便道", ""),
    ("适老", ""),
    ("网格化", "pingfangqu yanliuyuan"),
    ("志愿者", ALL),
    ("妇女儿童", "pingfangqu yucai"),
    ("社会组织", "jiefangqu pingfangqu yucai"),
    ("企业", ALL),
    ("媒体", "yanliuyuan"),
    ("social organisation", ALL),
    ("公共照明", "pingfangqu"),
    ("public lighting", "jiefangqu pingfangqu"),
    ("street lighting", "jiefangqu pingfangqu"),
    ("安装路灯", ""),
    ("暖气", "pingfangqu"),
    ("供暖", "pingfangqu"),
    ("district heating", "pingfangqu"),
    ("道路硬化", "jiefangqu pingfangqu yanliuyuan yucai"),
    ("受益人数", "pingfangqu yanliuyuan"),
    ("人口", "hanyang pingfangqu yanliuyuan yucai"),
    ("population", "hanyang pingfangqu yanliuyuan"),
    ("管道老化", "hanyang"),
    ("没有暖气", ""),
    ("burst pipes", ""),
    ("social worker", "hanyang jiefangqu pingfangqu yanliuyuan"),
    ("居委会", "hanyang pingfangqu yanliuyuan yucai"),
    ("street office", ALL),
    ("twinning", "jiefangqu pingfangqu yanliuyuan yucai"),
    # nothing
    ("机器人", ""),
    ("地铁", ""),
    ("xylophone", ""),
    ("长城", ""),
    ("40盏", ""),
    ("水压力", ""),
    ("路灯 地铁", ""),
    ("。", ALL),
    ("，！", ALL),
    ("-", ALL),
    ("🙂", ALL),
    ("zzz", ""),
]


@pytest.mark.parametrize(("q", "expected"), FOUND, ids=[q for q, _expected in FOUND])
def test_exactly_the_cases_that_hold_the_words_are_found(q: str, expected: str) -> None:
    assert sorted(slugs(searched(q))) == expected.split()
    assert len(searched(q).found) == len(expected.split())


def test_the_table_is_long_and_asks_nothing_twice() -> None:
    assert len({q for q, _expected in FOUND}) == len(FOUND) >= 120


# What a case would say, did the examples of its terms count: 养老难 of a problem type, 剪纸 of a
# measure type, though nobody in the case cut paper.
NOT_SAID = [
    ("养老", "hanyang"),
    ("人脸识别", "yucai"),
    ("合唱比赛", "pingfangqu yanliuyuan yucai"),
    ("健康码", "hanyang yucai"),
    ("剪纸", "pingfangqu"),
    ("头盔", "hanyang"),
]


@pytest.mark.parametrize(("q", "wrong"), NOT_SAID, ids=[q for q, _wrong in NOT_SAID])
def test_an_example_of_a_term_is_no_statement_about_a_case(q: str, wrong: str) -> None:
    assert not set(wrong.split()) & set(slugs(searched(q)))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("灯", "pingfangqu jiefangqu"),  # title; only a synonym (灯不明)
        ("居民 灯", "pingfangqu jiefangqu"),  # the worst place of the words counts
        ("汉阳", "hanyang"),
        ("大学", "yucai hanyang jiefangqu"),  # measures
        ("漏水", "yucai"),  # a problem; a leak is only an example of its type
    ],
)
def test_the_best_places_come_first(q: str, expected: str) -> None:
    """Title, measure, the rest with labels, synonyms; the newest first among equals."""
    assert slugs(searched(q)) == expected.split()


def test_the_order_does_not_change_what_is_found() -> None:
    for q in ("灯", "居民 水压", "路灯"):
        by_title = CaseQuery.parse(QueryDict(urlencode({"q": q, "sort": "title"})), Library.now())
        assert sorted(slugs(by_title)) == sorted(slugs(searched(q)))


def test_facets_narrow_what_is_found() -> None:
    narrowed = CaseQuery.parse(
        QueryDict("q=居民&problem=parking-shortage&problem=dark-streets"), Library.now()
    )
    assert sorted(slugs(narrowed)) == ["jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]


def test_a_withdrawn_case_is_found_by_nothing() -> None:
    Case.objects.get(slug="hanyang").withdraw()
    records.keep(Case.objects.get(slug="hanyang"))
    assert [slugs(searched(q)) for q in ("汉阳", "第一书记", "湖北")] == [[], [], []]


# ---------------------------------------------------------------- where


def hits(q: str, slug: str) -> list[tuple[str, str]]:
    """(anchor, text with what was found in brackets) of one case."""
    query = searched(q)
    pk = Case.objects.get(slug=slug).pk
    return [
        (hit.anchor, "".join(f"[{text}]" if is_found else text for text, is_found in hit.pieces))
        for hit in query.hits([pk])[pk]
    ]


@pytest.mark.parametrize("q", [q for q, expected in FOUND if expected and q not in "。，！-🙂"])
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
