"""Prunes the parts of a stored case that pages cannot show, and names each. Pure.

For damage that the checks cannot see: a date accepted by an older release, a renamed term, a
restored index. The rest of the case is shown, and no page fails.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from django.db.models import TextChoices

from stories.documents import faults
from stories.documents.faults import DOCUMENT, Fault
from stories.documents.schema import (
    Actor,
    CaseDocument,
    Cite,
    Date,
    FollowUp,
    LeftOut,
    Measure,
    Metric,
    Problem,
    Shape,
    Source,
    Text,
    Where,
)
from stories.reading import dates
from stories.reading.faults import Bare

CARD = "(card)"  # path for the card of a case
Known = Mapping[str, Collection[str]]  # facet → values of the vocabulary
KINDS = {  # facet → word for its values in faults
    "actor": faults.KIND_OF_BODY,
    "indicator": faults.INDICATOR,
    "measure": faults.MEASURE_TYPE,
    "place": faults.PLACE,
    "problem": faults.PROBLEM_TYPE,
    "tag": faults.TAG,
}
Value = dict[str, Any]
Path = tuple["Path", str | int] | None  # of a part: the path of what holds it, its name or number


class _AnyTerm(Collection[str]):
    def __contains__(self, value: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


# Accepts every term: finds the damage that no change of the vocabulary can mend.
ANY_VOCABULARY: Known = dict.fromkeys(KINDS, _AnyTerm())


@dataclass(frozen=True)
class Showable:
    """The document without the parts that cannot be shown (None if nothing can), and the faults of
    those parts.
    """

    document: Value | None
    faults: list[Fault]


def showable(document: Any, known: Known) -> Showable:
    """1 to 2 milliseconds for a large case."""
    pruning = _Pruning(known, document)
    try:
        found = pruning.shape(CaseDocument, document, None)
        pruning.tie(found)
    except _UnfitError as error:
        return Showable(None, [*pruning.faults, error.fault])
    except (AttributeError, KeyError, TypeError) as error:  # not even an object
        return Showable(None, [*pruning.faults, _damaged(DOCUMENT, error)])
    if set(_passages(found)) != pruning.passages:  # a part that cites a lost source is lost too
        rest = showable(found, known)
        return Showable(rest.document, [*pruning.faults, *rest.faults])
    if pruning.faults:
        found.setdefault("metric_keys", sorted(_metric_keys(document)))
    return Showable(found, pruning.faults)


def _metric_keys(document: Mapping[str, Any]) -> Iterator[str]:
    """Keys of all metrics, pruned ones included, in the order in which the index counts them."""
    for measure in (*document["measures"], {"metrics": document["context"]}):
        yield from (str(metric["key"]) for metric in measure["metrics"])


def showable_card(card: Any, known: Known) -> Showable:
    """The same for the card of a case."""
    try:
        return _card(card, known)
    except (AttributeError, KeyError, TypeError) as error:
        return Showable(None, [_damaged(CARD, error)])


def _card(card: Mapping[str, Any], known: Known) -> Showable:
    found_faults = [
        _unknown(f"{CARD}.{name}", facet, value)
        for name, facet in (("problems", "problem"), ("tags", "tag"))
        for value in card[name]
        if value not in known[facet]
    ]
    if card["place"] not in known["place"]:
        place = _unknown(f"{CARD}.place", "place", card["place"])
        return Showable(None, [*found_faults, place])
    if any(card[name].keys() != {"zh", "en"} for name in ("title", "message")):
        return Showable(None, [*found_faults, Fault(CARD, "no-title")])
    found = {
        **card,
        "problems": [value for value in card["problems"] if value in known["problem"]],
        "tags": [value for value in card["tags"] if value in known["tag"]],
    }
    if finding := dates.pair_fault(card["began"], card["ended"]):
        found_faults.append(Fault.of(CARD, finding))
        found |= {"began": "", "ended": ""}
    telling = card["telling"]
    if telling and telling["indicator"] not in known["indicator"]:
        found_faults.append(_unknown(f"{CARD}.telling", "indicator", telling["indicator"]))
        found["telling"] = None
    return Showable(found, found_faults)


def _unknown(path: str, facet: str, value: object) -> Fault:
    return Fault(path, "unknown-term", {"list": KINDS[facet], "term": Bare(repr(value))})


def _damaged(path: str, error: Exception) -> Fault:
    return Fault(path, "damaged", {"error": Bare(repr(error))})


# ---------------------------------------------------------------- documents

# Shape and field → facet.
_TERMS: dict[tuple[type[Shape], str], str] = {
    (Actor, "kind"): "actor",
    (CaseDocument, "place"): "place",
    (CaseDocument, "tags"): "tag",
    (Measure, "types"): "measure",
    (Metric, "indicator"): "indicator",
    (Problem, "type"): "problem",
    (Where, "place"): "place",
}
# Optional dates: without them, the part is still shown.
_DATES = {Source: ("issued", "accessed"), FollowUp: ("looked_on",)}
_CITING = (Cite, Date, LeftOut)
# Unchecked rows, or versions of an older release, may lack these, and a reason is optional;
# presenters accept None.
_MAY_LACK = ("cite", "checked", "reading_note", "shows")


class _UnfitError(ValueError):
    """A part that cannot be shown; `fault` is the reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _Pruning:
    """Walks through one document, guided by its schema."""

    def __init__(self, known: Known, document: Any) -> None:
        self.known = known
        self.faults: list[Fault] = []
        self.passages = set(_passages(document))

    def shape(self, shape: type[Shape], value: Any, path: Path) -> Value:
        """The part without its unfit parts. Raises _UnfitError if one of these is required."""
        if not isinstance(value, dict):
            at = _written(path) or DOCUMENT
            raise _UnfitError(Fault(at, "no-object", {"given": _given(value)}))
        plan = _plan(shape)
        for name, fits in plan.plain:
            if name not in value and name in _MAY_LACK:
                continue
            if name not in value:
                raise _UnfitError(Fault(_written((path, name)), "missing"))
            if not fits(value[name]):
                raise _UnfitError(_wrong_form(value[name], (path, name)))
        found = dict(value)
        for name, prune in plan.parts:
            if name in value:
                found[name] = prune(self, value[name], (path, name))
            elif name not in _MAY_LACK:
                raise _UnfitError(Fault(_written((path, name)), "missing"))
        self._dates(plan, found, path)
        for name, facet in plan.terms:
            self._term(found, name, facet, (path, name))
        if plan.is_citing and found["source"]:
            place = (found["source"], found["at"])
            if place not in self.passages:
                names = {"source": place[0], "locator": place[1]}
                raise _UnfitError(Fault(_written((path, "at")), "no-such-passage", names))
        return found

    def list(self, prune: "_Prune", value: Any, path: Path) -> list[Any]:
        if not isinstance(value, list):
            raise _UnfitError(Fault(_written(path), "no-list", {"given": _given(value)}))
        found = []
        for n, part in enumerate(value):
            try:
                found.append(prune(self, part, (path, n)))
            except _UnfitError as error:
                self.faults.append(error.fault)
        return found

    def optional(self, prune: "_Prune", value: Any, path: Path) -> Any:
        try:
            return None if value is None else prune(self, value, path)
        except _UnfitError as error:
            self.faults.append(error.fault)
            return None

    def _dates(self, plan: "_Plan", found: Value, path: Path) -> None:
        if plan.is_date and (finding := dates.fault(found["edtf"])):
            raise _UnfitError(Fault.of(_written((path, "edtf")), finding))
        for name in plan.dates:
            if found[name] and (finding := dates.fault(found[name])):
                self.faults.append(Fault.of(_written((path, name)), finding))
                found[name] = None

    def _term(self, found: Value, name: str, facet: str, path: Path) -> None:
        values = found[name] if isinstance(found[name], list) else [found[name]]
        unknown = [value for value in values if value not in self.known[facet]]
        if not unknown:
            return
        if len(unknown) == len(values) and name != "tags":
            raise _UnfitError(_unknown(_written(path), facet, unknown[0]))
        self.faults += [_unknown(_written(path), facet, value) for value in unknown]
        found[name] = [value for value in values if value not in unknown]

    def tie(self, found: Value) -> None:
        """Remove references to parts that were pruned."""
        began, ended = (found[name]["edtf"] if found[name] else "" for name in ("began", "ended"))
        if finding := dates.pair_fault(began, ended):
            self.faults.append(Fault.of("ended.edtf" if ended else "began.edtf", finding))
            found["began"] = found["ended"] = None
        metrics = [metric for measure in found["measures"] for metric in measure["metrics"]]
        keys = {metric["key"] for metric in (*metrics, *found["context"])}
        found["telling"] = [key for key in found["telling"] if key in keys]
        found["derived"] = [part for part in found["derived"] if keys >= set(part["of"])]


