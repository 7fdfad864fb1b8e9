"""References to cases and sources: formatted lines, and files for reference managers."""
