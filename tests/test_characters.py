"""Invisible characters in documents and on the desk."""

import pytest

from stories.documents import serialization
from stories.documents.faults import DocumentError
from stories.models.case import Case
from stories.models.vocabulary import Tag
from stories.reading import characters
from tests.builders import a_document, a_draft, a_tag, with_value
from tests.desk import errors_of, send, the_desk_of

HARMLESS = ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufe0f", "\ufeff", "\U000e0101"]
REFUSED = [
    *("\u0085", "\u061c", "\u200e", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"),
    *("\u3164", "\ue000", "\ufdd0", "\ufff9", "\uffff", "\U0001ffff", "\U000e0041", "\U000f0000"),
]


@pytest.mark.parametrize("character", HARMLESS)
def test_what_no_reader_would_miss_is_dropped(character: str) -> None:
    assert characters.without_harmless(f"路{character}灯") == "路灯"
    assert characters.invisible(f"路{character}灯").startswith(f"U+{ord(character):04X}")


@pytest.mark.parametrize("character", REFUSED)
def test_what_changes_what_is_read_is_named(character: str) -> None:
    assert characters.without_harmless(f"路{character}灯") == f"路{character}灯"
    assert characters.invisible(f"路{character}灯").startswith(f"U+{ord(character):04X}")


def test_a_character_is_named_with_its_code_and_name() -> None:
    assert characters.invisible("a\u202eb") == "U+202E (RIGHT-TO-LEFT OVERRIDE)"
    assert characters.invisible("\uffff") == "U+FFFF"


@pytest.mark.parametrize(
    "text", ["", "路灯，“两条”——400 盏（约）", "m² ≥ 5 °C", "é ü ñ", "𠮷野家 😀"]
)
def test_what_is_seen_is_left_alone(text: str) -> None:
    assert (characters.without_harmless(text), characters.invisible(text)) == (text, "")


@pytest.mark.parametrize("character", [*HARMLESS, *REFUSED])
@pytest.mark.parametrize("path", ["title.en", "measures[0].cites[0].printed"])
def test_a_document_with_an_invisible_character_is_refused(path: str, character: str) -> None:
    with pytest.raises(DocumentError) as caught:
        serialization.shaped(with_value(a_document(), path, f"a{character}b"))
    (fault,) = caught.value.faults
    assert str(fault).startswith(f"{path}: holds U+{ord(character):04X}")


def test_a_mark_of_a_scraper_may_be_invisible() -> None:
    serialization.shaped(with_value(a_document(), "sources[0].reading.marks", ["\u200b"]))


@pytest.mark.django_db
def test_the_desk_drops_what_no_reader_would_miss() -> None:
    case, editor = a_draft(), the_desk_of("editors")
    assert send(editor, case, {"title_zh": "\ufeff小巷\u200b亮灯 \u200b"}).status_code == 302
    assert Case.objects.get().title_zh == "小巷亮灯"
    errors = errors_of(send(editor, case, {"title_zh": "\u200b\u2060"}))
    assert [error.split(":")[0] for error in errors] == ["title_zh"]


@pytest.mark.django_db
@pytest.mark.parametrize("character", ["\u202e", "\u2028", "\uffff", "\ue000", "\u0085"])
def test_the_desk_refuses_what_changes_what_is_read(character: str) -> None:
    editor = the_desk_of("editors")
    (error,) = errors_of(send(editor, a_draft(), {"abstract_zh": f"小巷{character}亮灯"}))
    assert error.startswith("abstract_zh: ") and f"U+{ord(character):04X}" in error


@pytest.mark.django_db
def test_the_words_of_a_vocabulary_are_held_to_the_same() -> None:
    editor, tag = the_desk_of("editors"), a_tag()
    synonyms = {"synonyms_zh": "路\u200b灯\n照明"}
    assert send(editor, tag, synonyms | {"label_en": "La\u00admps"}).status_code == 302
    found = Tag.objects.get()
    assert (found.synonyms_zh, found.label_en) == (["路灯", "照明"], "Lamps")
    errors = errors_of(
        send(editor, tag, {"synonyms_zh": "路\u202e灯", "definition_en": "a\u2066b"})
    )
    assert sorted(error.split(":")[0] for error in errors) == ["definition_en", "synonyms_zh"]
