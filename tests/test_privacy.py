"""Withheld names are recognized by their fingerprints, anywhere in a text."""

import pytest

from stories.documents import privacy


def found(text: str, *names: str) -> list[str]:
    withheld = [privacy.fingerprint("a-source", name) for name in names]
    return list(privacy.names_in(text, "a-source", withheld))


def test_a_fingerprint_tells_nothing_of_the_name() -> None:
    fingerprint = privacy.fingerprint("a-source", "王小明")
    assert len(fingerprint) == privacy.FINGERPRINT and int(fingerprint, 16) >= 0


def test_the_same_name_has_another_fingerprint_in_another_source() -> None:
    assert privacy.fingerprint("a", "王小明") != privacy.fingerprint("b", "王小明")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("居民王明说亮了。", "王明"),
        ("居民王小明说亮了。", "王小明"),
        ("居民欧阳小明说亮了。", "欧阳小明"),
        ("王小明", "王小明"),
        ("A resident, 王小明, said so", "王小明"),
        ("居民阿依古丽·买买提说亮了。", "阿依古丽·买买提"),
        ("居民阿依古丽·买买提·艾力说亮了。", "阿依古丽·买买提·艾力"),
    ],
)
def test_a_name_is_found_within_a_text(text: str, name: str) -> None:
    assert privacy.can_be_found(name)
    assert found(text, name) == [name]


def test_a_name_is_found_each_time() -> None:
    assert found("王小明说，王小明来了，李四也来了。", "王小明", "李四") == [
        "王小明",
        "王小明",
        "李四",
    ]


def test_what_is_not_withheld_is_not_found() -> None:
    assert found("王小明说亮了。", "王小红") == []
    assert found("王小明说亮了。") == []


@pytest.mark.parametrize("name", ["", "明", "欧阳小明明", "Wang", "王 明", "王小明 "])
def test_what_no_check_could_find_is_no_name(name: str) -> None:
    assert not privacy.can_be_found(name)
