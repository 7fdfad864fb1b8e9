"""Contrast of the tokens' colours, computed as WCAG 2.2 does: 4.5:1 for text, 7:1 in the care view,
3:1 for what is drawn."""

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
BLOCKS = re.split(r"@media|\.care {", CSS)
LIGHT, DARK, CARE, _BETWEEN, CARE_IN_THE_DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in BLOCKS
)
STANDARD = {"light": LIGHT, "dark": {**LIGHT, **DARK}}
CARE_VIEW = {"light": CARE, "dark": {**CARE, **CARE_IN_THE_DARK}}
FAMILIES = (
    "housing streets environment spaces services culture participation organisation economy safety"
).split()
TEXT = "ink soft link accent warn done awaiting under-way planned discussed".split()
GROUNDS = ("paper", "sheet", "shade")


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_low(
    tokens: dict[str, str], inks: list[str], grounds: tuple[str, ...], least: float
) -> list[tuple[str, str, float]]:
    found = [(i, g, round(contrast(tokens[i], tokens[g]), 2)) for i in inks for g in grounds]
    return [(ink, ground, value) for ink, ground, value in found if value < least]


def mixed(one: str, other: str, share: float) -> str:
    """Like color-mix(in srgb, one share, other)."""
    pairs = [(int(one[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_contrast_is_computed_as_the_standard_has_it() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", STANDARD)
def test_text_stands_out(scheme: str) -> None:
    tokens = STANDARD[scheme]
    assert too_low(tokens, TEXT, GROUNDS, 4.5) == []
    assert too_low(tokens, FAMILIES, ("paper", "sheet"), 4.5) == []
    assert too_low(tokens, ["on-accent"], ("accent",), 4.5) == []
    assert too_low(tokens, ["ink"], ("mark",), 4.5) == []


@pytest.mark.parametrize("scheme", STANDARD)
def test_what_is_drawn_stands_out(scheme: str) -> None:
    """Focus rings and the edges of fields; rules between parts carry no information."""
    assert too_low(STANDARD[scheme], ["focus", "edge"], GROUNDS, 3) == []


def tones(tokens: dict[str, str], sheet: str) -> set[str]:
    """The tones of the matrix."""
    css = (settings.BASE_DIR / "static" / "css" / sheet).read_text()
    shares = [int(n) / 100 for n in re.findall(r"accent\) (\d+)%, var\(--paper\)", css)]
    return {mixed(tokens["accent"], tokens["paper"], share) for share in shares}


@pytest.mark.parametrize("scheme", STANDARD)
def test_numbers_of_the_matrix_stand_out_on_every_tone(scheme: str) -> None:
    tokens = STANDARD[scheme]
    grounds = tones(tokens, "components.css")
    assert len(grounds) == 5
    assert [tone for tone in grounds if contrast(tokens["ink"], tone) < 4.5] == []


@pytest.mark.parametrize("scheme", CARE_VIEW)
def test_numbers_of_the_matrix_stand_out_far_in_the_care_view(scheme: str) -> None:
    tokens = CARE_VIEW[scheme]
    grounds = tones(tokens, "care.css")
    assert len(grounds) == 5
    assert [tone for tone in grounds if contrast(tokens["ink"], tone) < 7] == []


@pytest.mark.parametrize("scheme", CARE_VIEW)
def test_everything_of_the_care_view_stands_out_far(scheme: str) -> None:
    tokens = CARE_VIEW[scheme]
    assert too_low(tokens, TEXT, GROUNDS, 7) == []
    assert too_low(tokens, ["on-accent"], ("accent",), 7) == []
    assert too_low(tokens, ["ink"], ("mark",), 7) == []
    assert too_low(tokens, ["focus", "edge", "line"], GROUNDS, 3) == []
