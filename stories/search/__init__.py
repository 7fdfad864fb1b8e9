"""The inverted index: tokenizer, analyzer, writer, reader."""
