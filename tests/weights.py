"""Limits for the transfer size of pages: checked by `test_weight`, and marked in the benchmark."""

# Bytes as sent, compressed like in the page cache, without headers.
# Source: issue 9, section 4 (HTML); issue 4, section 4.
HTML, CSS, SCRIPT = 18_000, 25_000, 8_000
HTML_AT_FIRST = 22_000  # before a repeated request triggers better compression
REQUESTS = 6  # of a first view
