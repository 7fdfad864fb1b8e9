"""How a case or a source is cited: as a line of a reference list, and as a file for a program."""
