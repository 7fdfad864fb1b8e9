"""Versions: numbered, immutable, and the only data of public pages."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.html import strip_tags
from django.utils.translation import override

from stories.choices import VersionKind
from stories.documents import schema, serialization
from stories.models.version import Publication, Version
from stories.models.vocabulary import Tag
from stories.presenters import versions as presenters
from stories.publishing import importer, publisher
from stories.publishing.publisher import Note, PublishingError
from tests.builders import a_document, with_value
from tests.pages import BASE, MACHINE_FORMATS, PAGES, page_of

NOTE = Note("数字有误，已更正。", "A number was wrong and is corrected.")
# Tables that only the desk may read.
DESK = """
case casetag inferredplace problem measure typelink where solve actor metric derived operand glance
change change_measures followup source person passage citation leftout picture sourcetext
edit editedpicture savedform submission reviewcomment desksession initialpassword
""".split()
ANSWERS = """
import hashlib, sys
import django
django.setup()
from django.db import connection
from django.test import Client
if sys.argv[1] == "read-only":
    connection.cursor().execute("PRAGMA query_only = ON")
for address in sys.argv[2:]:
    response = Client(HTTP_HOST="localhost").get(address)
    body = b"".join(response) if response.streaming else response.content
    print(address, response.status_code, hashlib.sha256(body).hexdigest())
