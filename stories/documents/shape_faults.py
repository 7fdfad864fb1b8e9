"""Converts pydantic validation errors to faults, each with a path in one line.

All errors of a document are reported at once.
"""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from stories.documents.faults import A_LIST, AN_OBJECT, DOCUMENT, Fault
from stories.reading.faults import Bare

QUOTED_LIMIT = 40  # characters of a wrong text in a fault
GIVEN_LIMIT = 74  # characters of a wrong value in a fault


class ShapeError(ValueError):
    """The pydantic error that validators raise to refuse a value."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def path_of(loc: Iterable[int | str]) -> str:
    """measures[0].title. A key that is not a plain word is quoted, so that a fault stays
    one line.
    """
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "[key]":  # pydantic's location of a fault in the key of an object
            is_plain = re.fullmatch(r"\w{1,40}", step)
            path += f".{step if is_plain else repr(shortened(step))}"
    return path.removeprefix(".") or DOCUMENT


def shortened(text: str) -> str:
    return text if len(text) <= QUOTED_LIMIT else f"{text[:QUOTED_LIMIT]}…"


def shape_faults(error: ValidationError) -> list[Fault]:
    return [_shape_fault(dict(found), path_of(found["loc"])) for found in error.errors()]


# pydantic's name of an error → code
_CODES = {
    "bool_type": "no-boolean",
    "dict_type": "no-object",
    "enum": "unknown-value",
    "extra_forbidden": "unknown-key",
    "greater_than_equal": "too-small",
    "int_type": "no-integer",
    "list_type": "no-list",
    "literal_error": "unknown-value",
    "missing": "missing",
    "model_type": "no-object",
    "string_pattern_mismatch": "wrong-form",
    "string_too_long": "too-long",
    "string_type": "no-text",
    "string_unicode": "no-text",
    "too_long": "too-long",
    "too_short": "empty",
}


def _shape_fault(found: dict[str, Any], path: str) -> Fault:
    given, context = found["input"], found.get("ctx", {})
    if isinstance(refusal := context.get("error"), ShapeError):
        return Fault(path, refusal.code, refusal.parameters)
    code = _CODES.get(found["type"], "wrong-form")
    if code in ("missing", "unknown-key", "empty"):
        return Fault(path, code)
    if code == "too-long":
        code = "too-long" if isinstance(given, str) else "too-many"
        return Fault(path, code, {"count": len(given), "limit": context["max_length"]})
    parameters: dict[str, object] = {"given": _given(given)}
    if code == "unknown-value":
        parameters["known"] = Bare(context["expected"])
    if code == "too-small":
        parameters["least"] = context["ge"]
    return Fault(path, code, parameters)


def _given(value: object) -> Bare:
    if isinstance(value, dict | list):
        return A_LIST if isinstance(value, list) else AN_OBJECT
    printed = repr(shortened(value)) if isinstance(value, str) else str(value)
    return Bare(printed[:GIVEN_LIMIT])
