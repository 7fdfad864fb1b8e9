"""The whole library as a data set: tables made of the schema, as SQLite and as a Data Package."""
