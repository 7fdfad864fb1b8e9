"""What a reader asks, and the answer, from one snapshot of the library."""
