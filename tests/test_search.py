"""Tokenizing and folding of words and texts, without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.search.tokenizer import GRAM_LENGTH, WORD_LIMIT, align, fold, grams, marked, words

# Han in both scripts, Latin letters, digits, accents, Greek, full width, punctuation, blanks.
ALPHABET = "灯燈路水社區区们們著aAbBéÉüßzZ019２８ＡｂλΛ，。“”’'-.%+ \u3000\n\u00a0⽔İ🙂\0"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=40)
ANY_TEXT = st.one_of(TEXTS, st.text(max_size=40))


def is_latin(character: str) -> bool:
    return character in "abcdefghijklmnopqrstuvwxyz0123456789" or (
        "\u00df" <= character <= "\u024f" and character != "\u00f7"
    )


def finds(word: str, text: str) -> bool:
    """The definition of a match for a folded word and a folded text, without a regular expression.

    The text contains the word. If it starts with a Latin letter or digit, none precedes it; if it
    ends with one, none follows it, except that three or more letters and nothing else match as a
    prefix too.
    """
    is_beginning = len(word) >= 3 and word.isalpha() and all(map(is_latin, word))
    for at in range(len(text) - len(word) + 1):
        end = at + len(word)
        if (
            text[at:end] == word
            and not (is_latin(word[0]) and at and is_latin(text[at - 1]))
            and not (
                is_latin(word[-1]) and not is_beginning and end < len(text) and is_latin(text[end])
            )
        ):
            return True
    return False


def texts_of(question: str) -> list[str]:
    return [word.text for word in words(question)]


# ---------------------------------------------------------------- folding


@given(ANY_TEXT)
def test_every_folded_character_comes_from_a_place_of_the_text(text: str) -> None:
    folded, spans = align(text)
    assert folded == fold(text)
    assert len(spans) == len(folded)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("太陽能路燈", "太阳能路灯"),
        ("社區裡、社區裏", "社区里、社区里"),
        ("顯著", "显着"),
        ("显著", "显着"),
        ("１１６名", "116名"),
        ("ＬＥＤ　Lamp", "led lamp"),
        ("ÉCOLE Ünal", "école ünal"),
        ("ΛΆΜΠΑ Лампа", "λάμπα лампа"),
        ("⽔压", "水压"),  # a radical, as in text copied from a PDF
        ("\uf9dd", "\u5229"),  # a compatibility duplicate of 利, with another code point
        ("“灯”，！", '"灯",!'),
        ("residents’ ‘committee’", "residents' 'committee'"),
        ("a\0b", "a b"),
        ("衞生、瞭解", "卫生、了解"),  # of Hong Kong; simplified within words only
        ("計畫、規畫，答覆；油畫", "计划、规划,答复;油画"),
        ("臺灣裡、裏，綫、線，爲、為", "台湾里、里,线、线,为、为"),
        ("400㎡ 5㎞", "400m2 5km"),
        ("cafe\u0301 CAFÉ", "café café"),
        ("路\u00ad灯 solar\u200blamp\ufeff", "路灯 solarlamp"),
        ("1,000盏 １，０００ 1,00 1,0000", "1000盏 1000 1,00 1,0000"),
        ("STRASSE Straße ﬁne", "strasse strasse fine"),
    ],
)
def test_script_width_case_and_form_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", []),
        ("  　\n ", []),
        ("，。！ - “”", []),
        ("居民 水压", ["居民", "水压"]),
        ("居民　水壓", ["居民", "水压"]),
        ("灯 燈 灯", ["灯"]),
        ("LED led ＬＥＤ", ["led"]),
        ("灯，", ["灯"]),
        ("“路灯”！", ["路灯"]),
        ("路灯、垃圾。", ["路灯", "垃圾"]),
        ("路\u00ad灯 路\u200b灯", ["路灯"]),
        ("(government’s)", ["government's"]),
        ("党建+群建", ["党建+群建"]),
        ("3.4 50% 100+", ["3.4", "50%", "100+"]),
        ("1，000 1,000", ["1000"]),
        ("🚲 ！！！ %", []),
        ("round-table", ["round-table"]),
    ],
)
def test_a_question_is_read_as_words(question: str, expected: list[str]) -> None:
    assert texts_of(question) == expected


def test_words_beyond_the_limit_are_left_out() -> None:
    assert len(words(" ".join(f"灯{n}" for n in range(2 * WORD_LIMIT)))) == WORD_LIMIT


@pytest.mark.parametrize(
    ("word", "gram", "is_exact"),
    [
        ("灯", ("灯",), True),
        ("路灯", ("路灯",), True),
        ("太阳能", ("太阳", "阳能"), False),
        ("a", ("a",), True),
        ("é", ("é",), True),
        ("la", ("la",), True),
        ("lamp", ("lamp*",), True),
        ("40", ("40",), True),
        ("5g", ("5g",), True),
        ("g20", ("g20",), True),
        ("灯5", ("灯5",), False),
        ("é灯", ("é灯",), False),
        ("e-commerce", ("e", "commerce"), False),
        ("3.4", ("3", "4"), False),
        ("25万元", ("5万", "万元"), False),
        ("x" * 80, ("x" * GRAM_LENGTH + "*",), False),
    ],
)
def test_a_word_is_looked_up_by_its_grams(word: str, gram: tuple[str, ...], is_exact: bool) -> None:
    assert [(w.grams, w.is_exact) for w in words(word)] == [(gram, is_exact)]


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("lamp", "lamps", True),
        ("lamps", "lamp", False),
        ("amp", "lamp", False),
        ("la", "lamp", False),
        ("40", "400", False),
        ("40", "1400", False),
        ("40", "40余名", True),
        ("40", "3.40", True),
        ("40名", "140名", False),
        ("名40", "名400", False),
        ("e-com", "e-commerce", False),
        ("covid", "covid19", True),
        ("covid1", "covid19", False),
        ("灯l", "灯lamp", False),
        ("caf", "café", True),
        ("é", "café", False),
        ("阳能灯", "太阳能灯具", True),
        ("太阳灯", "太阳能灯", False),
    ],
)
def test_chinese_is_found_anywhere_and_latin_from_its_beginning(
    word: str, text: str, is_found: bool
) -> None:
    assert [w.is_in(fold(text)) for w in words(word)] == [is_found]
    assert finds(word, text) == is_found


@given(TEXTS, TEXTS)
def test_a_word_is_found_as_defined(question: str, text: str) -> None:
    folded = fold(text)
    for word in words(question):
        assert word.is_in(folded) == finds(word.text, folded)


@given(TEXTS, st.data())
def test_a_text_has_the_grams_of_the_words_in_it(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(text)))
    question = text[start : data.draw(st.integers(start, len(text)))]
    held = grams(folded)
    for word in words(question):
        if word.is_in(folded):
            assert held.issuperset(word.grams)
        if word.is_exact:
            assert word.is_in(folded) == held.issuperset(word.grams)


@given(TEXTS, TEXTS)
def test_an_exact_word_needs_no_look_at_the_text(question: str, text: str) -> None:
    folded = fold(text)
    for word in words(question):
        if word.is_exact:
            assert word.is_in(folded) == grams(folded).issuperset(word.grams)


@given(ANY_TEXT)
def test_grams_fit_the_column_and_hold_no_blank(text: str) -> None:
    for gram in grams(fold(text * 8)):
        assert gram and len(gram) <= 60 and not re.search(r"\s|\0", gram)


# ---------------------------------------------------------------- marking


@given(ANY_TEXT, TEXTS)
def test_the_pieces_of_a_marked_text_are_the_text(text: str, question: str) -> None:
    assert "".join(piece for piece, _is_found in marked(text, words(question))) == text


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("小巷没有路灯", "路燈", [("小巷没有", False), ("路灯", True)]),
        (
            "Lamps, LAMP, clamp",
            "lamp",
            [("Lamp", True), ("s, ", False), ("LAMP", True), (", clamp", False)],
        ),
        ("安装太阳能灯", "太阳能 阳能灯", [("安装", False), ("太阳能", True), ("灯", True)]),
        ("１１６名", "116", [("１１６", True), ("名", False)]),
        ("没有", "路灯", [("没有", False)]),
        ("", "路灯", []),
    ],
)
def test_what_was_found_is_marked(
    text: str, question: str, expected: list[tuple[str, bool]]
) -> None:
    assert marked(text, words(question)) == expected


@given(TEXTS, TEXTS)
def test_something_is_marked_exactly_where_a_word_is_found(text: str, question: str) -> None:
    asked = words(question)
    is_marked = any(is_found for _piece, is_found in marked(text, asked))
    assert is_marked == any(word.is_in(fold(text)) for word in asked)