def _written(path: Path) -> str:
    """measures[2].title: written for a fault only, as most documents have none."""
    if path is None:
        return ""
    parent, last = _written(path[0]), path[1]
    if isinstance(last, int):
        return f"{parent}[{last}]"
    return f"{parent}.{last}" if parent else last


def _passages(document: Any) -> Iterator[tuple[str, str]]:
    """(source, locator) of the passages that citations may name."""
    try:
        for source in document["sources"]:
            for passage in source["passages"]:
                yield source["key"], passage["locator"]
    except (KeyError, TypeError):  # the walk reports it
        return


_Prune = Callable[[_Pruning, Any, Path], Any]
_Fits = Callable[[Any], bool]


@dataclass(frozen=True)
class _Plan:
    """How to prune parts of one shape."""

    plain: list[tuple[str, _Fits]]  # fields with plain values
    parts: list[tuple[str, _Prune]]
    terms: list[tuple[str, str]]  # field, facet
    dates: tuple[str, ...]
    is_date: bool
    is_citing: bool


@cache
def _plan(shape: type[Shape]) -> _Plan:
    plain, parts = [], []
    for name, field in shape.model_fields.items():
        if (fits := _fits(field.annotation)) is not None:
            plain.append((name, fits))
        else:
            parts.append((name, _prune(field.annotation)))
    terms = [(name, facet) for (of, name), facet in _TERMS.items() if of is shape]
    is_citing = issubclass(shape, _CITING)
    return _Plan(plain, parts, terms, _DATES.get(shape, ()), shape is Date, is_citing)


