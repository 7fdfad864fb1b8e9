"""Intake of articles: proposals, file formats, and the creation of a source."""

import html
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from stories.admin.forms.intake import ArticleForm
from stories.admin.intake import proposed_key
from stories.choices import GlanceQuestion, PersonRole
from stories.models.case import Case
from stories.models.sources import Source
from stories.models.texts import SourceText
from stories.publishing import texts
from stories.reading import articles, source_text, uploads
from stories.reading.articles import LineKind
from stories.reading.uploads import UploadError
from tests.builders import LINES, a_complete_case, a_draft, a_place, a_source, a_text, texts_of
from tests.desk import Fields, address, page_of

ARTICLE = """首页 > 新闻 > 社区

东风里社区：旧车棚改成议事厅

发表时间：2023-05-04 09:10 来源：东风晚报

记者 周一鸣 通讯员 李小满、王大河

编者按：

车棚虽小，事情不小。

5月2日，东风里社区把用了20年的旧车棚改成议事厅，居民可以坐下来商量事情。

从车棚到议事厅

议事厅面积不大，能坐30人，每周三晚上开放，由居民轮流值守。

图为居民在议事厅开会。

社区说，年底之前还要把另外两处车棚改好。

责任编辑：何一帆

相关新闻：广场舞大赛将在下周六举行，欢迎各社区居民踊跃报名参加活动。
"""


def proposed(text: str) -> articles.Proposal:
    return articles.propose(text.encode())


# ---------------------------------------------------------------- proposals


def test_article_and_junk_are_told_apart() -> None:
    proposal = proposed(ARTICLE)
    assert articles.locators(proposal.kinds.items()) == {
        "T": [3],
        "E1": [11],
        "1": [13],
        "H1": [15],
        "2": [17],
        "C1": [19],
        "3": [21],
    }
    assert proposal.title == "东风里社区：旧车棚改成议事厅"


def test_the_reference_is_read_from_the_lines_round_the_article() -> None:
    found = proposed(ARTICLE).reference
    assert (found.container, found.issued) == ("东风晚报", "2023-05-04")
    assert found.people == [
        (PersonRole.REPORTER, "周一鸣"),
        (PersonRole.CORRESPONDENT, "李小满"),
        (PersonRole.CORRESPONDENT, "王大河"),
        (PersonRole.EDITOR, "何一帆"),
    ]
    assert found.read_from == {"container": [5], "issued": [5], "people": [7, 7, 7, 23]}


def test_the_proposal_for_the_text_of_the_tests_needs_no_correction() -> None:
    proposal = articles.propose(a_text())
    assert articles.locators(proposal.kinds.items()) == LINES


@pytest.mark.parametrize(
    "line", ["（文中何阿姨为化名）", "注：文中人物均为化名。", "应受访者要求，文中姓名为化名"]
)
@pytest.mark.parametrize("above", ["从车棚到议事厅", "责任编辑：何一帆"])
def test_a_line_about_pseudonyms_is_a_note_of_the_editor(line: str, above: str) -> None:
    proposal = proposed(ARTICLE.replace(above, f"{above}\n{line}"))
    (number,) = [row.number for row in proposal.lines if row.text == line]
    assert proposal.kinds[number] == LineKind.NOTE


def test_a_sentence_with_a_pseudonym_is_a_paragraph() -> None:
    line = "文中提到的何阿姨在这里住了三十年，她说院子变了样，何阿姨是化名，她不愿写出真名。"
    proposal = proposed(ARTICLE.replace("从车棚到议事厅", line))
    (number,) = [row.number for row in proposal.lines if row.text == line]
    assert proposal.kinds[number] == LineKind.PARAGRAPH


def test_nothing_is_made_up_where_a_text_says_nothing() -> None:
    proposal = proposed("灯亮了\n路平了")
    assert set(proposal.kinds.values()) == {LineKind.NONE}
    assert proposal.reference == articles.Reference()


def test_traditional_script_and_pinyin_are_noticed() -> None:
    assert not proposed(ARTICLE).is_traditional
    proposal = proposed("社區(qū)給小巷裝上路燈，居民夜裏敢出門了，大家都說這樣辦得好。")
    assert (proposal.is_traditional, proposal.has_pinyin) == (True, True)


SPUN = "社区党安排组织大家装灯，社会安排和居民大众都参加，老党员带头出力，用了一个多月。"


