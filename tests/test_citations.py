"""Sources and cases as references: golden lines of each style, and files for programs."""

import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from stories.exports.references import files, gb_t_7714, italics, items, styles
from stories.exports.references.items import Item, Name

PAPER = Item(
    key="liudi-news",
    language="zh",
    type="article-newspaper",
    authors=(Name("林小舟"),),
    title="九条小巷亮了灯",
    container="柳堤晚报",
    publisher="柳堤报业",
    issued="2022-09-01",
    accessed="",
    section="第03版",
    url="",
)
ONLINE = replace(PAPER, url="https://example.org/liudi", accessed="2026-11-05")
WEB = replace(ONLINE, type="webpage", container="柳堤网", section="社区")
PAPER_EN = replace(
    PAPER,
    language="en",
    authors=(Name("Lin Xiaozhou"),),
    title="Nine lanes lit",
    container="Liudi News",
    section="p. 3",
)
ONLINE_EN = replace(PAPER_EN, url="https://example.org/liudi", accessed="2026-11-05")
WEB_EN = replace(ONLINE_EN, type="webpage", container="Liudi.cn", section="Community")
FOUR_EN = tuple(map(Name, ("Lin Xiaozhou", "Wu Jing", "Ma Li", "He Yi")))
BODY = (Name("柳堤社区居民委员会", is_body=True),)
BODY_EN = (Name("Liudi Residents’ Committee", is_body=True),)


# ---------------------------------------------------------------- GB/T 7714


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        (PAPER, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（03）."),
        (replace(PAPER, section=""), "林小舟. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01."),
        (
            replace(PAPER, section="社区"),
            "林小舟. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（社区）.",
        ),
        (
            replace(PAPER, section="A12版"),
            "林小舟. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（A12）.",
        ),
        (replace(PAPER, container=""), "林小舟. 九条小巷亮了灯[N]. 柳堤报业，2022-09-01（03）."),
        (replace(PAPER, issued=""), "林小舟. 九条小巷亮了灯[N]. 柳堤晚报（03）."),
        (
            ONLINE,
            "林小舟. 九条小巷亮了灯[N/OL]. 柳堤晚报，2022-09-01（03）. https://example.org/liudi.",
        ),
        (
            WEB,
            "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网（2022-09-01）[2026-11-05]. "
            "https://example.org/liudi.",
        ),
        (
            replace(WEB, authors=()),
            "九条小巷亮了灯[EB/OL]. 柳堤网（2022-09-01）[2026-11-05]. https://example.org/liudi.",
        ),
        (
            replace(WEB, issued=""),
            "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网[2026-11-05]. https://example.org/liudi.",
        ),
        (
            replace(WEB, container="", publisher=""),
            "林小舟. 九条小巷亮了灯[EB/OL]. （2022-09-01）[2026-11-05]. https://example.org/liudi.",
        ),
        (replace(WEB, url=""), "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网（2022-09-01）."),
        (
            replace(PAPER, authors=tuple(map(Name, "甲乙丙丁"))),
            "甲，乙，丙，等. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（03）.",
        ),
        (
            replace(PAPER, authors=BODY),
            "柳堤社区居民委员会. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（03）.",
        ),
        (
            PAPER.at("第4段"),
            "林小舟. 九条小巷亮了灯[N]. 柳堤晚报，2022-09-01（03）：第4段.",
        ),
        (
            replace(WEB, url="").at("第4段"),
            "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网：第4段（2022-09-01）.",
        ),
        (
            replace(WEB_EN, url="", authors=FOUR_EN),
            "Lin Xiaozhou，Wu Jing，Ma Li，et al. Nine lanes lit[EB/OL]. Liudi.cn（2022-09-01）.",
        ),
        (
            replace(PAPER, title="灯亮了吗？"),
            "林小舟. 灯亮了吗？[N]. 柳堤晚报，2022-09-01（03）.",
        ),
    ],
)
def test_a_reference_after_gb_t_7714_2025(item: Item, reference: str) -> None:
    assert gb_t_7714.edition_2025(item) == reference


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        (PAPER, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(03)."),
        (
            ONLINE,
            "林小舟. 九条小巷亮了灯[N/OL]. 柳堤晚报, 2022-09-01(03)[2026-11-05]. "
            "https://example.org/liudi.",
        ),
        (
            WEB,
            "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网(2022-09-01)[2026-11-05]. "
            "https://example.org/liudi.",
        ),
        (
            replace(PAPER, authors=tuple(map(Name, "甲乙丙丁"))),
            "甲, 乙, 丙, 等. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(03).",
        ),
        (
            replace(PAPER_EN, authors=FOUR_EN),
            "LIN Xiaozhou, WU Jing, MA Li, et al. Nine lanes lit[N]. Liudi News, 2022-09-01(3).",
        ),
        (
            replace(PAPER_EN, authors=BODY_EN),
            "Liudi Residents’ Committee. Nine lanes lit[N]. Liudi News, 2022-09-01(3).",
        ),
        (PAPER.at("第4段"), "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(03): 第4段."),
    ],
)
def test_a_reference_after_gb_t_7714_2015(item: Item, reference: str) -> None:
    assert gb_t_7714.edition_2015(item) == reference


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ("2022", "2022"),
        ("2022-02", "2022-02"),
        ("2022-02~", "[2022-02]"),
        ("1984?", "[1984]"),
        ("1984%", "[1984]"),
        ("199X", "[1990-1999]"),
        ("2022/..", "2022-"),
        ("2022/2023", "2022-2023"),
        ("2022-02/2022-03", "2022-02–2022-03"),
        ("2022-02-01/", "2022-02-01–"),
    ],
)
def test_no_reference_prints_edtf(issued: str, written: str) -> None:
    item = replace(PAPER, issued=issued, section="")
    assert gb_t_7714.edition_2025(item) == f"林小舟. 九条小巷亮了灯[N]. 柳堤晚报，{written}."
    for write in (styles.apa, styles.chicago, styles.mla):
        for one in (item, replace(PAPER_EN, issued=issued)):
            assert not {"~", "/", "%"} & set(write(one)), write(one)


