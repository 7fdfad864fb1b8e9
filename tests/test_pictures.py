"""Uploaded pictures: formats accepted, reasons for refusal, and the encoded result."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from stories.pictures import formats
from stories.pictures.formats import PictureError, Renditions, kind_of, read

RED, BLUE = (220, 30, 30), (30, 60, 200)
ORIENTATION, POSITION = 0x0112, 0x8825  # tags of EXIF
SECRET = "31 degrees north"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def two_halves(width: int = 1600, height: int = 900) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), BLUE)
    return image


def a_file(kind: str = "JPEG", image: Image.Image | None = None, **options: Any) -> bytes:
    file = BytesIO()
    (image or two_halves()).save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[ORIENTATION] = orientation
    made[0x010E] = SECRET
    made.get_ifd(POSITION)[1] = "N"
    return made


def opened(renditions: Renditions, suffix: str) -> Image.Image:
    image = Image.open(BytesIO(renditions.files[suffix]))
    image.load()
    return image


def colour(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """At a position given as shares of width and height."""
    found = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return tuple(map(int, found))


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def refusal(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        read(data)
    return str(caught.value)


def an_empty_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that declares this many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# ---------------------------------------------------------------- results


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_comes_in_three_widths_and_two_formats(kind: str) -> None:
    made = read(a_file(kind))
    assert (made.widths, made.height) == ((480, 960, 1440), 810)
    assert {name: Image.open(BytesIO(data)).size for name, data in made.files.items()} == {
        f"{width}.{suffix}": (width, width * 9 // 16)
        for width in made.widths
        for suffix in ("avif", "webp")
    }
    for suffix, format_ in (("avif", "AVIF"), ("webp", "WEBP")):
        image = opened(made, f"960.{suffix}")
        assert image.format == format_
        assert is_near(colour(image, 0.2, 0.5), RED) and is_near(colour(image, 0.8, 0.5), BLUE)


@pytest.mark.parametrize(
    ("width", "widths"),
    [(300, (300,)), (480, (480,)), (700, (480, 700)), (1440, (480, 960, 1440))],
)
def test_no_picture_is_made_larger_than_it_is(width: int, widths: tuple[int, ...]) -> None:
    assert read(a_file(image=two_halves(width, 200))).widths == widths


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_taken_sideways_stands_upright(kind: str) -> None:
    made = read(a_file(kind, two_halves(800, 600), exif=exif(orientation=6)))
    assert (made.widths[-1], made.height) == (600, 800)
    image = opened(made, "600.webp")
    assert is_near(colour(image, 0.5, 0.2), RED) and is_near(colour(image, 0.5, 0.8), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_but_pixels_goes_on(kind: str) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = a_file(kind, exif=exif(), icc_profile=srgb, xmp=f"<x>{SECRET}</x>".encode())
    assert SECRET.encode() in data
    for name, content in read(data).files.items():
        image = Image.open(BytesIO(content))
        assert (dict(image.getexif()), image.info.get("icc_profile")) == ({}, None), name
        for trace in (SECRET.encode(), b"EXIF", b"Exif", b"XMP ", b"ICCP", b"<x>"):
            assert trace not in content, name


def swapped_channels() -> bytes:
    """A profile with red and green swapped, so that ignoring it is visible."""
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = srgb.index(b"rXYZ"), srgb.index(b"gXYZ")
    place = slice(red + 4, red + 12), slice(green + 4, green + 12)  # offset and length of each
    srgb[place[0]], srgb[place[1]] = srgb[place[1]], srgb[place[0]]
    return bytes(srgb)


def test_colours_are_those_that_the_profile_says() -> None:
    image = Image.new("RGB", (600, 400), (255, 0, 0))
    made = read(a_file("PNG", image, icc_profile=swapped_channels()))
    assert is_near(colour(opened(made, "600.webp"), 0.5, 0.5), (0, 255, 0), by=20)


@pytest.mark.parametrize("profile", [b"no profile at all", swapped_channels()])
def test_a_profile_that_does_not_fit_is_no_reason_to_refuse(profile: bytes) -> None:
    grey = Image.new("L", (600, 400), 128)
    made = read(a_file("PNG", grey, icc_profile=profile))
    assert is_near(colour(opened(made, "600.webp"), 0.5, 0.5), (128, 128, 128))


def test_metadata_that_cannot_be_read_is_no_reason_to_refuse() -> None:
    data = a_file(exif=b"Exif\0\0not a header at all")
    assert read(data).widths == (480, 960, 1440)


@pytest.mark.parametrize(
    ("kind", "mode", "fill", "seen"),
    [
        ("PNG", "1", 1, (255, 255, 255)),
        ("PNG", "L", 90, (90, 90, 90)),
        ("PNG", "LA", (90, 255), (90, 90, 90)),
        ("PNG", "P", 0, (0, 0, 0)),
        ("PNG", "I;16", 128 * 256, (128, 128, 128)),
        ("PNG", "RGBA", (200, 0, 0, 0), (255, 255, 255)),
        ("WEBP", "RGBA", (200, 0, 0, 255), (200, 0, 0)),
        ("AVIF", "RGBA", (200, 0, 0, 0), (255, 255, 255)),
        ("JPEG", "L", 90, (90, 90, 90)),
        ("JPEG", "CMYK", (0, 0, 0, 0), (255, 255, 255)),
    ],
)
def test_every_kind_of_pixels_is_taken(
    kind: str, mode: str, fill: Any, seen: tuple[int, ...]
) -> None:
    made = read(a_file(kind, Image.new(mode, (600, 400), fill)))
    assert is_near(colour(opened(made, "600.webp"), 0.5, 0.5), seen)


def test_the_second_picture_in_a_telephones_jpeg_is_no_animation() -> None:
    data = a_file("MPO", save_all=True, append_images=[two_halves()])
    assert Image.open(BytesIO(data)).format == "MPO"
    assert read(data).widths == (480, 960, 1440)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PDF"])
def test_another_kind_of_file_is_named(kind: str) -> None:
    data = a_file(kind, two_halves(200, 200))
    assert refusal(data) == f"This is a {kind} file. Only JPEG, PNG, WebP and AVIF are accepted."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "MP4"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf\n<svg onload='alert(1)'/>", "SVG"),
    ],
)
def test_what_telephones_and_drawing_programs_write_is_named(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind
    assert refusal(data) == f"This is a {kind} file. Only JPEG, PNG, WebP and AVIF are accepted."


@pytest.mark.parametrize("data", [b"", b"<html><script>alert(1)</script>", b"\0" * 100])
def test_what_is_no_picture_is_told(data: bytes) -> None:
    assert (
        refusal(data) == "This file is not a picture. Only JPEG, PNG, WebP and AVIF are accepted."
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_an_animation_is_told(kind: str) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    data = a_file(kind, frames[0], save_all=True, append_images=frames[1:], duration=100)
    assert refusal(data) == "This picture is animated. Only still pictures are accepted."


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "WebP")])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_is_cut_off_is_told(kind: str, name: str, share: float) -> None:
    noise = Image.effect_noise((400, 300), 80)
    data = a_file(kind, noise.convert("RGB"))
    message = refusal(data[: int(len(data) * share)])
    assert message == f"This {name} file is damaged or cut off: it cannot be read to its end."


def test_a_cut_off_avif_is_told() -> None:
    data = a_file("AVIF", Image.effect_noise((400, 300), 80).convert("RGB"))
    assert refusal(data[: len(data) // 2]).startswith("This AVIF file is damaged")


def test_a_picture_file_that_holds_something_else_is_told() -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"<script>" * 99).startswith("This PNG file is damaged")


def test_more_than_twenty_megabytes_are_not_even_looked_at() -> None:
    assert refusal(b"\xff\xd8\xff" + b"\0" * (20 * 2**20)) == (
        "This file is 20.0 MB. The limit is 20 MB."
    )


@pytest.mark.parametrize("size", [(10_000, 5_001), (9_500, 9_500), (40_000, 40_000), (2**31, 9)])
def test_more_pixels_than_are_allowed_are_not_unpacked(size: tuple[int, int]) -> None:
    """In a small file: it is refused before decoding."""
    message = refusal(an_empty_png(*size))
    if size[0] < 2**31:
        assert message == "This picture has too many pixels. The limit for PNG is 25 million."


def test_as_many_pixels_as_are_allowed_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "PIXEL_LIMITS", {"JPEG": 600 * 400})
    assert read(a_file(image=two_halves(600, 400))).widths == (480, 600)
    assert "too many pixels" in refusal(a_file(image=two_halves(601, 400)))


def test_a_strip_is_no_picture() -> None:
    assert "10 times as long" in refusal(a_file("PNG", two_halves(8, 900)))


def test_reasons_are_told_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        assert refusal(b"") == "此文件不是图片。只接受JPEG、PNG、WebP和AVIF格式。"


# ---------------------------------------------------------------- time and memory


def test_a_small_file_of_many_pixels_is_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    blank = a_file("WEBP", Image.new("RGB", (3100, 3100)), lossless=True)
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("is decoded"))
    assert len(blank) < 5000
    assert "it shows nothing" in refusal(blank)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_a_large_picture_is_reduced_before_it_is_copied(mode: str) -> None:
    image = two_halves(4000, 4000).convert(mode)
    made = read(a_file("PNG", image, pnginfo=noise(), exif=exif(orientation=6)))
    assert (made.widths[-1], made.height) == (1440, 1440)
    above, below = (colour(opened(made, "960.webp"), 0.5, y) for y in (0.2, 0.8))
    assert above[0] > below[0]  # red is above blue, and lighter where both are grey


def noise() -> PngInfo:
    """Metadata, so that the file is not an empty one."""
    info = PngInfo()
    info.add(b"noIs", b"x" * 40_000)
    return info
