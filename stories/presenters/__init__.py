"""A case document as pages show it: values in the reader's language. Asks the database nothing."""