# ---------------------------------------------------------------- APA, Chicago, MLA


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        (PAPER_EN, "Lin, X. (2022, September 1). Nine lanes lit. <i>Liudi News</i>, 3."),
        (
            ONLINE_EN,
            "Lin, X. (2022, September 1). Nine lanes lit. <i>Liudi News</i>, 3. "
            "https://example.org/liudi",
        ),
        (
            WEB_EN,
            "Lin, X. (2022, September 1). <i>Nine lanes lit</i>. Liudi.cn. "
            "https://example.org/liudi",
        ),
        (
            replace(WEB_EN, url="", authors=()),
            "<i>Nine lanes lit</i>. (2022, September 1). Liudi.cn.",
        ),
        (
            replace(WEB_EN, url="", issued=""),
            "Lin, X. (n.d.). <i>Nine lanes lit</i>. Liudi.cn.",
        ),
        (
            replace(PAPER_EN, authors=FOUR_EN),
            "Lin, X., Wu, J., Ma, L., & He, Y. (2022, September 1). Nine lanes lit. "
            "<i>Liudi News</i>, 3.",
        ),
        (
            replace(PAPER_EN, issued="199X~", section=""),
            "Lin, X. (ca. 1990s). Nine lanes lit. <i>Liudi News</i>.",
        ),
        (
            replace(PAPER_EN, authors=BODY_EN, issued="2022-09~"),
            "Liudi Residents’ Committee. (ca. 2022). Nine lanes lit. <i>Liudi News</i>, 3.",
        ),
        (
            replace(WEB_EN, url="", authors=BODY_EN, container="Liudi Residents’ Committee"),
            "Liudi Residents’ Committee. (2022, September 1). <i>Nine lanes lit</i>.",
        ),
        (
            replace(PAPER_EN, title="Who lit the lanes?", issued="1984?"),
            "Lin, X. (1984?). Who lit the lanes? <i>Liudi News</i>, 3.",
        ),
        (PAPER, "林小舟（2022年9月1日）。九条小巷亮了灯。《柳堤晚报》。"),
        (
            replace(WEB, authors=(), issued=""),
            "九条小巷亮了灯（日期不详）。《柳堤网》。https://example.org/liudi",
        ),
    ],
)
def test_a_reference_after_apa(item: Item, reference: str) -> None:
    assert italics.as_html(styles.apa(item)).replace("&amp;", "&") == reference


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        (PAPER_EN, "Lin Xiaozhou. 2022. “Nine lanes lit.” Liudi News, September 1."),
        (
            WEB_EN,
            "Lin Xiaozhou. 2022. “Nine lanes lit.” Liudi.cn, September 1. https://example.org/liudi.",
        ),
        (
            replace(WEB_EN, issued=""),
            "Lin Xiaozhou. n.d. “Nine lanes lit.” Liudi.cn. Accessed 5 Nov. 2026. "
            "https://example.org/liudi.",
        ),
        (
            replace(PAPER_EN, authors=FOUR_EN),
            "Lin Xiaozhou, Wu Jing, Ma Li, and He Yi. 2022. “Nine lanes lit.” Liudi News, "
            "September 1.",
        ),
        (
            replace(PAPER_EN, title="Who lit the “red” lanes?", authors=()),
            "“Who lit the ‘red’ lanes?” 2022. Liudi News, September 1.",
        ),
        (PAPER, "林小舟。2022年。“九条小巷亮了灯”。《柳堤晚报》，9月1日。"),
    ],
)
def test_a_reference_after_chicago(item: Item, reference: str) -> None:
    assert italics.plain(styles.chicago(item)) == reference


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        (PAPER_EN, "Lin Xiaozhou. “Nine lanes lit.” Liudi News, 1 Sept. 2022, p. 3."),
        (
            WEB_EN,
            "Lin Xiaozhou. “Nine lanes lit.” Liudi.cn, 1 Sept. 2022, example.org/liudi. "
            "Accessed 5 Nov. 2026.",
        ),
        (
            replace(PAPER_EN, authors=FOUR_EN),
            "Lin Xiaozhou, et al. “Nine lanes lit.” Liudi News, 1 Sept. 2022, p. 3.",
        ),
        (
            replace(PAPER_EN, authors=FOUR_EN[:2], issued=""),
            "Lin Xiaozhou and Wu Jing. “Nine lanes lit.” Liudi News, p. 3.",
        ),
        (PAPER, "林小舟。“九条小巷亮了灯”。《柳堤晚报》，2022年9月1日，第03版。"),
        (
            replace(PAPER, authors=tuple(map(Name, "甲乙丙"))),
            "甲等。“九条小巷亮了灯”。《柳堤晚报》，2022年9月1日，第03版。",
        ),
    ],
)
def test_a_reference_after_mla(item: Item, reference: str) -> None:
    assert italics.plain(styles.mla(item)) == reference


