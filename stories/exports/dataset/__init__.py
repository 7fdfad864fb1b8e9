"""The whole library as a data set: tables derived from the schema, as SQLite and Data Package."""
