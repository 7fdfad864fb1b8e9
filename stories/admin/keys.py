"""Generated keys: words in pinyin, with a number if the key is taken."""

import re
from collections.abc import Collection

from pypinyin import lazy_pinyin

LIMIT = 40  # letters, the number not counted


def free_key(words: str, taken: Collection[str], between: str = "-") -> str:
    """A key that is not taken, from the words in pinyin: 没有灯 → mei-you-deng; "" if no letters
    remain.

    Words without a Chinese character are kept as they are.
    """
    spelled = between.join(lazy_pinyin(words, errors="ignore")) or words
    stem = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")[:LIMIT].strip("-")
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)
