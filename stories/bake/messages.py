"""Messages of the search script, in the active language."""

from django.utils.translation import gettext, ngettext, pgettext

from stories.queries.cases import SORTS
from stories.queries.snapshot import FACETS

MANY = 2  # any number that takes the plural


def messages() -> dict[str, object]:
    """Texts with {n} for a number and {words} for the search words."""
    return {
        "cases": [_count(1), _count(MANY)],
        "title": gettext("Cases"),
        "heading": gettext("Cases: "),
        "between": pgettext("between labels", "; "),
        "chosen": gettext("Chosen"),
        "remove": gettext("(remove)"),
        "clear": gettext("Remove all"),
        "none": gettext("No cases found for “%(words)s”.") % {"words": "{words}"},
        "nothing": gettext("No case matches all of this."),
        "all": gettext("All cases"),
        "every": ngettext("all %(count)s", "all %(count)s", MANY) % {"count": "{n}"},
        "page": gettext("Page %(number)s of %(count)s") % {"number": "{n}", "count": "{count}"},
        "previous": gettext("Previous"),
        "next": gettext("Next"),
        "pages": gettext("Pages"),
        "keyword": gettext("keyword of this library"),
        "near": gettext(
            "This copy finds the words themselves; what says the same in other words is found by "
            "the site with a server."
        ),
        "failed": gettext("The index of this copy could not be read; the lists by filter remain."),
        "facets": {name: str(label) for name, label in FACETS.items()},
        "sorts": {name: str(label) for name, label in SORTS.items()},
    }


def _count(number: int) -> str:
    words = ngettext("%(count)s case", "%(count)s cases", number)
    return words % {"count": "{n}"}
