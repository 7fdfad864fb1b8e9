"""A library whose every text is script, for `scripted_texts`: documents, vocabulary, what the desk
writes. Prints how much of it there is, and a session of the desk.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  # what follows needs the set-up
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, models, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from stories.documents import checks, serialization, text_checks  # noqa: E402
from stories.documents.faults import DocumentError, Fault  # noqa: E402
from stories.documents.terms import Terms  # noqa: E402
from stories.models.case import Case  # noqa: E402
from stories.models.initial_passwords import InitialPassword  # noqa: E402
from stories.models.vocabulary import Labelled  # noqa: E402
from stories.publishing import glossary, publisher  # noqa: E402
from stories.publishing.check import check  # noqa: E402
from stories.reading import source_text  # noqa: E402
from stories.search import writer  # noqa: E402
from tests import builders  # noqa: E402
from tests.attacks.scripts import PAYLOADS, SHORT, TINY  # noqa: E402
from tests.desk import a_member, as_rendered, page_of, parts_of, publish  # noqa: E402

# `printed` and the unit have to agree with the article: else nothing could be published.
LANGUAGES = ("zh", "en")
NOT_TEXT = ("slug", "code", "key", "printed", "unit_zh")
_turns = count()


def payload() -> str:
    """The next one."""
    return PAYLOADS[next(_turns) % len(PAYLOADS)]


# ---------------------------------------------------------------- documents


@dataclass
class Place:
    """Where a text stands in a document; `tries`: what is still to be tried there."""

    path: str
    part: Any  # what holds it
    key: Any
    tries: list[str] = field(default_factory=list)

    def put_next(self) -> None:
        self.part[self.key] = self.tries.pop(0)


def scripted(document: dict[str, Any], terms: Terms, texts: dict[str, bytes]) -> tuple[int, int]:
    """Puts script into every text that the check lets have it; (how many, of how many)."""
    places = list(_places(document))
    for place in places:
        place.tries = list(_tries(place.part[place.key]))
        place.put_next()
    while found := _faults(document, terms, texts):
        for place in _refused([place for place in places if place.tries], found):
            place.put_next()
    return sum(bool(place.tries) for place in places), len(places)


def _tries(text: str) -> Iterator[str]:
    """What is tried in its place, the text itself last."""
    script = payload()
    yield from (f"{script}{text}", f"{text}{script}", script, f"{text}{SHORT}", SHORT)
    yield from (f"{text}{TINY}", TINY, text)


def _places(part: Any, path: str = "") -> Iterator[Place]:
    """Of what is free text; addresses of web pages are, too."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        of_it = f"{path}[{key}]" if isinstance(part, list) else f"{path}.{key}".lstrip(".")
        is_keyword = path.endswith((".zh", ".en"))
        is_named_so = key in ("zh", "en", "printed", "gloss") or str(key).endswith("url")
        if isinstance(value, dict | list):
            yield from _places(value, of_it)
        elif isinstance(value, str) and (is_named_so or is_keyword):
            yield Place(of_it, part, key)


def _faults(document: dict[str, Any], terms: Terms, texts: dict[str, bytes]) -> list[Fault]:
    try:
        shaped = serialization.shaped(document)
    except DocumentError as error:
        return error.faults
    return checks.faults(shaped, terms) + text_checks.disproved(shaped, texts)


def _refused(places: list[Place], faults: list[Fault]) -> list[Place]:
    """The texts in which the faults are; else those of the part in which a fault is, and so on."""
    paths = [fault.path for fault in faults]
    while any(paths):
        found = [
            place
            for place in places
            if any(place.path.startswith(path) or path.startswith(place.path) for path in paths)
        ]
        if found:
            return found
        paths = [path.rpartition(".")[0] for path in paths]
    assert places, faults
    return places


def an_article() -> bytes:
    """The article of `liudi` with script in every line; no numeral in it is another."""
    lines = builders.a_text().decode().split("\n")
    return "\n".join(f"{line}{payload()}" if line else line for line in lines).encode()


def write_documents(folder: Path) -> tuple[int, int]:
    """The shipped ones and one more that shows whole passages of its article."""
    terms = glossary.shipped_terms(sorted(settings.VOCABULARY_DIR.glob("*.json")))
    article = an_article()
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "liudi.txt").write_bytes(article)
    liudi = builders.with_value(builders.a_document(), "sources[0].shows", "passage")
    liudi["sources"][0]["reading"]["sha256"] = source_text.digest(article)
    shipped = [json.loads(file.read_text()) for file in sorted(settings.CASES_DIR.glob("*.json"))]
    done = []
    for document in (*shipped, liudi):
        document["checked"] = None
        done.append(scripted(document, terms, builders.texts_of(article)))
        file = folder / f"{document['slug']}.json"
        serialization.write_file(file, serialization.shaped(document))
    return sum(put for put, _all in done), sum(number for _put, number in done)


# ---------------------------------------------------------------- the vocabulary


