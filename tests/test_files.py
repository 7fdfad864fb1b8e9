"""Picture files: created and deleted with their rows, and served to readers."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.http import FileResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from PIL import Image

from stories.models.case import Case
from stories.models.history import Edit
from stories.models.pictures import Picture
from stories.pictures import formats, storage
from stories.web import views
from tests.builders import a_case, a_complete_case, a_draft, a_photo, a_picture, keep
from tests.commands import run
from tests.desk import (
    SAVE,
    a_new_row,
    address,
    as_rendered,
    errors_of,
    page_of,
    the_desk_of,
    withdraw,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
WORDS = {
    "alt_zh": "小巷里的路灯",
    "alt_en": "Lamps in the lane",
    "credit_zh": "林小舟",
    "licence": "cc-by-4.0",
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    return tmp_path / "pictures"


@pytest.fixture(autouse=True)
def committed(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """`with committed(): …` is a transaction that is committed."""
    yield lambda: django_capture_on_commit_callbacks(execute=True)


def there(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


# ---------------------------------------------------------------- files and rows


def test_a_saved_picture_has_its_files(folder: Path) -> None:
    picture = a_picture()
    assert there(folder) == set(picture.files)
    assert {file.removeprefix(picture.name) for file in picture.files} == {
        "-480.avif",
        "-480.webp",
        "-600.avif",
        "-600.webp",
    }
    assert (picture.width, picture.height) == (600, 400)


def test_the_same_photo_uploaded_twice_is_two_pictures(folder: Path, committed: Any) -> None:
    one, other = a_picture(), a_picture()
    with committed():
        one.delete()
    assert there(folder) == set(other.files)


def test_another_photo_takes_the_place_of_the_files_before(folder: Path, committed: Any) -> None:
    picture = a_picture()
    before = picture.files
    with committed():
        picture.show(formats.read(a_photo(300, 200)))
        picture.save()
        assert there(folder) == {*before, *picture.files}  # until the transaction is committed
    assert there(folder) == set(picture.files)
    assert Picture.objects.get().width == 300


def test_other_words_leave_the_files_alone(folder: Path, committed: Any) -> None:
    picture = a_picture()
    with committed():
        picture.alt_zh = "另一句话"
        picture.save()
    assert there(folder) == set(picture.files)


@pytest.mark.parametrize("way", ["picture", "pictures", "case", "cases"])
def test_files_go_with_their_row(folder: Path, committed: Any, way: str) -> None:
    picture = a_picture()
    other = a_picture()
    rows: Any = {
        "picture": picture,
        "pictures": Picture.objects.filter(pk=picture.pk),
        "case": picture.case,
        "cases": Case.objects.filter(pk=picture.case.pk),
    }[way]
    with committed():
        rows.delete()
        assert there(folder) == {*picture.files, *other.files}
    assert there(folder) == set(other.files)


def fails() -> None:
    raise RuntimeError


@pytest.mark.parametrize("way", ["delete", "replace"])
def test_what_is_undone_keeps_its_files(folder: Path, committed: Any, way: str) -> None:
    picture = a_picture()
    raised = pytest.raises(RuntimeError)
    with committed(), raised, storage.undone_on_failure(), transaction.atomic():
        if way == "delete":
            picture.case.delete()
        else:
            picture.show(formats.read(a_photo(300, 200)))
            picture.save()
        fails()
    assert there(folder) == set(Picture.objects.get().files)


def test_a_picture_whose_saving_fails_leaves_no_files(folder: Path) -> None:
    with pytest.raises(IntegrityError), storage.undone_on_failure(), transaction.atomic():
        a_picture(alt_en="")
    assert there(folder) == set()


def test_a_full_disk_leaves_nothing_half_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = storage.default_storage.save

    def full(name: str, content: Any) -> str:
        if name.endswith(".webp"):
            raise OSError("no space left on device")
        return str(save(name, content))

    monkeypatch.setattr(storage.default_storage, "save", full)
    with pytest.raises(OSError, match="no space"):
        a_picture()
    assert there(folder) == set()


# ---------------------------------------------------------------- orphaned files


def aged(folder: Path, name: str) -> None:
    """Make a file one day old."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    yesterday = (folder / name).stat().st_mtime - 86_400  # seconds
    os.utime(folder / name, (yesterday, yesterday))


