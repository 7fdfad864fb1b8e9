"""Parsing of printed text: dates, numbers, places, passages. Pure: no database, no requests."""
