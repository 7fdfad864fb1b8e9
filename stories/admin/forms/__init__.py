"""Forms of the desk: the rules of a case document, checked field by field.

A form knows its case, and offers passages, problems and metrics of this case only.
"""
