"""Raw bytes → folded passages, and positions of fragments in them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.reading import source_text
from stories.reading.source_text import SourceError, fold, occurrences, passages


def faults_of_passages(raw: bytes, lines: dict[str, list[int]], *marks: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        passages(raw, lines, marks)
    return [str(finding) for finding in caught.value.findings]


def test_traditional_script_is_folded() -> None:
    assert fold("創建文明社區，裝路燈") == fold("创建文明社区,装路灯")


def test_what_the_converter_leaves_of_zhe_is_folded() -> None:
    assert fold("隨著") == fold("随着")


def test_full_width_is_folded() -> None:
    assert fold("１２００户（Ａ座）") == "1200户(A座)"


def test_pinyin_in_brackets_is_dropped() -> None:
    assert fold("創(chuàng)建(jiàn)文明") == "创建文明"


def test_brackets_that_hold_no_pinyin_stay() -> None:
    assert fold("人(次)和甲(A)") == "人(次)和甲(A)"


def test_white_space_is_dropped() -> None:
    assert fold(" 路\u3000灯\u00a0四 百\t盏\u2028") == "路灯四百盏"


def test_quotation_marks_are_one() -> None:
    assert fold("“亮灯”‘行动’") == fold("\"亮灯\"'行动'")


def test_marks_of_a_scraper_are_dropped() -> None:
    assert fold("路灯e7f亮【轉載】了", ["e7f", "【转载】"]) == "路灯亮了"


def test_a_digest_is_sha_256() -> None:
    assert source_text.digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_folder_is_read_by_digest(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(b"abc")
    (tmp_path / "notes.md").write_bytes(b"other")
    assert source_text.read_folder(tmp_path) == {source_text.digest(b"abc"): b"abc"}


@pytest.mark.parametrize("name", ["", "missing"])
def test_a_folder_without_texts_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError) as caught:
        source_text.read_folder(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: no folder with *.txt files"


def test_a_text_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(SourceError) as caught:
        source_text.read_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'a.txt'}: cannot be read: Is a directory"


def test_a_passage_is_its_raw_lines() -> None:
    raw = "junk\n路灯\n\n装上\n了\n".encode()
    assert passages(raw, {"T": [2], "H1": [4, 5]}) == {"T": "路灯", "H1": "装上了"}


def test_windows_line_breaks_count_like_others() -> None:
    assert passages("一\r\n二\r\n".encode(), {"1": [2]}) == {"1": "二"}


def test_only_a_line_feed_ends_a_line() -> None:
    raw = "一\u2028二\x0b三\n四\n".encode()
    assert passages(raw, {"1": [1], "2": [2]}) == {"1": "一二三", "2": "四"}


def test_every_missing_or_empty_line_is_named() -> None:
    assert faults_of_passages("一\n\n".encode(), {"1": [1, 2], "2": [9], "3": [1]}) == [
        "1: line 2 of the file is empty or missing",
        "2: line 9 of the file is empty or missing",
    ]


def test_a_line_of_marks_only_is_empty() -> None:
    assert faults_of_passages(b"e7f\n", {"1": [1]}, "e7f") == [
        "1: line 1 of the file is empty or missing"
    ]


def test_a_text_that_is_not_utf_8_is_a_fault() -> None:
    assert faults_of_passages(b"ab" + "灯".encode("gb18030"), {"1": [1]}) == [
        "not UTF-8: byte 2 of the file"
    ]


def test_a_fragment_is_found_wherever_it_stands() -> None:
    assert occurrences("三盏灯，三盏", "三盏") == [(0, 2), (4, 6)]


def test_fragments_may_overlap() -> None:
    assert occurrences("天天天", "天天") == [(0, 2), (1, 3)]


def test_a_fragment_is_folded_before_it_is_looked_for() -> None:
    assert occurrences(fold("裝路燈４００盏"), "装路灯 400") == [(0, 6)]


def test_a_blank_fragment_stands_nowhere() -> None:
    assert occurrences("路灯", " ") == []


@given(st.text("路灯路1(+", max_size=30), st.text("路灯1(+", min_size=1, max_size=3))
def test_occurrences_are_those_of_a_search_place_by_place(passage: str, printed: str) -> None:
    starts = [n for n in range(len(passage)) if passage[n:].startswith(printed)]
    assert occurrences(passage, printed) == [(n, n + len(printed)) for n in starts]


@given(st.text("創(chuàng)建 １２A“”著", max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
