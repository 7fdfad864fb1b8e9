"""A source as a reference, in Chinese and in English; what it does not say is left out."""

from dataclasses import replace
from typing import Any

import pytest

from stories.presenters.references import Reference, gb_t_7714, in_english

WHOLE = Reference(
    type="article-newspaper",
    authors=["林小舟"],
    title="九条小巷亮了灯",
    container="柳堤晚报",
    publisher="柳堤报业",
    issued="2022-09-01",
    section="社区",
    url="https://example.org/liudi",
)
BARE = Reference("webpage", [], "九条小巷亮了灯", "", "", "", "", "")


@pytest.mark.parametrize(
    ("changed", "reference"),
    [
        (
            {},
            "林小舟. 九条小巷亮了灯[N/OL]. 柳堤晚报, 2022-09-01(社区). https://example.org/liudi.",
        ),
        (
            {"url": "", "section": "第03版"},
            "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(03).",
        ),
        ({"url": "", "section": "A12版"}, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(A12)."),
        ({"url": "", "section": ""}, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01."),
        ({"url": ""}, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(社区)."),
        ({"url": "", "type": "post"}, "林小舟. 九条小巷亮了灯[EB/OL]. 柳堤晚报·社区, 2022-09-01."),
        ({"url": "", "authors": []}, "九条小巷亮了灯[N]. 柳堤晚报, 2022-09-01(社区)."),
        ({"url": "", "container": ""}, "林小舟. 九条小巷亮了灯[N]. 柳堤报业, 2022-09-01(社区)."),
        (
            {"url": "", "container": "", "publisher": ""},
            "林小舟. 九条小巷亮了灯[N]. 2022-09-01(社区).",
        ),
        ({"url": "", "issued": ""}, "林小舟. 九条小巷亮了灯[N]. 柳堤晚报(社区)."),
        (
            {"url": "", "authors": list("甲乙丙"), "issued": "2022"},
            "甲, 乙, 丙. 九条小巷亮了灯[N]. 柳堤晚报, 2022(社区).",
        ),
        (
            {"url": "", "authors": list("甲乙丙丁"), "issued": "2022"},
            "甲, 乙, 丙, 等. 九条小巷亮了灯[N]. 柳堤晚报, 2022(社区).",
        ),
    ],
)
def test_a_chinese_reference_says_what_is_known(changed: dict[str, Any], reference: str) -> None:
    assert gb_t_7714(replace(WHOLE, **changed)) == reference


def test_a_chinese_reference_may_be_a_bare_title() -> None:
    assert gb_t_7714(BARE) == "九条小巷亮了灯[EB/OL]."
    assert gb_t_7714(replace(BARE, url="https://example.org/")) == (
        "九条小巷亮了灯[EB/OL]. https://example.org/."
    )


@pytest.mark.parametrize(
    ("changed", "reference"),
    [
        (
            {},
            "Lin Xiaozhou. “Nine lanes lit.” Liudi News, p. 3, 2022-09-01. https://example.org/liudi",
        ),
        ({"url": ""}, "Lin Xiaozhou. “Nine lanes lit.” Liudi News, p. 3, 2022-09-01."),
        ({"url": "", "authors": []}, "“Nine lanes lit.” Liudi News, p. 3, 2022-09-01."),
        (
            {"url": "", "authors": ["A", "B"]},
            "A, B. “Nine lanes lit.” Liudi News, p. 3, 2022-09-01.",
        ),
        (
            {"url": "", "container": ""},
            "Lin Xiaozhou. “Nine lanes lit.” Liudi Press, p. 3, 2022-09-01.",
        ),
        ({"url": "", "issued": ""}, "Lin Xiaozhou. “Nine lanes lit.” Liudi News, p. 3."),
        (
            {"url": "", "section": ""},
            "Lin Xiaozhou. “Nine lanes lit.” Liudi News, 2022-09-01.",
        ),
        (
            {"url": "", "title": "Who?"},
            "Lin Xiaozhou. “Who?” Liudi News, p. 3, 2022-09-01.",
        ),
    ],
)
def test_an_english_reference_says_what_is_known(changed: dict[str, Any], reference: str) -> None:
    whole = replace(
        WHOLE,
        authors=["Lin Xiaozhou"],
        title="Nine lanes lit",
        container="Liudi News",
        publisher="Liudi Press",
        section="p. 3",
    )
    assert in_english(replace(whole, **changed)) == reference


def test_quotation_marks_within_a_title_are_single_in_english() -> None:
    assert in_english(replace(BARE, title="A “red” lane")) == "“A ‘red’ lane.”"


def test_an_english_reference_may_be_a_bare_title() -> None:
    assert in_english(replace(BARE, title="Nine lanes lit")) == "“Nine lanes lit.”"
