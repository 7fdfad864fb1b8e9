"""URLs of pages in the active language, cached."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language, override


def of(name: str, *arguments: str | int) -> str:
    """URL of a pattern in urls.py. Keys, slugs, codes and numbers need no quoting."""
    if len(arguments) > 1:
        return reverse(name, args=arguments)
    before, behind = _round_argument(name, bool(arguments), get_language() or "")
    return f"{before}{arguments[0] if arguments else ''}{behind}"


def in_each(languages: Iterable[str], name: str, *arguments: str | int) -> Iterator[str]:
    """The same address in each of these languages."""
    for language in languages:
        if len(arguments) > 1:
            with override(language):
                yield of(name, *arguments)
        else:
            before, behind = _round_argument_in(language, name, bool(arguments))
            yield f"{before}{arguments[0] if arguments else ''}{behind}"


@lru_cache(maxsize=128)
def _round_argument_in(language: str, name: str, has_argument: bool) -> tuple[str, str]:
    with override(language):
        return _round_argument(name, has_argument, language)


@lru_cache(maxsize=128)
def _round_argument(name: str, has_argument: bool, language: str) -> tuple[str, str]:
    """The parts of the address before and after the argument; `language` is the active one."""
    before, _argument, behind = reverse(name, args=["_"] if has_argument else []).partition("_")
    return before, behind
