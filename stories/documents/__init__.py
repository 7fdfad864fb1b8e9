"""The case document: its schema, its checks, its evidence, and what changed between two. Pure."""
