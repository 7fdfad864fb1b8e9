"""The faults of a case as links to the form fields where they are corrected."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from stories.admin.desk import change_url
from stories.admin.fault_rows import field_of, rows_by_path, splits
from stories.documents.faults import Fault
from stories.documents.text_checks import ACCOUNTING
from stories.languages import within_marks
from stories.models.case import Case
from stories.models.sources import Source

_LISTS = {"cites": "citations", "context": "metrics", "glance": "glances"}
SHOWN = 32  # characters of a part's label


def fault_links(case: Case, faults: Sequence[Fault]) -> SafeString:
    """The faults of a case, each linked to the field or page where it is corrected."""
    rows = rows_by_path(case)
    return format_html_join("", "<div>{}</div>", ((_linked(fault, rows),) for fault in faults))


def located(fault: Fault, rows: dict[str, Model]) -> list[tuple[Model, str]]:
    """The rows that contain a fault, the innermost first, each with the path within it.

    `rows`: see `rows_by_path`.
    """
    found = [(rows[head], rest) for head, rest in splits(fault.path) if head in rows]
    if fault.path == ACCOUNTING:
        found.insert(0, (_source(str(fault.parameters["source"]), rows), ""))
    return found


def _linked(fault: Fault, rows: dict[str, Model]) -> SafeString:
    found = located(fault, rows)
    row, rest = next((row, rest) for row, rest in found if admin.site.is_registered(type(row)))
    url, name = change_url(row), _field(row, rest)
    words = where([row for row, _rest in found], found[0][1])
    anchor = f"#id_{name}" if name else ""
    return format_html('<a href="{}{}">{}</a>: {}', url, anchor, words, fault.words())


def _source(key: str, rows: dict[str, Model]) -> Model:
    sources = (row for row in rows.values() if isinstance(row, Source))
    return next(source for source in sources if source.key == key)


def _field(row: Model, path: str) -> str | None:
    """The field on the row's page for a path within the row; None if it has none."""
    form = admin.site.get_model_admin(type(row)).form
    names = {*(field.name for field in row._meta.get_fields()), *form.declared_fields}
    return field_of(path, names) if path else None


def where(rows: Sequence[Model], rest: str) -> str:
    """A breadcrumb, outermost row first: Measure “Street lamps” › figure “Lamps: lamps” › low."""
    parts = [
        gettext("%(kind)s “%(part)s”")
        % {"kind": row._meta.verbose_name, "part": _label_of_row(row)}
        for row in reversed(rows)
        if not isinstance(row, Case)
    ]
    if label := _label(rows[0], rest):
        parts.append(label)
    return " › ".join(parts) or str(Case._meta.verbose_name)


def _label_of_row(row: Model) -> str:
    return Truncator(within_marks(row)).chars(SHOWN)


def _label(row: Model, path: str) -> str:
    """The verbose name of a field or list of parts."""
    fields = {field.name: field for field in row._meta.get_fields()}
    name = _LISTS.get(path) or (field_of(path, fields) if path else None)
    if not name:
        return ""
    field = fields[name]
    owner = field if hasattr(field, "verbose_name") else field.related_model._meta
    return str(getattr(owner, "verbose_name_plural", None) or owner.verbose_name)
