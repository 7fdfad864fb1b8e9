#!/usr/bin/env python
"""Django's command line for this project."""

import errno
import os
import sys

from caselib import interrupts

try:
    interrupts.watch()
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError, OperationalError
except ModuleNotFoundError as error:
    raise SystemExit(
        f"caselib: {error.name} is not installed for this Python: "
        "run `make serve` once, then .venv/bin/python manage.py"
    ) from None
except KeyboardInterrupt:
    interrupts.end()
except RuntimeError:
    interrupts.end_if_happened()
    raise

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
    try:
        execute_from_command_line(sys.argv)
        interrupts.ignore()
    except KeyboardInterrupt:
        interrupts.end()
    except RuntimeError:
        interrupts.end_if_happened()
        raise
    except DatabaseError as error:
        # A file that is damaged, a disk that is full: what is wrong with a statement is our fault.
        if type(error) not in (DatabaseError, OperationalError):
            raise
        raise SystemExit(f"caselib: the database fails: {str(error).splitlines()[0]}") from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EROFS, errno.EDQUOT):
            raise
        raise SystemExit(f"caselib: cannot write {error.filename}: {error.strerror}") from None
