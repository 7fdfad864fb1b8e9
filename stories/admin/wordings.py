"""What the check says, in the editor's language. A fault not known here stays as it was said."""

import re
from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext, gettext_noop

from stories import dates

_SAID = (
    gettext_noop("is missing"),
    gettext_noop("is blank"),
    gettext_noop("is empty; at least one is needed"),
    gettext_noop("has %(count)s characters; at most %(limit)s are allowed"),
    gettext_noop("has %(count)s characters; at most %(limit)s"),
    gettext_noop("has white space at an end, or a control character or line break in it"),
    gettext_noop("holds %(character)s, which no reader sees"),
    gettext_noop("is not of the form expected here, got %(given)s"),
    gettext_noop("unknown value, got %(given)s; known: %(known)s"),
    gettext_noop("%(list)s %(term)s is deprecated; use %(instead)s"),
    gettext_noop("%(list)s %(term)s is deprecated"),
    gettext_noop("%(key)s is the key of a second %(kind)s"),
    gettext_noop("%(key)s stands twice"),
    gettext_noop("%(printed)s holds %(count)s numbers; a metric's fragment holds exactly one"),
    gettext_noop("%(printed)s prints %(given)s, the indicator counts %(wanted)s"),
    gettext_noop("%(printed)s says %(read)s, the metric says %(stated)s"),
    gettext_noop("%(qualifier)s wants low and high the same number, got %(given)s"),
    gettext_noop("%(qualifier)s wants low only (high null), got %(given)s"),
    gettext_noop("%(qualifier)s wants high only (low null), got %(given)s"),
    gettext_noop("%(qualifier)s wants low smaller than high, got %(given)s"),
    gettext_noop("%(printed)s prints its year, so the year is not inferred"),
    gettext_noop("%(printed)s prints no year: inferred has to be 'year'"),
    gettext_noop("%(printed)s prints the year %(number)s, %(edtf)s does not"),
    gettext_noop("%(printed)s prints the month %(number)s, %(edtf)s does not"),
    gettext_noop("%(printed)s prints the day %(number)s, %(edtf)s does not"),
    gettext_noop("%(printed)s prints a length of time that %(edtf)s does not have"),
    gettext_noop("%(printed)s prints no month, %(edtf)s has one"),
    gettext_noop("%(printed)s prints no day, %(edtf)s has one"),
    gettext_noop("unknown %(list)s %(term)s"),
    gettext_noop("there is no metric %(key)s in this document"),
    gettext_noop("a %(operation)s is of exactly two metrics"),
    gettext_noop("a %(operation)s is of metrics of one indicator"),
    gettext_noop("has to be exact"),
    gettext_noop("has to be about"),
    gettext_noop("cannot divide by nothing"),
    gettext_noop("computes to %(computed)s, not %(given)s"),
    gettext_noop("a stated answer has a text and at least one citation"),
    gettext_noop("only a stated answer has a text and citations"),
    gettext_noop("a source without a date says why"),
    gettext_noop("line %(number)s belongs to two passages"),
    *dates.SAID,
)


def in_words(said: str) -> str:
    """What is wrong, without its path, in the language of the page."""
    for message, pattern in _patterns():
        if match := pattern.fullmatch(said):
            return gettext(message) % match.groupdict()
    return said


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(message, re.compile("".join(_steps(message)))) for message in _SAID]


def _steps(message: str) -> Iterator[str]:
    for text, name in re.findall(r"(.*?)(?:%\((\w+)\)s|$)", message):
        yield re.escape(text)
        if name:
            yield f"(?P<{name}>.+?)"
