"""Log of errors: while the database is away each refused request is one line, not a traceback each.

The first of a minute keeps its traceback, in each process.
"""

import copy
import logging
import math
import time
from typing import Any

from caselib.error_pages import status_of
from caselib.request_log import ErrorLine

TRACEBACK_EVERY = 60.0  # seconds


class OutageLine(ErrorLine):
    """Formats an error. One handler uses it, whose lock is held meanwhile."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._logged_at = -math.inf  # monotonic seconds

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and status_of(error)[0] == 503 and not self._is_due():
            reason = (str(error).strip().splitlines() or [""])[0]
            record = copy.copy(record)  # other handlers have it too
            record.msg = f"{record.getMessage()}: {type(error).__name__}: {reason}"
            record.args = ()
            record.exc_info = record.exc_text = None
        return super().format(record)

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now - self._logged_at < TRACEBACK_EVERY:
            return False
        self._logged_at = now
        return True
