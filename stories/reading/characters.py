"""Invisible characters: dropped if they change nothing, else refused. Pure.

Source: Unicode 15.0, chapter 23 (Special Areas and Format Characters) and DerivedCoreProperties
(Default_Ignorable_Code_Point), read 2026-11.
"""

import re
import unicodedata

# Soft hyphen, joiners, zero-width spaces, word joiner, invisible operators, byte order mark and
# variation selectors: what is read stays the same without them.
_HARMLESS = (
    "\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)
# Letters and signs that are blank when rendered.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
_is_harmless = re.compile(f"[{_HARMLESS}]")
_is_blank = re.compile(f"[{_BLANK}]")
# Controls, formats (direction marks, overrides and isolates among them), separators of lines and
# paragraphs, private use, halves of surrogate pairs.
_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")


def without_harmless(text: str) -> str:
    """The text without invisible characters that can be dropped."""
    return _is_harmless.sub("", text)


def harmless() -> list[str]:
    """Every character that `without_harmless` drops."""
    codes = (*range(0x80, 0x10000), *range(0xE0100, 0xE01F0))
    return [chr(code) for code in codes if _is_harmless.match(chr(code))]


def printable(text: str) -> str:
    """The text for a terminal: control sequences and non-characters escaped, as \x1b."""
    return "".join(
        c
        if c.isprintable() or unicodedata.category(c) == "Zs"
        else c.encode("unicode_escape").decode()
        for c in text
    )


def invisible(text: str) -> str:
    """The first invisible character, as U+202E (RIGHT-TO-LEFT OVERRIDE); "" if there is none."""
    if text.isascii() and text.isprintable():
        return ""
    found = next((character for character in text if _is_invisible(character)), "")
    if not found:
        return ""
    name = unicodedata.name(found, "")
    return f"U+{ord(found):04X}" + (f" ({name})" if name else "")


def _is_invisible(character: str) -> bool:
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return bool(
        is_noncharacter
        or unicodedata.category(character) in _CATEGORIES
        or _is_harmless.match(character)
        or _is_blank.match(character)
    )
