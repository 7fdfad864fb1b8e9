"""What a page may weigh: held by `test_weight`, and marked in the figures of the benchmark."""

# Bytes as they are sent, compressed as the page cache does, without headers.
# Source: issue 9, section 4 (HTML); issue 4, section 4.
HTML, CSS, SCRIPT = 18_000, 25_000, 8_000
HTML_AT_FIRST = 22_000  # before a page that is requested again is compressed harder
REQUESTS = 6  # of a first view
