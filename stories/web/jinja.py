"""The Jinja environments of the public pages, one per language.

Whatever is constant for a language is resolved when a template is compiled: translations, addresses
without arguments, and partials, which are inlined.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2, Template
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from stories import links
from stories.languages import DJANGO_CODES, reader_language
from stories.web import template_helpers

_INCLUDE = re.compile(r'{% include "(\w+/_\w+\.html)" %}')
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")
_COMMENT = re.compile(r"{#.*?#}\s*", re.DOTALL)
NESTED = 2  # depth to which a recursive partial is inlined; deeper ones are included at run time
MEMOIZED = 4096  # results of one function


class Partials(Extension):
    """Inlines partials, and collapses the indentation of templates.

    A `with` block around an include passes the partial its variables.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return self._placed(source, ())

    def _placed(self, source: str, within: tuple[str, ...]) -> str:
        def partial(include: re.Match[str]) -> str:
            name = include[1]
            if within.count(name) >= NESTED or self.environment.loader is None:
                return include[0]
            text, _file, _is_current = self.environment.loader.get_source(self.environment, name)
            return self._placed(text.strip(), (*within, name))

        return _INCLUDE.sub(partial, _LINE_BREAK.sub("\n", _COMMENT.sub("", source)))


class Constants(Extension):
    """Replaces calls with only string literals, or none, by their result: `_("Cases")`,
    `url('cases')`, `reader_language()`."""

    functions: dict[str, Callable[..., str]] = {
        "_": gettext,
        "pgettext": pgettext,
        "url": links.of,
        "reader_language": reader_language,
    }

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        call: list[Token] = []  # the tokens of a call so far
        for token in stream:
            if call and token.type not in _FOLLOWING[call[-1].type]:
                yield from call
                call = []
            if call or (token.type == "name" and token.value in self.functions):
                call.append(token)
                if token.type == "rparen":
                    yield self._result(call)
                    call = []
            else:
                yield token
        yield from call

    def _result(self, call: list[Token]) -> Token:
        texts = [token.value for token in call if token.type == "string"]
        with override(DJANGO_CODES[str(self.environment.globals["language"])]):
            text = str(self.functions[call[0].value](*texts))
        return Token(call[0].lineno, "string", text)


# The token types that may follow each other in a call with only string literals.
_FOLLOWING = {
    "name": ("lparen",),
    "lparen": ("string", "rparen"),
    "string": ("comma", "rparen"),
    "comma": ("string",),
}


def environment(language: str, **options: Any) -> Environment:
    """`language` is zh or en. An undefined name is an error, not empty text."""
    made = Environment(
        **{"undefined": StrictUndefined, **options},
        extensions=[Partials, Constants, "jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # jinja2.ext.i18n adds it
        gettext,
        _memoized(ngettext),
        newstyle=True,
        pgettext=pgettext,
        npgettext=_memoized(npgettext),
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {**_memoized_of_texts(template_helpers.FUNCTIONS), "language": language}
    made.filters |= _memoized_of_texts(template_helpers.FILTERS)
    made.filters |= {
        name: partial(function, language=language)
        for name, function in template_helpers.IN_A_LANGUAGE.items()
    }
    return made


def in_chinese(**options: Any) -> Environment:
    return environment("zh", **options)


def in_english(**options: Any) -> Environment:
    return environment("en", **options)


def _memoized_of_texts(
    functions: Mapping[str, Callable[..., Any]],
) -> dict[str, Callable[..., Any]]:
    return {n: _memoized(f) if n in template_helpers.OF_TEXTS else f for n, f in functions.items()}


def _memoized(function: Callable[..., Any]) -> Callable[..., Any]:
    """For functions that depend only on their arguments and the active language."""
    return lru_cache(maxsize=MEMOIZED)(function)


class Pages(BaseEngine):
    """A Django template backend with one Jinja environment per language."""

    def __init__(self, params: dict[str, Any]) -> None:
        options = {**params.pop("OPTIONS")}
        super().__init__({**params})
        options = {"undefined": StrictUndefined, **options}
        self.engines = {
            language: Jinja2({**params, "OPTIONS": {**options, "environment": made}})
            for language, made in {
                "zh": f"{__name__}.in_chinese",
                "en": f"{__name__}.in_english",
            }.items()
        }

    def get_template(self, template_name: str) -> Template:
        return self.engines[reader_language()].get_template(template_name)

    def compile_all(self) -> None:
        """Before the first request, so that forked processes share the compiled templates."""
        for language, engine in self.engines.items():
            with override(DJANGO_CODES[language]):
                for name in engine.env.list_templates(extensions=["html"]):
                    engine.get_template(name)

    def from_string(self, template_code: str) -> Template:
        return self.engines[reader_language()].from_string(template_code)
