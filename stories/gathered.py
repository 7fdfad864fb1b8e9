"""Who holds what, of many cases, gathered in memory for postings that are written once."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any

from pyroaring import BitMap

from stories import search
from stories.entries import STATE, TIERS, Entry, Key, metric_keys
from stories.postings import Posting, stored

Held = defaultdict[Any, BitMap]  # key → cases or metrics


class Gathered:
    """`cases`: space → key → cases; for texts a key is one that search.spelled reads.
    `metrics`: (space, key) → metrics."""

    def __init__(self) -> None:
        self.cases: defaultdict[str, Held] = defaultdict(partial(defaultdict, BitMap))
        self.metrics: Held = defaultdict(BitMap)

    def add(self, entries: Mapping[int, Entry]) -> None:
        """One tier after the other, so that what is added to stays close at hand."""
        for tier in TIERS:
            held = self.cases[tier]
            for pk, entry in entries.items():
                text = entry.text_of(tier)
                _hold(held, search.pairs(text), pk)
                _hold(held, search.latin_words(text), pk)
        for pk, entry in entries.items():
            for space, key in entry.values:
                self.cases[space][key].add(pk)
        for number, keys in metrics_of(entries).items():
            _hold(self.metrics, keys, number)

    def only(self, spaces: Iterable[str], with_metrics: bool) -> "Gathered":
        """What it holds of cases in these spaces, in common with it."""
        some = Gathered()
        some.cases.update((space, self.cases[space]) for space in spaces)
        if with_metrics:
            some.metrics = self.metrics
        return some

    def hear(self, other: "Gathered") -> None:
        """Add what another process has gathered."""
        for space, held in other.cases.items():
            _add(self.cases[space], held)
        _add(self.metrics, other.metrics)

    def postings(self) -> Iterator[tuple[str, str, bytes]]:
        """(space, key, stored cases) in the order of their keys."""
        for space, held in sorted(self.cases.items(), key=itemgetter(0)):
            keys = _spelled(held) if space in TIERS else held
            for key in sorted(keys):
                yield space, key, stored(keys[key])

    def metric_postings(self) -> Iterator[tuple[str, str, int, bytes]]:
        """(space, key, count, stored metrics) in the order of their keys."""
        for (space, key), metrics in sorted(self.metrics.items(), key=itemgetter(0)):
            yield space, key, len(metrics), stored(metrics)


def metrics_of(entries: Mapping[int, Entry]) -> dict[int, tuple[Key, ...]]:
    """`metric_keys` of the published cases among those given by primary key."""
    found: dict[int, tuple[Key, ...]] = {}
    for pk, entry in entries.items():
        if (STATE, Posting.PUBLISHED) in entry.values:
            found |= metric_keys(pk, entry.document)
    return found


def _hold(held: Held, keys: Iterable[Any], member: int) -> None:
    """One step for each key and no line of Python: it is most of the work."""
    deque(map(BitMap.add, map(held.__getitem__, keys), repeat(member)), maxlen=0)


def _add(held: Held, others: Mapping[Any, BitMap]) -> None:
    for key, members in others.items():
        held[key] |= members


def _spelled(held: Mapping[int | str, BitMap]) -> dict[str, BitMap]:
    found: dict[str, BitMap] = {}
    for key, cases in held.items():
        for gram in search.spelled(key):
            found[gram] = found[gram] | cases if gram in found else cases
    return found
