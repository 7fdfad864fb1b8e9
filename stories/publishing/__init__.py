"""Rows to document and back, document to version, version to index."""
