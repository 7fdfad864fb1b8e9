"""Quotations: the text around cited fragments that readers may see, stored per version.

They are in no document and no export, and never longer than the source permits.
"""

import re
from collections.abc import Iterator

from stories.choices import Shows
from stories.documents import privacy, serialization
from stories.documents.schema import CaseDocument, LeftOut, Source
from stories.models.version import Quotation, Version
from stories.publishing import texts
from stories.reading import alignment, source_text
from stories.reading.alignment import Printed
from stories.search import writer

_SENTENCE = re.compile(r"[^。！？!?；]*[。！？!?；]?[”’」』）)]*")
_ORDER = list(Shows)


def publish(version: Version, document: CaseDocument) -> int:
    """Store the quotations of a version for the texts on the desk; return the number of new ones. 5
    queries if a source permits any.

    If a source permits less than before, older versions lose theirs.
    """
    for source in document.sources:
        _take_back(version, source)
    before = version.quotations.count()
    Quotation.objects.bulk_create(_quotations(version, document), ignore_conflicts=True)
    return version.quotations.count() - before


def complete() -> int:
    """Store quotations of current versions whose texts were added later; return their number."""
    waiting = Version.objects.current().public().filter(document__contains='"shows"')
    count = sum(
        publish(version, serialization.read(version.document.encode())) for version in waiting
    )
    if count:
        writer.begin_revision()
    return count


def _take_back(version: Version, source: Source) -> None:
    wider = _ORDER[_ORDER.index(source.shows) + 1 :]
    older = Quotation.objects.filter(version__publication=version.publication, source=source.key)
    if wider:
        older.filter(shows__in=wider).delete()


def _quotations(version: Version, document: CaseDocument) -> Iterator[Quotation]:
    sources = {source.key: source for source in document.sources if source.shows != Shows.FRAGMENT}
    if not sources:
        return
    raws = texts.of_hashes(source.reading.sha256 for source in sources.values())
    passages = {
        key: alignment.of_passages(
            raws[source.reading.sha256], source.reading.lines, source.reading.marks
        )
        for key, source in sources.items()
        if source.reading.sha256 in raws
    }
    cited = {
        (part.source, part.at, part.printed)
        for _path, part in document.printed()
        if not isinstance(part, LeftOut)
    }
    for key, locator, printed in sorted(cited):
        text = passages.get(key, {}).get(locator)
        span = _span(text, printed) if text else None
        if text and span:
            words, start, end = _words(text.text, *span, sources[key].shows)
            if not any(privacy.names_in(words, key, sources[key].withheld_names)):
                yield Quotation(
                    version=version,
                    source=key,
                    locator=locator,
                    printed=printed,
                    shows=sources[key].shows,
                    words=words,
                    start=start,
                    end=end,
                )


def _span(text: Printed, printed: str) -> tuple[int, int] | None:
    """(start, end) of the first occurrence of the fragment in the printed passage."""
    found = source_text.occurrences(text.folded, printed)
    return text.span(*found[0]) if found else None


def _words(text: str, start: int, end: int, shows: Shows) -> tuple[str, int, int]:
    """(quoted text, start, end) with the position of the fragment in it."""
    if shows == Shows.PASSAGE:
        return text, start, end
    spans = [match.span() for match in _SENTENCE.finditer(text) if match[0]]
    first = max((left for left, _right in spans if left <= start), default=0)
    last = min((right for _left, right in spans if right >= end), default=len(text))
    lead = len(text[first:start]) - len(text[first:start].lstrip())
    first += lead
    return text[first:last], start - first, end - first
