"""Converts rows to documents and back, publishes documents as versions, and indexes versions."""
