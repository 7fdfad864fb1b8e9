"""The lexicon of vocabulary names: lookup by text, by sound, by stem and with typing errors.

It depends on the vocabulary alone, so it is built once for all revisions that share one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from stories.queries.nodes import Node
from stories.search import english, everyday, sounds, tokenizer

LABEL, SYNONYM, EXAMPLE = 1.0, 0.9, 0.65  # confidence that a name means its term
CONTAINED = 0.9  # times the weight, if a label or synonym contains the word
PART_OF_LABEL = 0.8  # 积水 of 道路破损、积水
SLIP_LENGTH, SLIP_LENGTH_MOST = 3, 8  # characters of names that are matched with typing errors
SPOKEN_LIMIT = 8  # readings of one name; further ones are unlikely
FACETS = ("problem", "measure", "tag", "place", "actor", "indicator")
_PARTS = re.compile(r"[、，,;；/()（）]|与|和|\band\b")
_PLACE_KINDS = re.compile(
    "(?<=..)(?:自治区|自治州|街道办事处|街道|社区|省|市|区|县|旗|盟|乡|镇|村)$"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Name:
    """One name of a term; `weight`: confidence that it means the term."""

    text: str  # folded
    facet: str
    value: str
    weight: float


class Lexicon:
    def __init__(self, nodes: Iterable[tuple[str, Node]]) -> None:
        self.names: defaultdict[str, list[Name]] = defaultdict(list)
        self.by_stems: defaultdict[tuple[str, ...], list[Name]] = defaultdict(list)
        self.by_sound: defaultdict[str, set[str]] = defaultdict(set)  # "lu deng" → names
        self.by_initials: defaultdict[str, set[str]] = defaultdict(set)
        self.by_mask: defaultdict[str, set[str]] = defaultdict(set)  # "集中*热" → names
        self.stems: set[str] = set()
        for name in (name for facet, node in nodes for name in _names(facet, node)):
            self._add(name)
        for word in everyday.ALIKE:
            self._add_slips(word)
        written = [name for name in (*self.names, *everyday.ALIKE) if _HAN.fullmatch(name)]
        self.longest = max(map(len, written), default=0)  # in characters, of the Chinese ones
        self.most_stems = max(map(len, self.by_stems), default=1)
        self.most_syllables = max((sound.count(" ") + 1 for sound in self.by_sound), default=0)

    def has(self, text: str) -> bool:
        return text in self.names or text in everyday.ALIKE

    def names_with(self, text: str) -> list[Name]:
        """Names of which the text is at least half, for examples two thirds. A label or synonym
        weighs almost as much as if it had been typed in full, because exact search finds it too; an
        example weighs in proportion."""
        return [
            replace(name, weight=name.weight * _certainty(name, text))
            for other, names in self.names.items()
            if text in other and text != other and 2 * len(text) >= len(other)
            for name in names
            if name.weight > EXAMPLE or 3 * len(text) >= 2 * len(other)
        ]

    def sounding(self, text: str) -> list[str]:
        """Homophones of the text among the names."""
        spoken = islice(sounds.spoken(text), SPOKEN_LIMIT)
        return sorted({name for s in spoken for name in self.by_sound.get(" ".join(s), ())})

    def one_character_off(self, text: str) -> list[str]:
        """Names of the same length with one other character, or two neighbours swapped."""
        if not SLIP_LENGTH <= len(text) <= SLIP_LENGTH_MOST:
            return []
        found = {name for mask in _masks(text) for name in self.by_mask.get(mask, ())}
        return sorted(found - {text})

    def _add(self, name: Name) -> None:
        self.names[name.text].append(name)
        stems = tuple(stem for stem, _start, _end in english.stems(name.text))
        if stems and not _HAN.search(name.text):
            self.by_stems[stems].append(name)
            self.stems.update(stems)
        self._add_slips(name.text)

    def _add_slips(self, text: str) -> None:
        """Index the text by sound and by masks for one typing error."""
        if not _HAN.fullmatch(text):
            return
        if SLIP_LENGTH <= len(text) <= SLIP_LENGTH_MOST:
            for mask in _masks(text):
                self.by_mask[mask].add(text)
        for spoken in islice(sounds.spoken(text), SPOKEN_LIMIT):
            if len(spoken) > 1:
                self.by_sound[" ".join(spoken)].add(text)
                self.by_initials["".join(syllable[0] for syllable in spoken)].add(text)


@lru_cache(maxsize=2)
def lexicon_of(nodes: tuple[tuple[str, Node], ...]) -> Lexicon:
    return Lexicon(nodes)


def _names(facet: str, node: Node) -> Iterator[Name]:
    for label in (node.label_zh, node.label_en):
        yield from _named(label, facet, node, LABEL)
        parts = [part for part in _PARTS.split(label) if len(part.strip()) > 1]
        for part in parts if len(parts) > 1 else ():
            yield from _named(part, facet, node, PART_OF_LABEL)
        if facet == "place" and (short := _PLACE_KINDS.sub("", label)) != label:
            yield from _named(short, facet, node, SYNONYM)
    for synonym in node.synonyms:
        yield from _named(synonym, facet, node, SYNONYM)
    for example in (*node.examples_zh, *node.examples_en):
        yield from _named(example, facet, node, EXAMPLE)


def _named(text: str, facet: str, node: Node, weight: float) -> Iterator[Name]:
    if folded := tokenizer.fold(text).strip():
        yield Name(folded, facet, node.value, weight)


def _certainty(name: Name, part: str) -> float:
    return len(part) / len(name.text) if name.weight == EXAMPLE else CONTAINED


def _masks(text: str) -> Iterator[str]:
    """集中热供 → *中热供, 集*热供 …, and each with two neighbours swapped, masked too."""
    for n in range(len(text)):
        yield f"{text[:n]}*{text[n + 1 :]}"
    for n in range(len(text) - 1):
        pair = "".join(sorted(text[n : n + 2]))
        yield f"{text[:n]}<{pair}>{text[n + 2 :]}"
