"""Functions and filters of templates. None of them queries the database."""

from collections.abc import Callable
from typing import Any

from stories import links
from stories.languages import reader_language
from stories.presenters.charts.bars import share, side_by_side
from stories.presenters.charts.strips import strips
from stories.presenters.charts.timeline import timeline
from stories.web.linked import json_ld, page_json_ld
from stories.web.printing import (
    case_coins,
    case_count,
    cited_label,
    clauses,
    coins,
    comma_separated,
    computed,
    date,
    day,
    diff_operation,
    evidence_lines,
    figure,
    file_lines,
    is_correction,
    is_old,
    labels,
    likeness,
    locator,
    passage_reference,
    predecessor,
    progress,
    reference,
    search_link,
    short_time,
    spread_tables,
    statement,
    tick,
    time,
    with_count,
    words,
)
from stories.web.site import (
    absolute,
    has_both_languages,
    identifier,
    imprint,
    in_language,
    is_baked,
    is_care,
    sections,
    site_of,
    static,
    symbol,
    this_page_as,
    this_page_in,
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "absolute": absolute,
    "identifier": identifier,
    "has_both_languages": has_both_languages,
    "imprint": imprint,
    "in_language": in_language,
    "is_baked": is_baked,
    "is_care": is_care,
    "page_json_ld": page_json_ld,
    "reader_language": reader_language,
    "sections": sections,
    "site_of": site_of,
    "static": static,
    "symbol": symbol,
    "this_page_as": this_page_as,
    "this_page_in": this_page_in,
    "url": links.of,
}
# These are passed the language of the page.
IN_A_LANGUAGE: dict[str, Callable[..., Any]] = {
    "cited_label": cited_label,
    "computed": computed,
    "figure": figure,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "case_coins": case_coins,
    "case_count": case_count,
    "clauses": clauses,
    "coins": coins,
    "comma_separated": comma_separated,
    "date": date,
    "day": day,
    "diff_operation": diff_operation,
    "evidence_lines": evidence_lines,
    "file_lines": file_lines,
    "is_correction": is_correction,
    "is_old": is_old,
    "json_ld": json_ld,
    "labels": labels,
    "likeness": likeness,
    "locator": locator,
    "passage_reference": passage_reference,
    "predecessor": predecessor,
    "progress": progress,
    "reference": reference,
    "search_link": search_link,
    "share": share,
    "short_time": short_time,
    "side_by_side": side_by_side,
    "spread_tables": spread_tables,
    "statement": statement,
    "strips": strips,
    "tick": tick,
    "time": time,
    "timeline": timeline,
    "with_count": with_count,
    "words": words,
}
# Functions of a text or number and the language alone.
OF_TEXTS = {"case_count", "date", "locator", "short_time", "time", "with_count", "url"}
