"""The source texts on the workbench: numerals marked by state, passages by number of statements."""

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
    """Part of a passage as printed; `state` is None if it is not a numeral.

    `use`: the likely use of an open numeral; `start`, `end`: the fragment around it.
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
    """`is_at_hand`: whether the text is stored and its passages have line numbers."""

    row: Source
    is_at_hand: bool
    passages: Sequence[MarkedPassage]


@dataclass(frozen=True)
class Accounts:
    """The marked sources, and how many of their numerals are accounted for."""

    sources: Sequence[MarkedSource]
    total: int
    accounted: int


def accounts(texts: CaseTexts, document: CaseDocument | None) -> Accounts:
    """The marked sources. `document`: None if no part of the case is valid."""
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
    """The fragments around open numerals, each once."""
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
