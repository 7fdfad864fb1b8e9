"""The proof of a document against its texts: who sets it, what voids it, where it is shown."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stories.documents import proof, schema, serialization
from stories.documents.terms import Terms
from stories.models.case import Case
from stories.models.version import OpenRedaction, Version
from stories.publishing import exporter, importer, publisher, texts
from stories.publishing.publisher import Note
from tests.builders import (
    ARTICLES,
    a_complete_case,
    a_document,
    texts_of,
    with_value,
    without,
)
from tests.commands import a_file, refusal, run
from tests.desk import act, page_of, publish, send, withdraw
from tests.fault_lines import faults

DAY = date(2026, 11, 27)
UNPROVED = "Not checked against the text by program."
NOTE = Note("变了。", "It changed.")


def a_proved_document(**overrides: Any) -> dict[str, Any]:
    shaped = serialization.shaped(a_document(**overrides))
    return proof.proved(shaped, texts_of(), DAY).model_dump(mode="json")


def document_of(case: Case) -> Any:
    version = Version.objects.filter(publication__slug=case.slug).latest("number")
    return json.loads(version.document)


# ---------------------------------------------------------------- documents


def test_a_proof_names_its_day_and_what_was_proved(terms: Terms) -> None:
    document = a_proved_document()
    assert document["checked"]["on"] == "2026-11-27"
    assert document["checked"]["sha256"] == proof.digest(a_document())
    assert faults(document, terms) == []


def test_a_document_that_was_changed_has_lost_its_proof(terms: Terms) -> None:
    document = with_value(a_proved_document(), "title.en", "Another title")
    assert [line.split(";")[0] for line in faults(document, terms)] == [
        "checked: the document was changed after it was proved"
    ]


def test_a_day_that_does_not_exist_is_refused(terms: Terms) -> None:
    document = with_value(a_proved_document(), "checked.on", "2026-02-30")
    assert "checked.on: 2026-02-30: there is no such day" in [
        line.replace("'", "") for line in faults(document, terms)
    ]


def test_what_lacks_a_text_is_not_proved() -> None:
    shaped = serialization.shaped(a_document())
    assert proof.proved(shaped, {}, DAY).checked is None


def test_a_valid_proof_of_an_earlier_day_stays() -> None:
    shaped = serialization.shaped(a_proved_document())
    assert proof.proved(shaped, texts_of(), date(2027, 1, 1)) == shaped
    assert proof.proved(shaped, {}, date(2027, 1, 1)) == shaped


def test_a_document_without_the_key_claims_nothing() -> None:
    assert serialization.shaped(without(a_document(), "checked")).checked is None


@pytest.mark.parametrize("file", sorted(settings.CASES_DIR.glob("*.json")), ids=lambda f: f.stem)
def test_the_shipped_documents_are_proved(file: Path) -> None:
    document = serialization.read_file(file)
    assert document.checked
    assert proof.is_valid(document)


# ---------------------------------------------------------------- commands


@pytest.mark.usefixtures("vocabulary")
def test_checkcases_marks_what_it_proved(tmp_path: Path) -> None:
    changed = with_value(a_proved_document(), "title.en", "Another title")
    file = a_file(tmp_path, changed)
    assert "was changed after it was proved" in refusal("checkcases", file, texts=ARTICLES)[0]
    assert run("checkcases", file, texts=ARTICLES, mark=True) == "1 document, no fault\n"
    assert proof.is_valid(serialization.read_file(file))
    assert run("checkcases", file) == "1 document, no fault\n"


@pytest.mark.usefixtures("vocabulary")
def test_checkcases_marks_nothing_that_has_a_fault(tmp_path: Path) -> None:
    file = a_file(tmp_path, with_value(a_document(), "measures[0].cites[0].printed", "拆掉路灯"))
    before = file.read_bytes()
    refusal("checkcases", file, texts=ARTICLES, mark=True)
    assert file.read_bytes() == before


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize("document", [a_document(), a_proved_document()], ids=["not", "proved"])
def test_loading_neither_adds_nor_takes_a_proof(document: dict[str, Any], tmp_path: Path) -> None:
    file = a_file(tmp_path, document)
    run("loadcases", file, texts=ARTICLES)
    for drafts in (False, True):
        out = tmp_path / str(drafts)
        run("dumpcases", out, drafts=drafts)
        assert (out / "liudi.json").read_bytes() == file.read_bytes()
    assert "1 unchanged" in run("loadcases", file)


@pytest.mark.usefixtures("vocabulary")
def test_a_version_of_an_older_release_is_the_same_document(tmp_path: Path) -> None:
    case = a_complete_case()
    old = serialization.written(without(a_document(), "checked")).decode()
    OpenRedaction.objects.create()
    Version.objects.update(document=old, sha256=publisher.sha256(old.encode()))
    OpenRedaction.objects.all().delete()
    run("dumpcases", tmp_path / "out")
    assert (tmp_path / "out" / "liudi.json").read_text() == old
    assert "1 unchanged" in run("loadcases", tmp_path / "out")
    assert UNPROVED in Client().get(f"/en/cases/{case.slug}/").text


# ---------------------------------------------------------------- rows and the desk


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published, with its proof and its text."""
    importer.load(serialization.shaped(a_proved_document()))
    texts.attach(texts_of())
    return Case.objects.get()


