"""Pictures of cases: formats and file storage."""
