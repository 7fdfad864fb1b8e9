"""Collected static files: one style sheet, with a hashed name, compressed."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from caselib.assets import BundlingStorage

LAYERS = ["tokens", "base", "layout", "components", "components", "care", "print"]


def collect(source: Path, root: Path) -> dict[str, Path]:
    """name → the file that is served for it."""
    storage = BundlingStorage(location=root, base_url="/static/")
    paths = {}
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        name = str(file.relative_to(source))
        with file.open("rb") as content:
            storage.save(name, content)
        paths[name] = (storage, name)
    faults = [made for made in storage.post_process(paths) if isinstance(made[2], Exception)]
    assert faults == []
    return {name: root / hashed for name, hashed in storage.hashed_files.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return collect(settings.BASE_DIR / "static", tmp_path_factory.mktemp("static"))


def test_the_sheet_holds_all_layers_in_order_and_imports_nothing(served: dict[str, Path]) -> None:
    text = served["css/site.css"].read_text()
    assert text.startswith("@layer tokens,")
    assert re.findall(r"^@layer (\w+) {", text, flags=re.MULTILINE) == LAYERS
    assert "@import" not in text and "/*" not in text
    assert text.count("{") == text.count("}")


def test_what_is_for_paper_is_for_paper_only(served: dict[str, Path]) -> None:
    text = served["css/site.css"].read_text()
    assert text.count("@media print {\n@layer print {") == text.count("@layer print {") == 1


def test_the_name_of_the_sheet_changes_with_any_of_its_sources(tmp_path: Path) -> None:
    names = set()
    for colour in ("one", "two"):
        sheets = tmp_path / colour / "css"
        sheets.mkdir(parents=True)
        (sheets / "site.css").write_text('@import "tokens.css";\n')
        (sheets / "tokens.css").write_text(f".{colour} {{ margin: 0 }}\n")
        made = collect(sheets.parent, tmp_path / f"static-{colour}")["css/site.css"]
        assert made.read_text() == f".{colour} {{ margin: 0 }}\n"
        names.add(made.name)
    assert len(names) == 2


@pytest.mark.parametrize("name", ["css/site.css", "js/notes.js", "symbols.svg", "icon.svg"])
def test_a_file_is_named_after_its_content_and_compressed(
    served: dict[str, Path], name: str
) -> None:
    file = served[name]
    assert re.fullmatch(rf"{Path(name).stem}\.[0-9a-f]{{12}}{file.suffix}", file.name)
    if name != "icon.svg":  # too small to gain from compression
        assert brotli.decompress(Path(f"{file}.br").read_bytes()) == file.read_bytes()
        assert gzip.decompress(Path(f"{file}.gz").read_bytes()) == file.read_bytes()


def test_every_measure_family_has_its_own_drawing(served: dict[str, Path]) -> None:
    text = served["symbols.svg"].read_text()
    drawn = dict(re.findall(r'<symbol id="([\w-]+)" viewBox="0 0 24 24"[^>]*>(.+)</symbol>', text))
    families = re.findall(
        r'"slug": "([\w-]+)"', (settings.VOCABULARY_DIR / "measure_families.json").read_text()
    )
    assert sorted(drawn) == sorted(families)
    assert len(set(drawn.values())) == len(families)
