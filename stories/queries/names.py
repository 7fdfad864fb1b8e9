"""Finds the facet values whose names contain a word, with one search over all names."""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from stories.search import analyzer, tokenizer


class Names:
    """Names of many values as one folded text."""

    def __init__(self, names: Mapping[analyzer.Key, str]) -> None:
        self.keys = list(names)
        folded = [tokenizer.fold(name) for name in names.values()]
        self.starts = list(accumulate((len(name) + 1 for name in folded), initial=0))
        self.text = "\n".join(folded)

    def with_word(self, word: tokenizer.Word) -> list[analyzer.Key]:
        """(facet, value) of each match, without duplicates."""
        found = (bisect_right(self.starts, place) - 1 for place, _end in word.places(self.text))
        return [self.keys[n] for n in dict.fromkeys(found)]
