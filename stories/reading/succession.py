"""Derives from editions of a code table and a list of changes what succeeded each code. Pure.

A succession must be stated by the list and confirmed by the editions, or follow from the editions
alone; anything else is left open.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# A name without its kind: 郫县 → 郫, 恭城瑶族自治县 → 恭城瑶族.
_KIND = re.compile(r"(?<=.)(?:自治县|自治旗|自治州|地区|县|市|区|旗|盟|州)$")
# Names that many places had at one time: equal names do not identify a place.
GENERIC = frozenset(
    "郊区 市郊区 城区 市区 市中区 城中区 城郊区 矿区 新区 新市区 旧市区 老城区 新城区 "
    "东区 西区 南区 北区 东市区 西市区 南市区 北市区 中市区 城东区 城西区 城南区 城北区 "
    "东城区 西城区 城关区 河东区 河西区 桥东区 桥西区 江东区 江北区 江岸区 新华区 永定区 "
    "东郊区 西郊区 南郊区 北郊区".split()
)
CONTINUED, MERGED = "continued", "merged"


@dataclass(frozen=True)
class Change:
    """An entry of a list of changes: in a year, this became, or was merged into, that.

    `is_renaming`: the list says that the one became the other (撤县设区, 更名); else that it was
    abolished, and where its area went. `is_documented`: the list names the decree.
    """

    year: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    is_renaming: bool
    is_documented: bool = False


@dataclass(frozen=True)
class Run:
    """A code under one name; `first` and `last`: editions, as YYYY-MM.

    `relation`: whether the place continues in `successor` or was merged into it; "" if it is
    current, or its successor is unknown. `year`: as the list states it, or 0.
    """

    code: str
    name: str
    first: str
    last: str
    successor: str = ""
    relation: str = ""
    year: int = 0


def runs(editions: Mapping[str, Mapping[str, str]], changes: Iterable[Change]) -> list[Run]:
    """Sorted by code and time. `editions`: edition → code → name."""
    order = sorted(editions)
    plain = _plain_runs(editions, order)
    steps = dict(pairwise(order))
    stated = list(_stated(plain, changes, editions, steps))
    found = dict(_resolved(stated, steps))
    taken = {end for end in found.values() if end.relation == CONTINUED}
    begun = {(end.successor, steps[run.last]) for run, end in found.items() if end in taken}
    for run, end in _same_code(plain, editions, steps):
        if run not in found and (end.successor, steps[run.last]) not in begun:
            found[run] = end
            begun.add((end.successor, steps[run.last]))
    for run, end in _same_name(plain, steps, {*found}):
        if (end.successor, steps[run.last]) not in begun:
            found[run] = end
    return [found.get(run, run) for run in plain]


def _plain_runs(editions: Mapping[str, Mapping[str, str]], order: Sequence[str]) -> list[Run]:
    by_code: defaultdict[str, list[Run]] = defaultdict(list)
    for edition in order:
        for code, name in editions[edition].items():
            known = by_code[code]
            if known and known[-1].name == name:
                known[-1] = replace(known[-1], last=edition)
            else:
                known.append(Run(code, name, edition, edition))
    return [run for code in sorted(by_code) for run in by_code[code]]


def _stated(
    plain: Sequence[Run],
    changes: Iterable[Change],
    editions: Mapping[str, Mapping[str, str]],
    steps: Mapping[str, str],
) -> Iterator[tuple[Run, Run, Change]]:
    """(run, its successor, change) for each change that the editions confirm: the old code is in no
    edition after the year, the new one is in the first edition without it. Both have the same level
    and province, unless the province is new."""
    by_place = defaultdict(list)
    for run in plain:
        by_place[run.code, run.name].append(run)
    for change in changes:
        for old in by_place[change.old_code, change.old_name]:
            if old.last not in steps or not _falls_between(change.year, old.last, steps[old.last]):
                continue
            for new in by_place[change.new_code, change.new_name]:
                province = f"{new.code[:2]}0000"
                is_near = old.code[:2] == new.code[:2] or province not in editions[old.last]
                is_alike = is_near and level(old.code) == level(new.code)
                if is_alike and new is not old and new.first <= steps[old.last] <= new.last:
                    yield old, new, change


def _falls_between(year: int, last: str, following: str) -> bool:
    return int(last[:4]) <= year <= int(following[:4])


def _resolved(
    stated: Sequence[tuple[Run, Run, Change]], steps: Mapping[str, str]
) -> Iterator[tuple[Run, Run]]:
    """Conflicting statements are left open."""
    ends: defaultdict[Run, dict[Run, Change]] = defaultdict(dict)
    origins: defaultdict[tuple[Run, str], list[Run]] = defaultdict(list)
    for old, new, change in stated:
        if new not in ends[old]:
            origins[new, steps[old.last]].append(old)
        ends[old][new] = change
    for old, successors in ends.items():
        if len(successors) == 1:
            [(new, change)] = successors.items()
            others = [run for run in origins[new, steps[old.last]] if run is not old]
            is_continued = _continues(old, new, change, others)
            relation = CONTINUED if is_continued else MERGED
            yield old, replace(old, successor=new.code, relation=relation, year=change.year)


def _continues(old: Run, new: Run, change: Change, others: Sequence[Run]) -> bool:
    """Whether the new code continues the old one: not if it existed before, or if another has the
    better claim by its name. If the list only says that it was abolished, a prefecture, or a county
    with a decree, continues."""
    if new.first <= old.last or any(stem(other.name) == stem(new.name) for other in others):
        return False
    if stem(old.name) == stem(new.name):
        return True
    is_county = old.name.endswith(("县", "市")) and old.name not in GENERIC
    is_clear = level(old.code) == "city" or (is_county and change.is_documented)
    return not others and (change.is_renaming or is_clear)


def _same_code(
    plain: Sequence[Run], editions: Mapping[str, Mapping[str, str]], steps: Mapping[str, str]
) -> Iterator[tuple[Run, Run]]:
    """A code with another name in the next edition is the same place, unless either name has
    another code in the province then: in that case codes were exchanged."""
    for old, new in pairwise(plain):
        if old.code != new.code or steps.get(old.last) != new.first:
            continue
        before, after = (
            {n for code, n in editions[edition].items() if code[:2] == old.code[:2]}
            for edition in (old.last, new.first)
        )
        if old.name not in after and new.name not in before:
            yield old, replace(old, successor=new.code, relation=CONTINUED)


def _same_name(
    plain: Sequence[Run], steps: Mapping[str, str], known: set[Run]
) -> Iterator[tuple[Run, Run]]:
    """The one place of its province and level that ended, and the one that begins in the next
    edition, with the same name except for its kind. Names of one character or of many places do not
    count across prefectures."""
    ended: defaultdict[tuple[str, ...], list[Run]] = defaultdict(list)
    begun: defaultdict[tuple[str, ...], list[Run]] = defaultdict(list)
    for run in plain:
        if run.last in steps:
            ended[(steps[run.last], *_kinship(run))].append(run)
        begun[(run.first, *_kinship(run))].append(run)
    for key, olds in ended.items():
        news = begun.get(key, [])
        if len(olds) == len(news) == 1 and olds[0] not in known and olds[0].code != news[0].code:
            yield olds[0], replace(olds[0], successor=news[0].code, relation=CONTINUED)


def _kinship(run: Run) -> tuple[str, ...]:
    bare = stem(run.name)
    is_telling = len(bare) > 1 and run.name not in GENERIC
    area = run.code[:2] if is_telling else run.code[:4]
    return bare if is_telling else run.name, area, level(run.code)


def stem(name: str) -> str:
    return _KIND.sub("", name)


def level(code: str) -> str:
    """Level of a six-digit code: province, city or county."""
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"