def test_what_is_set_in_italics_is_escaped_all_the_same() -> None:
    item = replace(PAPER_EN, container="<b>A & B</b>")
    assert "<i>&lt;b&gt;A &amp; B&lt;/b&gt;</i>" in italics.as_html(styles.apa(item))


# ---------------------------------------------------------------- what is cited


@pytest.mark.parametrize(
    ("name", "is_body"),
    [
        ("朱惠", False),
        ("欧阳晶晶", False),
        ("阿不都·热依木", False),
        ("新华社", True),
        ("柳堤社区居民委员会", True),
        ("本报编辑部", True),
        ("李会", False),
        ("OECD", True),
    ],
)
def test_a_body_is_told_from_a_person_by_its_name(name: str, is_body: bool) -> None:
    assert items.is_body(name) == is_body


def test_a_reprint_is_cited_as_what_was_read_and_says_so() -> None:
    source = {
        "key": "liudi-news",
        "type": "webpage",
        "title": {"zh": "九条小巷亮了灯", "en": "Nine lanes lit"},
        "authors": [{"name": {"zh": "林小舟", "en": "Lin Xiaozhou"}, "role": "author"}],
        "container": {"zh": "柳堤网", "en": "Liudi.cn"},
        **dict.fromkeys(("publisher", "section", "issued", "url", "accessed")),
        "condition": "reprint",
    }
    item = items.of_source(source, "zh")
    assert gb_t_7714.edition_2025(item) == "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤网."
    assert "note = {据转载件}" in files.bibtex(item)
    assert "note = {Read in a reprint}" in files.bibtex(items.of_source(source, "en"))


