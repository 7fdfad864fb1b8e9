"""The OpenAPI description, generated from the table of endpoints and their response shapes.

Source: OpenAPI Specification 3.1.1.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic.json_schema import models_json_schema

from stories.exports.answers import ProblemDetails
from stories.exports.records import Record

REFERENCE = "#/components/schemas/{model}"
SEGMENT = re.compile(r"<\w+:(\w+)>")


@dataclass(frozen=True)
class Parameter:
    """A query parameter; if `is_repeated`, several values are alternatives (OR)."""

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_repeated: bool = False


@dataclass(frozen=True)
class Endpoint:
    """`path`: below /api/v1/, in Django's notation."""

    name: str
    path: str
    summary: str
    answer: type[Record]
    parameters: Sequence[Parameter] = ()


def document(endpoints: Sequence[Endpoint], server: str, title: str) -> dict[str, Any]:
    answers: list[type[Record]] = list(
        dict.fromkeys([*(e.answer for e in endpoints), ProblemDetails])
    )
    _names, schemas = models_json_schema(
        [(answer, "serialization") for answer in answers], ref_template=REFERENCE
    )
    return {
        "openapi": "3.1.1",
        "info": {
            "title": title,
            "version": "1",
            "description": (
                "Read-only, without a login, of the current versions; texts in Chinese and "
                "English. An unknown parameter or value is answered 400 and named (RFC 9457)."
            ),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": server}],
        "paths": {path_of(endpoint): {"get": _operation(endpoint)} for endpoint in endpoints},
        "components": {"schemas": schemas["$defs"]},
    }


def path_of(endpoint: Endpoint) -> str:
    """cases/<slug:slug> → /cases/{slug}."""
    return "/" + SEGMENT.sub(r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    in_path = SEGMENT.findall(endpoint.path)
    statuses = {"400": "A parameter is not understood"}
    if in_path:
        statuses |= {"404": "There is no such thing", "410": "The case was withdrawn"}
    elif any(parameter.name == "cursor" for parameter in endpoint.parameters):
        statuses |= {"410": "The library changed since the cursor was given: begin again"}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [
            *({"name": n, "in": "path", "required": True, **_STRING} for n in in_path),
            *map(_parameter, endpoint.parameters),
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": _ref(endpoint.answer)}},
            **{
                status: {
                    "description": text,
                    "content": {"application/problem+json": _ref(ProblemDetails)},
                }
                for status, text in statuses.items()
            },
        },
    }


_STRING = {"schema": {"type": "string"}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema
    if parameter.is_repeated:
        schema = {"type": "array", "items": schema}
    described = {"name": parameter.name, "in": "query", "description": parameter.description}
    return {**described, "schema": schema, "explode": True, "style": "form"}


def _ref(answer: type[Record]) -> dict[str, Any]:
    return {"schema": {"$ref": REFERENCE.format(model=answer.__name__)}}
