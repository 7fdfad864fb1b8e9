"""The columns of a case and of each of its metrics in tables, without labels. Pure.

The index stores them, so that a table is exported without parsing whole documents.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stories.documents import evidence

Document = Mapping[str, Any]  # a case document, as plain lists and dicts


def case_row(document: Document) -> dict[str, Any]:
    """The values of `exports.records.CaseRecord` that the document determines; dates as EDTF."""
    measures = document["measures"]
    types = [slug for measure in measures for slug in measure["types"]]
    copied = ("slug", "title", "key_message", "abstract", "place", "name_as_reported", "tags")
    return {
        **{name: document[name] for name in copied},
        "began": document["began"] and document["began"]["edtf"],
        "ended": document["ended"] and document["ended"]["edtf"],
        "problem_types": list(dict.fromkeys(part["type"] for part in document["problems"])),
        "measure_types": list(dict.fromkeys(types)),
        "evidence": [value.value for value in evidence.summary(document).values],
        "measure_count": len(measures),
        "metric_count": len(document["context"]) + sum(len(part["metrics"]) for part in measures),
        "sources": [source["key"] for source in document["sources"]],
    }


def metric_rows(document: Document) -> Iterator[dict[str, Any]]:
    """One for each metric of the measures, then of the context. A metric without a citation, from
    an older release, has none."""
    for measure in (*document["measures"], {"metrics": document["context"]}):
        for metric in measure["metrics"]:
            if "cite" in metric:
                yield _metric_row(document, measure, metric)


def _metric_row(document: Document, measure: Document, metric: Document) -> dict[str, Any]:
    cite = metric["cite"]
    names = ("key", "indicator", "kind", "qualifier", "low", "high", "scope", "period", "note")
    return {
        "case": document["slug"],
        "case_title": document["title"],
        "place": document["place"],
        "measure": measure.get("key"),
        "measure_title": measure.get("title"),
        "measure_types": measure.get("types", ()),
        "measure_status": measure.get("status"),
        **{name: metric.get(name) for name in names},
        "reading_note": metric.get("reading_note"),
        **{name: cite.get(name) for name in ("printed", "gloss", "source", "claim")},
        "locator": cite.get("at"),
    }
