#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

try:
    from django.core.management import execute_from_command_line
except ModuleNotFoundError as error:
    raise SystemExit(
        f"caselib: {error.name} is not installed for this Python: "
        "run `make serve` once, then .venv/bin/python manage.py"
    ) from None

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # 128 + SIGINT, as a shell counts it
