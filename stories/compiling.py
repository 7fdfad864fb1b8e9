"""The pages' template engine: Jinja, with every page compiled once a language.

What is the same on every page of a language is settled then: words, addresses without arguments,
and the partials, which are compiled into the page that includes them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2, Template
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import _escape_inner  # type: ignore[attr-defined]

from stories import addresses, printing
from stories.printing import reader_language

CODES = {"zh": "zh-hans", "en": "en"}
_INCLUDE = re.compile(r'{% include "(\w+/_\w+\.html)" %}')
NESTED = 2  # times that a partial stands in itself before it is looked up while printing
CALLS_KEPT = 4096  # calls of one function


class Partials(Extension):
    """A partial stands where it is included: the `with` round it gives it what it prints."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return self._filled(source, ())

    def _filled(self, source: str, within: tuple[str, ...]) -> str:
        def partial(include: re.Match[str]) -> str:
            name = include[1]
            if within.count(name) >= NESTED or self.environment.loader is None:
                return include[0]
            text, _file, _is_current = self.environment.loader.get_source(self.environment, name)
            return self._filled(text.rstrip("\n"), (*within, name))

        return _INCLUDE.sub(partial, source)


class Constants(Extension):
    """A call with nothing but texts in it is its result: `_("Cases")`, `url('cases')`."""

    functions: dict[str, Callable[..., str]] = {
        "_": gettext,
        "pgettext": pgettext,
        "url": addresses.of,
    }

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        call: list[Token] = []  # as much of one as has come
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
        with override(CODES[str(self.environment.globals["language"])]):
            text = str(self.functions[call[0].value](*texts))
        return Token(call[0].lineno, "string", text)


# What may come next in a call with nothing but texts in it.
_FOLLOWING = {
    "name": ("lparen",),
    "lparen": ("string",),
    "string": ("comma", "rparen"),
    "comma": ("string",),
}


class Code(CodeGenerator):
    """Attributes and calls as Python has them, each block one list of texts.

    A name that an object does not have is an error here, not nothing.
    """

    _block: Frame | None = None  # that is being compiled

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import looped, printed")
        super().visit_Template(node, frame)

    def enter_frame(self, frame: Frame) -> None:
        if frame.block and frame.buffer is None:
            self._block = frame
            self.writeline("LoopContext = looped")
            self.buffer(frame)
        super().enter_frame(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        if frame is self._block:
            self.writeline(f"yield concat({frame.buffer})")
        super().leave_frame(frame, with_python_scope)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if node.node == _SELF:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if not self._is_plain(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _is_plain(self, call: nodes.Call) -> bool:
        """Whether what is called takes these arguments and no others."""
        if call.kwargs or call.dyn_args or call.dyn_kwargs:
            return False
        if isinstance(call.node, nodes.Name):
            function = self.environment.globals.get(call.node.name)
            return function is not None and not hasattr(function, "jinja_pass_arg")
        return isinstance(call.node, nodes.Getattr) and call.node.node != _SELF

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if frame.require_output_check:
            super().visit_Output(node, frame)
            return
        self.writeline(f"{frame.buffer}.extend((" if frame.buffer else "yield concat((", node)
        for piece in self._pieces(node, frame):
            if isinstance(piece, str):
                self.write(f"{piece!r}, ")
            else:
                self.write("printed(")
                self.visit(piece, frame)
                self.write("), ")
        self.write("))")

    def _pieces(self, node: nodes.Output, frame: Frame) -> Iterator[str | nodes.Expr]:
        """HTML that is the same on every page, and what is looked up for each."""
        html = ""
        for child in node.nodes:
            try:
                html += str(self._output_child_to_const(child, frame, self._make_finalize()))
            except nodes.Impossible:
                if html:
                    yield html
                html = ""
                yield child
        if html:
            yield html


_SELF = nodes.Name("self", "load")  # the page as a template sees it: its blocks


class Turn(NamedTuple):
    """What a template asks of `loop`."""

    first: bool
    last: bool


_TURNS = [[Turn(is_first, is_last) for is_last in (False, True)] for is_first in (False, True)]


def looped(items: Iterable[Any], _undefined: object) -> Iterator[tuple[Any, Turn]]:
    """In the place of Jinja's own, which can tell more and takes five times as long."""
    held = list(items)
    end = len(held) - 1
    for n, item in enumerate(held):
        yield item, _TURNS[n == 0][n == end]


def printed(value: Any) -> str:
    """A value as it stands in HTML: what markupsafe.escape makes of it, but a plain string: to
    make a Markup of each takes most of the time."""
    if type(value) is not str:
        if hasattr(value, "__html__"):
            return str(value.__html__())
        value = str(value)
    escaped: str = _escape_inner(value)
    return escaped


def environment(language: str, **options: Any) -> Environment:
    """`language` is zh or en; only readers of it are printed for."""
    made = Environment(**options, extensions=[Partials, Constants, "jinja2.ext.i18n"])
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, _kept(ngettext), newstyle=True, pgettext=pgettext, npgettext=_kept(npgettext)
    )
    made.code_generator_class = Code
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {**_kept_of_texts(printing.FUNCTIONS), "language": language}
    made.filters |= _kept_of_texts(printing.FILTERS)
    made.filters |= {
        name: partial(function, language=language)
        for name, function in printing.IN_A_LANGUAGE.items()
    }
    return made


def in_chinese(**options: Any) -> Environment:
    return environment("zh", **options)


def in_english(**options: Any) -> Environment:
    return environment("en", **options)


def _kept_of_texts(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    return {n: _kept(f) if n in printing.OF_TEXTS else f for n, f in functions.items()}


def _kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """For what comes of its arguments and the language alone."""
    return lru_cache(maxsize=CALLS_KEPT)(function)


class Pages(BaseEngine):
    """Django's engine for Jinja, once a language."""

    def __init__(self, params: dict[str, Any]) -> None:
        options = {**params.pop("OPTIONS")}
        super().__init__({**params})
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
        """Before the first reader asks, and once for all processes forked from this one."""
        for language, engine in self.engines.items():
            with override(CODES[language]):
                for name in engine.env.list_templates(extensions=["html"]):
                    engine.get_template(name)

    def from_string(self, template_code: str) -> Template:
        return self.engines[reader_language()].from_string(template_code)
