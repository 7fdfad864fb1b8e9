"""Names of private persons that a source prints and the library withholds, as fingerprints.

The repository contains no such name; a check finds one in a text by hashing its substrings.
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
    """Hash of a name, salted with the key of the source, so that it differs between sources."""
    return hashlib.sha256(f"{source}:{name}".encode()).hexdigest()[:FINGERPRINT]


def can_be_found(name: str) -> bool:
    """Whether `names_in` can find this name in a text."""
    return bool(_HAN_RUN.fullmatch(name)) and len(name) in _lengths(name)


def names_in(text: str, source: str, withheld: Collection[str]) -> Iterator[str]:
    """Each occurrence of a withheld name in a text."""
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