def test_the_command_finds_what_is_astray_and_removes_files_without_a_row(folder: Path) -> None:
    picture = a_picture()
    assert run("checkpictures") == "1 picture, nothing astray\n"
    aged(folder, "left-480.webp")
    (folder / "new-480.webp").write_bytes(b"")  # its row may not be committed yet
    with pytest.raises(CommandError, match=r"left-480\.webp: of no picture"):
        call_command("checkpictures")
    assert run("checkpictures", remove=True) == (
        "left-480.webp: removed\n1 picture, nothing astray\n"
    )
    assert there(folder) == {*picture.files, "new-480.webp"}
    (folder / picture.files[0]).unlink()
    with pytest.raises(CommandError, match=f"{picture.files[0]}: is missing"):
        call_command("checkpictures", remove=True)


# ---------------------------------------------------------------- the desk


def uploaded(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def upload(client: Client, case: Case, data: bytes, **overrides: Any) -> Any:
    """Post the page of the case with one more picture."""
    values = as_rendered(client, case)
    row = a_new_row(values, "pictures", **(WORDS | {"file": uploaded(data)} | overrides))
    return client.post(page_of(case), values | row | SAVE)


def test_an_editor_uploads_a_picture(folder: Path, vocabulary: None) -> None:
    case = a_complete_case()
    response = upload(the_desk_of("editors"), case, a_photo())
    assert response.status_code == 302, errors_of(response)
    picture = case.pictures.get()
    assert (picture.alt_en, picture.credit_zh, picture.position) == (
        WORDS["alt_en"],
        WORDS["credit_zh"],
        0,
    )
    assert there(folder) == set(picture.files)
    assert Case.objects.get().changed_at > case.changed_at


def test_a_picture_is_encoded_before_the_save_begins(
    vocabulary: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save locks SQLite from its BEGIN on, here a SAVEPOINT; encoding takes a second or two."""
    case, editor = a_complete_case(), the_desk_of("editors")
    values = as_rendered(editor, case)
    row = a_new_row(values, "pictures", **(WORDS | {"file": uploaded(a_photo())}))
    before: list[str] = []
    encode = Image.Image.save

    def seen(image: Image.Image, *args: Any, **kwargs: Any) -> None:
        before.extend(query["sql"] for query in asked.captured_queries)
        encode(image, *args, **kwargs)

    monkeypatch.setattr(Image.Image, "save", seen)
    with CaptureQueriesContext(connection) as asked:
        assert editor.post(page_of(case), values | row | SAVE).status_code == 302
    assert {sql.split()[0] for sql in before} == {"SELECT"}
    assert {"SAVEPOINT", "INSERT"} <= {q["sql"].split()[0] for q in asked.captured_queries}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("photo.jpg", b"<html>", "此文件不是图片"),
        ("photo.jpg", a_photo(kind="GIF"), "GIF"),
        ("photo.png", a_photo()[:200], "JPEG"),
    ],
)
def test_a_file_is_refused_at_its_field_with_one_reason(
    folder: Path, vocabulary: None, name: str, data: bytes, reason: str
) -> None:
    case = a_complete_case()
    response = upload(the_desk_of("editors"), case, data, file=uploaded(data, name))
    (error,) = errors_of(response)
    assert error.startswith("pictures-0-file: ") and reason in error
    assert (there(folder), Picture.objects.count()) == (set(), 0)


def test_the_name_of_a_file_says_nothing(vocabulary: None) -> None:
    case = a_complete_case()
    photo = uploaded(a_photo(kind="PNG"), "../../evil.php")
    assert upload(the_desk_of("editors"), case, b"", file=photo).status_code == 302
    assert all(file.startswith(case.pictures.get().name) for file in case.pictures.get().files)


@pytest.mark.parametrize("missing", WORDS)
def test_a_picture_is_described_in_both_languages_credited_and_licensed(
    vocabulary: None, missing: str
) -> None:
    case = a_complete_case()
    response = upload(the_desk_of("editors"), case, a_photo(), **{missing: ""})
    assert [error.partition(":")[0] for error in errors_of(response)] == [f"pictures-0-{missing}"]


def change(client: Client, case: Case, **fields: Any) -> Any:
    """Change the first picture of the case."""
    values = as_rendered(client, case) | {f"pictures-0-{k}": v for k, v in fields.items()}
    return client.post(page_of(case), values | SAVE)


def test_an_editor_replaces_and_removes_a_picture(
    folder: Path, vocabulary: None, committed: Any
) -> None:
    """The files stay for restoring the earlier case."""
    case, editor = a_complete_case(), the_desk_of("editors")
    first = a_picture(case=case)
    with committed():
        assert change(editor, case, file=uploaded(a_photo(300, 200))).status_code == 302
    second = case.pictures.get()
    assert (second.width, there(folder)) == (300, {*first.files, *second.files})
    with committed():
        assert change(editor, case, DELETE="on").status_code == 302
    assert (case.pictures.count(), there(folder)) == (0, {*first.files, *second.files})


def test_a_draft_is_deleted_and_its_pictures_stay_to_be_restored(
    folder: Path, vocabulary: None, committed: Any
) -> None:
    case = a_complete_case()
    withdraw(case)
    picture, editor = a_picture(case=case), the_desk_of("editors")
    with committed():
        editor.post(page_of(case, "delete"), {"post": "yes"})
    assert (Case.objects.count(), there(folder)) == (0, set(picture.files))
    editor.post(address("case_restore"), {"edit": Edit.objects.get(kind="deleted").pk})
    assert Picture.objects.get().files == picture.files


# ---------------------------------------------------------------- readers


def a_published_picture() -> Picture:
    picture = a_picture()
    keep(picture.case)
    return picture


def page_of_case(case: Case, language: str = "") -> Page:
    return Page(Client().get(f"{language}/cases/{case.slug}/").text)


@pytest.fixture
def case() -> Case:
    made = a_case(slug="lamps")
    keep(made)
    return made


def test_a_page_shows_its_picture_in_every_size_and_keeps_its_place(case: Case) -> None:
    picture = a_picture(case=case, file=a_photo(2000, 1000))
    keep(case)
    page = page_of_case(case)
    (image,), (source,) = page.all("img"), page.all("source")
    base = f"/media/{picture.name}"
    assert source.attributes["type"] == "image/avif"
    assert source.attributes["srcset"] == (
        f"{base}-480.avif 480w, {base}-960.avif 960w, {base}-1440.avif 1440w"
    )
    assert image.attributes | {"sizes": ""} == {
        "src": f"{base}-960.webp",
        "srcset": f"{base}-480.webp 480w, {base}-960.webp 960w, {base}-1440.webp 1440w",
        "sizes": "",
        "width": "1440",
        "height": "720",
        "alt": "小巷里的一排路灯",
        "loading": "lazy",
        "decoding": "async",
    }


def test_a_picture_is_described_in_the_readers_language(case: Case) -> None:
    a_picture(case=case, credit_url="https://example.org/photo")
    keep(case)
    page = page_of_case(case, "/en")
    assert page.all("img")[0].attributes["alt"] == "A row of lamps in a lane"
    assert page.all("figcaption")[0].text == "The lane at night. Picture: Lin Xiaozhou, CC BY 4.0"
    assert page.links("picture__credit") == [
        "https://example.org/photo",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert page_of_case(case).all("figcaption")[0].text == "夜里的小巷。 图片：林小舟，CC BY 4.0"


def test_a_licence_without_a_deed_is_named_only(case: Case) -> None:
    a_picture(case=case, licence="permission", caption_zh="", caption_en="")
    keep(case)
    page = page_of_case(case, "/en")
    assert page.all("figcaption")[0].text == (
        "Picture: Lin Xiaozhou, shown with permission; all rights reserved"
    )
    assert (page.links("picture__credit"), page.faults) == ([], [])


def test_pictures_stand_in_their_order_and_cost_no_query(case: Case) -> None:
    with CaptureQueriesContext(connection) as without:
        page_of_case(case)
    for position in (3, 1, 2):
        a_picture(case=case, position=position, alt_zh=f"第{position}张")
    keep(case)
    with CaptureQueriesContext(connection) as with_three:
        page = page_of_case(case)
    assert [image.attributes["alt"] for image in page.all("img")] == ["第1张", "第2张", "第3张"]
    assert len(with_three) == len(without)


def test_the_preview_shows_the_pictures_of_a_draft(vocabulary: None) -> None:
    case, editor = a_draft(), the_desk_of("editors")
    a_picture(case=case)
    page = Page(editor.get(page_of(case, "preview")).text)
    (image,) = page.all("img")
    assert editor.get(image.attributes["src"] or "").status_code == 200
    assert Client().get(image.attributes["src"] or "").status_code == 302


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_a_picture_is_served_for_good(client: Client, suffix: str) -> None:
    picture = a_published_picture()
    place = f"/media/{picture.name}-480.{suffix}"
    response = client.get(place, headers={"Accept-Encoding": "gzip, br"})
    assert (response.status_code, response["Content-Type"]) == (200, f"image/{suffix}")
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in response
    content = b"".join(response.streaming_content)
    assert len(content) == int(response["Content-Length"]) > 0
    assert client.post(place).status_code == 405


def test_a_picture_is_streamed_and_its_file_closed() -> None:
    picture = a_published_picture()
    file = picture.files[0]
    response = views.picture(RequestFactory().get("/"), file, picture.name, "avif")
    assert isinstance(response, FileResponse)
    stream = response.file_to_stream
    assert not stream.closed
    response.close()
    assert stream.closed


def test_head_has_the_headers_of_a_picture_without_its_content(client: Client) -> None:
    place = f"/media/{a_published_picture().files[0]}"
    response = client.head(place)
    assert b"".join(response.streaming_content) == b""
    whole = client.get(place)
    whole.getvalue()  # to its end, which closes the file
    assert response.headers == whole.headers


def test_a_picture_that_the_browser_has_is_not_opened(client: Client, folder: Path) -> None:
    picture = a_published_picture()
    place = f"/media/{picture.files[0]}"
    response = client.get(place)
    response.getvalue()  # to its end, which closes the file
    tag = response["ETag"]
    (folder / picture.files[0]).unlink()
    response = client.get(place, headers={"If-None-Match": tag})
    assert (response.status_code, response["ETag"]) == (304, tag)
    assert "immutable" in response["Cache-Control"]


def status(client: Client, picture: Picture) -> int:
    response = client.get(f"/media/{picture.files[0]}")
    response.getvalue()  # to its end, which closes the file
    return response.status_code


def on_the_desk(client: Client, picture: Picture) -> Any:
    return client.get(address("case_picture", picture.files[0]))


def test_readers_see_a_picture_while_a_version_shows_it(case: Case) -> None:
    reader, picture = Client(), a_picture(case=case)
    assert status(reader, picture) == 404
    keep(case)
    assert status(reader, picture) == 200
    withdraw(case)
    assert status(reader, picture) == 404


def test_staff_see_the_picture_of_a_draft_and_no_cache_keeps_it(folder: Path) -> None:
    picture, editor = a_picture(case=a_draft()), the_desk_of("editors")
    response = on_the_desk(editor, picture)
    assert (response.status_code, response["Content-Type"]) == (200, "image/avif")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert status(editor, picture) == 404
    (folder / picture.files[0]).unlink()
    assert on_the_desk(editor, picture).status_code == 404


def test_the_desk_shows_no_other_file_and_nobody_else_a_draft(
    client: Client, folder: Path, django_user_model: Any
) -> None:
    picture = a_picture(case=a_draft())
    (folder / f"{'a' * 32}-480.webp").write_bytes(b"")
    editor = the_desk_of("editors")
    other = address("case_picture", f"{'a' * 32}-480.webp")
    assert editor.get(other).status_code == 404
    client.force_login(django_user_model.objects.create_user("someone", is_staff=True))
    assert on_the_desk(client, picture).status_code == 403


def test_a_picture_costs_one_query(client: Client, django_assert_num_queries: Any) -> None:
    picture = a_published_picture()
    with django_assert_num_queries(1):
        assert status(client, picture) == 200


def test_a_picture_whose_file_is_missing_is_not_there(client: Client, folder: Path) -> None:
    picture = a_published_picture()
    (folder / picture.files[0]).unlink()
    assert status(client, picture) == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "../caselib.sqlite3",
        "..%2fcaselib.sqlite3",
        "evil.html",
        f"{'a' * 32}-480.webp",
        f"{'a' * 32}-480.webp/",
        f"{'a' * 32}-480.svg",
        "%00",
    ],
)
def test_nothing_else_of_the_folder_is_served(client: Client, folder: Path, path: str) -> None:
    a_picture()
    (folder / "evil.html").write_text("<script>")
    (folder.parent / "caselib.sqlite3").write_text("secret")
    assert client.get(f"/media/{path}").status_code == 404
