"""Share cards: the preview picture (PNG) of a case in social media, with words and figures. Pure.

Drawn with a Han font of the machine at the first request, and cached by its words: a version that
changes none of them needs no new drawing. Nothing is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.utils.translation import gettext
from PIL import Image, ImageDraw, ImageFont

from stories.languages import reader_language
from stories.pictures.fonts import Face, han_face
from stories.reading.figures import Figure
from stories.web.printing import figure

WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph recommends
# Source: the light tokens of static/css/tokens.css; a test compares them.
PAPER, INK, SOFT, LINE, ACCENT = "#faf8f3", "#22201c", "#5c564c", "#d9d2c4", "#8a3324"
FIGURES = 2  # of a case
CARDS_CACHED = 64  # per process; about 40 kB each
_MARGIN = 76
_INNER = WIDTH - 2 * _MARGIN
_AIR = 10  # pixels between the parts of a figure
_COLOURS = 64  # colours of the palette: enough for clean text
# (font size, most lines) of a title; the first that fits is used.
_TITLE_SIZES = ((72, 2), (64, 2), (58, 3), (52, 3), (46, 3))
_TITLE_TOP, _FIGURES_TOP = 172, 426
_CLOSING = "，。、；：！？）》】〉」』”’…％%·"
_OPENING = "（《【〈「『“‘"
_PAUSES = "，、；：。！？,;:"  # good ends of a line
_AFTER, _BEFORE = "的", "与和及并对"  # acceptable ends, better than within a word


@dataclass(frozen=True)
class Stated:
    """A metric with its indicator and scope."""

    figure: Figure
    label: str
    scope: str = ""


@dataclass(frozen=True)
class Card:
    """All words in one language, zh or en."""

    language: str
    site: str
    title: str
    place: tuple[str, ...]  # the chain, in display order
    between: str  # places
    message: str  # printed if there are no figures
    figures: tuple[Stated, ...] = ()


@dataclass(frozen=True)
class _Faces:
    title: Face
    text: Face


def card_of(case: Any) -> Card:
    """The card of a presented case, in the reader's language."""
    chain = [str(place.label) for place in case.place.chain]
    language = reader_language()
    is_english = language == "en"
    return Card(
        language=language,
        site=gettext("Community case library"),
        title=str(case.title),
        place=tuple(chain[::-1] if is_english else chain),
        between=", " if is_english else " ",
        message=str(case.key_message),
        figures=tuple(
            Stated(figure(metric, language), str(metric.indicator.label), str(metric.scope))
            for metric in case.telling[:FIGURES]
        ),
    )


def png(card: Card) -> bytes | None:
    """None if the machine has no Han font."""
    faces = _faces(card.language)
    return _drawn(card, faces) if faces else None


@lru_cache(maxsize=CARDS_CACHED)
def _drawn(card: Card, faces: _Faces) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    _head(image, draw, card, faces)
    _title(draw, card, faces)
    if card.figures:
        _figures(draw, card.figures, faces)
    else:
        _message(draw, card.message, faces)
    return _written(image)


def default_png(names: Sequence[str], lines: Sequence[str]) -> bytes | None:
    """The card of the site itself: its names, one below the other, and its description."""
    faces = _faces("zh")
    if not faces:
        return None
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    mark = _mark(128)
    image.paste(mark, (_MARGIN, 96), mark)
    y = 330
    for name, size in zip(names, (84, 44), strict=True):
        draw.text((_MARGIN, y), name, INK, faces.title.at(size), anchor="ls")
        y += 66
    draw.line((_MARGIN, 452, WIDTH - _MARGIN, 452), LINE, 2)
    for n, line in enumerate(lines):
        draw.text((_MARGIN, 508 + 46 * n), line, SOFT, faces.text.at(28), anchor="ls")
    return _written(image)


def _faces(language: str) -> _Faces | None:
    title, text = han_face("title", language), han_face("text", language)
    return _Faces(title, text) if title and text else None


