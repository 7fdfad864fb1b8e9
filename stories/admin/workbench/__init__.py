"""The workbench: a case made beside the texts of its sources, one page a case.

Its law: the program fills in what it can read, an editor confirms it, and types only texts.
"""