def test_an_edit_takes_the_proof_away_and_undoing_it_brings_it_back(case: Case) -> None:
    Case.objects.update(title_en="Another title")
    assert exporter.dump(case)["checked"] is None
    Case.objects.update(title_en=a_document()["title"]["en"])
    assert exporter.dump(case) == a_proved_document()


def test_publishing_with_the_text_at_hand_proves_the_new_version(
    case: Case, reviewer: Client
) -> None:
    assert send(reviewer, case, {"title_en": "Liudi, corrected"}).status_code == 302
    publish(reviewer, case)
    document = document_of(case)
    assert document["title"]["en"] == "Liudi, corrected"
    assert document["checked"]["on"] == date.today().isoformat()
    assert proof.is_valid(serialization.shaped(document))
    assert exporter.dump(Case.objects.get()) == document
    assert "is nothing to publish" in reviewer.get(page_of(case, "publish", "en")).text


def test_publishing_without_the_text_claims_no_proof(vocabulary: None, reviewer: Client) -> None:
    importer.load(serialization.shaped(a_proved_document()))
    case = Case.objects.get()
    Case.objects.update(title_en="Liudi, corrected")
    publish(reviewer, case)
    assert document_of(case)["checked"] is None
    assert UNPROVED in Client().get(f"/en/cases/{case.slug}/").text


def test_a_case_whose_text_came_later_can_be_published_with_its_proof(
    vocabulary: None, reviewer: Client
) -> None:
    case = a_complete_case()
    texts.attach(texts_of())
    page = reviewer.get(page_of(case, "publish", "en")).text
    assert "Check against the text" in page
    publish(reviewer, case)
    assert document_of(case)["checked"]


def test_a_first_version_is_proved_too(vocabulary: None, reviewer: Client) -> None:
    case = withdraw(a_complete_case())
    texts.attach(texts_of())
    publish(reviewer, case)
    assert document_of(case)["checked"]
    assert "has versions already" in act(reviewer, "publish", case)


def test_a_redacted_version_has_no_proof(case: Case) -> None:
    publisher.redact(case.slug, ["九条小巷"], NOTE)
    assert document_of(case)["checked"] is None


# ---------------------------------------------------------------- readers


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/en/cases/liudi/", "Checked against the text by program on: "),
        ("/cases/liudi/", "程序对照原文核对的日期："),
    ],
)
def test_the_page_of_a_case_says_when_it_was_proved(
    address: str, words: str, case: Case, client: Client
) -> None:
    page = client.get(address).text
    assert words in page
    assert '<time datetime="2026-11-27">' in page


def test_the_about_page_says_what_a_proof_is(client: Client, db: None) -> None:
    assert "not checked against the text by program" in client.get("/en/about/").text


def test_a_diff_names_the_day_and_no_digest(case: Case, client: Client) -> None:
    shaped = serialization.shaped(a_document())
    importer.load(schema.CaseDocument.model_validate(shaped.model_dump()), NOTE)
    page = client.get("/en/cases/liudi/diff/1-2/").text
    assert "Check against the text" in page
    assert a_proved_document()["checked"]["sha256"][:12] not in page
