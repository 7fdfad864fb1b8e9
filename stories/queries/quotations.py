"""What readers may see round the fragments that a version cites."""

from stories.models.version import Quotation, Version


def quoted_in(version: Version) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """(source, locator, fragment) → the words before it, it itself, the words behind: 1 query."""
    rows = Quotation.objects.filter(version=version)
    return {
        (row.source, row.locator, row.printed): (
            row.words[: row.start],
            row.words[row.start : row.end],
            row.words[row.end :],
        )
        for row in rows
    }