def test_words_that_a_spinner_writes_are_noticed_with_what_they_stand_for() -> None:
    proposal = proposed(SPUN)
    assert [sign.meant for sign in proposal.rewritten] == ["党组织", "社会组织", "居民群众"]
    assert not proposed(ARTICLE).rewritten


def test_a_word_or_two_by_chance_prove_no_spinner() -> None:
    assert not proposed(SPUN.replace("党安排", "党组织")).rewritten


def test_words_outside_of_the_article_prove_no_spinner() -> None:
    assert not proposed(f"{ARTICLE}\n友情链接 党安排 社会安排 居民大众").rewritten


def test_what_is_converted_character_by_character_is_noticed() -> None:
    text = "社區給小巷裝上路燈，鄰裡都說方便，路麵也平了，誌願者天天來打掃，大家敢出門了。"
    assert [sign.meant for sign in proposed(text).converted] == ["路面", "鄰里", "志願"]


def test_traditional_characters_among_simplified_ones_are_noticed() -> None:
    line = "社区给小巷装上路灯，鄰居们都说方便，還有人來打扫，居民晚上敢出门了。"
    assert proposed(f"{ARTICLE * 3}\n{line}").is_mixed
    assert not proposed(line).is_mixed  # so many are traditional script
    assert not proposed(ARTICLE).is_mixed


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (SPUN, "machine_paraphrased"),
        (ARTICLE, "complete"),
        ("社區裝上路燈，居民夜裏敢出門了。", "machine_converted"),
    ],
)
def test_the_condition_of_a_source_is_proposed(text: str, condition: str) -> None:
    form = ArticleForm(proposal=proposed(text), is_of_new_case=False)
    assert form["condition"].value() == condition


def test_a_line_may_go_on_from_the_one_above() -> None:
    kinds = [LineKind.SAME, LineKind.HEADING, LineKind.SAME, LineKind.NONE, LineKind.PARAGRAPH]
    assert articles.locators(enumerate(kinds, 1)) == {"H1": [2, 3], "1": [5]}


# ---------------------------------------------------------------- files


def a_docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.add_table(1, 2).rows[0].cells[0].text = "表格"
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def an_empty_pdf() -> bytes:
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(file)
    return file.getvalue()


def a_pdf(text: str) -> bytes:
    """A PDF with one line of Latin letters."""
    stream = f"BT /F1 12 Tf 20 50 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    raw, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    start, rows = len(raw), b"".join(b"%010d 00000 n \n" % place for place in places)
    raw += b"xref\n0 5\n0000000000 65535 f \n" + rows
    return raw + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


PAGE = (
    "<html><head><title>x</title></head><body><script>1</script><h1>标题</h1>"
    "<p>第一<b>段</b>\n了。<br>第二行</p><!-- c --></body>"
)


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.txt", "一\r\n二".encode(), "一\r\n二"),
        ("a.txt", "小巷亮了灯".encode("gb18030"), "小巷亮了灯"),
        ("a.TXT", "小巷亮了灯".encode("utf-16"), "小巷亮了灯"),
        ("a.html", PAGE.encode(), "标题\n第一段 了。\n第二行"),
        ("a.htm", PAGE.encode("gb18030"), "标题\n第一段 了。\n第二行"),
        ("a.docx", a_docx("标题", "第一段。"), "标题\n第一段。\n表格 "),
        ("a.pdf", a_pdf("Nine lanes lit"), "Nine lanes lit"),
    ],
)
def test_the_text_of_a_file_is_read(name: str, content: bytes, wanted: str) -> None:
    assert uploads.raw_of(name, content).decode() == wanted


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "upload-unknown-format"),
        ("a", b"x", "upload-unknown-format"),
        ("a.txt", b" \n", "upload-without-text"),
        ("a.txt", b"\x00\x01\x02", "upload-unreadable"),
        ("a.txt", b"x" * (uploads.SIZE_LIMIT + 1), "upload-too-large"),
        ("a.docx", b"PK no archive", "upload-unreadable"),
        ("a.pdf", b"%PDF-1.4 broken", "upload-unreadable"),
        ("a.pdf", an_empty_pdf(), "upload-without-text"),
        ("a.html", b"", "upload-unreadable"),
    ],
)
def test_a_file_without_text_is_refused_with_one_reason(
    name: str, content: bytes, code: str
) -> None:
    with pytest.raises(UploadError) as caught:
        uploads.raw_of(name, content)
    assert caught.value.finding.code == code


