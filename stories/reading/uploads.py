"""Extracts the text of an uploaded file as UTF-8, one paragraph a line. Pure.

Nothing is fetched: external references of a file are ignored.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
import lxml.html
from docx.table import Table
from lxml.etree import LxmlError
from pypdf import PdfReader

from stories.reading.faults import Bare, Finding

SIZE_LIMIT = 5 * 2**20  # bytes of a file
UNPACKED_LIMIT = 50 * 2**20  # bytes of a file's unpacked content
PAGE_LIMIT = 200  # pages of a PDF
FORMATS = (".txt", ".html", ".htm", ".docx", ".pdf")

_NO_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "select", "head")
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split()
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


class UploadError(ValueError):
    """A file without extractable text; `finding` is the reason."""

    def __init__(self, code: str, **parameters: object) -> None:
        self.finding = Finding(code, parameters)
        super().__init__(str(self.finding))


def raw_of(name: str, content: bytes) -> bytes:
    """A UTF-8 text file unchanged, else the extracted text in UTF-8. Raises UploadError."""
    suffix = f".{name.lower().rpartition('.')[2]}"
    if suffix not in FORMATS:
        raise UploadError("upload-unknown-format", formats=Bare(" ".join(FORMATS)))
    if len(content) > SIZE_LIMIT:
        raise UploadError("upload-too-large", limit=SIZE_LIMIT // 2**20)
    raw = _of_text(content) if suffix == ".txt" else _read(suffix, content).encode()
    if not raw.strip():
        raise UploadError("upload-without-text")
    return raw


def _read(suffix: str, content: bytes) -> str:
    readers = {".docx": _of_docx, ".pdf": _of_pdf}
    try:
        return "\n".join(filter(None, readers.get(suffix, _of_html)(content)))
    except UploadError:
        raise
    except Exception as error:  # parsers raise any exception for a damaged file
        raise UploadError("upload-unreadable") from error


def _of_text(content: bytes) -> bytes:
    """Unchanged if it is UTF-8, so that its SHA-256 is that of the file."""
    for encoding in ("utf-8", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return content if encoding == "utf-8" else text.encode()
    raise UploadError("upload-unreadable")


def _of_html(content: bytes) -> Iterator[str]:
    declared = _CHARSET.search(content[:2048])
    encoding = declared[1].decode() if declared else "gb18030"
    if _is_utf8(content):
        encoding = "utf-8"
    elif encoding.lower() in ("gb2312", "gbk"):
        encoding = "gb18030"
    try:
        parser = lxml.html.HTMLParser(encoding=encoding)
        root = lxml.html.document_fromstring(content, parser=parser)
    except (LxmlError, LookupError) as error:
        raise UploadError("upload-unreadable") from error
    for element in list(root.iter(*_NO_TEXT)):
        element.drop_tree()
    for element in root.iter():
        if not isinstance(element.tag, str):  # a comment
            element.text = None
        edge = "\n" if element.tag in _BLOCKS else ""
        element.text = edge + " ".join((element.text or "").split("\n"))
        element.tail = edge + " ".join((element.tail or "").split("\n"))
    for line in root.text_content().split("\n"):
        yield " ".join(line.split())


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _of_docx(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > UNPACKED_LIMIT:
            raise UploadError("upload-too-large", limit=UNPACKED_LIMIT // 2**20)
    for block in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " ".join(" ".join(cell.text.split()) for cell in row.cells)
        else:
            yield from (" ".join(line.split()) for line in block.text.split("\n"))


def _of_pdf(content: bytes) -> Iterator[str]:
    reader = PdfReader(BytesIO(content))
    if len(reader.pages) > PAGE_LIMIT:
        raise UploadError("upload-too-many-pages", limit=PAGE_LIMIT)
    lines = [line.strip() for page in reader.pages for line in page.extract_text().split("\n")]
    yield from _joined([line for line in lines if line])


def _joined(lines: list[str]) -> Iterator[str]:
    """Joins wrapped lines: a line as wide as the page continues in the next; a shorter one ends its
    paragraph.
    """
    width = max(map(len, lines), default=0)
    paragraph = ""
    for line in lines:
        paragraph += line
        if len(line) < width * 0.85:
            yield paragraph
            paragraph = ""
    yield paragraph
