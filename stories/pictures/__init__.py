"""Pictures of cases: the formats they are stored in, and where their files are."""
