"""The workbench: one page per case on which its parts are entered beside the texts of its sources.

Values are read from the selected text and confirmed by the editor; only texts are typed.
"""