def write_vocabulary() -> int:
    """Script in every text of every term, past the forms, as far as the database has room."""
    written = 0
    vocabulary = [model for model in apps.get_models() if issubclass(model, Labelled)]
    for model in vocabulary:
        for row in model._default_manager.all():
            written += sum(_write(row, column) for column in model._meta.concrete_fields)
    writer.begin_revision()
    return written


def _write(row: models.Model, column: Any) -> bool:
    before = getattr(row, column.name)
    if column.name.endswith(NOT_TEXT) or column.choices or not isinstance(before, str | list):
        return False
    if isinstance(before, list):
        return _update(row, column.name, [*before, payload()])
    room = column.max_length or 1000
    fitting = (text for text in _tries(before) if text != before and len(text) <= room)
    return any(_update(row, column.name, text) for text in fitting)


def _update(row: models.Model, name: str, value: Any) -> bool:
    try:
        with transaction.atomic():
            return bool(type(row)._default_manager.filter(pk=row.pk).update(**{name: value}))
    except DatabaseError:  # a label that another term has
        return False


# ---------------------------------------------------------------- the desk


def send_scripts(client: Client, row: Any) -> int:
    """The form of a row with script in every text that it takes; in how many fields."""
    page = page_of(row, language="en")
    form = client.get(page).context["adminform"].form
    names = [n for n, f in form.fields.items() if type(f).__name__ in ("CharField", "TextField")]
    values = as_rendered(client, row)
    names = [name for name in names if name in values and not name.endswith(NOT_TEXT)]
    tries = {n: [f"{payload()}{values[n]}", f"{values[n]}{SHORT}", values[n]] for n in names}
    changed = {name: tries[name].pop(0) for name in names}
    while any(tries.values()):
        response = client.post(page, values | changed | {"_save": "Save"})
        assert response.status_code in (200, 302), (page, response.status_code)
        if response.status_code == 302:
            return sum(bool(tries[name]) for name in names)
        refused = [n for n in response.context["adminform"].form.errors if tries.get(n)]
        for name in refused or [name for name in names if tries[name]]:
            changed[name] = tries[name].pop(0)
    return 0


def use_the_desk(editor: Client, reviewer: Client) -> int:
    """What is written there and stands in no document; in how many fields there is script."""
    case = Case.objects.get(slug="liudi")
    written = sum(send_scripts(editor, row) for row in parts_of(case))
    builders.a_picture(
        case=case,
        **{f"{n}_{c}": payload() for n in ("alt", "caption", "credit") for c in LANGUAGES},
    )
    for path in (["title", "zh"], ["measures", "lamps", "title"]):
        comment = {"path": json.dumps(path), "place": payload(), "text": payload(), "_comment": "x"}
        assert editor.post(page_of(case, "submit"), comment).status_code == 302
    for answer in (payload(), None):
        notes = {f"note_{code}": payload() for code in LANGUAGES}
        submission = {"message": payload(), "kind": "correction", **notes}
        submitted = editor.post(page_of(case, "submit"), submission)
        assert submitted.status_code == 302, check(case, has_versions=True).faults
        if answer:
            returned = {"answer": answer, "_return": "x"}
            assert reviewer.post(page_of(case, "publish"), returned).status_code == 302
    notes = {f"note_{code}": payload() for code in LANGUAGES}
    assert publish(reviewer, case, **notes).status_code == 302
    send_scripts(editor, case)  # and something that waits
    withdrawn = Case.objects.get(slug="hanyang")
    publisher.withdraw("hanyang", publisher.Note(payload(), payload()))
    withdrawn.mark_withdrawn()
    publisher.redact("yucai", [TINY], publisher.Note(payload(), payload()))
    stranger = Client(HTTP_USER_AGENT=payload())
    for _n in range(2):
        stranger.post("/admin/login/", {"username": payload(), "password": payload()})
    return written


def main(folder: Path) -> None:
    setup_test_environment()
    put, texts = write_documents(folder)
    notes = [payload(), payload()]
    call_command("loadcases", folder, texts=folder / "texts", note=notes, stdout=sys.stderr)
    terms = write_vocabulary()
    root = User.objects.get(is_superuser=True)
    InitialPassword.objects.settle(root)
    clients = []
    for person in (root, a_member("editors"), a_member("reviewers")):
        User.objects.filter(pk=person.pk).update(
            first_name=PAYLOADS[0], last_name=SHORT, username=f"{person.username}{PAYLOADS[1]}"
        )
        clients.append(Client(SERVER_NAME="localhost"))
        clients[-1].force_login(person, "django.contrib.auth.backends.ModelBackend")
    desk = use_the_desk(clients[1], clients[2])
    call_command("reindex", stdout=sys.stderr)
    session = clients[0].cookies[settings.SESSION_COOKIE_NAME].value
    print(
        json.dumps({"put": put, "texts": texts, "terms": terms, "desk": desk, "session": session})
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
