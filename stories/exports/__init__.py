"""Results of `queries/` in machine formats: bilingual records, tables, references."""
