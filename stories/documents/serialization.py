"""Reads and writes case documents as JSON, in one canonical form.

All faults in the shape of a document are reported at once.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from stories.choices import OLD_FORMAT
from stories.documents import conversion
from stories.documents.faults import A_LINE_BREAK, FILE, DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.documents.shape_faults import shape_faults, shortened
from stories.documents.stand_ins import rest_of
from stories.reading.faults import Bare

SIZE_LIMIT = 2_000_000  # bytes of one document; the largest so far has under 100,000


def read(raw: bytes) -> CaseDocument:
    """Parse a document. Raises DocumentError with every fault of its shape.

    If the bytes are a JSON object, the error carries the rest of the document.
    """
    value = conversion.converted(parse(raw))
    try:
        return CaseDocument.model_validate(value)
    except ValidationError as error:
        raise DocumentError(shape_faults(error), rest_of(value, error)) from error


def shaped(value: object) -> CaseDocument:
    """Validate plain lists and dicts as a document. Raises DocumentError."""
    try:
        return CaseDocument.model_validate(conversion.converted(value))
    except ValidationError as error:
        raise DocumentError(shape_faults(error)) from error


def files(paths: Iterable[Path]) -> list[Path]:
    """The documents at these paths: files themselves, and the *.json files of folders.

    Raises DocumentError for a path that does not exist or a folder without documents.
    """
    found, faults = [], []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path]
        found += inside
        if not inside:
            faults.append(Fault(str(path), "empty-folder"))
        faults += [Fault(str(file), "no-such-file") for file in inside if not file.is_file()]
    if faults:
        raise DocumentError(faults)
    return found


def read_file(file: Path) -> CaseDocument:
    """Raises DocumentError."""
    return read(content(file))


def content(file: Path) -> bytes:
    """Raises DocumentError; a file over the size limit is not opened."""
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise _too_large(size)
        return file.read_bytes()
    except OSError as error:
        raise _file_error("unreadable", reason=Bare(error.strerror)) from error


def parse(raw: bytes) -> object:
    """The JSON value of a file, unvalidated. Raises DocumentError."""
    if len(raw) > SIZE_LIMIT:
        raise _too_large(len(raw))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _file_error("not-utf-8", number=error.start) from error
    if text.startswith("\ufeff"):
        raise _file_error("byte-order-mark")
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except DocumentError:
        raise
    except UnicodeEncodeError as error:  # a lone surrogate such as \ud800
        raise _file_error("lone-surrogate") from error
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise _file_error("not-json", reason=Bare(error.msg), **where) from error
    except ValueError as error:  # Python refuses integers of more than 4300 digits
        raise _file_error("huge-number") from error
    except RecursionError as error:
        raise _file_error("nested-too-deeply") from error
    return cast("object", value)


def write(document: CaseDocument) -> bytes:
    """The canonical form: UTF-8, keys in schema order, two-space indent, a final line break."""
    return written(document.model_dump())


def written(value: object) -> bytes:
    """The same for plain lists and dicts, in the order of their keys."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode()


def write_file(file: Path, document: CaseDocument) -> None:
    write_bytes(file, write(document))


def write_bytes(file: Path, content: bytes) -> None:
    """Atomic: written under a temporary name, then renamed."""
    draft = file.with_name(f"{file.name}.new")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except BaseException:  # a full disk, Ctrl-C
        draft.unlink(missing_ok=True)
        raise


def is_older(raw: bytes) -> bool:
    """Whether these bytes, already parsed, are a document of an older format."""
    value = parse(raw)
    return isinstance(value, dict) and value.get("format") == OLD_FORMAT


def form_faults(raw: bytes, document: CaseDocument) -> list[Fault]:
    """Differences between the bytes of a document and its canonical form.

    Not compared for documents of an older format.
    """
    if is_older(raw):
        return []
    if b"\r" in raw:
        return [Fault(FILE, "line-ends")]
    texts = (text.decode().rstrip("\n").split("\n") for text in (raw, write(document)))
    for n, (line, wanted) in enumerate(zip_longest(*texts, fillvalue=""), 1):
        if line != wanted:
            same = next(k for k in range(len(wanted), -1, -1) if line.startswith(wanted[:k]))
            rest = shortened(wanted[same:]) or A_LINE_BREAK
            where = {"line": n, "column": same + 1}
            return [Fault(FILE, "written-form", {**where, "wanted": rest})]
    return []


def _file_error(code: str, **parameters: object) -> DocumentError:
    return DocumentError([Fault(FILE, code, parameters)])


def _too_large(size: int) -> DocumentError:
    return _file_error("too-large", size=Bare(f"{size:,}"), limit=Bare(f"{SIZE_LIMIT:,}"))


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    doubled = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if doubled:
        raise _file_error("doubled-key", key=shortened(doubled[0]))
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise _file_error("no-json-number", given=Bare(name))
