"""Decodes an uploaded picture and encodes it upright, in sRGB, in the sizes of pages. Pure.

The type is detected from the content; only the pixels are kept, no metadata.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext
from PIL import Image, ImageCms, ImageOps

SIZE_LIMIT = 20 * 2**20  # bytes
# Pixels: bounds the memory of decoding, measured in docs/reliability.md. JPEG is scaled while it is
# decoded; WebP takes three copies.
PIXEL_LIMITS = {"JPEG": 50 * 10**6, "PNG": 25 * 10**6, "WebP": 10 * 10**6, "AVIF": 10 * 10**6}
# Most pixels per byte in a picture of more than SMALL pixels: anything plainer than a blank sheet
# of paper is a decompression bomb.
PLAINEST, SMALL = 1000, 4 * 10**6
LONGEST = 10  # times the shorter side: WebP allows 16,383 pixels
WIDTHS = (480, 960, 1440)  # pixels: a telephone, a column of text, the same on a dense screen
ENOUGH = 2160  # pixels of the shorter side: one and a half times the widest
# suffix → how Pillow writes it; smallest first, as a page offers them
WRITTEN_AS: Mapping[str, Mapping[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 62, "speed": 7},
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
}
ACCEPTED = ("JPEG", "PNG", "WebP", "AVIF")

# Signatures of files that people mistake for pictures, so that a refusal can name them.
_BEGINNINGS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\1\0", "ICO"),
)


class PictureError(ValueError):
    """Why a file is refused, in the editor's language."""


@dataclass(frozen=True)
class Renditions:
    """One picture in all its sizes; `files` is suffix → content: 480.avif → bytes."""

    widths: tuple[int, ...]  # pixels, the narrowest first
    height: int  # pixels, of the widest
    files: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """Hash of the widest WebP, in hexadecimal."""
        return hashlib.sha256(self.files[f"{self.widths[-1]}.webp"]).hexdigest()


def read(data: bytes) -> Renditions:
    """Decode and scale a picture. Raises PictureError with the reason to refuse it."""
    refuse_size(len(data))
    kind = kind_of(data)
    if kind not in ACCEPTED:
        raise PictureError(_no_picture(kind))
    try:
        with Image.open(BytesIO(data), formats=[kind.upper()]) as image:
            _refuse_extent(kind, *image.size)
            _refuse_emptiness(len(data), *image.size)
            # Phones append a second picture to a JPEG, which is no animation.
            if kind != "JPEG" and getattr(image, "is_animated", False):
                raise PictureError(
                    gettext("This picture is animated. Only still pictures are accepted.")
                )
            return _renditions(_plain(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_many_pixels(kind)) from error
    except PictureError:
        raise
    except Exception as error:  # decoders raise any exception for a broken file
        raise PictureError(
            gettext("This %(kind)s file is damaged or cut off: it cannot be read to its end.")
            % {"kind": kind}
        ) from error


def refuse_size(size: int) -> None:
    """Check a size in bytes before the file is read into memory."""
    if size > SIZE_LIMIT:
        raise PictureError(
            gettext("This file is %(size).1f MB. The limit is %(limit)s MB.")
            % {"size": size / 2**20, "limit": SIZE_LIMIT // 2**20}
        )


def kind_of(data: bytes) -> str:
    """JPEG, PNG, WebP, AVIF or another known type; "" if unknown."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        brands = data[8 : int.from_bytes(data[:4])]
        if b"avif" in brands or b"avis" in brands:
            return "AVIF"
        return "HEIC" if b"hei" in brands or b"hev" in brands else "MP4"
    if data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg")):
        return "SVG"
    return next((kind for start, kind in _BEGINNINGS if data.startswith(start)), "")


def file_names(name: str, widths: Iterable[int]) -> list[str]:
    """The files of the picture with this name."""
    return [f"{name}-{width}.{suffix}" for suffix in WRITTEN_AS for width in widths]


def _no_picture(kind: str) -> str:
    if kind:
        message = gettext("This is a %(kind)s file. Only JPEG, PNG, WebP and AVIF are accepted.")
        return message % {"kind": kind}
    return gettext("This file is not a picture. Only JPEG, PNG, WebP and AVIF are accepted.")


def _refuse_extent(kind: str, width: int, height: int) -> None:
    if width * height > PIXEL_LIMITS[kind]:
        raise PictureError(_too_many_pixels(kind))
    if max(width, height) > LONGEST * min(width, height):
        raise PictureError(
            gettext("One side of this picture is more than %(times)s times as long as the other.")
            % {"times": LONGEST}
        )


def _refuse_emptiness(size: int, width: int, height: int) -> None:
    if width * height > max(SMALL, PLAINEST * size):
        raise PictureError(
            gettext("This file has %(size)s bytes for %(pixels)s pixels: it shows nothing.")
            % {"size": size, "pixels": width * height}
        )


def _too_many_pixels(kind: str) -> str:
    return gettext(
        "This picture has too many pixels. The limit for %(kind)s is %(limit)s million."
    ) % {"kind": kind, "limit": PIXEL_LIMITS[kind] // 10**6}


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, on white if it was transparent, and without metadata."""
    # JPEG decodes directly to a half or a quarter, if that is still large enough.
    image.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    image.load()
    profile = image.info.get("icc_profile")
    image = _upright(_reduced(image))
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    plain = Image.new("RGB", image.size, "white")
    plain.paste(_in_srgb(_opaque(image), profile), mask=alpha)
    return plain


def _reduced(image: Image.Image) -> Image.Image:
    """Scale a large picture down before it is copied: each copy has 4 bytes a pixel."""
    factor = ENOUGH / min(image.size)
    if factor >= 1 or image.width * image.height <= SMALL or image.mode in ("1", "I;16"):
        return image
    metadata = image.info
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in metadata else "RGB")
    size = (round(image.width * factor), round(image.height * factor))
    smaller = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    smaller.info = metadata
    return smaller


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return image  # ignore metadata that cannot be parsed


def _opaque(image: Image.Image) -> Image.Image:
    """Grey, RGB or CMYK with eight bits, the modes that colour profiles support."""
    if image.mode.startswith("I"):  # 16-bit grey
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode in ("1", "LA") else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            # Created for each call: threads must not share a profile.
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            wanted = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            converted = ImageCms.profileToProfile(image, given, wanted, outputMode="RGB")
            if converted:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # the profile does not suit this mode
    return image.convert("RGB")


def _renditions(image: Image.Image) -> Renditions:
    widest = min(image.width, WIDTHS[-1])
    widths = (*(width for width in WIDTHS if width < widest), widest)
    files = {}
    height = image.height
    for width in widths:
        height = max(1, round(image.height * width / image.width))
        scaled = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for suffix, options in WRITTEN_AS.items():
            file = BytesIO()
            scaled.save(file, **options)
            files[f"{width}.{suffix}"] = file.getvalue()
    return Renditions(widths, height, files)
