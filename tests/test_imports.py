"""The import graph, read from the syntax trees; and other architectural rules."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.models import PUBLIC_MODULES

ROOT = Path(__file__).resolve().parent.parent
APP, PROJECT = ROOT / "stories", ROOT / "caselib"

# module or package → exactly the modules of the app that it imports
IMPORTS = {
    "languages": "",
    "pictures": "",
    "choices": "",
    "links": "",
    "reading": "choices",
    "documents": "choices reading",
    "presenters": "choices documents languages links reading",
    "models": "choices languages links pictures reading",
    "search": "choices documents models reading",
    "queries": "choices documents languages links models presenters reading search",
    "publishing": "choices documents models pictures reading search",
    "exports": "choices documents languages links models presenters queries reading search",
    "admin": (
        "choices documents languages models pictures presenters publishing queries reading search"
    ),
    "web": (
        "choices documents exports languages links models pictures presenters queries reading "
        "search"
    ),
    "bake": "exports languages models presenters queries search web",
    "apps": "pictures",
    "management": (
        "bake choices documents exports languages models pictures publishing reading search web"
    ),
}


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if "migrations" not in file.parts)


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for file in files(folder):
        yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))


def module_of(file: Path) -> str:
    """stories/admin/cases.py → admin."""
    return file.relative_to(APP).parts[0].removesuffix(".py")


def imported(node: ast.AST) -> list[str]:
    """The dotted names of an import statement, as long as written."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def imports(file: Path) -> set[str]:
    """The modules of the app that a file imports, by their first name: admin, not admin.cases."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [name.split(".") for node in ast.walk(tree) for name in imported(node)]
    return {name[1] for name in names if name[0] == "stories" and len(name) > 1}


@pytest.mark.parametrize("module", IMPORTS)
def test_a_module_imports_what_the_table_says(module: str) -> None:
    found = {name for file in files(APP) if module_of(file) == module for name in imports(file)}
    assert found - {module} == set(IMPORTS[module].split())


def test_the_package_itself_imports_nothing() -> None:
    assert imports(APP / "__init__.py") == set()


def test_no_two_modules_import_each_other() -> None:
    """The table is topologically sorted: every module comes after its imports."""
    names = list(IMPORTS)
    late = {(m, n) for m in names for n in IMPORTS[m].split() if names.index(n) >= names.index(m)}
    assert late == set()


def test_the_reader_of_imports_sees_every_form(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "import stories.models\nfrom stories import dates, checks\n"
        "from stories.admin.cases import x\ndef f():\n    import stories.views as v\n"
    )
    assert imports(file) == {"models", "dates", "checks", "admin", "views"}


def test_nothing_public_imports_a_table_of_the_desk() -> None:
    found = {
        (str(file), name)
        for package in ("search", "queries", "presenters", "exports", "web")
        for file, tree in trees(APP / package)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.startswith("stories.models") and not name.startswith(PUBLIC_MODULES)
    }
    assert found == set()


def test_no_view_builds_a_query() -> None:
    found = [
        f"{file}:{node.lineno}: {ast.unparse(node)}"
        for file, tree in trees(APP / "web")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert found == []


def test_imports_are_absolute() -> None:
    found = [
        (file, name)
        for folder in (APP, PROJECT)
        for file, tree in trees(folder)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.startswith(".")
    ]
    assert found == []


def test_the_project_names_the_app_only_by_dotted_string() -> None:
    """Except for the URL patterns, which are values."""
    found = {
        (file.name, name)
        for file, tree in trees(PROJECT)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.split(".")[0] == "stories"
    }
    assert {file for file, _name in found} <= {"urls.py"}
    assert all(name.startswith("stories.web.urls") for _file, name in found)


# By Django and by Python, in spite of their underscore.
DOCUMENTED = {"_meta", "_state", "_default_manager", "_base_manager", "_exit"}


def test_no_private_name_of_an_imported_module_is_used() -> None:
    found = []
    for folder in (APP, PROJECT):
        for file, tree in trees(folder):
            modules = {
                alias.asname or alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
            }
            found += [
                f"{file}:{node.lineno}: {ast.unparse(node)}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
                and re.match("_(?!_)", node.attr)
                and node.attr not in DOCUMENTED
            ]
    assert found == []


def test_nothing_is_imported_inside_a_function() -> None:
    found = [
        (str(file), inner.lineno)
        for folder in (APP, PROJECT)
        for file, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_our_own_models_send_each_other_no_signals() -> None:
    found = [
        (str(file), name)
        for file, tree in trees(APP)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.startswith(("django.dispatch", "django.db.models.signals"))
        and name != "django.db.models.signals.pre_migrate"  # Django's migration plan
    ]
    assert found == []


def names_of_publication(tree: ast.Module) -> list[str]:
    """CaseState.PUBLISHED, `state` as a lookup, and `.state` in a comparison."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="CaseState"), attr=name):
                found.append(f"CaseState.{name}")
            case ast.Compare(left=ast.Attribute(attr="state") as left):
                found.append(ast.unparse(left))
            case ast.keyword(arg=str(name)) if "state" in name.split("__"):
                found.append(f"{name}=")
    return found


# These set or show it: loading publishes a new case; the desk shows the state of a draft.
MAY_NAME_PUBLICATION = (
    "stories/models/case.py",
    "stories/publishing/row_writer.py",
    "stories/admin/",
)


def test_only_the_models_know_what_published_means() -> None:
    found = {
        (str(file), name)
        for file, tree in trees(APP)
        if not str(file).startswith(MAY_NAME_PUBLICATION)
        for name in names_of_publication(tree)
    }
    assert found == {  # state of an answer, of a whole, a follow-up and a submission, not of a case
        ("stories/documents/checks.py", "answer.state"),
        ("stories/documents/rules.py", "part.state"),
        ("stories/documents/rules.py", "whole.state"),
        ("stories/documents/warnings.py", "answer.state"),
        ("stories/models/questions.py", "self.state"),
        ("stories/models/questions.py", "state="),
        ("stories/models/questions.py", "state__in="),
        ("stories/models/review.py", "state="),
    }


def test_the_reader_of_publication_sees_every_form() -> None:
    tree = ast.parse(
        "f(state='x', case__state=1)\nif case.state == 2: CaseState.PUBLISHED\nrow.state_of"
    )
    assert sorted(names_of_publication(tree)) == [
        "CaseState.PUBLISHED",
        "case.state",
        "case__state=",
        "state=",
    ]


def test_every_module_of_the_app_has_its_rule() -> None:
    assert {module_of(file) for file in files(APP)} - {"__init__"} == set(IMPORTS)


def test_no_module_is_hidden_by_a_package_of_its_name() -> None:
    assert [file for file in files(APP) if file.with_suffix("").is_dir()] == []


@pytest.mark.parametrize("name", ["utils", "core", "common", "helpers", "accounts"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    assert [file for file in files(APP) if file.stem == name] == []


def test_every_module_says_what_it_holds() -> None:
    silent = [
        str(file)
        for folder in (APP, PROJECT, ROOT / "tests")
        for file, tree in trees(folder)
        if tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []
