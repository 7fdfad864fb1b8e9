"""What the check says, in the editor's language. A fault not known here stays as it was said."""

import re
from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext, gettext_noop

from stories.reading import dates

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
    gettext_noop("%(place)s is not in the chain of the case's place"),
    gettext_noop("there is no other metric %(key)s in this document"),
    gettext_noop("there is no other source %(key)s in this document"),
    gettext_noop("there is no measure %(key)s in this document"),
    gettext_noop("there is no problem %(key)s in this document"),
    gettext_noop("there is no number %(key)s of that kind in this document"),
    gettext_noop("are not those of reading.lines, in the same order"),
    gettext_noop("a passage at %(locator)s is a %(kind)s"),
    gettext_noop("is missing; statements rest on this passage"),
    gettext_noop("has %(count)s sentences; at most %(limit)s"),
    gettext_noop("repeats %(run)s of the passage; say it in other words"),
    gettext_noop("is missing; put %(printed)s into English"),
    gettext_noop("is missing; say what the source says was wrong"),
    gettext_noop("is missing; say whom or what the number covers"),
    gettext_noop("%(printed)s prints an aim; its kind is target"),
    gettext_noop("a number of the case itself is of kind context"),
    gettext_noop("of a measure that is %(status)s: a target"),
    gettext_noop("names a metric exactly when the whole is stated"),
    gettext_noop("mixes a target with results"),
    gettext_noop("%(key)s is a target, no result"),
    gettext_noop("name %(least)s to 5 numbers that tell most of the case"),
    gettext_noop("what is finished has no open end; write / for one not known"),
    gettext_noop("%(printed)s does not say that it goes on; write / for an end that is not known"),
    gettext_noop("names something twice"),
    gettext_noop("names the time, and the measure has one"),
    gettext_noop("a cost that is not computable has a note saying why, and no number"),
    gettext_noop("has a text and citations, or neither"),
    gettext_noop("an answered question, and no other, has a text and a citation"),
    gettext_noop("the day of the last look, exactly where there was one"),
    gettext_noop("a source without an address says why"),
    gettext_noop("is missing; say what its independence follows from"),
    gettext_noop("names %(name)s, a private person whom source %(source)s names"),
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
