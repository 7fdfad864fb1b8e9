"""Runs commands of `manage.py` in tests: their output and their errors."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def run(command: str, *arguments: object, **options: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refusal(command: str, *arguments: object, **options: Any) -> tuple[str, str]:
    """The output of the command, and the error it ended with."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue(), str(caught.value)
