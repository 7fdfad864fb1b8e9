"""The text around the fragments that a version cites, as far as readers may see it."""

from stories.models.version import Quotation, Version


def quoted_in(version: Version) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """(source, locator, fragment) → text before, the fragment, text after: 1 query."""
    rows = Quotation.objects.filter(version=version)
    return {
        (row.source, row.locator, row.printed): (
            row.words[: row.start],
            row.words[row.start : row.end],
            row.words[row.end :],
        )
        for row in rows
    }
