"""Findings about a text that is read: a code and parameters, without a path.

MESSAGES words each code in English; the message catalogue has the other languages. Parameters are
translated with the message, so that one fault prints in files and on the desk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_noop

MESSAGES = {
    # dates
    "not-edtf": gettext_noop("%(edtf)s is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
    "not-a-date": gettext_noop(
        "%(edtf)s: write a year, year-month or year-month-day, with ~ for about"
    ),
    "season": gettext_noop("%(edtf)s: write the months of a season, as in 2021-03/2021-05"),
    "no-such-day": gettext_noop("%(edtf)s: there is no such day"),
    "far-year": gettext_noop("%(edtf)s: years run from %(first)s to %(last)s"),
    "no-year": gettext_noop("%(edtf)s has no year"),
    "backwards": gettext_noop("%(edtf)s ends before it begins"),
    "too-many-years": gettext_noop("%(edtf)s spans more than %(limit)s years"),
    # dates against their fragments
    "year-not-inferred": gettext_noop("%(printed)s prints its year, so the year is not inferred"),
    "year-inferred": gettext_noop("%(printed)s prints no year: inferred has to be “year”"),
    "year-disagrees": gettext_noop("%(printed)s prints the year %(number)s, %(edtf)s does not"),
    "month-disagrees": gettext_noop("%(printed)s prints the month %(number)s, %(edtf)s does not"),
    "day-disagrees": gettext_noop("%(printed)s prints the day %(number)s, %(edtf)s does not"),
    "month-not-printed": gettext_noop("%(printed)s prints no month, %(edtf)s has one"),
    "day-not-printed": gettext_noop("%(printed)s prints no day, %(edtf)s has one"),
    "decade-disagrees": gettext_noop(
        "%(printed)s prints a decade or none; write it as 199X, and only where it is printed"
    ),
    "part-disagrees": gettext_noop(
        "%(printed)s prints a part of the year or month that %(edtf)s is not in"
    ),
    "lunar-disagrees": gettext_noop(
        "%(printed)s prints a date of the lunar calendar, which %(edtf)s cannot be"
    ),
    "duration-disagrees": gettext_noop(
        "%(printed)s prints a length of time that %(edtf)s does not have"
    ),
    # numbers
    "bounds-differ": gettext_noop(
        "%(qualifier)s wants low and high the same number, got %(given)s"
    ),
    "bounds-not-low": gettext_noop("%(qualifier)s wants low only (high null), got %(given)s"),
    "bounds-not-high": gettext_noop("%(qualifier)s wants high only (low null), got %(given)s"),
    "bounds-not-ordered": gettext_noop("%(qualifier)s wants low smaller than high, got %(given)s"),
    "low-and-high": gettext_noop("low %(low)s and high %(high)s"),
    "qualified-number": gettext_noop("%(qualifier)s %(number)s"),
    "exact-number": gettext_noop("exact %(number)s"),
    "qualified-range": gettext_noop("%(qualifier)s %(low)s to %(high)s"),
    "either-number": gettext_noop("%(one)s or %(other)s"),
    "range-of-numbers": gettext_noop("range %(low)s to %(high)s"),
    "several-of-numbers": gettext_noop("several %(low)s to %(high)s"),
    "unit": gettext_noop("%(unit)s (%(dimension)s)"),
    "no-unit": gettext_noop("no unit"),
    # characters and source texts
    "invisible-character": gettext_noop("holds %(character)s, which no reader sees"),
    "unreadable": gettext_noop("cannot be read: %(reason)s"),
    "no-texts": gettext_noop("no folder with *.txt files"),
    "text-not-utf-8": gettext_noop("not UTF-8: byte %(number)s of the file"),
    # uploaded files
    "upload-unknown-format": gettext_noop("A file of another format: choose one of %(formats)s."),
    "upload-too-large": gettext_noop("The file is too large; at most %(limit)s MB."),
    "upload-too-many-pages": gettext_noop("The file has too many pages; at most %(limit)s."),
    "upload-unreadable": gettext_noop("The file is damaged, locked or not what its name says."),
    "upload-without-text": gettext_noop("There is no text in it; scanned pages are pictures."),
    "too-many-lines": gettext_noop("The text has more than %(limit)s lines: only the article."),
    "no-such-line": gettext_noop("%(locator)s: line %(number)s of the file is empty or missing"),
}

Parameters = Mapping[str, object]


class Bare(str):
    """A parameter printed without quotation marks in a message: a locator, a unit."""

    __slots__ = ()


class Word(Bare):
    """A bare parameter that is translated: a noun of ours from the catalogue."""

    __slots__ = ()


NULL = Word(gettext_noop("null"))


@dataclass(frozen=True)
class Finding:
    """A fault without a path; it may also be a parameter: a part of another message."""

    code: str
    parameters: Parameters = field(default_factory=dict)

    def __str__(self) -> str:
        return in_english(MESSAGES[self.code], self.parameters)

    def words(self) -> str:
        """In the active language."""
        return translated(MESSAGES[self.code], self.parameters)


class FindingError(ValueError):
    """Raised for a text that is refused; `finding` is the reason."""

    def __init__(self, code: str, **parameters: object) -> None:
        self.finding = Finding(code, parameters)
        super().__init__(str(self.finding))


def in_english(message: str, parameters: Parameters) -> str:
    """For files and commands: members of closed lists appear as documents write them."""
    return message % _worded(parameters, str, lambda choice: str(choice.value), str)


def translated(message: str, parameters: Parameters) -> str:
    """In the active language: members of closed lists appear with their labels."""
    words = _worded(parameters, gettext, lambda choice: str(choice.label), Finding.words)
    return gettext(message) % words


def _worded(
    parameters: Parameters,
    word: Callable[[str], str],
    label: Callable[[TextChoices], str],
    nested: Callable[[Finding], str],
) -> dict[str, str]:
    def printed(value: object) -> str:
        match value:
            case TextChoices():
                return label(value)
            case Finding():
                return nested(value)
            case Word():
                return word(value)
            case Bare():
                return str(value)
            case str():
                return repr(value)
            case Decimal():
                return f"{value.normalize():f}"
            case _:
                return str(value)

    return {name: printed(value) for name, value in parameters.items()}
