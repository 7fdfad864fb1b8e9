"""The text of a source on its admin page: numerals marked by what accounts for them, passages with
their number of statements."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from stories.choices import NumeralState
from stories.documents import text_checks
from stories.documents.schema import CaseDocument, LeftOut
from stories.models.sources import Source
from stories.publishing import texts
from stories.publishing.check import whole_or_rest
from stories.reading.numerals import Numeral


@dataclass(frozen=True)
class MarkedPassage:
    """A passage and its pieces, (text, state); the state is None if the text is not a numeral."""

    locator: str
    statement_count: int
    pieces: list[tuple[str, NumeralState | None]]


def marked_article(source: Source) -> SafeString:
    """The article as HTML, or a notice if its text is missing or differs: about 25 queries."""
    raw = texts.of_hashes([source.sha256]).get(source.sha256)
    passages = texts.passages_of(source, raw) if raw is not None else {}
    document = whole_or_rest(source.case)
    states = text_checks.numeral_states(document, source.key, passages) if document else {}
    counts = statement_counts(document, source.key) if document else Counter()
    all_states = [state for numerals in states.values() for _numeral, state in numerals]
    context = {
        "source": source,
        "is_at_hand": raw is not None,
        "passages": [
            MarkedPassage(at, counts[at], list(_pieces(text, states.get(at, []))))
            for at, text in passages.items()
        ],
        "total": len(all_states),
        "accounted": sum(state != NumeralState.OPEN for state in all_states),
        "states": NumeralState,
        "open_at": next(
            (at for at, found in states.items() if any(s == NumeralState.OPEN for _n, s in found)),
            "",
        ),
    }
    return render_to_string("admin/stories/source/_article.html", context)


def statement_counts(document: CaseDocument, key: str) -> Counter[str]:
    """locator → number of statements, metrics and dates of one source that cite the passage."""
    return Counter(
        part.at
        for _path, part in document.printed()
        if part.source == key and not isinstance(part, LeftOut)
    )


def _pieces(
    text: str, numerals: Sequence[tuple[Numeral, NumeralState]]
) -> Iterator[tuple[str, NumeralState | None]]:
    end = 0
    for numeral, state in numerals:
        yield text[end : numeral.start], None
        yield text[numeral.start : numeral.end], state
        end = numeral.end
    yield text[end:], None
