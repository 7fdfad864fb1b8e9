"""The Link header by which pages and documents of versions name each other.

Source: RFC 5829, the link relations of versions.
"""


def link_header(history: str = "", latest: str = "", predecessor: str = "") -> str:
    """Addresses that are "" are left out."""
    relations = {
        "version-history": history,
        "latest-version": latest,
        "predecessor-version": predecessor,
    }
    return ", ".join(f'<{url}>; rel="{name}"' for name, url in relations.items() if url)
