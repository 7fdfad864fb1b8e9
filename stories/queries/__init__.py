"""Readers' questions and their results, computed from one snapshot of the library."""
