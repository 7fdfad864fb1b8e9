"""The proof that a document was checked against the texts of its sources: day and content hash.

The proof names the SHA-256 of the checked content, so that any change to the document voids it.
"""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

from stories.documents import serialization
from stories.documents.schema import CaseDocument, Checked


def digest(value: Any) -> str:
    """SHA-256 of the written form of a document, given as plain lists and dicts, with `checked`
    null.
    """
    return hashlib.sha256(serialization.written({**value, "checked": None})).hexdigest()


def is_valid(document: CaseDocument) -> bool:
    """Whether the proof is of this very document; True if it has none."""
    return document.checked is None or document.checked.sha256 == digest(document.model_dump())


def proved(document: CaseDocument, hashes: Collection[str], day: date) -> CaseDocument:
    """The document with the proof set, after a check with the texts of these SHA-256 found no
    fault.

    It is proved if all of its texts were at hand; a valid proof of an earlier day is kept.
    """
    is_whole = all(source.reading.sha256 in hashes for source in document.sources)
    if document.checked and is_valid(document):
        return document
    checked = Checked(on=day.isoformat(), sha256=digest(document.model_dump()))
    return document.model_copy(update={"checked": checked if is_whole else None})
