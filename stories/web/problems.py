"""JSON responses for failed requests of programs.

Source: RFC 9457, Problem Details for HTTP APIs; `about:blank` adds nothing to the status.
"""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from stories.exports.questions import ParameterFault


def problem(
    status: int, detail: str, faults: Sequence[ParameterFault] = (), **further: Any
) -> JsonResponse:
    """`faults`: the invalid parameters, each with its fault."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **({"errors": [asdict(fault) for fault in faults]} if faults else {}),
        **further,
    }
    response = JsonResponse(problem, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/problem+json"
    response["Access-Control-Allow-Origin"] = "*"
    return response