def _fits(annotation: Any) -> _Fits | None:
    """A check of the type of a plain value; None if the field has parts."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _fits(arguments[0])
    if origin in (Union, UnionType) and NoneType in arguments:
        fits = _fits(next(one for one in arguments if one is not NoneType))
        return (lambda value: value is None or fits(value)) if fits else None
    if annotation is Text:
        return _is_text
    if origin is list or (isinstance(annotation, type) and issubclass(annotation, Shape)):
        return None
    if isinstance(annotation, type) and issubclass(annotation, TextChoices):
        return frozenset(annotation.values).__contains__
    kinds: Any = {str: str, bool: bool, dict: dict}.get(origin or annotation, (str, int, float))
    return lambda value: isinstance(value, kinds)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(lang), str) for lang in ("zh", "en")
    )


def _prune(annotation: Any) -> _Prune:
    """How to prune a field with parts; in a list, each part by itself."""
    if (fits := _fits(annotation)) is not None:
        return lambda _pruning, value, path: _fitting(fits, value, path)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _prune(arguments[0])
    if origin is list:
        part = _prune(arguments[0])
        return lambda pruning, value, path: pruning.list(part, value, path)
    if origin in (Union, UnionType):
        part = _prune(next(one for one in arguments if one is not NoneType))
        return lambda pruning, value, path: pruning.optional(part, value, path)
    return lambda pruning, value, path: pruning.shape(annotation, value, path)


def _fitting(fits: _Fits, value: Any, path: Path) -> Any:
    if not fits(value):
        raise _UnfitError(_wrong_form(value, path))
    return value


def _wrong_form(value: Any, path: Path) -> Fault:
    return Fault(_written(path), "wrong-form", {"given": _given(value)})


def _given(value: Any) -> Bare:
    return Bare(repr(value))
