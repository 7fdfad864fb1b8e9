"""The text of a source that readers may see beyond the fragment: its sentence or its passage."""

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stories.documents import privacy, serialization
from stories.models.case import Case
from stories.models.version import Publication, Quotation
from stories.publishing import adoption, exporter, publisher, quotations, texts
from tests.builders import ARTICLES, a_complete_case, a_document, texts_of, with_value
from tests.commands import run
from tests.desk import page_of, publish, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocabulary")]


def a_case_that_shows(shows: str) -> Case:
    case = a_complete_case(with_value(a_document(), "sources[0].shows", shows))
    texts.attach(texts_of())
    quotations.complete()
    return case


def quoted_on(page: str) -> list[str]:
    text = html.unescape(Client().get(page).text)
    return [part.partition("</q>")[0] for part in text.split('<q lang="zh-Hans">')[1:]]


def test_a_citation_opens_the_sentence_with_its_fragment_marked() -> None:
    a_case_that_shows("sentence")
    found = quoted_on("/cases/liudi/")
    assert any("给小巷装上路灯<mark>四百多盏</mark>，数百人受益。" in words for words in found)
    assert not any("居民夜里不敢出门" in words and "1200户" in words for words in found)


def test_a_citation_opens_the_passage_where_that_may_be_shown() -> None:
    a_case_that_shows("passage")
    found = quoted_on("/en/cases/liudi/")
    assert any("<mark>约1200户</mark>居民。过去，" in words for words in found)


def test_by_default_readers_see_the_fragment_alone() -> None:
    case = a_complete_case()
    texts.attach(texts_of())
    assert quotations.complete() == 0
    assert "shows" not in exporter.dump(case)["sources"][0]
    assert "四百多盏" in quoted_on("/cases/liudi/")


def test_the_words_are_in_no_document_and_no_export(tmp_path: Path) -> None:
    a_case_that_shows("sentence")
    run("dumpcases", tmp_path, all_versions=True)
    written = [file.read_text() for file in tmp_path.rglob("*.json")]
    assert written and '"shows": "sentence"' in written[0]
    client = Client()
    answers = [client.get(path) for path in ("/cases/liudi.json", "/metrics/", "/sources/")]
    for text in (*written, *(answer.content.decode() for answer in answers)):
        assert "数百人受益。" not in text


def test_what_is_published_at_the_desk_brings_its_words(reviewer: Client) -> None:
    case = a_complete_case()
    texts.attach(texts_of())
    send(reviewer, case.sources.get(), {"shows": "sentence"})
    publish(reviewer, case)
    rows = Quotation.objects.all()
    assert {row.version.number for row in rows} == {2}
    assert {row.words[row.start : row.end] for row in rows} >= {"四百多盏", "25万元"}


def test_less_is_taken_back_from_older_versions_too(reviewer: Client) -> None:
    case = a_case_that_shows("passage")
    assert Quotation.objects.exists()
    send(reviewer, case.sources.get(), {"shows": "fragment"})
    publish(reviewer, case)
    assert not Quotation.objects.exists()
    assert "四百多盏" in quoted_on("/cases/liudi/v/1/")


def test_words_with_a_withheld_name_are_not_shown() -> None:
    document: Any = with_value(a_document(), "sources[0].shows", "sentence")
    key = document["sources"][0]["key"]
    document["sources"][0]["withheld_names"] = [privacy.fingerprint(key, "居民夜")]
    a_complete_case(document)
    texts.attach(texts_of())
    quotations.complete()
    assert Quotation.objects.exists()
    assert not any("居民夜里" in row.words for row in Quotation.objects.all())


def test_a_redaction_takes_the_words_away() -> None:
    a_case_that_shows("sentence")
    publisher.redact("liudi", ["数百人受益"], publisher.Note("法律要求。", "The law asks."))
    assert not any("数百人受益" in row.words for row in Quotation.objects.all())


def test_what_is_adopted_brings_its_words() -> None:
    case = a_complete_case(with_value(a_document(), "sources[0].shows", "sentence"))
    texts.attach(texts_of())
    Publication.objects.update(slug="other")
    assert adoption.adopt() == (1, [])
    assert Quotation.objects.filter(version__publication__slug=case.slug).exists()


def test_loading_with_texts_brings_the_words(tmp_path: Path) -> None:
    document = with_value(a_document(), "sources[0].shows", "sentence")
    file = tmp_path / "liudi.json"
    file.write_bytes(serialization.write(serialization.shaped(document)))
    run("loadcases", file, texts=ARTICLES)
    assert Quotation.objects.exists()


def test_the_page_of_a_source_sets_what_is_shown(editor: Client) -> None:
    case = a_complete_case()
    source = case.sources.get()
    assert 'name="shows"' in editor.get(page_of(source)).text
