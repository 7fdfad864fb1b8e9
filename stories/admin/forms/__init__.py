"""Forms of the desk: they apply the rules of the case document, field by field.

A form knows its case, and offers only the passages, problems and metrics of that case.
"""
