"""200 generated hostile pictures, decoded one after another by one process."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

from tests.attacks.pictures import LIMIT, python

COUNT = 200
# In a process of its own, as a child inherits the peak memory of its parent.
MAKE = """
import sys
from pathlib import Path
from tests.attacks import hostile_pictures
hostile_pictures.write(Path(sys.argv[1]))
"""
# Decodes the files of a folder; results must be complete pictures without metadata. Prints how many
# were refused and stored, and the peak memory in MiB.
READ = """
import resource, sys, django
from io import BytesIO
from pathlib import Path
from PIL import Image
django.setup()
from stories.pictures import formats
refused = stored = 0
for file in sorted(Path(sys.argv[1]).iterdir()):
    if not file.is_file():
        continue
    try:
        found = formats.read(file.read_bytes()).files
    except formats.PictureError:
        refused += 1
        continue
    stored += 1
    for suffix, data in found.items():
        with Image.open(BytesIO(data)) as image:
            image.load()
            assert not image.getexif(), f"{file.name}: {suffix} has metadata"
        assert b"<script" not in data, f"{file.name}: {suffix} holds a page"
print(refused, stored, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
# Pillow's modes, each with a format that supports it.
MODES = [
    *((mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *((mode, "TIFF") for mode in ("CMYK", "YCbCr", "LAB", "F", "I")),
    *(("CMYK", "JPEG"), ("L", "WEBP"), ("RGBA", "AVIF"), ("P", "GIF"), ("1", "BMP")),
]
SCRIPT = b"<html><script>alert(1)</script><svg onload=alert(1)>"
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")


def pictures() -> Iterator[tuple[str, bytes]]:
    """(description, bytes): valid ones of odd kinds, then damaged ones, then random changes."""
    chance = random.Random(200)
    plain = {kind: _file(_noise(chance), kind) for kind in FORMATS}
    for kind, data in plain.items():
        yield f"{kind} with a page behind it", data + SCRIPT
        yield f"page before a {kind}", SCRIPT + data
        yield f"two {kind} in one file", data + data
    for mode, kind in MODES:
        yield f"{kind} of {mode}", _file(Image.new(mode, (300, 200)), kind)
    yield from _loaded(chance)
    yield from _bombs()
    for kind, data in plain.items():
        for share in (0.02, 0.1, 0.3, 0.6, 0.9, 0.99):
            yield f"{kind} cut off at {share:.0%}", data[: int(len(data) * share)]
    yield "nothing", b""
    while True:
        kind = chance.choice(FORMATS)
        changed = bytearray(plain[kind])
        for _ in range(chance.choice((1, 8, 64))):
            # Half of the changes are in the first bytes, which have sizes and lengths.
            most = len(changed) if chance.random() < 0.5 else min(64, len(changed))
            changed[chance.randrange(most)] = chance.randrange(256)
        yield f"{kind} with changed bytes", bytes(changed)


def _loaded(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Pictures with much metadata, or several pictures in one file."""
    image = _noise(chance)
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>" * 2000
    yield "JPEG with a long description", _file(image, "JPEG", exif=exif)
    yield "JPEG whose profile is none", _file(image, "JPEG", icc_profile=b"\xff" * 60_000)
    yield "WebP whose profile is none", _file(image, "WEBP", icc_profile=b"\0" * 500_000)
    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "路" * 3_000_000, zip=True)
    yield "PNG with megabytes of text", _file(image, "PNG", pnginfo=text)
    frames = [_noise(chance) for _ in range(20)]
    for kind in ("GIF", "WEBP", "PNG"):
        yield f"{kind} of 20 frames", _file(image, kind, save_all=True, append_images=frames)


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that declare or contain many pixels."""
    for width, height in ((2**31 - 1, 2**31 - 1), (65_535, 65_535), (0, 0), (1, 2**30), (2**30, 1)):
        yield f"PNG of {width} × {height}", _png_head(width, height)
    yield (
        "WebP of 16,383 × 16,383",
        _file(Image.new("L", (1, 1)), "WEBP")[:12]
        + (b"VP8X\x0a\0\0\0\0\0\0\0" + (16_382).to_bytes(3, "little") * 2),
    )
    yield "blank PNG of 25 million pixels", _file(Image.new("1", (5000, 5000)), "PNG")
    yield "blank JPEG of 36 million pixels", _file(Image.new("L", (6000, 6000)), "JPEG")
    yield "blank GIF of 100 million pixels", _file(Image.new("P", (10_000, 10_000)), "GIF")
    yield "blank WebP of 49 million pixels", _file(Image.new("L", (7000, 7000)), "WEBP")


def _png_head(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    chunks = chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _noise(chance: random.Random) -> Image.Image:
    return Image.frombytes("RGB", (240, 160), chance.randbytes(240 * 160 * 3))


def _file(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def write(folder: Path) -> None:
    for number, (name, data) in zip(range(COUNT), pictures(), strict=False):
        (folder / f"{number:03} {name}").write_bytes(data)


def run(folder: Path, short: bool) -> list[str]:
    python(MAKE, folder)
    refused, stored, peak = map(int, python(READ, folder).split())
    line = f"{refused + stored} pictures: {refused} refused, {stored} stored anew, peak {peak} MiB"
    assert refused + stored == COUNT and peak < LIMIT, line
    return [line]
