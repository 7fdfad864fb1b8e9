"""Bilingual texts in the language of the current reader."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}  # as `translation.override` takes them
HTML_CODES = {"zh": "zh-Hans", "en": "en"}  # for `lang` and `hreflang`


class Words(str):
    """A text with its language; `is_foreign` if it is a fallback from another language."""

    language: str
    is_foreign: bool

    def __new__(cls, text: str, language: str, reader_language: str) -> "Words":
        words = super().__new__(cls, text)
        words.language = HTML_CODES[language]
        words.is_foreign = bool(text) and language != reader_language
        return words


def within_marks(text: Any) -> str:
    """A text that a message prints in double quotation marks: its own become single."""
    return str(text).replace("“", "‘").replace("”", "’")


def reader_language() -> str:
    """The active language, "zh" or "en"."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def in_language(text: Mapping[str, str], reader: str) -> Words:
    """The text of {"zh": …, "en": …} in the reader's language, zh or en, else in the other one."""
    language = reader if text[reader] else {"en": "zh", "zh": "en"}[reader]
    return Words(text[language], language, reader)


class InReadersLanguage:
    """Descriptor: `case.title` is title_zh or title_en, in the active language or the other."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        reader = reader_language()
        return in_language(
            {language: getattr(row, f"{self.column}_{language}") for language in ("zh", "en")},
            reader,
        )
