"""The case document: schema, validation, evidence, and diff of two documents. Pure."""
