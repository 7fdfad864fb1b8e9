"""Static files storage that bundles CSS: each style sheet with imports is served as one file.

The sources stay separate and need no build step; `collectstatic` inlines the imports, so that a
first visit requests one style sheet.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'@import "(?P<file>[\w-]+\.css)"(?: (?P<media>[\w-]+))?;\n?')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Manifest storage with hashed names, compression and inlined CSS imports."""

    support_js_module_import_aggregation = True  # modules import one another by hashed names

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            # Django reads a file to hash it from the storage named in `paths`: a bundle is read
            # from this one.
            bundles = {name: (self, name) for name in paths if self._bundle(name)}
            paths = {**paths, **bundles}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _bundle(self, name: str) -> bool:
        """Inline the imports of a style sheet; False if it imports nothing."""
        if not name.endswith(".css") or not _IMPORT.search(text := self._read(name)):
            return False
        folder = name.rpartition("/")[0]

        def imported(match: re.Match[str]) -> str:
            rules = _COMMENT.sub("", self._read(f"{folder}/{match['file']}"))
            return f"@media {match['media']} {{\n{rules}}}\n" if match["media"] else rules

        self.delete(name)
        self._save(name, ContentFile(_IMPORT.sub(imported, text).encode()))
        return True

    def _read(self, name: str) -> str:
        with self.open(name) as file:
            return str(file.read().decode())