def _written(image: Image.Image) -> bytes:
    file = BytesIO()
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


# ---------------------------------------------------------------- parts of a card


@lru_cache
def _mark(size: int) -> Image.Image:
    """The site's icon (static/icon.svg), drawn at four times its size and scaled down."""
    unit = size * 4 / 32
    image = Image.new("RGBA", (size * 4, size * 4), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size * 4 - 1, size * 4 - 1), 6 * unit, ACCENT)
    bookmark = ((9, 8), (23, 8), (23, 24), (16, 20), (9, 24))
    draw.polygon([(x * unit, y * unit) for x, y in bookmark], PAPER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _head(image: Image.Image, draw: ImageDraw.ImageDraw, card: Card, faces: _Faces) -> None:
    mark = _mark(44)
    image.paste(mark, (_MARGIN, 44), mark)
    draw.text((_MARGIN + 62, 66), card.site, INK, faces.title.at(28), anchor="lm")
    font = faces.text.at(27)
    place = _fitting_place(card.place, card.between, font)
    draw.text((_MARGIN, _TITLE_TOP - 26), place, SOFT, font, anchor="ls")


def _fitting_place(chain: Sequence[str], between: str, font: ImageFont.FreeTypeFont) -> str:
    """The chain in one line; if too long, the inner places are left out."""
    names = list(chain)
    while len(names) > 2 and font.getlength(between.join(names)) > _INNER:
        del names[len(names) // 2]
    return _shortened(between.join(names), font, _INNER)


def _title(draw: ImageDraw.ImageDraw, card: Card, faces: _Faces) -> None:
    for size, most in _TITLE_SIZES:
        font = faces.title.at(size)
        lines = _title_lines(card.title, font, most)
        if lines:
            break
    else:
        lines = _cut_to_lines(card.title, font, _INNER, most)
    step = round(size * 1.28)
    # Move a short title down a little, so that not all free space is below it.
    room = _FIGURES_TOP - 28 - _TITLE_TOP
    top = _TITLE_TOP + max(0, (room - step * len(lines)) // 3)
    for n, line in enumerate(lines):
        draw.text((_MARGIN, top + n * step + size * 0.92), line, INK, font, anchor="ls")


def _title_lines(title: str, font: ImageFont.FreeTypeFont, most: int) -> list[str] | None:
    """Titles start with the place and a colon: the rest gets lines of its own."""
    head, colon, rest = title.partition("：" if "：" in title else ": ")
    first = f"{head}{colon}".rstrip()
    if colon and font.getlength(first) <= _INNER:
        lines = set_in_lines(rest, font, _INNER, most - 1)
        return [first, *lines] if lines else None
    return set_in_lines(title, font, _INNER, most)


def _figures(draw: ImageDraw.ImageDraw, figures: Sequence[Stated], faces: _Faces) -> None:
    draw.line((_MARGIN, _FIGURES_TOP, WIDTH - _MARGIN, _FIGURES_TOP), LINE, 2)
    gap = 40
    width = (_INNER - gap) // 2
    for n, stated in enumerate(figures[:2]):
        _figure(draw, stated, _MARGIN + n * (width + gap), width, faces)


def _figure(
    draw: ImageDraw.ImageDraw, stated: Stated, left: int, width: int, faces: _Faces
) -> None:
    """The bar of the pages on the left; number, label and scope below each other."""
    top, x, room = _FIGURES_TOP + 28, left + 26, width - 26
    lines = [stated.label, *([stated.scope] if stated.scope else [])]
    draw.rectangle((left, top, left + 4, top + 66 + 33 * len(lines)), ACCENT)
    at: float = x
    for words, font in _sized(stated.figure, room, faces):
        draw.text((at, top + 51), words, INK, font, anchor="ls")
        at += font.getlength(words) + _AIR
    for n, (line, ink) in enumerate(zip(lines, (INK, SOFT), strict=False)):
        fonts = [faces.text.at(size) for size in (25, 23, 21)]
        font = next((font for font in fonts if font.getlength(line) <= room), fonts[-1])
        draw.text((x, top + 91 + 33 * n), _shortened(line, font, room), ink, font, anchor="ls")


def _sized(figure: Figure, room: float, faces: _Faces) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """The parts of a figure with their fonts, as large as the space allows."""
    pieces: list[tuple[str, ImageFont.FreeTypeFont]] = []
    for size in range(70, 26, -4):
        beside, number = faces.text.at(max(22, size * 3 // 7)), faces.title.at(size)
        parts = ((figure.before, beside), (figure.number, number), (figure.after, beside))
        pieces = [(words.strip(), font) for words, font in parts if words.strip()]
        if sum(font.getlength(words) + _AIR for words, font in pieces) <= room:
            break
    return pieces


def _message(draw: ImageDraw.ImageDraw, message: str, faces: _Faces) -> None:
    draw.line((_MARGIN, _FIGURES_TOP, WIDTH - _MARGIN, _FIGURES_TOP), LINE, 2)
    font = faces.text.at(28)
    lines = set_in_lines(message, font, _INNER, 3) or _cut_to_lines(message, font, _INNER, 3)
    for n, line in enumerate(lines):
        draw.text((_MARGIN, _FIGURES_TOP + 56 + 42 * n), line, SOFT, font, anchor="ls")


# ---------------------------------------------------------------- lines


def set_in_lines(
    text: str, font: ImageFont.FreeTypeFont, width: float, most: int
) -> list[str] | None:
    """Line breaking: as few lines as possible, of even length; None if `most` are too few.

    Even lines avoid a single character on the last line; of two ways the one with line ends at
    punctuation is preferred.
    """
    pieces = list(_pieces(text))
    lengths = [font.getlength(piece) for piece in pieces]
    for count in range(1, most + 1):
        ends = _ends(pieces, lengths, width, count)
        if ends:
            starts = [0, *ends[:-1]]
            return ["".join(pieces[a:b]).strip() for a, b in zip(starts, ends, strict=True)]
    return None


def _ends(
    pieces: Sequence[str], lengths: Sequence[float], width: float, count: int
) -> list[int] | None:
    """The cheapest line ends for each start, with one more line than before."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for _line in range(count):
        longer: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, ends) in best.items():
            length = 0.0
            for end in range(start + 1, len(pieces) + 1):
                length += lengths[end - 1]
                if length > width:
                    break
                further = cost + (1 - length / width) ** 2 - _fitness(pieces, end)
                if end not in longer or further < longer[end][0]:
                    longer[end] = (further, [*ends, end])
        best = longer
    found = best.get(len(pieces))
    return found[1] if found else None


def _fitness(pieces: Sequence[str], end: int) -> float:
    """Bonus for a line end here; 0 if nothing favours it."""
    if end == len(pieces):
        return 0.0
    last, following = pieces[end - 1].rstrip()[-1:], pieces[end][:1]
    if last in _PAUSES:
        return 0.2
    return 0.06 if last in _AFTER or following in _BEFORE else 0.0


def _cut_to_lines(text: str, font: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """As many lines as allowed, ending in … if cut."""
    pieces = list(_pieces(text))
    while pieces:
        pieces.pop()
        lines = set_in_lines("".join(pieces).rstrip(f"{_PAUSES} ") + "…", font, width, most)
        if lines:
            return lines
    return []


def _shortened(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    return text if font.getlength(text) <= width else _cut_to_lines(text, font, width, 1)[0]


def _pieces(text: str) -> Iterator[str]:
    """Unbreakable pieces: words with the following space, single Han characters, each with its
    punctuation; a number with its unit."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or after == " " or before in _OPENING:
        return False
    if before == " ":
        return True
    if before.isdigit():
        return False
    return _is_han(before) or _is_han(after) or before == "-"


def _is_han(character: str) -> bool:
    """Whether a line may break after this character in any context."""
    return character >= "\u2e80"
