"""Presents a case document for pages: values in the reader's language. No queries."""
