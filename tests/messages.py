"""Checks the message catalogue against code and templates, without GNU gettext.

`python -m tests.messages --update` rewrites it, `--check` lists every faulty entry.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
CATALOGUE = ROOT / "caselib" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
# Without dates and names, so that the same messages give the same file.
HEADER = """\
# The words of the library in Simplified Chinese; `python -m tests.messages --update` writes this.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLAIN, PLURAL = None, (1, 2)
IN_CONTEXT, PLURAL_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    f"{name}{lazy}": arguments
    for name, arguments in {
        "gettext": PLAIN,
        "ngettext": PLURAL,
        "pgettext": IN_CONTEXT,
        "npgettext": PLURAL_IN_CONTEXT,
    }.items()
    for lazy in ("", "_lazy")
} | {"_": PLAIN, "gettext_noop": PLAIN}
PAGES = "templates"  # written in Jinja; the desk's, in stories/templates, are Django's own
# As in stories.web.jinja; a template that cannot be parsed is an error.
IN_PAGES = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[a-z]|\{\w*\}")


def extracted(root: Path = ROOT) -> Catalog:
    """Every message of the code and the templates, without translations."""
    catalog = Catalog(LANGUAGE)
    for file in _files(root):
        path = file.relative_to(root)
        for text, context in _messages(file, is_page=path.parts[0] == PAGES):
            catalog.add(text, locations=[(path.as_posix(), 0)], context=context)
    return catalog


def stored(file: Path = CATALOGUE) -> Catalog:
    """The catalogue file; empty if it does not exist. Raises PoFileError."""
    if not file.exists():
        return Catalog(LANGUAGE)
    with file.open("rb") as opened:
        return read_po(opened, LANGUAGE, abort_invalid=True)


def updated(wanted: Catalog, existing: Catalog) -> str:
    """The text of a catalogue with the messages of `wanted` and the translations of `existing`."""
    for message in _entries(wanted):
        old = existing.get(message.id, message.context)
        text = _forms(old)[0] if old else ""
        message.string = (text,) if message.pluralizable else text
        message.flags |= (old.flags if old else set()) & {"fuzzy"}
    opened = BytesIO()
    write_po(opened, wanted, width=100, no_location=True, omit_header=True, sort_output=True)
    return HEADER + opened.getvalue().decode()


def faults(wanted: Catalog, existing: Catalog) -> list[str]:
    """Everything wrong with the catalogue, each as `what: message`."""
    found = [f"obsolete: {_name(m)}" for m in _obsolete(wanted, existing)]
    for message in _entries(wanted):
        entry = existing.get(message.id, message.context)
        if not entry or not all(_forms(entry)):
            found.append(f"missing: {_name(message)}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {_name(message)}")
        elif fault := _format_fault(message, entry):
            found.append(f"{fault}: {_name(message)}")
    return sorted(found)


def _files(root: Path) -> Iterator[Path]:
    for folder in ("caselib", "stories", PAGES):
        files = (root / folder).rglob("*.*")
        yield from sorted(file for file in files if file.suffix in (".py", ".html", ".txt"))


def _messages(file: Path, is_page: bool) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text, method, options = file.read_text(), "python", {"encoding": "utf-8"}
    if is_page:
        method, options = "jinja2.ext:babel_extract", options | IN_PAGES
    elif file.suffix != ".py":
        # Indentation is insignificant in templates and would fail in Python's tokenizer.
        lines = templatize(text, str(file)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    for _line, message, _comments, context in extract(
        method, BytesIO(text.encode()), KEYWORDS, options=options
    ):
        yield message, context


def _entries(catalog: Catalog) -> list[Message]:
    """Without the header."""
    return [message for message in catalog if message.id]


def _obsolete(wanted: Catalog, existing: Catalog) -> Iterator[Message]:
    for message in [*_entries(existing), *existing.obsolete.values()]:
        if not wanted.get(message.id, message.context):
            yield message


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _format_fault(wanted: Message, entry: Message) -> str:
    if wanted.pluralizable != entry.pluralizable or len(_forms(entry)) != 1:
        return "plural forms do not fit"
    texts = wanted.id if isinstance(wanted.id, list | tuple) else (wanted.id,)
    translation = _forms(entry)[0]
    # Format fields that the singular lacks ("one case") are taken from the plural.
    if _placeholders(texts[-1:]) != _placeholders([translation]):
        return "placeholders disagree"
    if not _placeholders(texts) <= _placeholders([translation]):
        return "placeholders disagree"
    return "" if texts[0].endswith("\n") == translation.endswith("\n") else "line ends disagree"


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {match for text in texts for match in PLACEHOLDER.findall(text)}


def _name(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    context = f" ({message.context})" if message.context else ""
    places = ", ".join(sorted({file for file, _line in message.locations}))
    return f"“{text}”{context}" + (f" in {places}" if places else "")


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.messages", description=__doc__)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--update", action="store_true", help="write the catalogue anew")
    asked.add_argument("--check", action="store_true", help="exit 1 and name what is wrong")
    if parser.parse_args().update:
        text = updated(extracted(), stored())
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(text)
    try:
        found = faults(extracted(), stored())
    except PoFileError as error:
        found = [f"not a catalogue: {error}"]
    print("\n".join(found) if found else "every message is translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
