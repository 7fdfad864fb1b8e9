"""Questions that find nothing, noted without the reader: the day and the words, a line each.

Written by the log of the process, never to the database; `counts` is for editors.
"""

import logging
from collections import Counter
from pathlib import Path

from django.conf import settings

from stories.search import tokenizer

logger = logging.getLogger("caselib.unanswered")
LINES_READ = 100_000  # the last ones
Day = str  # YYYY-MM-DD


def note(question: str) -> None:
    """`question`: of one line, as CaseQuery cleans it."""
    logger.info("%s", tokenizer.fold(question))


def counts() -> list[tuple[Day, str, int]]:
    """(day, words, how often), the last day first and within it the most frequent."""
    file = Path(settings.UNANSWERED_LOG)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    pairs = (line.partition("\t") for line in lines[-LINES_READ:])
    counted = Counter((day, words) for day, _tab, words in pairs if words)
    ordered = sorted(counted.items(), key=lambda item: (item[1], item[0][1]), reverse=True)
    ordered.sort(key=lambda item: item[0][0], reverse=True)
    return [(day, words, count) for (day, words), count in ordered]
