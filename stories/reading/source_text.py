"""A source text: raw bytes → numbered passages; where a printed fragment stands in a passage.

Pure. Everything is compared in one folded form (simplified script, half width, no white
space), so that a converted or re-typeset copy still proves what was read from it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from opencc import OpenCC

# The pinyin that converters leave in brackets behind a character: 創(chuàng).
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,8}\)")
# Quotation marks are re-typeset freely; 著 is what OpenCC's t2s leaves of 着.
_SAME = str.maketrans({"“": '"', "”": '"', "‘": '"', "’": '"', "'": '"', "著": "着"})
_TO_SIMPLIFIED = OpenCC("t2s")


class SourceError(ValueError):
    """A source text that is not what its reading says; `problems` lists every fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def fold(text: str, marks: Iterable[str] = ()) -> str:
    """The form in which texts are compared. `marks` are strings the scraper added."""
    folded = _fold_script(text)
    for mark in marks:
        folded = folded.replace(_fold_script(mark), "")
    return folded


def digest(raw: bytes) -> str:
    """SHA-256 of a raw file, in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def read_folder(folder: Path) -> dict[str, bytes]:
    """digest → raw bytes of every text file right in `folder`. Raises SourceError if none is."""
    try:
        raws = [file.read_bytes() for file in sorted(folder.glob("*.txt"))]
    except OSError as error:
        raise SourceError([f"{error.filename}: cannot be read: {error.strerror}"]) from error
    texts = {digest(raw): raw for raw in raws}
    if not texts:
        raise SourceError([f"{folder}: no folder with *.txt files"])
    return texts


def passages(
    raw: bytes, lines: Mapping[str, Sequence[int]], marks: Iterable[str] = ()
) -> dict[str, str]:
    """locator → folded passage. `lines` gives the 1-based raw lines of each locator.

    Raises SourceError when a line is missing or empty, or the bytes are not UTF-8.
    """
    try:
        raw_lines = raw.decode("utf-8").split("\n")  # splitlines() breaks at U+2028 and more
    except UnicodeDecodeError as error:
        raise SourceError([f"not UTF-8: byte {error.start} of the file"]) from error
    marks = list(marks)
    found, problems = {}, []
    for locator, numbers in lines.items():
        texts = [raw_lines[n - 1] if 0 < n <= len(raw_lines) else "" for n in numbers]
        folded = [fold(text, marks) for text in texts]
        problems += [
            f"{locator}: line {n} of the file is empty or missing"
            for n, text in zip(numbers, folded, strict=True)
            if not text
        ]
        found[locator] = "".join(folded)
    if problems:
        raise SourceError(problems)
    return found


def occurrences(passage: str, printed: str) -> list[tuple[int, int]]:
    """Every (start, end) in a folded passage at which the printed fragment stands."""
    fragment = fold(printed)
    if not fragment:
        return []
    starts = [match.start() for match in re.finditer(f"(?={re.escape(fragment)})", passage)]
    return [(start, start + len(fragment)) for start in starts]


def _fold_script(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    simplified = _TO_SIMPLIFIED.convert(_PINYIN.sub("", text)).translate(_SAME)
    return "".join(simplified.split())
