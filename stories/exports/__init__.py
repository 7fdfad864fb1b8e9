"""The answers of `queries/` for machines: records in both languages, tables, references."""
