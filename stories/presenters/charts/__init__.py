"""Numbers and dates as places on a scale, in percent of its width. Pure: rows in, geometry out.

Their law: solid is what a source says, striped is where the true value may lie.
"""
