"""Geometry of charts: positions of numbers and dates, in percent of the scale's width. Pure.

Solid marks are what a source states; striped ones are where the true value may be.
"""
