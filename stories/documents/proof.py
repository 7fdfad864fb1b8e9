"""The proof of a document against the texts of its sources: on which day, and of which content.

A proof names the SHA-256 of what was proved, so a document that is changed has lost it.
"""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

from stories.documents import serialization
from stories.documents.schema import CaseDocument, Checked


def digest(value: Any) -> str:
    """Of a document as plain lists and dicts: of its written form with `checked` null."""
    return hashlib.sha256(serialization.written({**value, "checked": None})).hexdigest()


def is_valid(document: CaseDocument) -> bool:
    """Whether the document is the one that was proved, or claims no proof."""
    return document.checked is None or document.checked.sha256 == digest(document.model_dump())


def proved(document: CaseDocument, hashes: Collection[str], day: date) -> CaseDocument:
    """The document, in which the check with the texts of these SHA-256 found no fault.

    It is proved where all of its texts were at hand; a valid proof of an earlier day stays.
    """
    is_whole = all(source.reading.sha256 in hashes for source in document.sources)
    if document.checked and is_valid(document):
        return document
    checked = Checked(on=day.isoformat(), sha256=digest(document.model_dump()))
    return document.model_copy(update={"checked": checked if is_whole else None})
