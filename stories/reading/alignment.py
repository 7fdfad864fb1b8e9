"""Maps positions in the folded form of a passage back to the printed text. Pure.

If the two forms cannot be matched character by character, the folded form stands in for the text.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stories.reading import source_text
from stories.reading.source_text import SourceError


@dataclass(frozen=True)
class Printed:
    """`starts`: for each character of `folded`, its index in `text`."""

    text: str
    folded: str
    starts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map [start, end) of the folded form to the text."""
        return self.starts[start], self.starts[end - 1] + 1

    def folded_span(self, start: int, end: int) -> tuple[int, int]:
        """Map [start, end) of the text to the folded form; empty if only white space is
        selected.
        """
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def printed(raw: bytes, lines: Iterable[int], folded: str, marks: Iterable[str] = ()) -> Printed:
    """Align the raw lines of a passage, without `marks`, with `folded`, its form for comparison."""
    raw_lines = raw.decode("utf-8").split("\n")
    chosen = [" ".join(raw_lines[n - 1].replace("\ufeff", "").split()) for n in lines]
    text = _without(" ".join(chosen), marks)
    starts = [n for n, character in enumerate(text) for _part in source_text.fold(character)]
    # Pinyin and phrases fold as units, so that the characters may differ from those of the passage.
    is_aligned = "".join(map(source_text.fold, text)) == folded
    if is_aligned:
        return Printed(text, folded, starts)
    if len(starts) == len(folded) and source_text.fold(text) == folded:
        return Printed(text, folded, starts)
    return Printed(folded, folded, range(len(folded)))


def _without(text: str, marks: Iterable[str]) -> str:
    for mark in marks:
        text = text.replace(mark, "")
    return text


def of_passages(
    raw: bytes, lines: dict[str, list[int]], marks: Sequence[str] = ()
) -> dict[str, Printed]:
    """locator → aligned passage; {} if the text does not match the lines."""
    try:
        passages = source_text.passages(raw, lines, marks)
    except SourceError:
        return {}
    return {at: printed(raw, lines[at], folded, marks) for at, folded in passages.items()}
