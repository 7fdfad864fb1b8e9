"""The quality of a case's evidence as stated in its document: plain facts, never a score.

Pure. Reprints of one report count once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stories.choices import Evidence, GlanceState, Independence, Kind

Document = Mapping[str, Any]  # a case document, as plain lists and dicts


@dataclass(frozen=True)
class Summary:
    """`reports`: how many reports the sources print; `independent`: how many of these are."""

    reports: int
    independent: int
    is_unclear: bool  # a report has unknown independence, and none is independent
    is_outcome_measured: bool
    is_checked: bool  # a source states who verified the results
    is_check_partly_stated: bool  # a source states only a part of that

    @property
    def values(self) -> Iterator[Evidence]:
        """The values for the evidence facet."""
        if self.independent:
            yield Evidence.INDEPENDENT
        else:
            yield Evidence.UNCLEAR if self.is_unclear else Evidence.SELF_REPORTED
        if self.independent > 1:
            yield Evidence.SEVERAL_INDEPENDENT
        if self.is_outcome_measured:
            yield Evidence.OUTCOME_MEASURED
        if self.is_checked:
            yield Evidence.CHECKED


def summary(document: Document) -> Summary:
    by_report: dict[str, set[str]] = {}
    for source in document["sources"]:
        report = source["same_report_as"] or source["key"]
        by_report.setdefault(report, set()).add(source["independence"])
    independent = sum(Independence.INDEPENDENT in found for found in by_report.values())
    is_unclear = any(Independence.UNCLEAR in found for found in by_report.values())
    kinds = {metric["kind"] for measure in document["measures"] for metric in measure["metrics"]}
    check = document["glance"]["check"]["state"]
    return Summary(
        reports=len(by_report),
        independent=independent,
        is_unclear=is_unclear and not independent,
        is_outcome_measured=Kind.OUTCOME in kinds,
        is_checked=check == GlanceState.STATED,
        is_check_partly_stated=check == GlanceState.PARTLY,
    )
