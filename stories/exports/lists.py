"""Every list and table as records, in the order of its page, read in chunks."""

from collections.abc import Iterator

from stories.exports import records
from stories.exports.records import CaseRecord, MetricRecord, SourceRecord
from stories.queries.cases import CaseQuery
from stories.queries.metric_rows import numbered_rows
from stories.queries.metrics import MetricQuery
from stories.queries.publications import CHUNK, current_cases
from stories.queries.snapshot import Library


def cases(query: CaseQuery, site: str) -> Iterator[CaseRecord]:
    """1 query for every CHUNK cases, besides those of the reader's query itself."""
    for found in current_cases(query.library, query.keys(0, len(query.found))):
        yield records.case_record(query.library, found, site)


def metrics(
    query: MetricQuery, site: str, first: int = 0, end: int | None = None
) -> Iterator[MetricRecord]:
    """Metrics from start to end. For every CHUNK metrics 1 query for their cases, and at most 3 for
    their keys."""
    last = query.total if end is None else min(end, query.total)
    for start in range(first, last, CHUNK):
        keys = query.keys(start, min(start + CHUNK, last))
        for metric, version in numbered_rows(query.library, keys):
            yield records.metric_record(query.library, metric, version, site)


def sources(
    library: Library, site: str, first: int = 0, end: int | None = None
) -> Iterator[SourceRecord]:
    """Sources of the cases from start to end, by slug: 1 query for every CHUNK cases."""
    last = len(library.cases) if end is None else end
    for found in current_cases(library, library.in_order(library.cases, "slug", first, last)):
        for source in found.case.sources:
            yield records.source_record(source, site)
