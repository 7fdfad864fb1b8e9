"""Which words of a reference are set in italics, as plain text and as HTML."""

from html import escape

BEGIN, END = "\ue000", "\ue001"  # of the private use area: no text of a source has them


def italic(text: str) -> str:
    return f"{BEGIN}{text}{END}" if text else ""


def plain(reference: str) -> str:
    return reference.replace(BEGIN, "").replace(END, "")


def as_html(reference: str) -> str:
    return escape(reference, quote=False).replace(BEGIN, "<i>").replace(END, "</i>")
