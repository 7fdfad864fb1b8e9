"""The texts of the sources on the workbench: numerals by their state, passages by their use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stories.admin.articles import statement_counts
from stories.admin.workbench.words import CaseTexts, PassageText, Words
from stories.choices import NumeralState
from stories.documents import text_checks
from stories.documents.schema import CaseDocument
from stories.models.sources import Passage, Source
from stories.reading import proposals
from stories.reading.numerals import Numeral


@dataclass(frozen=True)
class Piece:
    """Of a passage as it is printed; `state` is None of what is no numeral.

    `use`: what an open numeral most likely is; `start`, `end`: the words that go with it.
    """

    text: str
    state: NumeralState | None = None
    use: str = ""
    start: int = 0
    end: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == NumeralState.OPEN


@dataclass(frozen=True)
class MarkedPassage:
    row: Passage
    statement_count: int
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class MarkedSource:
    """`is_at_hand`: whether the desk has its text, with the lines of its passages."""

    row: Source
    is_at_hand: bool
    passages: Sequence[MarkedPassage]


@dataclass(frozen=True)
class Accounts:
    """The sources with what accounts for their numerals."""

    sources: Sequence[MarkedSource]
    total: int
    accounted: int


def accounts(texts: CaseTexts, document: CaseDocument | None) -> Accounts:
    """`document`: of the case, None where nothing of it has a shape."""
    sources, found = [], []
    for source in texts.sources:
        passages = texts.of(source)
        folded = {passage.row.locator: passage.text.folded for passage in passages}
        states = text_checks.numeral_states(document, source.key, folded) if document else {}
        counts = statement_counts(document, source.key) if document else {}
        found += [state for numerals in states.values() for _numeral, state in numerals]
        marked = [
            MarkedPassage(
                passage.row,
                counts.get(passage.row.locator, 0),
                list(_pieces(passage, states.get(passage.row.locator, []))),
            )
            for passage in passages
        ]
        sources.append(MarkedSource(source, source.pk in texts.at_hand, marked))
    open_count = sum(state == NumeralState.OPEN for state in found)
    return Accounts(sources, len(found), len(found) - open_count)


def open_words(texts: CaseTexts, document: CaseDocument) -> Iterator[Words]:
    """The open numerals with the words that go with them, each words once."""
    for source in texts.sources:
        passages = {passage.row.locator: passage for passage in texts.of(source)}
        folded = {locator: passage.text.folded for locator, passage in passages.items()}
        states = text_checks.numeral_states(document, source.key, folded)
        for locator, numerals in states.items():
            found = [
                Words(passages[locator], numeral.start, numeral.end).whole()
                for numeral, state in numerals
                if state == NumeralState.OPEN
            ]
            yield from {(words.start, words.end): words for words in found}.values()


def _pieces(
    passage: PassageText, numerals: Sequence[tuple[Numeral, NumeralState]]
) -> Iterator[Piece]:
    text, end = passage.text.text, 0
    for numeral, state in numerals:
        start, stop = passage.text.span(numeral.start, numeral.end)
        if end < start:
            yield Piece(text[end:start])
        whole = Words(passage, numeral.start, numeral.end).whole()
        use = proposals.use(passage.text.folded, numeral.start, numeral.end)
        yield Piece(text[max(start, end) : stop], state, use.value, *whole.span)
        end = stop
    if end < len(text):
        yield Piece(text[end:])
