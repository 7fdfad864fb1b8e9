"""Similarity of two texts: Jaccard index of character n-grams, estimated by MinHash. Pure.

A text is stored as a sketch, the least hashes of its n-grams, so that many compare quickly.
"""

# Source: A. Broder, On the resemblance and containment of documents, 1997: of two sets, the share
# of the least hashes of their union that both have estimates their resemblance.

from collections.abc import Sequence
from hashlib import blake2b

from stories.reading import source_text

RUN = 5  # characters
SIZE = 200  # hashes of a sketch; its error is about 1/√SIZE, 7 in 100
REPRINT = 0.5  # threshold for two prints of the same report


def sketch(text: str) -> list[int]:
    """Ascending; [] for a text without RUN letters or digits in a row."""
    letters = "".join(filter(str.isalnum, source_text.fold(text)))
    runs = {letters[n : n + RUN] for n in range(len(letters) - RUN + 1)}
    return sorted({_hash(run) for run in runs})[:SIZE]


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """From 0 to 1; 0 if either is empty."""
    if not one or not other:
        return 0.0
    least = sorted({*one, *other})[:SIZE]
    return len(set(least) & set(one) & set(other)) / len(least)


def _hash(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=6).digest(), "big")
