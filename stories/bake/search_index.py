"""The search index for browsers: postings in small scripts, addressed by a hash of the key.

Finds a word wherever the server finds it. docs/bake.md describes the format and its costs.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stories.bake.scripts import packed, packed_order, script
from stories.models.search_index import IndexedText
from stories.queries.nodes import Node
from stories.queries.snapshot import ANSWERED, FACETS, LISTED_WHOLE, Library
from stories.search import analyzer, reader, tokenizer

# Two more tiers, after those of the text: names of terms that a case has. static/js/baked.js uses
# the numbers of the tiers.
LABEL, SYNONYM = len(analyzer.TIERS), len(analyzer.TIERS) + 1
TIER_COUNT = SYNONYM + 1
LEAST_CHUNKS = 64
CASES_OF_A_CHUNK = 4  # keeps chunks small, however many cases there are
BUFFERED = 32 * 2**20  # bytes of keys in memory before they are flushed to the work folder
_LATIN = "a-z0-9\u00df-\u00f6\u00f8-\u024f"
_WORD = re.compile(f"[{_LATIN}]+")
_OTHER = re.compile("[^\0-\x7f\u00df-\u00f6\u00f8-\u024f]")
# e-bike, 3.5, 50%: Latin words with the signs within them.
_JOINED = re.compile(f"(?=(?<![{_LATIN}])([{_LATIN}]+[!-/:-@\\[-`{{-~]{{1,3}}[{_LATIN}]+))")
# 280米, 党100: a Latin word or number with the adjacent character.
_BEFORE = re.compile(f"[{_LATIN}]+[^\0-\x7f\u00df-\u00f6\u00f8-\u024f\\s]")
_BEHIND = re.compile(f"[^\0-\x7f\u00df-\u00f6\u00f8-\u024f\\s][{_LATIN}]+")
_SIGNED = re.compile(f"[{_LATIN}]+[%+]")

File = tuple[str, bytes]  # path, content
_Buffers = dict[int, bytearray]


def keys(folded: str) -> set[str]:
    """Index keys of a text: Han characters, pairs and triples, Latin words and their combinations.

    A Latin letter is never half of a pair: 6米 must not find 16米.
    """
    found: set[str] = set()
    for piece in set(folded.split()):
        if piece.isascii():
            continue
        is_other = [bool(_OTHER.match(character)) for character in piece]
        for n, other in enumerate(is_other):
            if other:
                found.add(piece[n])
            if (
                any(is_other[n : n + 2])
                and n + 1 < len(piece)
                and not _WORD.search(piece, n, n + 2)
            ):
                found.add(piece[n : n + 2])
            if n + 2 < len(piece) and all(is_other[n : n + 3]):
                found.add(piece[n : n + 3])
    found.update(word[: tokenizer.GRAM_LENGTH] for word in _WORD.findall(folded))
    for joined in (_JOINED, _SIGNED, _BEFORE, _BEHIND):
        found.update(joined.findall(folded))
    return found


def chunk_of(key: str, count: int) -> int:
    """Latin words with the same beginning share a chunk, because a query may be a prefix."""
    text = key[: tokenizer.PREFIX_LENGTH] if _WORD.fullmatch(key) else key
    number = 0
    for character in text:
        number = (number * 31 + ord(character)) & 0xFFFFFFFF
    return number % count


def chunk_count(cases: int) -> int:
    count = LEAST_CHUNKS
    while count * CASES_OF_A_CHUNK < cases:
        count *= 2
    return count


def names(library: Library, values: Iterable[tuple[str, str, str]]) -> list[tuple[str, Node]]:
    """(anchor, node) of the terms of a case and their ancestors, as `terms_named` has them:
    `values` are (facet, value, anchor); the anchor "" is the case itself."""
    anchors: dict[tuple[str, str], str] = {}
    for facet, value, anchor in values:
        if facet in library.cases_by_value and facet not in (ANSWERED, "evidence"):
            for node in library.chain(facet, value):
                key = (facet, node.value)
                anchors[key] = min(anchor, anchors.get(key, anchor))
    order = {facet: n for n, facet in enumerate(library.nodes)}
    known = sorted(anchors, key=lambda key: order[key[0]])
    return [
        (anchors[facet, value], library.nodes[facet][value])
        for facet, value in known
        if not (facet == "year" and value in library.below["year"])
    ]


def case_file(library: Library, slug: str, row: IndexedText) -> File:
    """The searched text of a case, with which the script verifies, ranks and shows hits."""
    text = _text(row)
    tiers = {tier: n for n, tier in enumerate(analyzer.TIERS)}
    parts = [
        [tiers[part.tier], part.anchor, part.raw] for part in map(text.part, range(len(text.tiers)))
    ]
    found = [
        [anchor, node.label_zh, node.label_en, list(node.synonyms)]
        for anchor, node in names(library, row.values)
    ]
    value = {"slug": slug, "parts": parts, "names": found}
    return f"search/case/{row.pk}.js", script(f"case/{row.pk}", value)


def _text(row: IndexedText) -> reader.Text:
    starts, tiers, anchors, raw_starts = row.parts
    return reader.Text(row.raw, row.folded, starts, tiers, anchors, raw_starts)


# ---------------------------------------------------------------- shared by all cases


def shared_files(library: Library, work: Path) -> Iterator[File]:
    """Orders, facets, folding and postings; `work`: an empty folder for data that exceeds
    memory."""
    count = chunk_count(len(library.cases))
    order = {
        name: packed_order(library.first(name, len(library.cases))) for name in ("newest", "title")
    }
    yield "search/order.js", script("order", {"chunks": count, "newest": order["newest"]})
    yield "search/title.js", script("title", order["title"])
    yield "search/folding.js", script("folding", folding())
    for facet in (*FACETS, ANSWERED):
        yield f"search/facet/{facet}.js", script(f"facet/{facet}", _facet(library, facet))
    yield from _chunks(library, count, work)


def _facet(library: Library, facet: str) -> list[list[Any]]:
    """[value, parent, label in Chinese, in English, cases] in the order of the vocabulary."""
    return [
        [node.value, node.parent, node.label_zh, node.label_en, packed(library.of(facet, value))]
        for value, node in library.nodes[facet].items()
        if facet in LISTED_WHOLE or library.of(facet, value)
    ]


def folding() -> dict[str, str]:
    """What `fold` returns for characters that a browser's own normalization folds otherwise."""
    table = tokenizer.folding()
    codes = (*range(0x80, 0xD800), *range(0xF900, 0x10000), *range(0x2F800, 0x2FA1E))
    every = (*map(chr, range(0x80)), *map(chr, codes))
    found = {c: table.get(c, c) for c in every}
    own = {c: to for c, to in found.items() if to != unicodedata.normalize("NFKC", c).lower()}
    return own | {words: to for words, to in table.items() if len(words) > 1}


