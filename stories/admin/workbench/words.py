"""The source texts of one case as printed, and text selected in them."""

from dataclasses import dataclass
from functools import cached_property

from stories.choices import PRINTED_LIMIT
from stories.models.case import Case
from stories.models.sources import Passage, Source
from stories.publishing import texts
from stories.reading import alignment, proposals
from stories.reading.alignment import Printed


@dataclass(frozen=True)
class PassageText:
    """A passage with its text; `above`: the folded text of the source before it."""

    row: Passage
    source: Source
    text: Printed
    above: str

    def words(self, start: int, end: int) -> "Words":
        """The selection [start, end) of the printed text."""
        return Words(self, *self.text.folded_span(start, end))


@dataclass(frozen=True)
class Words:
    """Selected text: [start, end) of the folded passage."""

    passage: PassageText
    start: int
    end: int

    @cached_property
    def span(self) -> tuple[int, int]:
        """(start, end) in the text as printed."""
        return self.passage.text.span(self.start, self.end)

    @property
    def printed(self) -> str:
        return self.passage.text.text[slice(*self.span)].strip()

    @property
    def folded(self) -> str:
        return self.passage.text.folded[self.start : self.end]

    @property
    def is_too_long(self) -> bool:
        return len(self.printed) > PRINTED_LIMIT

    @property
    def reason(self) -> str:
        """The likely reason to leave the number out; "" if there is none."""
        return proposals.reason(self.passage.text.folded, self.start, self.end, self.passage.above)

    def whole(self) -> "Words":
        """Extended to the whole number or date that it is part of."""
        span = proposals.fragment(self.passage.text.folded, self.start, self.end)
        return Words(self.passage, *span)


class CaseTexts:
    """The sources of a case with their stored texts: 3 queries."""

    def __init__(self, case: Case) -> None:
        self.sources = list(case.sources.prefetch_related("passages", "people"))
        raws = texts.of_hashes(source.sha256 for source in self.sources)
        self.passages: dict[int, PassageText] = {}
        self.at_hand: set[int] = set()  # primary keys of sources with a stored text
        for source in self.sources:
            if source.sha256 in raws:
                self._read(source, raws[source.sha256])

    def _read(self, source: Source, raw: bytes) -> None:
        lines = {row.locator: row.lines for row in source.passages.all()}
        found = alignment.of_passages(raw, lines, source.marks)
        above = ""
        for row in source.passages.all():
            if row.locator in found:
                self.at_hand.add(source.pk)
                self.passages[row.pk] = PassageText(row, source, found[row.locator], above)
                above += found[row.locator].folded

    def of(self, source: Source) -> list[PassageText]:
        return [passage for passage in self.passages.values() if passage.source == source]
