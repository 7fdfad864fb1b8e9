"""Values as scripts, which a browser loads from a disk too, where it fetches no other file.

Each calls `caselib(name, value)` of static/js/baked.js.
"""

from collections.abc import Iterable
from typing import Any

import orjson

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MORE, _BITS = 32, 5  # a digit holds five bits; the sixth says that more follow


def script(name: str, value: Any) -> bytes:
    written = orjson.dumps([name, value]).decode()[1:-1]
    # In a script these two end a line of text; in JSON they do not.
    written = written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"caselib({written});\n".encode()


def packed(numbers: Iterable[int]) -> str:
    """Whole numbers that rise, as the steps between them: one sign for each below 32."""
    signs, last = [], 0
    for number in numbers:
        step, last = number - last, number
        while step >= _MORE:
            signs.append(_DIGITS[_MORE | (step & (_MORE - 1))])
            step >>= _BITS
        signs.append(_DIGITS[step])
    return "".join(signs)


def packed_order(numbers: Iterable[int]) -> str:
    """Whole numbers in any order: each step doubled, and one more where it leads back."""
    signs, last = [], 0
    for number in numbers:
        step, last = number - last, number
        signs.append(packed([2 * step if step >= 0 else -2 * step - 1]))
    return "".join(signs)
