"""Runs commands of `manage.py` in tests: their output and errors, and the files they read."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from stories.documents import serialization
from tests.builders import a_document


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


def a_file(folder: Path, document: Mapping[str, Any] | None = None) -> Path:
    """The file of a document, named after its slug."""
    shaped = serialization.shaped(document or a_document())
    file = folder / f"{shaped.slug}.json"
    file.write_bytes(serialization.write(shaped))
    return file
