"""Every list and table as records, in the order of its page, read in chunks."""

from collections.abc import Iterator, Sequence
from itertools import islice

from stories.exports import records
from stories.exports.records import CaseRecord, MetricRecord, SourceRecord
from stories.queries import metric_rows, publications
from stories.queries.cases import CaseQuery
from stories.queries.metrics import MetricQuery
from stories.queries.publications import current_cases
from stories.queries.snapshot import Library

ROWS = 200  # metrics in memory at a time


def cases(
    query: CaseQuery, site: str, first: int = 0, end: int | None = None
) -> Iterator[CaseRecord]:
    """Those from first to end: 1 query for every `publications.ROWS`, besides those of the question
    itself."""
    last = len(query.found) if end is None else min(end, len(query.found))
    library = query.library
    for row, number, at in publications.numbered_rows(library, query.keys(first, last)):
        yield records.case_record(library, row, number, at, site)


def every_metric(query: MetricQuery, site: str) -> Iterator[MetricRecord]:
    """1 query for the keys, and 1 for every ROWS metrics."""
    keys = query.every_key()
    while some := list(islice(keys, ROWS)):
        yield from metrics(query.library, some, site)


def metrics(library: Library, keys: Sequence[tuple[int, str]], site: str) -> Iterator[MetricRecord]:
    """Of these (primary key of the publication, key of the metric): 1 query."""
    for row, version in metric_rows.numbered_rows(library, keys):
        yield records.metric_record(library, row, version, site)


def sources(
    library: Library, site: str, first: int = 0, end: int | None = None
) -> Iterator[SourceRecord]:
    """Sources of the cases from start to end, by slug: 1 query for every CHUNK cases."""
    last = len(library.cases) if end is None else end
    for found in current_cases(library, library.in_order(library.cases, "slug", first, last)):
        for source in found.case.sources:
            yield records.source_record(source, site)