# ---------------------------------------------------------------- the pages


pytestmark = pytest.mark.django_db
INTAKE = address("source_intake", language="en")


def hand_in(client: Client, case: Case, **given: Any) -> Any:
    return client.post(INTAKE, {"case": case.pk, **given})


def corrected(client: Client, page: str, **changes: Any) -> Any:
    """Post the page of the proposal with these changes."""
    fields = Fields("article_form")
    fields.feed(client.get(page).text)
    return client.post(page, fields.values | changes)


def test_a_pasted_text_becomes_a_source_without_a_number_typed(editor: Client) -> None:
    case = a_draft()
    page = hand_in(editor, case, text=ARTICLE)["Location"]
    response = corrected(editor, page, title_en="Dongfengli: a shed becomes a hall")
    source = Source.objects.get()
    assert response["Location"] == address("case_workbench", case.pk, language="en")
    assert (source.case, source.key) == (case, "dongfengwanbao")
    assert (source.title_zh, source.container_zh, source.issued) == (
        "东风里社区：旧车棚改成议事厅",
        "东风晚报",
        "2023-05-04",
    )
    assert [person.name_zh for person in source.authors] == ["周一鸣", "李小满", "王大河"]
    assert [person.name_zh for person in source.editors] == ["何一帆"]
    raw = bytes(SourceText.objects.get(sha256=source.sha256).raw)
    assert source_text.digest(raw) == source.sha256
    assert list(texts.passages_of(source, raw)) == ["T", "E1", "1", "H1", "2", "C1", "3"]
    assert texts.of_hashes([source.sha256]) == {source.sha256: raw}


def test_an_editor_corrects_the_kind_of_a_line(editor: Client) -> None:
    page = hand_in(editor, a_draft(), text=ARTICLE)["Location"]
    corrected(editor, page, **{"line-19": "same", "line-15": "none"})
    passages = {row.locator: row.lines for row in Source.objects.get().passages.all()}
    assert passages == {"T": [3], "E1": [11], "1": [13], "2": [17, 19], "3": [21]}


def test_an_uploaded_file_keeps_its_bytes(editor: Client) -> None:
    raw = ARTICLE.replace("\n", "\r\n").encode()
    page = hand_in(editor, a_draft(), file=SimpleUploadedFile("a.txt", raw))["Location"]
    corrected(editor, page)
    assert Source.objects.get().sha256 == source_text.digest(raw)


def test_the_same_text_sent_twice_makes_one_source(editor: Client) -> None:
    case = a_draft()
    for _time in range(2):
        page = hand_in(editor, case, text=ARTICLE)["Location"]
    fields = Fields("article_form")
    fields.feed(editor.get(page).text)
    first, second = (editor.post(page, fields.values)["Location"] for _time in range(2))
    assert first == second
    assert (Source.objects.count(), SourceText.objects.count()) == (1, 1)


def test_what_is_wrong_is_said_once_and_what_was_typed_stays(editor: Client) -> None:
    page = hand_in(editor, a_draft(), text=ARTICLE)["Location"]
    response = corrected(editor, page, issued="soon", title_zh="另一个题目", people="记者 ")
    text = html.unescape(response.text)
    assert 'value="另一个题目"' in text
    assert text.count("No EDTF date.") == 1
    assert text.count("“记者” names nobody.") == 1
    assert not Source.objects.exists()


def test_a_text_without_a_paragraph_is_no_source(editor: Client) -> None:
    page = hand_in(editor, a_draft(), text="灯亮了\n路平了")["Location"]
    response = corrected(editor, page, title_zh="灯")
    assert "No line is a paragraph" in response.text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Paste the text, or choose a file: one of them."),
        (
            {"text": "灯", "file": SimpleUploadedFile("a.txt", b"x")},
            "Paste the text, or choose a file: one of them.",
        ),
        ({"file": SimpleUploadedFile("a.exe", b"x")}, "A file of another format: choose one of"),
        ({"text": "灯。\n" * 1001}, "The text has more than 1000 lines: only the article."),
    ],
)
def test_what_is_no_text_is_refused(given: dict[str, Any], message: str, editor: Client) -> None:
    text = hand_in(editor, a_draft(), **given).text
    assert text.count(message) == 1
    assert not SourceText.objects.exists()


