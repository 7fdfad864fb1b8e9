"""Names of private persons that a source prints and the library does not: known by fingerprint.

The repository holds no such name; a check finds it in a text by the fingerprints of its pieces.
"""

import hashlib
import re
from collections.abc import Collection, Iterator

FINGERPRINT = 16  # hexadecimal digits
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff·]+")
_LENGTHS = range(2, 5)  # characters of a Chinese name
_DOT = "·"  # between the parts of a longer name: 阿依古丽·买买提
_LONGEST = 15  # characters of such a name


def fingerprint(source: str, name: str) -> str:
    """Of a name, for the source with this key: the same name differs between sources."""
    return hashlib.sha256(f"{source}:{name}".encode()).hexdigest()[:FINGERPRINT]


def can_be_found(name: str) -> bool:
    """Whether `names_in` would find this name in a text."""
    return bool(_HAN_RUN.fullmatch(name)) and len(name) in _lengths(name)


def names_in(text: str, source: str, withheld: Collection[str]) -> Iterator[str]:
    """The withheld names that stand in a text, each time they do."""
    if not withheld:
        return
    for run in _HAN_RUN.findall(text):
        for length in _lengths(run):
            for start in range(len(run) - length + 1):
                name = run[start : start + length]
                if length in _lengths(name) and fingerprint(source, name) in withheld:
                    yield name


def _lengths(run: str) -> range:
    return range(2, _LONGEST + 1) if _DOT in run else _LENGTHS
