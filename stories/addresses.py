"""The addresses of pages in the reader's language."""

from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language


def of(name: str, argument: str = "") -> str:
    """`name` as in urls.py; the argument is a key, slug or code: nothing in it wants quoting."""
    before, behind = _round_argument(name, bool(argument), get_language() or "")
    return f"{before}{argument}{behind}"


@lru_cache(maxsize=128)
def _round_argument(name: str, has_argument: bool, language: str) -> tuple[str, str]:
    """What stands before it and behind it; `language` is the active one."""
    before, _argument, behind = reverse(name, args=["_"] if has_argument else []).partition("_")
    return before, behind
