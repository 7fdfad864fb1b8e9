"""Takes the README's screenshots of a running library.

`python -m tests.screenshots http://127.0.0.1:8000` writes them to .readme/.
"""

import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright

from tests import chromium

FOLDER = Path(__file__).resolve().parent.parent / ".readme"
COLOURS = 256  # colours of the palette: enough for clean text
LIMIT = 250_000  # bytes per picture


@dataclass(frozen=True)
class Picture:
    name: str
    address: str
    width: int = 1280  # CSS pixels, like the height
    height: int = 860
    scale: int = 1
    scheme: Literal["light", "dark"] = "light"
    at: str = ""  # the element scrolled to the top
    opened: tuple[str, ...] = ()  # elements to click, in order


PICTURES = [
    Picture("overview-zh", "/"),
    Picture(
        "case-en",
        "/en/cases/pingfangqu/",
        at=".measure:has(.metric)",
        opened=(
            ".measure:has(.metric) > summary",
            ".measure:has(.metric) > .measure__body > .citations > summary",
        ),
    ),
    Picture("case-phone-zh", "/cases/yucai/", width=390, height=844, scale=2, scheme="dark"),
]


def taken(browser: Browser, base: str, picture: Picture) -> bytes:
    """One window of a page as a PNG with a palette."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
    )
    page.goto(f"{base}{picture.address}")
    for opened in picture.opened:
        page.locator(opened).first.click()
        page.mouse.move(0, 0)
    if picture.at:
        page.locator(picture.at).first.evaluate("element => element.scrollIntoView()")
    screenshot = page.screenshot()
    page.close()
    return with_palette(screenshot)


def with_palette(screenshot: bytes, colours: int = COLOURS) -> bytes:
    """A PNG with a palette of this size; rounds of k-means keep hues that cover little."""
    image, file = Image.open(BytesIO(screenshot)), BytesIO()
    palette = image.convert("RGB").quantize(colours, kmeans=4, dither=Image.Dither.NONE)
    palette.save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("base", help="where the library is served")
    base = parser.parse_args().base.rstrip("/")
    if not chromium.PATH:
        sys.exit("no Chromium here")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        for picture in PICTURES:
            try:
                png = taken(browser, base, picture)
            except Error as error:
                sys.exit(f"{base}{picture.address}: {error.message}")
            if len(png) > LIMIT:
                sys.exit(f"{picture.name}: {len(png):,} bytes; at most {LIMIT:,} are wanted")
            (FOLDER / f"{picture.name}.png").write_bytes(png)
            print(f".readme/{picture.name}.png: {len(png):,} bytes")


if __name__ == "__main__":
    main()
