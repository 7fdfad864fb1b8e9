"""From a printed text to values. Pure: no rows, no requests."""
