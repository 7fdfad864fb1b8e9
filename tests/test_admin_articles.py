"""The article on the page of its source: numerals by their state, passages by their statements."""

import html
import re

import pytest
from django.test import Client

from stories.choices import NumeralState
from stories.documents import serialization, text_checks
from stories.models.case import Case
from stories.models.sources import LeftOut, Source
from stories.publishing import texts
from stories.reading import source_text
from tests.builders import LINES, MARKS, a_complete_case, a_document, a_text, texts_of
from tests.desk import page_of, send
from tests.test_source_texts import ONLY_IN_THE_TEXT

pytestmark = pytest.mark.usefixtures("vocabulary")


@pytest.fixture
def source() -> Source:
    found = a_complete_case().sources.get()
    texts.attach(texts_of())
    return found


def the_page(client: Client, source: Source, language: str = "en") -> str:
    text = html.unescape(client.get(page_of(source, language=language)).text)
    return " ".join(text.split())


def test_each_numeral_has_the_state_of_what_accounts_for_it() -> None:
    passages = source_text.passages(a_text(), LINES, MARKS)
    document = serialization.shaped(a_document(left_out=[]))
    found = text_checks.numeral_states(document, "liudi-news", passages)
    said = {at: [(n.text, state.value) for n, state in states] for at, states in found.items()}
    assert said["2"][0][1] == NumeralState.DATE
    assert ("四百", "metric") in said["2"]
    assert ("六十", "open") in said["3"]
    assert "T" not in said


def test_the_page_of_a_source_marks_every_numeral(source: Source, editor: Client) -> None:
    page = the_page(editor, source)
    assert '<mark class="numeral numeral--metric" title="figure">四百</mark>' in page
    assert '<mark class="numeral numeral--left_out" title="left out">六十</mark>' in page
    counted = re.search(r"Numerals: (\d+) of (\d+) accounted for", page)
    assert counted
    assert counted[1] == counted[2]
    assert "To the next open one" not in page


def test_the_counter_leads_to_the_next_open_numeral(source: Source, editor: Client) -> None:
    LeftOut.objects.all().delete()
    page = the_page(editor, source, "zh-hans")
    counted = re.search(r"数字：已交代(\d+)／共(\d+)", page)
    assert counted
    assert int(counted[1]) == int(counted[2]) - 1
    assert '<a href="#passage-3">跳到下一个未交代的数字</a>' in page


def test_each_passage_says_how_many_statements_rest_on_it(source: Source, editor: Client) -> None:
    page = the_page(editor, source)
    parts = [part for _path, part in serialization.shaped(a_document()).printed()]
    for at in ("1", "2", "E1"):
        count = sum(part.at == at for part in parts)
        assert f'<th scope="row">{at}</th> <td>{count}</td>' in page


def test_an_unfinished_draft_shows_its_article_too(source: Source, editor: Client) -> None:
    Case.objects.update(key_message_zh="", abstract_en="")
    source.case.citations.all().delete()
    assert "numeral--metric" in the_page(editor, source)


def test_without_its_text_the_page_says_so(source: Source, editor: Client) -> None:
    Source.objects.update(sha256="1" * 64)
    assert "The text is not at hand" in the_page(editor, source)


def test_lines_that_are_not_of_the_text_are_named(source: Source, editor: Client) -> None:
    source.passages.filter(locator="4").update(lines=[999])
    assert "The lines of the passages are not those of the text" in the_page(editor, source)


def test_a_source_is_saved_beside_its_article(source: Source, editor: Client) -> None:
    assert send(editor, source, {"title_en": "Liudi, corrected"}).status_code == 302
    assert Source.objects.get().title_en == "Liudi, corrected"


def test_readers_do_not_see_the_article(source: Source, editor: Client, client: Client) -> None:
    assert ONLY_IN_THE_TEXT in the_page(editor, source)
    assert ONLY_IN_THE_TEXT not in client.get("/sources/liudi-news/").text
    assert client.get(page_of(source)).status_code == 302
