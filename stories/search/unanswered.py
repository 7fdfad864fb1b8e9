"""Log of searches without a result: the day and the words, nothing about the reader.

Written by the process's logger, never to the database; `counts` is for editors.
"""

import logging
from collections import Counter
from pathlib import Path

from django.conf import settings

from stories.search import tokenizer

logger = logging.getLogger("caselib.unanswered")
LINES_READ = 100_000  # of the last lines
Day = str  # YYYY-MM-DD


def note(question: str) -> None:
    """`question`: one line, as `CaseQuery` cleans it."""
    logger.info("%s", tokenizer.fold(question))


def counts() -> list[tuple[Day, str, int]]:
    """(day, words, number of searches), the last day first and within it the most
    frequent first.
    """
    file = Path(settings.UNANSWERED_LOG)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    pairs = (line.partition("\t") for line in lines[-LINES_READ:])
    counted = Counter((day, words) for day, _tab, words in pairs if words)
    ordered = sorted(counted.items(), key=lambda item: (item[1], item[0][1]), reverse=True)
    ordered.sort(key=lambda item: item[0][0], reverse=True)
    return [(day, words, count) for (day, words), count in ordered]