def test_a_refused_text_stays_in_its_field(editor: Client) -> None:
    response = editor.post(INTAKE, {"case": "999", "text": "小巷亮了灯。"})
    assert "小巷亮了灯。</textarea>" in response.text


def test_a_reprint_is_named_with_its_source(vocabulary: None, editor: Client) -> None:
    source = a_complete_case().sources.get()
    texts.attach(texts_of())
    reprint = "另一个站点\n" + a_text().decode().replace("[柳堤网转载]", "")
    page = html.unescape(editor.get(hand_in(editor, a_draft(), text=reprint)["Location"]).text)
    assert "% like a source that is there already" in page
    assert f">{source}</a>" in page
    other = editor.get(hand_in(editor, a_draft(), text=ARTICLE)["Location"]).text
    assert "like a source that is there already" not in other


def test_traditional_script_is_warned_of(editor: Client) -> None:
    text = "社區(qū)給小巷裝上路燈，居民夜裏敢出門了，大家都說這樣辦得好。"
    page = editor.get(hand_in(editor, a_draft(), text=text)["Location"]).text
    assert "Traditional script: " in page
    assert "Pinyin stands behind characters" in page


def test_intake_is_for_editors_alone(client: Client, editor: Client) -> None:
    page = hand_in(editor, a_draft(), text=ARTICLE)["Location"]
    for url in (INTAKE, page):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("query", ["?case=", "?case=x", "?case=0", "?case=" + "9" * 30])
def test_an_address_that_names_no_case_is_not_found(query: str, editor: Client) -> None:
    page = hand_in(editor, a_draft(), text=ARTICLE)["Location"].partition("?")[0]
    assert editor.get(page + query).status_code == 404
    assert editor.get(INTAKE + query).status_code == 200


def test_a_text_without_a_case_begins_one_about_a_place(editor: Client) -> None:
    place = a_place(label_zh="东风里社区", label_en="Dongfengli Community")
    page = editor.post(INTAKE, {"text": ARTICLE})["Location"]
    assert "case=" not in page
    fields = Fields("article_form")
    fields.feed(editor.get(page).text)
    sent = fields.values | {"place": place.pk, "title_en": "A shed becomes a hall"}
    locations = {editor.post(page, sent)["Location"] for _time in range(2)}
    case = Case.objects.get()
    assert locations == {address("case_workbench", case.pk, language="en")}
    assert (case.slug, case.place, case.is_published) == ("dong-feng-li-she-qu", place, False)
    assert case.title_zh == "东风里社区：旧车棚改成议事厅"
    assert (case.sources.count(), case.glances.count()) == (1, len(GlanceQuestion))


def test_a_new_case_asks_for_its_place(editor: Client) -> None:
    page = editor.post(INTAKE, {"text": ARTICLE})["Location"]
    response = corrected(editor, page)
    assert response.status_code == 200
    assert not Case.objects.exists()
    url = address("case_all_terms", "place", language="en")
    a_place(label_zh="东风里社区")
    assert "东风里社区" in editor.get(url, {"q": "东风里"}).text


def test_the_stored_text_is_deleted_after_a_question(vocabulary: None, editor: Client) -> None:
    source = a_complete_case().sources.get()
    texts.attach(texts_of())
    page = address("source_delete_text", source.pk, language="en")
    assert f'href="{page}"' in editor.get(page_of(source, language="en")).text
    assert "Yes, delete the text" in editor.get(page).text
    assert SourceText.objects.exists()
    assert editor.post(page)["Location"] == page_of(source, language="en")
    assert not SourceText.objects.exists()
    assert source.passages.exists()
    assert editor.get(page).status_code == 404


def test_the_pages_of_cases_and_sources_lead_to_intake(editor: Client) -> None:
    case = a_draft()
    assert (
        f'href="{INTAKE}?case={case.pk}"'
        in editor.get(address("case_change", case.pk, language="en")).text
    )
    assert f'href="{INTAKE}"' in editor.get(address("source_changelist", language="en")).text
    assert "新来源" in editor.get(address("source_intake")).text


def test_a_key_is_free_in_the_library() -> None:
    case = a_draft(slug="liudi")
    assert proposed_key(case, "柳堤晚报") == "liudiwanbao"
    a_source(case=case, key="liudiwanbao")
    assert proposed_key(case, "柳堤晚报") == "liudiwanbao-2"
    assert proposed_key(case, "!!") == "liudi"
