"""The manifest of an archive: number, kind, note, instant and SHA-256 of each version of a case.

Written next to the versions by every archive, and read before they are loaded.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, field_serializer

from stories.choices import VersionKind
from stories.documents import serialization
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import Shape
from stories.documents.shape_faults import shape_faults

VERSIONS = "versions"  # the folder of manifests, <slug>.json, and of versions, <slug>/<n>.json


class StoredVersion(Protocol):
    """The columns of a version that its entry repeats."""

    number: int
    kind: str
    note_zh: str
    note_en: str
    published_at: datetime
    sha256: str


class EntryNote(Shape):
    """Both empty for the first version."""

    zh: str
    en: str


class Entry(Shape):
    number: Annotated[int, Field(ge=1)]
    kind: Annotated[VersionKind, Field(strict=False)]
    note: EntryNote
    published_at: Annotated[AwareDatetime, Field(strict=False)]
    sha256: Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]

    @field_serializer("published_at")
    def _with_offset(self, at: datetime) -> str:
        return at.isoformat()


_ENTRIES = TypeAdapter(Annotated[list[Entry], Field(min_length=1)])


def entry(version: StoredVersion) -> Entry:
    return Entry(
        number=version.number,
        kind=VersionKind(version.kind),
        note=EntryNote(zh=version.note_zh, en=version.note_en),
        published_at=version.published_at,
        sha256=version.sha256,
    )


def write(entries: Iterable[Entry]) -> bytes:
    rows = [entry.model_dump(mode="json") for entry in entries]
    return f"{json.dumps(rows, ensure_ascii=False, indent=2)}\n".encode()


def read(raw: bytes) -> list[Entry]:
    """The entries, oldest first. Raises DocumentError with every fault of the manifest."""
    try:
        entries = _ENTRIES.validate_python(serialization.parse(raw))
    except ValidationError as error:
        raise DocumentError(shape_faults(error)) from error
    if faults := list(_order_faults(entries)):
        raise DocumentError(faults)
    return entries


def _order_faults(entries: list[Entry]) -> Iterator[Fault]:
    """What publishing one version after another would refuse or change."""
    for n, entry in enumerate(entries):
        if entry.number != n + 1:
            yield Fault(f"[{n}].number", "wrong-number", {"number": n + 1})
        if (entry.kind == VersionKind.FIRST) != (n == 0):
            yield Fault(f"[{n}].kind", "second-first")
        for language in ("zh", "en"):
            if n and not getattr(entry.note, language):
                yield Fault(f"[{n}].note.{language}", "blank")
