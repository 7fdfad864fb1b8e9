"""Data files as scripts: from disk, a browser loads scripts but cannot fetch other files.

Each calls `caselib(name, value)` of static/js/baked.js.
"""

from collections.abc import Iterable
from typing import Any

import orjson

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MORE, _BITS = 32, 5  # a digit has five bits of the value; the sixth marks that more digits follow


def script(name: str, value: Any) -> bytes:
    written = orjson.dumps([name, value]).decode()[1:-1]
    # In JavaScript these two end a line of a string; in JSON they do not.
    written = written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"caselib({written});\n".encode()


def packed(numbers: Iterable[int]) -> str:
    """Delta-encodes ascending integers: one character for each difference below 32."""
    signs, last = [], 0
    for number in numbers:
        step, last = number - last, number
        while step >= _MORE:
            signs.append(_DIGITS[_MORE | (step & (_MORE - 1))])
            step >>= _BITS
        signs.append(_DIGITS[step])
    return "".join(signs)


def packed_order(numbers: Iterable[int]) -> str:
    """Delta- and zigzag-encodes integers in any order."""
    signs, last = [], 0
    for number in numbers:
        step, last = number - last, number
        signs.append(packed([2 * step if step >= 0 else -2 * step - 1]))
    return "".join(signs)
