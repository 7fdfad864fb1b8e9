"""Migration of rows of the previous release: nothing is lost."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from stories.choices import Kind
from stories.documents import conversion
from stories.models.case import Case
from stories.publishing import exporter
from tests.builders import AN_OLDER_DOCUMENT

OLDER, PRESENT = ("stories", "0008_page_of_a_case"), ("stories", "0041_case_without_years")
TEXTS = ("title", "key_message", "abstract", "container", "publisher", "issued_note", "section")
TEXTS += ("condition_note", "name", "statement", "summary", "scope", "period", "note", "label")
TEXTS += ("unit", "text")


class ToOlder:
    """A router that sends every query to the database of the older release."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "older"

    db_for_write = db_for_read


@contextmanager
def database(name: str, folder: Path) -> Iterator[None]:
    """The database of this name in the folder, without fsync."""
    connections.settings[name] = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / f"{name}.sqlite3"),
        "OPTIONS": {"init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF"},
    }
    yield
    connections[name].close()
    del connections[name], connections.settings[name]


@pytest.fixture(scope="module")
def older_file(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Path:
    """A database as the previous release created it, without cases."""
    folder = tmp_path_factory.mktemp("older")
    routed = override_settings(DATABASE_ROUTERS=[ToOlder()])
    with django_db_blocker.unblock(), routed, database("older", folder):
        step_by_step().migrate([OLDER])
    return folder / "older.sqlite3"


@pytest.fixture
def older(
    older_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[MigrationExecutor]:
    copy(older_file, tmp_path)
    routed = override_settings(DATABASE_ROUTERS=[ToOlder()])
    with django_db_blocker.unblock(), routed, database("older", tmp_path):
        yield step_by_step()


def step_by_step() -> MigrationExecutor:
    """Migrates as from an older release: not with the squashed migration."""
    executor = MigrationExecutor(connections["older"])
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    return executor


def migrated(executor: MigrationExecutor, older_document: Mapping[str, Any]) -> dict[str, Any]:
    """The dump of a case whose rows the older release wrote."""
    OlderRows(executor.loader.project_state([OLDER]).apps, older_document).write()
    step_by_step().migrate([PRESENT])
    return exporter.dump(Case.objects.get(slug=older_document["slug"]))


def with_kinds(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """A converted document whose metrics without a kind have this one."""
    for measure in document["measures"]:
        for metric in measure["metrics"]:
            metric["kind"] = metric["kind"] or kind
    return document


def test_the_rows_of_the_older_release_become_what_its_document_is_converted_to(
    older: MigrationExecutor,
) -> None:
    document = AN_OLDER_DOCUMENT
    expected = with_kinds(conversion.converted(document), Kind.OUTPUT.value)
    assert json.dumps(migrated(older, document)) == json.dumps(expected)


def test_the_order_in_which_things_were_linked_is_kept(older: MigrationExecutor) -> None:
    document = json.loads(json.dumps(AN_OLDER_DOCUMENT))
    second = document["problems"][0] | {"key": "second"}
    document["problems"].append(second)
    document["measures"][1] |= {"where": ["410000", "340000"], "solves": ["second", "dark-lanes"]}
    measure = migrated(older, document)["measures"][1]
    assert [where["place"] for where in measure["where"]] == ["410000", "340000"]
    assert [solve["problem"] for solve in measure["solves"]] == ["second", "dark-lanes"]


def test_a_new_database_is_like_one_that_was_migrated_step_by_step(
    older: MigrationExecutor, tmp_path: Path
) -> None:
    squashed = ("stories", "0001_squashed_0016")
    steps = set(step_by_step().loader.graph.leaf_nodes("stories")) - {squashed}
    step_by_step().migrate(list(steps))
    with connections["older"].cursor() as cursor:
        stepwise = tables(cursor), permissions(cursor)
    with override_settings(DATABASE_ROUTERS=[]), database("newer", tmp_path):
        executor = MigrationExecutor(connections["newer"])
        leaves = executor.loader.graph.leaf_nodes("stories")
        assert squashed in executor.loader.graph.forwards_plan(leaves[0])
        executor.migrate(leaves)
        with connections["newer"].cursor() as cursor:
            assert (tables(cursor), permissions(cursor)) == stepwise


def tables(cursor: Any) -> set[tuple[str, str, tuple[str, ...]]]:
    """(kind, name, definition) of tables, indexes and triggers of the app."""
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        (kind, name, tuple(sorted(columns_of(sql))) if kind == "table" else (sql,))
        for kind, name, sql in cursor.fetchall()
        if name.startswith("stories_")
    }


def columns_of(sql: str) -> list[str]:
    """Columns of a CREATE TABLE, in any order: split at commas outside of brackets."""
    found, depth = [""], 0
    for character in sql.partition("(")[2].rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [column.strip() for column in found]


def permissions(cursor: Any) -> set[tuple[str, str]]:
    """(group, permission of its members) on the desk."""
    cursor.execute(
        "SELECT g.name, p.codename FROM auth_group g"
        " JOIN auth_group_permissions gp ON gp.group_id = g.id"
        " JOIN auth_permission p ON p.id = gp.permission_id"
    )
    return set(cursor.fetchall())


class OlderRows:
    """Writes a caselib/1 document as the rows of the older release, with the terms it names."""

    def __init__(self, apps: Any, document: Mapping[str, Any]) -> None:
        self.apps = apps
        self.document = document
        self.passages: dict[tuple[str, str], Any] = {}

    def make(self, model: str, **columns: Any) -> Any:
        return self.apps.get_model("stories", model)._default_manager.create(**columns)

    def term(self, model: str, slug: str) -> Any:
        rows = self.apps.get_model("stories", model)._default_manager
        if model == "Place":
            return rows.get_or_create(code=slug, defaults={"level": "province"})[0]
        further: dict[str, Any] = {}
        if model == "MeasureType":
            further = {"family": self.term("MeasureFamily", "a-family")}
        if model == "Indicator":
            further = {"kind": "output", "dimension": "count"}
        if model == "Tag":
            further = {"name": slug}
        return rows.get_or_create(slug=slug, defaults=further)[0]

    def write(self) -> None:
        document = self.document
        self.case = self.make(
            "Case",
            state="published",
            place=self.term("Place", document["place"]),
            name_as_reported=document["name_as_reported"],
            **columns(document, "slug", dates=("began", "ended")),
        )
        for slug in document["tags"]:
            self.make("CaseTag", content_object=self.case, tag=self.term("Tag", slug))
        for n, part in enumerate(document["sources"]):
            self.write_source(n, part)
        self.cite(document, ("began", "ended"), case=self.case)
        problems = {
            part["key"]: self.problem(n, part) for n, part in numbered("problems", document)
        }
        metrics = {}
        for n, part in numbered("measures", document):
            metrics |= self.measure(n, part, problems)
        metrics |= self.metrics(document["context"], None)
        for n, part in numbered("derived", document):
            row = self.make(
                "Derived",
                case=self.case,
                position=n,
                operation=part["op"],
                **columns(part, "key", "value", "qualifier"),
            )
            for k, key in enumerate(part["of"]):
                self.make("Operand", derived=row, position=k, metric=metrics[key])
        for question, part in document["glance"].items():
            row = self.make("Glance", case=self.case, question=question, **columns(part, "state"))
            self.cite(part, glance=row)
        for n, part in numbered("left_out", document):
            passage = self.passages[part["source"], part["at"]]
            values = columns(part, "printed", "reason")
            self.make("LeftOut", case=self.case, position=n, passage=passage, **values)

    def write_source(self, position: int, part: Mapping[str, Any]) -> None:
        reading = part["reading"]
        row = self.make(
            "Source",
            case=self.case,
            position=position,
            issued=part["issued"] or "",
            url=part["url"] or "",
            sha256=reading["sha256"],
            marks=reading["marks"],
            **columns(part, "key", "type", "reported_by", "condition"),
        )
        for n, person in enumerate([*part["authors"], *part["editors"]]):
            self.make("Person", source=row, position=n, **columns(person, "role"))
        for n, (locator, lines) in enumerate(reading["lines"].items()):
            self.passages[part["key"], locator] = self.make(
                "Passage", source=row, position=n, locator=locator, lines=lines
            )

    def problem(self, position: int, part: Mapping[str, Any]) -> Any:
        problem_type = self.term("ProblemType", part["type"])
        values = columns(part, "key")
        row = self.make("Problem", case=self.case, position=position, type=problem_type, **values)
        self.cite(part, problem=row)
        return row

    def measure(
        self, position: int, part: Mapping[str, Any], problems: Mapping[str, Any]
    ) -> dict[str, Any]:
        row = self.make(
            "Measure",
            case=self.case,
            position=position,
            type=self.term("MeasureType", part["type"]),
            **columns(part, "key", "status", dates=("when",)),
        )
        for n, actor in numbered("actors", part):
            kind = self.term("BodyKind", actor["kind"])
            self.make("Actor", measure=row, position=n, kind=kind, **columns(actor, "role"))
        for code in part["where"]:
            row.where.add(self.term("Place", code))
        for key in part["solves"]:
            row.solves.add(problems[key])
        self.cite(part, ("when",), measure=row)
        return self.metrics(part["metrics"], row)

    def metrics(self, parts: Iterable[Mapping[str, Any]], measure: Any) -> dict[str, Any]:
        rows = {}
        for n, part in enumerate(parts):
            rows[part["key"]] = row = self.make(
                "Metric",
                case=self.case,
                measure=measure,
                position=n,
                indicator=self.term("Indicator", part["indicator"]),
                **columns(part, "key", "low", "high", "qualifier"),
            )
            self.cite({"cites": [part["cite"]]}, metric=row)
        return rows

    def cite(self, part: Mapping[str, Any], dates: Iterable[str] = (), **target: Any) -> None:
        cites = [(n, "", cite) for n, cite in numbered("cites", part)]
        cites += [(0, name, part[name]) for name in dates if part[name]]
        for n, event, cite in cites:
            passage = self.passages[cite["source"], cite["at"]]
            printed = cite["printed"]
            self.make(
                "Citation", position=n, event=event, passage=passage, printed=printed, **target
            )


def numbered(name: str, part: Mapping[str, Any]) -> list[tuple[int, Any]]:
    return list(enumerate(part[name]))


def columns(part: Mapping[str, Any], *names: str, dates: Iterable[str] = ()) -> dict[str, Any]:
    """Columns of these names, for every text, and for dates with their inferred parts."""
    values = {name: part[name] for name in names}
    for name in TEXTS:
        for language in ("zh", "en"):
            if name in part:
                values[f"{name}_{language}"] = (part[name] or {}).get(language, "")
    for name in dates:
        values[name] = part[name]["edtf"] if part[name] else ""
        values[f"{name}_inferred"] = (part[name] or {}).get("inferred") or ""
    return values
