"""Replaces misshapen parts of a document with stand-ins, so that the rest can be checked.

Indices stay the same, so that paths in faults are right.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from stories.choices import DOCUMENT_FORMAT, GlanceQuestion
from stories.documents.schema import CaseDocument
from stories.documents.shape_faults import path_of

STAND_IN = "put-aside"  # the text and the key of every stand-in


@dataclass(frozen=True)
class Rest:
    """A document with stand-ins for its misshapen parts.

    `aside`: the paths of the stand-ins, at which faults are left out.
    """

    document: CaseDocument
    aside: frozenset[str]

    def lacks(self, path: str) -> bool:
        """Whether the path is that of a stand-in, or inside one."""
        return is_within(path, self.aside)


def is_within(path: str, paths: frozenset[str]) -> bool:
    """Whether a path is one of these, or inside one."""
    ends = [match.start() for match in re.finditer(r"[.\[]", path)]
    return any(path[:end] in paths for end in [*ends, len(path)])


_TEXT = {"zh": STAND_IN, "en": STAND_IN}
_GLOSSED = {"source": STAND_IN, "at": "H9999", "printed": STAND_IN, "gloss": STAND_IN}
_CITE = {**_GLOSSED, "claim": "reported"}
_DATE = {**_GLOSSED, "edtf": STAND_IN, "inferred": None}
_PERSON = {"name": _TEXT, "role": "author"}
_KEYWORDS = {"zh": [STAND_IN], "en": [STAND_IN]}
_METRIC = {
    **{"key": STAND_IN, "indicator": STAND_IN, "kind": "context", "low": 1, "high": 1},
    **{"qualifier": "exact", "scope": _TEXT, "period": _TEXT, "note": _TEXT, "cite": _CITE},
    "reading_note": _TEXT,
    "whole": {"state": "not_applicable", "metric": None},
}
# One part of every kind: the stand-in for a part of a document is at the same path here.
_STAND_INS: dict[str, Any] = {
    **{"format": DOCUMENT_FORMAT, "slug": STAND_IN, "title": _TEXT, "key_message": _TEXT},
    **{"abstract": _TEXT, "cites": [_CITE], "telling": [STAND_IN], "place": STAND_IN},
    **{"place_inferred": [STAND_IN], "place_note": _TEXT, "name_as_reported": _TEXT},
    **{"began": _DATE, "ended": _DATE, "period_note": _TEXT, "tags": [STAND_IN]},
    "sources": [
        {
            **{"key": STAND_IN, "type": "webpage", "title": _TEXT, "authors": [_PERSON]},
            **{"editors": [_PERSON], "container": _TEXT, "publisher": _TEXT, "issued": STAND_IN},
            **{"issued_note": _TEXT, "url": "https://put.aside", "url_note": _TEXT},
            "archived_url": "https://put.aside",
            **{"accessed": None, "section": _TEXT, "reported_by": "own"},
            **{"independence": "unclear", "independence_note": _TEXT, "same_report_as": None},
            **{"condition": "complete", "condition_note": _TEXT, "withheld_names": ["0" * 16]},
            "reading": {"sha256": "0" * 64, "marks": [], "lines": {}},
            "passages": [],
        }
    ],
    "problems": [
        {
            **{"key": STAND_IN, "type": STAND_IN, "heading": _TEXT, "statement": _TEXT},
            **{"keywords": _KEYWORDS, "cites": [_CITE]},
        }
    ],
    "measures": [
        {
            **{"key": STAND_IN, "types": [STAND_IN], "title": _TEXT, "summary": _TEXT},
            **{"status": "done", "before_case": False, "not_said": ["result"], "when": _DATE},
            "where": [{"place": STAND_IN, "basis": "stated"}],
            "actors": [{"name": _TEXT, "kind": STAND_IN, "role": "lead", "basis": "stated"}],
            "solves": [{"problem": STAND_IN, "stage": "deliver", "basis": "stated"}],
            **{"keywords": _KEYWORDS, "cites": [_CITE], "metrics": [_METRIC]},
        }
    ],
    "context": [_METRIC],
    "derived": [
        {
            **{"key": STAND_IN, "label": _TEXT, "op": "sum", "of": [STAND_IN, STAND_IN]},
            **{"value": 1, "qualifier": "exact", "unit": _TEXT, "note": _TEXT},
        }
    ],
    "unit_cost": {"state": "not_computable", "of": None, "note": _TEXT},
    "changes": [
        {
            **{"key": STAND_IN, "subject": _TEXT, "before": _TEXT, "before_cites": [_CITE]},
            **{"after": _TEXT, "after_cites": [_CITE], "measures": []},
        }
    ],
    "glance": {
        question: {"state": "silent", "text": None, "cites": []}
        for question in GlanceQuestion.values
    },
    "follow_up": [
        {
            **{"key": STAND_IN, "measure": None, "question": _TEXT, "state": "not_looked"},
            **{"looked_on": None, "text": None, "cites": []},
        }
    ],
    "pictures": [
        {
            **{"file": "0" * 32, "sha256": "0" * 64, "widths": [1], "height": 1, "alt": _TEXT},
            **{"caption": _TEXT, "credit": _TEXT, "credit_url": None, "licence": "cc0-1.0"},
        }
    ],
    "checked": {"on": "2000-01-01", "sha256": "0" * 64},
    "left_out": [{**_GLOSSED, "reason": "name", "note": _TEXT}],
}
# Replaced as a whole if a part is misshapen, because checks compare their parts.
_WHOLE = {"began", "ended", "when", "checked", "reading", "passages", "whole", "unit_cost"} | set(
    GlanceQuestion.values
)


def rest_of(value: object, error: ValidationError) -> Rest | None:
    """The rest of this value, which is modified in place."""
    if any(not found["loc"] for found in error.errors()):  # of the document itself
        return None
    aside = set()
    # Unknown keys first: they could be inside a part that a stand-in replaces.
    for found in sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden"):
        is_unknown = found["type"] == "extra_forbidden"
        *steps, last = place = found["loc"] if is_unknown else _whole(found["loc"])
        part: Any = value
        for step in steps:
            part = part[step]
        if is_unknown:
            del part[last]
        else:
            part[last] = _stand_in(place)
            aside.add(path_of(place))
    return Rest(CaseDocument.model_validate(value), frozenset(aside))


def _whole(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    for n, step in enumerate(loc):
        if step in _WHOLE or loc[:n] in (("derived",), ("changes",), ("follow_up",)):
            return loc[: n + 1]
    return loc


def _stand_in(place: Iterable[int | str]) -> Any:
    part: Any = _STAND_INS
    for step in place:
        part = part[0 if isinstance(step, int) else step]
    return part
