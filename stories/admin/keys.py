"""Keys that the program proposes, so that nobody types them: words in pinyin, not yet taken."""

import re
from collections.abc import Collection

from pypinyin import lazy_pinyin

LIMIT = 40  # letters of a key, without its number


def free_key(words: str, taken: Collection[str], between: str = "-") -> str:
    """The words in pinyin, free among those taken: 没有灯 → mei-you-deng; "" where nothing is left.

    Words without a Chinese character are spelled as they are.
    """
    spelled = between.join(lazy_pinyin(words, errors="ignore")) or words
    stem = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")[:LIMIT].strip("-")
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)
