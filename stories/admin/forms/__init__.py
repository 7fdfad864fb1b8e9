"""Forms of the desk: what a case document asks of a row, asked at the field.

A form knows its case: passages, problems and metrics of other cases are not on offer.
"""
