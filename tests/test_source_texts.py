"""The texts of sources: attached by hash, stored for the desk, and never public."""

import base64
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from stories.documents import serialization
from stories.models.sources import Source
from stories.models.texts import SourceText
from stories.publishing import exporter, texts
from stories.reading import resemblance, source_text
from tests.builders import ARTICLES, a_complete_case, a_document, a_text, texts_of, with_value
from tests.commands import a_file, refusal, run
from tests.pages import PAGES

pytestmark = pytest.mark.django_db
ONLY_IN_THE_TEXT = "居民夜里不敢出门"  # of passage 1; no document cites it


@pytest.fixture
def source(vocabulary: None) -> Source:
    return a_complete_case().sources.get()


def a_folder(folder: Path, *raws: bytes) -> Path:
    for n, raw in enumerate(raws):
        (folder / f"{n}.txt").write_bytes(raw)
    return folder


# ---------------------------------------------------------------- attaching


def test_attachtexts_gives_each_source_the_file_with_its_hash(
    source: Source, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, a_text(), "无关的文章。".encode())
    assert run("attachtexts", folder) == (
        "liudi-news: attached\n1 attached, 0 unchanged, 1 of no source here\n"
    )
    row = SourceText.objects.get()
    assert (row.sha256, bytes(row.raw)) == (source.sha256, a_text())
    assert run("attachtexts", folder) == (
        "liudi-news: unchanged\n0 attached, 1 unchanged, 1 of no source here\n"
    )


def test_attachtexts_refuses_a_folder_without_texts(tmp_path: Path) -> None:
    assert "no folder with *.txt files" in refusal("attachtexts", tmp_path)[1]


def test_a_text_that_was_only_proposed_is_attached(source: Source) -> None:
    SourceText.objects.create(sha256=source.sha256, raw=a_text(), is_proposed=True)
    assert texts.of_hashes([source.sha256]) == {}
    texts.attach(texts_of())
    assert texts.of_hashes([source.sha256]) == texts_of()


def test_the_passages_of_a_text_are_the_lines_of_its_source(source: Source) -> None:
    found = texts.passages_of(source, a_text())
    assert found["T"] == "柳堤社区:九条小巷亮了灯"
    assert "柳堤网转载" not in found["2"]
    assert texts.passages_of(source, b"another text") == {}


def test_a_text_stays_when_its_source_is_written_anew(source: Source) -> None:
    texts.attach(texts_of())
    a_complete_case(with_value(a_document(), "key_message.zh", "小巷亮了灯。"))
    assert texts.at_hand(serialization.shaped(a_document())) == texts_of()
    assert SourceText.objects.count() == 1


# ---------------------------------------------------------------- loading with texts


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_attaches_the_texts_of_what_it_loads(tmp_path: Path) -> None:
    output = run("loadcases", a_file(tmp_path, a_document()), texts=ARTICLES)
    assert "texts of 1 sources are at the desk\n1 created" in output
    assert bytes(SourceText.objects.get().raw) == a_text()


@pytest.mark.usefixtures("vocabulary")
def test_a_dry_run_attaches_nothing(tmp_path: Path) -> None:
    run("loadcases", a_file(tmp_path, a_document()), texts=ARTICLES, dry_run=True)
    assert not SourceText.objects.exists()


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_refuses_what_the_texts_disprove(tmp_path: Path) -> None:
    wrong = with_value(a_document(), "measures[0].cites[0].printed", "拆掉路灯")
    _told, error = refusal("loadcases", a_file(tmp_path, wrong), texts=ARTICLES)
    assert "measures[0].cites[0].printed: '拆掉路灯' does not stand in passage 2" in error
    assert error.endswith("nothing was loaded")


@pytest.mark.usefixtures("vocabulary")
def test_a_document_whose_text_is_not_in_the_folder_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    folder = a_folder(tmp_path / "texts", "无关的文章。".encode())
    assert "1 created" in run("loadcases", a_file(tmp_path, a_document()), texts=folder)
    assert not SourceText.objects.exists()


# ---------------------------------------------------------------- not public


def test_no_document_holds_the_text(source: Source, tmp_path: Path) -> None:
    texts.attach(texts_of())
    written = json.dumps(exporter.dump(source.case), ensure_ascii=False)
    run("dumpcases", tmp_path, all_versions=True)
    files = [file.read_text() for file in tmp_path.rglob("*.json")]
    assert files
    for content in (written, *files):
        assert ONLY_IN_THE_TEXT not in content
        assert base64.b64encode(a_text()).decode()[:40] not in content


def test_no_public_page_shows_the_text(source: Source, client: Client) -> None:
    texts.attach(texts_of())
    addresses = ["/cases/liudi/", "/cases/liudi.json", "/sources/liudi-news/", "/cases/liudi/v/1/"]
    shared = [page for page in PAGES if "yucai" not in page]
    for address in (*addresses, *shared):
        response = client.get(address)
        assert ONLY_IN_THE_TEXT not in b"".join(response).decode(errors="replace")


def test_no_public_package_names_the_table() -> None:
    for package in ("search", "queries", "presenters", "web"):
        for file in (settings.BASE_DIR / "stories" / package).rglob("*.py"):
            assert "SourceText" not in file.read_text(encoding="utf-8")


# ---------------------------------------------------------------- resemblance


REPORT = (
    "柳堤社区在城东，住着约一千户居民。社区筹集资金给小巷装上路灯，居民和社区一起铺平路面。" * 3
)


def test_a_text_is_like_itself_in_another_script_and_another_typesetting() -> None:
    other = REPORT.replace("，", ", ").replace("区", "區").replace("灯", "燈")
    sketches = [resemblance.sketch(text) for text in (REPORT, other)]
    assert resemblance.likeness(*sketches) == 1


def test_a_shortened_reprint_is_like_it_and_another_report_is_not() -> None:
    whole = source_text.fold(a_text().decode())
    cut, other = whole[: len(whole) * 3 // 4], REPORT.replace("柳堤", "东风")
    sketch = resemblance.sketch(whole)
    assert resemblance.likeness(sketch, resemblance.sketch(cut)) > resemblance.REPRINT
    assert resemblance.likeness(sketch, resemblance.sketch(other)) < 0.2


def test_nothing_is_like_an_empty_text() -> None:
    assert resemblance.likeness(resemblance.sketch("灯"), resemblance.sketch(REPORT)) == 0