"""


def a_shaped(**overrides: object) -> schema.CaseDocument:
    return serialization.shaped(a_document(**overrides))


def a_corrected() -> schema.CaseDocument:
    return serialization.shaped(with_value(a_document(), "key_message.zh", "小巷亮了灯。"))


@pytest.fixture
def published(vocabulary: None) -> Publication:
    importer.load(a_shaped())
    return Publication.objects.get()


# ---------------------------------------------------------------- publishing


def test_the_first_version_has_number_one_and_no_note(published: Publication) -> None:
    version = published.versions.get()
    assert (version.number, version.kind, version.note_zh) == (1, VersionKind.FIRST, "")


def test_a_version_holds_the_written_form_and_its_hash(published: Publication) -> None:
    version = published.versions.get()
    assert version.document.encode() == serialization.write(a_shaped())
    assert version.sha256 == publisher.sha256(serialization.write(a_shaped()))


def test_a_changed_document_is_the_next_version(published: Publication) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    published.refresh_from_db()
    assert (published.number, published.kind) == (2, VersionKind.CORRECTION)
    assert published.versions.count() == 2


def test_a_later_version_says_what_changed(published: Publication) -> None:
    with pytest.raises(PublishingError, match="what changed and why"):
        publisher.publish(a_corrected(), VersionKind.UPDATE)
    assert Version.objects.count() == 1


def test_the_database_refuses_to_change_a_version(published: Publication) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.update(document="{}")


def test_the_database_refuses_to_delete_a_version(published: Publication) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.all().delete()


def test_versions_are_current_public_or_former(published: Publication) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    first, second = Version.objects.order_by("number")
    versions = Version.objects.of_case("liudi")
    assert [*versions.current()] == [*versions.current().public()] == [second]
    assert {*versions.public()} == {first, second}
    assert [*versions.former()] == [first]
    publisher.withdraw("liudi", NOTE)
    assert ([*versions.current()], [*versions.public()]) == ([second], [])
    assert {*versions.former()} == {first, second}
    assert not Version.objects.of_case("other").exists()


def test_editing_rows_changes_nothing_public(published: Publication, client: Client) -> None:
    before = client.get("/cases/liudi/").content
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stories_measure SET title_zh = '改过的标题'")
    assert client.get("/cases/liudi/").content == before


# ---------------------------------------------------------------- pages of versions


def test_an_old_version_stays_at_its_address(published: Publication, client: Client) -> None:
    before = client.get("/cases/liudi/v/1.json").content
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    assert client.get("/cases/liudi/v/1.json").content == before
    assert client.get("/cases/liudi.json").content == serialization.write(a_corrected())


def test_a_version_says_which_it_is_and_is_not_indexed(
    published: Publication, client: Client
) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    page = client.get("/en/cases/liudi/v/1/")
    assert '<meta name="robots" content="noindex">' in page.text
    assert "This is an old version." in page.text
    assert 'href="/en/cases/liudi/"' in page.text
    assert 'rel="latest-version"' in page["Link"] and 'rel="version-history"' in page["Link"]


def test_a_case_says_its_version_and_its_correction(published: Publication, client: Client) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    text = client.get("/en/cases/liudi/").text
    assert "Version 2 of" in text and NOTE.en in text
    assert (
        '</en/cases/liudi/versions/>; rel="version-history"'
        in client.get("/en/cases/liudi/")["Link"]
    )


def test_the_list_of_versions_has_all_with_their_notes(
    published: Publication, client: Client
) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    text = client.get("/en/cases/liudi/versions/").text
    assert "Version 2" in text and "Version 1" in text and NOTE.en in text
    assert "/en/cases/liudi/diff/1-2/" in text


def test_what_changed_is_shown_word_by_word(published: Publication, client: Client) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    text = client.get("/cases/liudi/diff/1-2/").text
    assert "<ins>" in text and "<del>" in text
    assert client.get("/cases/liudi/diff/2-1/").status_code == 404


def test_what_changed_names_terms_by_their_labels(published: Publication, client: Client) -> None:
    tags = list(a_document()["tags"])
    removed = serialization.shaped(with_value(a_document(), "tags", tags[1:]))
    publisher.publish(removed, VersionKind.UPDATE, NOTE)
    text = strip_tags(client.get("/cases/liudi/diff/1-2/").text)
    assert Tag.objects.get(slug=tags[0]).label_zh in text and tags[0] not in text


def test_corrections_are_listed_and_fed(published: Publication, client: Client) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    assert NOTE.zh in client.get("/corrections/").text
    feed = client.get("/corrections.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert NOTE.zh in feed.text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_corrections_are_fed_in_the_language_of_their_page(
    published: Publication, client: Client, prefix: str
) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    (address,) = (
        link for link in page_of(client, f"{prefix}/corrections/").links() if ".atom" in link
    )
    feed = client.get(address).text
    assert [note in feed for note in (NOTE.zh, NOTE.en)] == [not prefix, bool(prefix)]
    assert f'<link href="{BASE}{prefix}/cases/liudi/v/2/"' in feed


@pytest.mark.parametrize("query", ["language=fr", "tag=x"])
def test_the_feed_of_corrections_refuses_what_it_does_not_know(
    db: None, client: Client, query: str
) -> None:
    assert client.get(f"/corrections.atom?{query}").status_code == 400


def test_an_update_is_no_correction(published: Publication, client: Client) -> None:
    publisher.publish(a_corrected(), VersionKind.UPDATE, NOTE)
    assert NOTE.zh not in client.get("/corrections/").text


# ---------------------------------------------------------------- withdrawn


@pytest.mark.parametrize(
    "address",
    [
        "/cases/liudi/",
        "/cases/liudi.json",
        "/cases/liudi/versions/",
        "/cases/liudi/v/1/",
        "/cases/liudi/v/1.json",
        "/cases/liudi/cite/",
        "/cases/liudi/v/1/cite/",
        "/cases/liudi.bib",
        "/cases/liudi/v/1.bib",
        "/cases/liudi/diff/1-2/",
    ],
)
def test_a_withdrawn_case_is_gone(published: Publication, client: Client, address: str) -> None:
    publisher.withdraw("liudi", Note("来源已撤回。", "The source was retracted."))
    assert client.get(address).status_code == 410


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("/cases/nope.json", {"error": "there is no such case"}),
        ("/cases/liudi/v/9.json", {"error": "there is no such version"}),
        ("/cases/nope.jsonld", {"detail": "There is no such case."}),
        ("/cases/liudi/v/9.bib", {"detail": "There is no such version."}),
    ],
)
def test_what_never_was_is_named(
    published: Publication, client: Client, address: str, answer: dict[str, str]
) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.json().items() >= answer.items()


def test_a_withdrawal_says_when_and_why(published: Publication, client: Client) -> None:
    publisher.withdraw("liudi", Note("来源已撤回。", "The source was retracted."))
    page = client.get("/en/cases/liudi/")
    assert "The source was retracted." in page.text and "<time datetime=" in page.text


def test_a_withdrawn_case_is_found_nowhere(published: Publication, client: Client) -> None:
    publisher.withdraw("liudi")
    assert "/cases/liudi/" not in client.get("/cases/").text
    assert "/cases/liudi/" not in client.get("/sitemap-cases-1.xml").text


def test_a_case_published_again_goes_on_counting(published: Publication, client: Client) -> None:
    publisher.withdraw("liudi")
    assert publisher.publish(a_shaped(), VersionKind.UPDATE, NOTE).number == 2
    assert client.get("/cases/liudi/").status_code == 200


# ---------------------------------------------------------------- redaction


def test_a_redaction_blanks_words_in_every_version_and_says_so(
    published: Publication, client: Client
) -> None:
    publisher.publish(a_corrected(), VersionKind.CORRECTION, NOTE)
    word = a_shaped().title.zh[:2]
    assert publisher.redact("liudi", [word], Note("应本人要求。", "At a person’s request.")) == 2
    assert word not in "".join(Version.objects.values_list("document", flat=True))
    text = client.get("/en/cases/liudi/v/1/").text
    assert publisher.BLANK in client.get("/cases/liudi/").text
    assert "At a person’s request." in text


def test_after_a_redaction_versions_are_closed_again(published: Publication) -> None:
    publisher.redact("liudi", [a_shaped().title.zh[:2]], Note("法律要求。", "The law."))
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.update(document="{}")


# ---------------------------------------------------------------- pages depend on versions alone


def run(database: Path, *arguments: str) -> str:
    """The output of a process with its own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASELIB_")}
    environment = {
        **kept,
        "CASELIB_DATABASE_URL": f"sqlite:///{database}",
        "CASELIB_DATA_DIR": str(database.parent),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    ended = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return ended.stdout


def answers(database: Path, mode: str) -> str:
    """Status and hash of the response at every public address."""
    return run(database, "-c", ANSWERS, mode, *PAGES, *MACHINE_FORMATS, *MORE)


MORE = [
    "/cases/?q=%E8%B7%AF%E7%81%AF",
    "/cases/yucai/versions/",
    "/cases/yucai/v/1/",
    "/cases/yucai/v/1.json",
    "/corrections/",
    "/corrections.atom",
    "/cases/yucai/card.png",
    "/compare/?case=yucai&case=hanyang",
    "/metrics/?sort=size",
]


def test_public_pages_need_no_row_of_the_desk_and_write_nothing(tmp_path: Path) -> None:
    whole, public = tmp_path / "whole.sqlite3", tmp_path / "public.sqlite3"
    run(whole, "manage.py", "migrate", "-v0")
    run(whole, "manage.py", "loadcases")
    shutil.copy(whole, public)
    with sqlite3.connect(public) as copy:
        for table in DESK:
            copy.execute(f"DROP TABLE stories_{table}")
    expected = answers(whole, "")
    assert " 500 " not in expected and expected.count(" 200 ") > len(PAGES)
    assert answers(public, "") == expected
    assert answers(public, "read-only") == expected


@pytest.mark.django_db
def test_the_desks_tables_are_all_named() -> None:
    names = connection.introspection.table_names()
    tables = {name for name in names if name.startswith("stories")}
    public = """publication version quotation publishedpicture redaction openredaction revision
    posting indexedtext indexedcard indexedmetric indexedmetrictype indexedmetricrow measurefamily
    measuretype problemtype bodykind indicator tag place formeraddress measuretype_related
    problemtype_related tag_related""".split()
    assert tables == {f"stories_{name}" for name in (*DESK, *public)}


def test_json_of_a_version_is_the_document(published: Publication, client: Client) -> None:
    assert json.loads(client.get("/cases/liudi/v/1.json").content)["slug"] == "liudi"


# ---------------------------------------------------------------- differences in words


def names(schema: object) -> set[str]:
    """The names of all fields in a JSON schema."""
    if isinstance(schema, list):
        return set().union(*map(names, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own.union(*map(names, schema.values()))


def test_every_field_of_the_schema_has_a_label_in_both_languages() -> None:
    labels = {**presenters.SECTIONS, **presenters.FIELDS}
    assert names(schema.CaseDocument.model_json_schema()) == set(labels)
    for language, is_chinese in (("zh-hans", True), ("en", False)):
        with override(language):
            words = {name: str(label) for name, label in labels.items()}
        found = {name for name, word in words.items() if not word.isascii()}
        assert found == (set(words) if is_chinese else set())


def test_a_new_source_is_put_in_words_without_checksum_and_line_numbers() -> None:
    after = a_document()
    before = {**after, "sources": []}
    reading = after["sources"][0]["reading"]
    reading["lines"] = {"T": [98765]}
    ((_section, (change,)),) = presenters.presented(before, after, {})
    words = "".join(text for _operation, text in change.pieces)
    assert reading["sha256"] not in words and "98765" not in words


@pytest.mark.parametrize(
    ("language", "where", "said"),
    [
        ("zh-hans", "状态", "已完成计划中"),
        ("en", "Status", "DonePlanned"),
    ],
)
def test_a_change_says_fields_and_values_in_words(language: str, where: str, said: str) -> None:
    before = a_document()
    before["measures"][0]["status"] = "done"
    after = json.loads(json.dumps(before))
    after["measures"][0]["status"] = "planned"
    with override(language):
        ((_section, (change,)),) = presenters.presented(before, after, {})
    assert change.where.rpartition(" › ")[2] == where
    assert "".join(text for _operation, text in change.pieces) == said


@pytest.mark.parametrize(("language", "label"), [("zh-hans", "引证"), ("en", "Citations")])
def test_fields_below_a_part_are_said_in_words_too(language: str, label: str) -> None:
    before = a_document()
    after = json.loads(json.dumps(before))
    after["measures"][0]["cites"].append(
        {**after["measures"][0]["cites"][0], "printed": "灯", "gloss": "lamp"}
    )
    with override(language):
        ((_section, (change,)),) = presenters.presented(before, after, {})
    assert label in change.where.split(" › ")
    assert [operation for operation, _text in change.pieces] == ["added"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_citation_within_a_part_is_worded_with_the_title_of_its_source(language: str) -> None:
    after = a_document()
    source = after["sources"][0]
    source["title"] = {"zh": "小巷亮了灯", "en": "The lanes are lit"}
    before = {**after, "measures": []}
    with override(language):
        ((_section, changes),) = presenters.presented(before, after, {})
    words = "".join(text for change in changes for _operation, text in change.pieces)
    title = source["title"]["en" if language == "en" else "zh"]
    assert title in words and f"{source['key']} · " not in words


def test_a_long_title_of_a_cited_source_is_cut_short() -> None:
    after = a_document()
    after["sources"][0]["title"]["en"] = "Lanes and lamps, " * 10
    before = {**after, "measures": []}
    with override("en"):
        ((_section, (change, *_rest)),) = presenters.presented(before, after, {})
    ((_operation, words),) = change.pieces
    assert "Lanes and lam… · 2" in words and "Lanes and lamps, " * 3 not in words
