"""Makes the links of a page relative, and derives its standard view from its care view."""

import re
from html import escape, unescape
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override

from stories.bake.addresses import CARE, file_of, relative
from stories.languages import DJANGO_CODES

_LINK = re.compile(r'(?<=\s)(href|src|srcset|action|data-index)="([^"]*)"')
_ABSOLUTE = re.compile(r'(?<=["\'>])(https?://[^"\'<]*)')
_DRAWING = re.compile(r'<use href="[^"#]*symbols[^"#]*#([a-z]+)"/>')
_SHARING = re.compile(r'<meta property="og:image[^>]*>\n?')
_SWITCH = re.compile(r'<a rel="nofollow" href="\?([^"]*)view=standard">[^<]*</a>')
_LANGUAGE = re.compile(r'<html lang="([\w-]+)" class="care"')
# Additions of the care view of a case: the bar for reading it aloud, and its script.
_ALOUD = re.compile(
    r'<script src="[^"]*/aloud[^"]*" defer></script>\n|<p class="aloud" hidden>.*?</p>\n', re.DOTALL
)


class Rewriter:
    """`url`: public address of the copy; `is_known`: whether it was configured."""

    def __init__(self, url: str, is_known: bool) -> None:
        self.url, self.is_known = url, is_known
        self._drawings = _symbols()

    def page(self, html: str, file: str, address: str, view: str = "") -> str:
        """`file`: that the page becomes; `address`: its own, to which "?view=care" links back."""

        def link(match: re.Match[str]) -> str:
            name, value = match[1], unescape(match[2])
            if name == "srcset":
                return f'srcset="{escape(self._srcset(value, file))}"'
            if value.startswith(f"{self.url}/"):
                value = value[len(self.url) :]
                if self.is_known:
                    return f'{name}="{escape(self.absolute(value))}"'
            if value.startswith("?"):
                return self._switch(name, address, value, file)
            if not value.startswith("/") or value.startswith("//"):
                return match[0]
            found = self.way(value, file, view)
            return f'{name}="{escape(found)}"' if found else ""

        html = _DRAWING.sub(lambda match: self._drawings[match[1]], html)
        if not self.is_known:
            html = _SHARING.sub("", html)
        return _LINK.sub(link, html)

    def way(self, address: str, file: str, view: str = "") -> str:
        """The relative address from a file; "" if the target needs a server."""
        path, mark, fragment = address.partition("#")
        if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)) or path == "/search/":
            return relative(path.lstrip("/"), file) + mark + fragment
        found = file_of(path, view)
        if found is None:
            return f"{settings.SITE_URL}{address}" if settings.SITE_URL else ""
        return (
            relative(found.path, file)
            + (f"?{found.query}" if found.query else "")
            + (mark + fragment)
        )

    def absolute(self, address: str) -> str:
        """The public address of a page of the copy."""
        path, mark, fragment = address.partition("#")
        found = file_of(path)
        if found is None:
            return f"{settings.SITE_URL or self.url}{address}"
        name = found.path.removesuffix("index.html") if found.is_page else found.path
        query = f"?{found.query}" if found.query else ""
        return f"{self.url}/{name}{query}{mark}{fragment}"

    def text(self, text: str) -> str:
        """Rewrite feeds and sitemaps: addresses of list pages become those of their files."""

        def absolute(match: re.Match[str]) -> str:
            value = unescape(match[1])
            if not value.startswith(f"{self.url}/") or "?" not in value:
                return match[1]
            return escape(self.absolute(value[len(self.url) :]))

        return _ABSOLUTE.sub(absolute, text)

    def _switch(self, name: str, address: str, value: str, file: str) -> str:
        path, _mark, query = address.partition("?")
        view = CARE if "view=care" in value else ""
        found = file_of(f"{path}?{query}" if query else path, view)
        return f'{name}="{escape(relative(found.path, file))}"' if found else ""

    def _srcset(self, value: str, file: str) -> str:
        parts = (part.strip().split(" ") for part in value.split(","))
        return ", ".join(" ".join([self.way(url, file), *size]) for url, *size in parts)


def standard_view(care: str) -> str:
    """The standard view of a page, derived from its care view; "" if the differences are
    ambiguous.
    """
    language = _LANGUAGE.search(care)
    if not language:
        return ""
    with override(DJANGO_CODES["en" if language[1] == "en" else "zh"]):
        label = escape(gettext("Larger text"))
    html, switch_count = _SWITCH.subn(
        lambda match: f'<a rel="nofollow" href="?{match[1]}view=care">{label}</a>', care
    )
    html, class_count = _LANGUAGE.subn(r'<html lang="\1"', html, count=1)
    return _ALOUD.sub("", html) if switch_count == class_count == 1 else ""


def _symbols() -> dict[str, str]:
    """Symbols for inlining in a page: from disk, a browser draws none of another file."""
    text = (Path(settings.BASE_DIR) / "static" / "symbols.svg").read_text(encoding="utf-8")
    found = re.finditer(r'<symbol id="([a-z]+)"([^>]*)>(.*?)</symbol>', text, re.DOTALL)
    return {match[1]: f"<svg{match[2]}>{match[3]}</svg>" for match in found}