def test_a_case_is_cited_by_its_version_and_the_day_of_access() -> None:
    case = {"slug": "liudi", "title": {"zh": "柳堤：小巷亮灯", "en": "Liudi: lamps"}}
    library = items.Library("社区案例库", "社区案例库编者")
    published, today = date(2026, 11, 27), date(2026, 12, 1)
    item = items.of_case(case, 2, published, "https://x.org/v/2/", library, today, "zh")
    assert gb_t_7714.edition_2025(item) == (
        "社区案例库编者. 柳堤：小巷亮灯[EB/OL]. V2. 社区案例库（2026-11-27）[2026-12-01]. "
        "https://x.org/v/2/."
    )


# ---------------------------------------------------------------- files


def test_a_paper_as_bibtex() -> None:
    assert files.bibtex(replace(ONLINE_EN, title="50% of A & B")) == (
        "@article{liudi-news,\n"
        "  author = {Lin, Xiaozhou},\n"
        "  title = {{50\\% of A \\& B}},\n"
        "  journal = {Liudi News},\n"
        "  pages = {3},\n"
        "  year = {2022},\n"
        "  url = {https://example.org/liudi},\n"
        "  urldate = {2026-11-05},\n"
        "  language = {English},\n"
        "  month = sep,\n"
        "}\n"
    )


def test_biblatex_takes_edtf_as_it_is() -> None:
    written = files.biblatex(replace(WEB, issued="2022-02~", authors=BODY))
    assert written.startswith("@online{liudi-news,\n  author = {{柳堤社区居民委员会}},")
    assert "  date = {2022-02~},\n" in written


def test_a_web_page_as_ris() -> None:
    assert files.ris(WEB).split("\r\n") == [
        "TY  - ELEC",
        "ID  - liudi-news",
        "AU  - 林小舟",
        "TI  - 九条小巷亮了灯",
        "T2  - 柳堤网",
        "PY  - 2022",
        "DA  - 2022/09/01",
        "UR  - https://example.org/liudi",
        "Y2  - 2026/11/05",
        "LA  - zh",
        "ER  - ",
        "",
    ]


def test_a_date_that_a_file_has_no_field_for_stands_in_its_notes() -> None:
    assert "N1  - 约2022年2月" in files.ris(replace(WEB, issued="2022-02~"))
    assert "PY  -" not in files.ris(replace(WEB, issued="2022/.."))
    assert "note = {2022–present}" in files.bibtex(replace(WEB_EN, issued="2022/.."))


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ("2022-09-01", {"date-parts": [[2022, 9, 1]]}),
        ("2022~", {"date-parts": [[2022]], "circa": True}),
        ("2022/2023-01", {"date-parts": [[2022], [2023, 1]]}),
        ("2022/..", {"literal": "2022–present"}),
    ],
)
def test_a_date_in_csl_json(issued: str, written: object) -> None:
    (item,) = json.loads(files.csl_json(replace(WEB, issued=issued)))
    assert item["issued"] == written


def test_authors_in_csl_json() -> None:
    (item,) = json.loads(files.csl_json(replace(PAPER_EN, authors=(*FOUR_EN[:1], *BODY_EN))))
    assert item["author"] == [
        {"family": "Lin", "given": "Xiaozhou"},
        {"literal": "Liudi Residents’ Committee"},
    ]


def test_endnote_is_well_formed_and_tells_bodies_by_a_comma() -> None:
    root = ElementTree.fromstring(files.endnote(replace(ONLINE, authors=BODY, title="A & <B>")))
    assert root.findtext(".//author") == "柳堤社区居民委员会,"
    assert root.findtext(".//title") == "A & <B>"
    assert [e.get("name") for e in root.iter("ref-type")] == ["Newspaper Article"]
