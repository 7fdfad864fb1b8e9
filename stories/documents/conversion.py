"""Converts a case document of an older format, as plain lists and dicts, to the present one.

Fields that the older format lacks become null, and the checks report them. Nothing is lost: a
document with an unknown key is not converted.
"""

from collections.abc import Mapping
from typing import Any

from stories.choices import (
    DOCUMENT_FORMAT,
    OLD_FORMAT,
    PASSAGE_KINDS,
    Basis,
    Claim,
    Independence,
    Kind,
    MeasureStatus,
    PassageKind,
    Stage,
    UnitCostState,
    WholeState,
)

Value = dict[str, Any]
_PLANS = (MeasureStatus.PLANNED, MeasureStatus.DISCUSSED)


def converted(value: Any) -> Any:
    """A caselib/1 document as caselib/2; any other value, also a misshapen one, unchanged.

    A caselib/2 document from before `checked` gets it.
    """
    if not isinstance(value, dict):
        return value
    if value.get("format") == DOCUMENT_FORMAT and "left_out" in value and "checked" not in value:
        return _with_checked(value)
    if value.get("format") != OLD_FORMAT:
        return value
    try:
        return _converted(value)
    except (AttributeError, KeyError, TypeError):  # its shape is wrong: reading it reports where
        return value


def _converted(old: Mapping[str, Any]) -> Value:
    _has_only(
        old,
        "format slug title key_message abstract cites place name_as_reported began ended tags "
        "sources problems measures context derived glance left_out",
    )
    return {
        "format": DOCUMENT_FORMAT,
        **_same(old, "slug title key_message abstract"),
        "cites": _cites(old["cites"]),
        "telling": [],
        "place": old["place"],
        "place_inferred": [],
        "place_note": None,
        "name_as_reported": {"zh": old["name_as_reported"], "en": old["name_as_reported"]},
        "began": _date(old["began"]),
        "ended": _date(old["ended"]),
        "period_note": None,
        "tags": old["tags"],
        "sources": [_source(part) for part in old["sources"]],
        "problems": [_problem(part) for part in old["problems"]],
        "measures": [_measure(part) for part in old["measures"]],
        "context": [_metric(part, Kind.CONTEXT.value) for part in old["context"]],
        "derived": old["derived"],
        "unit_cost": {"state": UnitCostState.NOT_COMPUTABLE.value, "of": None, "note": None},
        "changes": [],
        "glance": {
            question: {**answer, "cites": _cites(answer["cites"])}
            for question, answer in old["glance"].items()
        },
        "follow_up": [],
        **{"pictures": [], "checked": None},
        "left_out": [_left_out(part) for part in old["left_out"]],
    }


def _with_checked(value: Value) -> Value:
    found: Value = {}
    for name, part in value.items():
        if name == "left_out":
            found["checked"] = None
        found[name] = part
    return found


def _has_only(part: Mapping[str, Any], names: str) -> None:
    if unknown := set(part) - set(names.split()):
        raise KeyError(*unknown)


def _same(part: Mapping[str, Any], names: str) -> Value:
    return {name: part[name] for name in names.split()}


def _cites(cites: list[Value]) -> list[Value]:
    return [_cite(cite) for cite in cites]


def _cite(cite: Value) -> Value:
    _has_only(cite, "source at printed")
    return {**_same(cite, "source at printed"), "gloss": None, "claim": Claim.REPORTED.value}


def _date(date: Value | None) -> Value | None:
    if date is None:
        return None
    _has_only(date, "edtf printed inferred source at")
    return {
        **_same(date, "edtf printed"),
        "gloss": None,
        **_same(date, "inferred source at"),
    }


def _left_out(part: Value) -> Value:
    _has_only(part, "source at printed reason note")
    return {**_same(part, "source at printed"), "gloss": None, **_same(part, "reason note")}


def _source(part: Value) -> Value:
    _has_only(
        part,
        "key type title authors editors container publisher issued issued_note url section "
        "reported_by condition condition_note reading",
    )
    return {
        **_same(part, "key type title authors editors container publisher issued issued_note url"),
        **{"archived_url": None, "url_note": None, "accessed": None},
        **_same(part, "section reported_by"),
        "independence": Independence.UNCLEAR.value,
        **{"independence_note": None, "same_report_as": None},
        **_same(part, "condition condition_note"),
        "withheld_names": [],
        "reading": part["reading"],
        "passages": [
            {"locator": at, "kind": kind_of(at).value, "gist": None}
            for at in part["reading"]["lines"]
        ],
    }


def kind_of(locator: str) -> PassageKind:
    """H2 is a heading, 12 a paragraph."""
    return PASSAGE_KINDS.get(locator[:1], PassageKind.PARAGRAPH)


def _no_keywords() -> dict[str, list[str]]:
    return {"zh": [], "en": []}


def _problem(part: Value) -> Value:
    _has_only(part, "key type statement cites")
    return {
        **_same(part, "key type"),
        "heading": None,
        "statement": part["statement"],
        "keywords": _no_keywords(),
        "cites": _cites(part["cites"]),
    }


def _measure(part: Value) -> Value:
    _has_only(part, "key type title summary status where when actors solves cites metrics")
    kind = Kind.TARGET.value if part["status"] in _PLANS else None
    return {
        "key": part["key"],
        "types": [part["type"]],
        **_same(part, "title summary status"),
        **{"before_case": False, "not_said": []},
        "where": [{"place": code, "basis": Basis.STATED.value} for code in part["where"]],
        "when": _date(part["when"]),
        "actors": [{**actor, "basis": Basis.STATED.value} for actor in part["actors"]],
        "solves": [
            {"problem": key, "stage": Stage.DELIVER.value, "basis": Basis.STATED.value}
            for key in part["solves"]
        ],
        "keywords": _no_keywords(),
        "cites": _cites(part["cites"]),
        "metrics": [_metric(metric, kind) for metric in part["metrics"]],
    }


def _metric(part: Value, kind: str | None) -> Value:
    _has_only(part, "key indicator low high qualifier scope period note cite")
    return {
        **_same(part, "key indicator"),
        "kind": kind,
        **_same(part, "low high qualifier scope period note"),
        "whole": {"state": WholeState.NOT_APPLICABLE.value, "metric": None},
        "cite": _cite(part["cite"]),
    }
