"""The answer to a request of a program that fails, as JSON.

Source: RFC 9457, Problem Details for HTTP APIs; `about:blank` says no more than the status does.
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
    """`faults`: the parameters that are wrong, each with what is wrong with it."""
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
