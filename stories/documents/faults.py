"""Faults of a case document: a path, a code, and parameters.

MESSAGES words every code in English; the message catalogue has the other languages. A fault is
worded only when it is printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from stories.reading import characters, faults
from stories.reading.faults import Finding, Parameters, Word

if TYPE_CHECKING:
    from stories.documents.stand_ins import Rest

FILE, DOCUMENT = "(file)", "(document)"  # paths of faults of the whole
# The values of Word in messages: lists of terms, parts of a document, names of lists.
PLACE = Word(gettext_noop("place"))
TAG = Word(gettext_noop("tag"))
PROBLEM_TYPE = Word(gettext_noop("problem type"))
MEASURE_TYPE = Word(gettext_noop("measure type"))
KIND_OF_BODY = Word(gettext_noop("kind of body"))
INDICATOR = Word(gettext_noop("indicator"))
SOURCE = Word(gettext_noop("source"))
PROBLEM = Word(gettext_noop("problem"))
MEASURE = Word(gettext_noop("measure"))
METRIC = Word(gettext_noop("metric"))
DERIVED = Word(gettext_noop("derived"))
CHANGE = Word(gettext_noop("change"))
FOLLOW_UP = Word(gettext_noop("follow-up"))
AUTHORS = Word(gettext_noop("authors"))
EDITORS = Word(gettext_noop("editors"))
A_LIST = Word(gettext_noop("a list"))
AN_OBJECT = Word(gettext_noop("an object"))
A_LINE_BREAK = Word(gettext_noop("a line break"))

_FILE = {
    "empty-folder": gettext_noop("a folder without a *.json file"),
    "no-such-file": gettext_noop("there is no such file"),
    "too-large": gettext_noop("%(size)s bytes; a case document has at most %(limit)s"),
    "not-utf-8": gettext_noop("not UTF-8: byte %(number)s; save the file as UTF-8"),
    "byte-order-mark": gettext_noop("begins with a byte order mark; save it as UTF-8 without one"),
    "not-json": gettext_noop("not JSON, or cut off: %(reason)s (line %(line)s, column %(column)s)"),
    "lone-surrogate": gettext_noop(
        "holds half of a character (\\ud800 to \\udfff without the other half)"
    ),
    "huge-number": gettext_noop("holds a number of thousands of digits"),
    "nested-too-deeply": gettext_noop("nested too deeply for a case document"),
    "doubled-key": gettext_noop("the key %(key)s stands twice in one object"),
    "no-json-number": gettext_noop("%(given)s is not a number"),
    "line-ends": gettext_noop("its lines end in CRLF; save it with LF line ends"),
    "written-form": gettext_noop(
        "line %(line)s, column %(column)s: a document has two-space indent and its keys in order; "
        "write %(wanted)s here"
    ),
    "wrong-version": gettext_noop("is not the version that its SHA-256 names"),
    "wrong-number": gettext_noop(
        "versions are numbered from 1 without a gap; number %(number)s is expected here"
    ),
    "other-slug": gettext_noop("the archive has it as a version of %(slug)s"),
    "slug-taken": gettext_noop("%(slug)s is the slug of %(file)s too"),
    "source-taken": gettext_noop("%(key)s is the key of a source of case %(case)s"),
    "case-there": gettext_noop("there is another case with the slug %(slug)s by now"),
    "term-gone": gettext_noop("the term %(term)s, which it has, is not there any more"),
    "second-first": gettext_noop("the first version is of kind first, and no other one"),
    "no-note": gettext_noop("a version after the first says what changed and why; give --note"),
}
_SHAPE = {
    "missing": gettext_noop("is missing"),
    "unknown-key": gettext_noop("unknown key"),
    "blank": gettext_noop("is blank"),
    "empty": gettext_noop("is empty; at least one is needed"),
    "loose-white-space": gettext_noop(
        "has white space at an end, or a control character or line break in it"
    ),
    "too-long": gettext_noop("has %(count)s characters; at most %(limit)s are allowed"),
    "too-many": gettext_noop("has %(count)s members; at most %(limit)s are allowed"),
    "too-long-in-language": gettext_noop(
        "%(language)s has %(count)s characters; at most %(limit)s are allowed"
    ),
    "unknown-value": gettext_noop("unknown value, got %(given)s; known: %(known)s"),
    "wrong-form": gettext_noop("is not of the form expected here, got %(given)s"),
    "no-object": gettext_noop("is not an object with keys, got %(given)s"),
    "no-text": gettext_noop("input should be a valid string, got %(given)s"),
    "no-list": gettext_noop("input should be a valid list, got %(given)s"),
    "no-integer": gettext_noop("input should be a valid integer, got %(given)s"),
    "no-boolean": gettext_noop("input should be a valid boolean, got %(given)s"),
    "too-small": gettext_noop("input should be greater than or equal to %(least)s, got %(given)s"),
    "no-number": gettext_noop("is not a number"),
    "number-not-whole": gettext_noop("write %(wanted)s, not %(given)s"),
    "number-too-long": gettext_noop("has more than 14 digits, or more than 4 behind the point"),
}
_LINKS = {
    "unknown-term": gettext_noop("unknown %(list)s %(term)s"),
    "deprecated-term": gettext_noop("%(list)s %(term)s is deprecated"),
    "replaced-term": gettext_noop("%(list)s %(term)s is deprecated; use %(instead)s"),
    "place-outside": gettext_noop("%(place)s is not in the chain of the case’s place"),
    "taken-key": gettext_noop("%(key)s is the key of a second %(kind)s"),
    "doubled": gettext_noop("%(key)s stands twice"),
    "doubled-value": gettext_noop("names something twice"),
    "no-such-problem": gettext_noop("there is no problem %(key)s in this document"),
    "no-such-measure": gettext_noop("there is no measure %(key)s in this document"),
    "no-such-metric": gettext_noop("there is no metric %(key)s in this document"),
    "no-other-metric": gettext_noop("there is no other metric %(key)s in this document"),
    "no-such-number": gettext_noop("there is no number %(key)s of that kind in this document"),
    "no-such-source": gettext_noop("there is no source %(key)s in this document"),
    "no-other-source": gettext_noop("there is no other source %(key)s in this document"),
    "no-such-passage": gettext_noop("source %(source)s has no passage %(locator)s"),
}
_NUMBERS = {
    "number-count": gettext_noop(
        "%(printed)s holds %(count)s numbers; a metric’s fragment holds exactly one"
    ),
    "number-unclear": gettext_noop("the number of %(printed)s is not understood"),
    "number-change": gettext_noop(
        "%(printed)s prints a change from one number to another; cite each by itself"
    ),
    "number-disagrees": gettext_noop("%(printed)s says %(read)s, the metric says %(stated)s"),
    "unit-disagrees": gettext_noop("%(printed)s prints %(given)s, the indicator counts %(wanted)s"),
    "operand-count": gettext_noop("a %(operation)s is of exactly two metrics"),
    "operand-indicators": gettext_noop("a %(operation)s is of metrics of one indicator"),
    "operand-kinds": gettext_noop("mixes a target with results"),
    "not-exact": gettext_noop("has to be exact"),
    "not-about": gettext_noop("has to be about"),
    "division-by-nothing": gettext_noop("cannot divide by nothing"),
    "computed-disagrees": gettext_noop("computes to %(computed)s, not %(given)s"),
    "too-many-metrics": gettext_noop("with context they have %(count)s metrics; at most %(limit)s"),
    "no-scope": gettext_noop("is missing; say whom or what the number covers"),
    "aim": gettext_noop("%(printed)s prints an aim; its kind is target"),
    "no-context": gettext_noop("a number of the case itself is of kind context"),
    "no-target": gettext_noop("of a measure that is %(status)s: a target"),
    "whole-disagrees": gettext_noop("names a metric exactly when the whole is stated"),
    "telling-target": gettext_noop("%(key)s is a target, no result"),
    "too-few-telling": gettext_noop("name %(least)s to 5 numbers that tell most of the case"),
    "cost-not-computable": gettext_noop(
        "a cost that is not computable has a note saying why, and no number"
    ),
}
_PARTS = {
    "answer-without-evidence": gettext_noop("a stated answer has a text and at least one citation"),
    "answer-not-stated": gettext_noop("only a stated answer has a text and citations"),
    "after-disagrees": gettext_noop("has a text and citations, or neither"),
    "follow-up-disagrees": gettext_noop(
        "an answered question, and no other, has a text and a citation"
    ),
    "look-disagrees": gettext_noop("the day of the last look, exactly where there was one"),
    "abstract-too-long": gettext_noop("has %(count)s characters; at most %(limit)s"),
    "no-heading": gettext_noop("is missing; say what the source says was wrong"),
    "time-is-said": gettext_noop("names the time, and the measure has one"),
    "finished-open-end": gettext_noop(
        "what is finished has no open end; write / for one not known"
    ),
    "unsaid-open-end": gettext_noop(
        "%(printed)s does not say that it goes on; write / for an end that is not known"
    ),
    "private-name": gettext_noop("names %(name)s, a private person whom source %(source)s names"),
}
_SOURCES = {
    "no-date-note": gettext_noop("a source without a date says why"),
    "no-address-note": gettext_noop("a source without an address says why"),
    "no-independence-note": gettext_noop("is missing; say what its independence follows from"),
    "wrong-role": gettext_noop("%(role)s does not belong among %(list)s"),
    "shared-line": gettext_noop("line %(number)s belongs to two passages"),
    "passages-disagree": gettext_noop("are not those of reading.lines, in the same order"),
    "wrong-passage-kind": gettext_noop("a passage at %(locator)s is a %(kind)s"),
    "no-gist": gettext_noop("is missing; statements rest on this passage"),
    "long-gist": gettext_noop("has %(count)s sentences; at most %(limit)s"),
    "copied-gist": gettext_noop("repeats %(run)s of the passage; say it in other words"),
    "no-gloss": gettext_noop("is missing; put %(printed)s into English"),
}
_TEXTS = {
    "no-text-at-hand": gettext_noop("no file at hand has this SHA-256"),
    "not-in-passage": gettext_noop("%(printed)s does not stand in passage %(locator)s"),
    "cut-number": gettext_noop(
        "%(printed)s cuts its number: passage %(locator)s says more than that about it"
    ),
    "other-document-checked": gettext_noop(
        "the document was changed after it was proved; prove it again (checkcases --texts DIR "
        "--mark) or write null"
    ),
    "unaccounted": gettext_noop(
        "%(source)s %(locator)s: %(numeral)s in …%(near)s… is no metric, no date, and not in "
        "left_out"
    ),
    "accounted-too-often": gettext_noop(
        "%(printed)s is accounted for more often than passage %(locator)s prints it"
    ),
}
_WARNINGS = {
    "unproved-source": gettext_noop(
        "its text is not at hand: the case is published as not checked against the text"
    ),
    "date-after-issue": gettext_noop("%(edtf)s is after its source was issued, %(issued)s"),
    "long-abstract": gettext_noop("has %(count)s characters; shorter is easier to read"),
    "problem-without-measure": gettext_noop("no measure is tied to it"),
    "no-metric-at-all": gettext_noop("the case has no figure at all"),
    "counts-another-thing": gettext_noop(
        "the fragment counts %(given)s, the indicator %(wanted)s: is it the right indicator?"
    ),
    "question-not-looked-at": gettext_noop("nobody has looked yet whether the source says it"),
}
_DAMAGE = {
    "damaged": gettext_noop("is damaged: %(error)s"),
    "no-title": gettext_noop("has no title or no message"),
}
# Codes of faults in references between parts of a document, or to terms.
REFERENCES = frozenset(_LINKS)
MESSAGES = {
    **faults.MESSAGES,
    **{**_FILE, **_SHAPE, **_LINKS, **_NUMBERS, **_PARTS, **_SOURCES, **_TEXTS, **_WARNINGS},
    **_DAMAGE,
}


@dataclass(frozen=True)
class Fault:
    """`path`: in the document, as measures[0].title; "(file)" or "(document)" for the
    whole of it.
    """

    path: str
    code: str
    parameters: Parameters = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, finding: Finding) -> "Fault":
        return cls(path, finding.code, finding.parameters)

    def __str__(self) -> str:
        """In English, for files and commands."""
        words = faults.in_english(MESSAGES[self.code], self.parameters)
        return characters.printable(f"{self.path}: {words}")

    def words(self) -> str:
        """In the active language, without the path."""
        return faults.translated(MESSAGES[self.code], self.parameters)

    def inside(self, place: object) -> "Fault":
        """The same fault, its path prefixed with the file or slug of its document."""
        return replace(self, path=f"{place}: {self.path}")


class DocumentError(ValueError):
    """A document that is refused; `faults` has all of its faults.

    `rest`: the part that can still be checked; None if there is none.
    """

    def __init__(self, faults: Iterable[Fault], rest: "Rest | None" = None) -> None:
        self.faults = list(faults)
        self.rest = rest
        super().__init__("\n".join(map(str, self.faults)))
