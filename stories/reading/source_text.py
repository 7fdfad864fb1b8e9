"""Source texts: raw bytes → numbered passages, and lookup of printed fragments in them. Pure.

All comparisons use one folded form (simplified script, half width, no white space), so that a
converted or re-typeset copy still proves what was read from it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from opencc import OpenCC

from stories.reading.faults import Bare, Finding

# The pinyin that converters leave in brackets after a character: 創(chuàng).
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,8}\)")
# Quotation marks vary between copies; OpenCC's t2s leaves 著 for 着.
_SAME = str.maketrans({"“": '"', "”": '"', "‘": '"', "’": '"', "'": '"', "著": "着"})
_TO_SIMPLIFIED = OpenCC("t2s")


class SourceError(ValueError):
    """A source text that does not match its description; `findings` has everything wrong with it.

    `file`: where it was looked for, if that is wrong.
    """

    def __init__(self, findings: Sequence[Finding], file: str = "") -> None:
        place = f"{file}: " if file else ""
        super().__init__("\n".join(f"{place}{finding}" for finding in findings))
        self.findings = list(findings)


def fold(text: str, marks: Iterable[str] = ()) -> str:
    """The form for comparison. `marks` are strings that the scraper added."""
    folded = _fold_script(text)
    for mark in marks:
        folded = folded.replace(_fold_script(mark), "")
    return folded


def to_simplified(text: str) -> str:
    """Simplified script and half width, without the pinyin of converters."""
    plain = _PINYIN.sub("", unicodedata.normalize("NFKC", text))
    return str(_TO_SIMPLIFIED.convert(plain))


def has_pinyin(text: str) -> bool:
    """Whether a converter left pinyin after characters."""
    return bool(_PINYIN.search(text))


def digest(raw: bytes) -> str:
    """SHA-256 of a raw file, in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def read_folder(folder: Path) -> dict[str, bytes]:
    """digest → raw bytes of every text file directly in `folder`. Raises SourceError if there is
    none.
    """
    try:
        raws = [file.read_bytes() for file in sorted(folder.glob("*.txt"))]
    except OSError as error:
        reason = Finding("unreadable", {"reason": Bare(error.strerror)})
        raise SourceError([reason], error.filename) from error
    texts = {digest(raw): raw for raw in raws}
    if not texts:
        raise SourceError([Finding("no-texts")], str(folder))
    return texts


def passages(
    raw: bytes, lines: Mapping[str, Sequence[int]], marks: Iterable[str] = ()
) -> dict[str, str]:
    """locator → folded passage. `lines` gives the 1-based raw lines of each locator.

    Raises SourceError when a line is missing or empty, or the bytes are not UTF-8.
    """
    try:
        raw_lines = raw.decode("utf-8").split("\n")  # splitlines() breaks at U+2028 too
    except UnicodeDecodeError as error:
        raise SourceError([Finding("text-not-utf-8", {"number": error.start})]) from error
    marks = list(marks)
    found, findings = {}, []
    for locator, numbers in lines.items():
        texts = [raw_lines[n - 1] if 0 < n <= len(raw_lines) else "" for n in numbers]
        folded = [fold(text, marks) for text in texts]
        findings += [
            Finding("no-such-line", {"locator": Bare(locator), "number": n})
            for n, text in zip(numbers, folded, strict=True)
            if not text
        ]
        found[locator] = "".join(folded)
    if findings:
        raise SourceError(findings)
    return found


def occurrences(passage: str, printed: str) -> list[tuple[int, int]]:
    """Every (start, end) of the printed fragment in a folded passage."""
    fragment = fold(printed)
    if not fragment:
        return []
    starts = [match.start() for match in re.finditer(f"(?={re.escape(fragment)})", passage)]
    return [(start, start + len(fragment)) for start in starts]


def _fold_script(text: str) -> str:
    return "".join(to_simplified(text).translate(_SAME).split())
