"""Marks words of a reference as italic, for plain text and HTML output."""

from html import escape

BEGIN, END = "\ue000", "\ue001"  # private use characters, which no text of a source contains


def italic(text: str) -> str:
    return f"{BEGIN}{text}{END}" if text else ""


def plain(reference: str) -> str:
    return reference.replace(BEGIN, "").replace(END, "")


def as_html(reference: str) -> str:
    return escape(reference, quote=False).replace(BEGIN, "<i>").replace(END, "</i>")
