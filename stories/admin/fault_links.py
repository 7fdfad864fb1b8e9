"""The faults of a case as links to the pages on which they are mended."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from stories.admin.desk import change_url
from stories.admin.fault_rows import rows_by_path, splits
from stories.documents.faults import Fault
from stories.models.case import Case


def fault_links(case: Case, faults: Sequence[Fault]) -> SafeString:
    """The faults of a case, each with a link to the page on which it is mended."""
    rows = rows_by_path(case)
    return format_html_join("", "<div>{}</div>", ((_linked(fault, rows),) for fault in faults))


def _linked(fault: Fault, rows: dict[str, Model]) -> SafeString:
    found = (rows[head] for head, _rest in splits(fault.path) if head in rows)
    row = next(row for row in found if admin.site.is_registered(type(row)))
    return format_html('<a href="{}">{}</a>: {}', change_url(row), fault.path, fault.words())