def _chunks(library: Library, count: int, work: Path) -> Iterator[File]:
    _write_keys(library, count, work)
    for number in range(count):
        path = work / str(number)
        postings: dict[str, list[list[int]]] = defaultdict(
            lambda: [[] for _tier in range(TIER_COUNT)]
        )
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            key, tier, pk = line.split("\t")
            postings[key][int(tier)].append(int(pk))
        value = {key: _trimmed(map(packed, postings[key])) for key in sorted(postings)}
        yield f"search/words/{number}.js", script(f"words/{number}", value)


def _trimmed(tiers: Iterable[str]) -> list[str]:
    found = list(tiers)
    while found and not found[-1]:
        found.pop()
    return found


def _write_keys(library: Library, count: int, work: Path) -> None:
    """Write (key, tier, case) of every case, by primary key, into the file of its chunk."""
    buffers: _Buffers = defaultdict(bytearray)
    size = 0
    named: dict[Node, tuple[set[str], set[str]]] = {}
    rows = IndexedText.objects.order_by("pk").iterator(chunk_size=100)
    for row in rows:
        if row.pk not in library.cases:
            continue
        for tier, found in enumerate(_tiers(library, row, named)):
            for key in found:
                line = f"{key}\t{tier}\t{row.pk}\n".encode()
                buffers[chunk_of(key, count)] += line
                size += len(line)
        if size > BUFFERED:
            _flush(buffers, work)
            size = 0
    _flush(buffers, work)


def _tiers(
    library: Library, row: IndexedText, named: dict[Node, tuple[set[str], set[str]]]
) -> list[set[str]]:
    """The keys of each tier of a case; `named` caches those of terms, which many cases share."""
    text = _text(row)
    parts: dict[str, list[str]] = {tier: [] for tier in analyzer.TIERS}
    for part in map(text.part, range(len(text.tiers))):
        parts[part.tier].append(part.folded)
    labels: set[str] = set()
    synonyms: set[str] = set()
    for _anchor, node in names(library, row.values):
        if node not in named:
            both = f"{node.label_zh}\n{node.label_en}", "\n".join(node.synonyms)
            named[node] = keys(tokenizer.fold(both[0])), keys(tokenizer.fold(both[1]))
        labels |= named[node][0]
        synonyms |= named[node][1]
    return [*(keys("\n".join(texts)) for texts in parts.values()), labels, synonyms]


def _flush(buffers: Mapping[int, bytearray], work: Path) -> None:
    for number, lines in buffers.items():
        if lines:
            with (work / str(number)).open("ab") as file:
                file.write(lines)
            lines.clear()
