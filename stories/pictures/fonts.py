"""Finds a Han font on this machine for drawing: in the usual folders, else with fontconfig."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

MISSING = "there is no font with Chinese characters here: share cards of cases are not drawn"
REMEDY = "Install one, on Debian the package fonts-noto-cjk, and start again."
FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
_SERIF_BOLD = "NotoSerifCJK-Bold NotoSerifCJKsc-Bold NotoSerifSC-Bold SourceHanSerifSC-Bold"
_SANS_BOLD = "NotoSansCJK-Bold NotoSansCJKsc-Bold NotoSansSC-Bold SourceHanSansSC-Bold"
_SANS = "NotoSansCJK-Regular NotoSansCJKsc-Regular NotoSansSC-Regular SourceHanSansSC-Regular"
_OTHERS = "PingFang STHeiti wqy-microhei wqy-zenhei DroidSansFallbackFull"
# use of the font → file names without suffix, best first
WANTED: Mapping[str, Sequence[str]] = {
    "title": f"{_SERIF_BOLD} {_SANS_BOLD} {_OTHERS} {_SANS}".split(),
    "text": f"{_SANS} {_OTHERS} {_SANS_BOLD} {_SERIF_BOLD}".split(),
}
_SUFFIXES = (".otf", ".ttf", ".ttc")
_PATTERN = "Noto Sans CJK SC:lang=zh-cn"  # as fontconfig takes it
_FACES = 12  # faces of a collection that are examined


@dataclass(frozen=True)
class Face:
    path: str
    index: int  # index of the face in its collection

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        return _opened(self, size)


@lru_cache(maxsize=64)
def _opened(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, face.index)


@lru_cache
def han_face(use: str, language: str = "zh") -> Face | None:
    """`use` is "title" or "text", `language` zh or en; None if no font has Chinese
    characters.
    """
    installed = _installed()
    named = (installed[name] for name in WANTED[use] if name in installed)
    faces = (_face(path, language) for path in (*named, *_by_fontconfig()))
    return next((face for face in faces if face), None)


def _installed() -> dict[str, str]:
    """Name without suffix → path, for every font file in the usual folders."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for above, _folders, files in os.walk(Path(folder).expanduser()):
            for file in files:
                name, suffix = os.path.splitext(file)
                if suffix.lower() in _SUFFIXES:
                    found.setdefault(name, os.path.join(above, file))
    return found


def _by_fontconfig() -> Iterator[str]:
    program = shutil.which("fc-match")
    if not program:
        return
    command = [program, "--format", "%{file}", _PATTERN]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    if answer.stdout:
        yield answer.stdout


def _face(path: str, language: str) -> Face | None:
    """The face of a file that suits the language; None if it has no Chinese characters."""
    faces = []
    for index in range(_FACES):
        try:
            font = ImageFont.truetype(path, 20, index)
        except OSError:  # no further face, or not a font
            break
        if _has_han(font):
            faces.append((_unfit(font, language), index))
    return Face(path, min(faces)[1]) if faces else None


def _unfit(font: ImageFont.FreeTypeFont, language: str) -> float:
    """Rank, lower is better: Chinese needs mainland glyphs; English an apostrophe that is not
    full-width, which those faces lack."""
    family = str(font.getname()[0])
    if language == "en":
        return font.getlength("’") + ("Mono" in family) * 20
    return (not family.endswith(" SC")) + ("Mono" in family) * 0.5


def _has_han(font: ImageFont.FreeTypeFont) -> bool:
    """Whether the glyph of 社 differs from that of a missing character."""
    return bytes(font.getmask("社")) != bytes(font.getmask("\U0010fffe"))
