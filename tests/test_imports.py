"""Who imports whom, read from the syntax trees; and other rules of the house for its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP, PROJECT = ROOT / "stories", ROOT / "caselib"

# module → the modules of the app that it may import
MAY_IMPORT = {
    "sources": "",
    "vocabulary": "",
    "search": "",
    "addresses": "",
    "fonts": "",
    "apps": "fonts",
    "dates": "vocabulary",
    "quantities": "vocabulary",
    "terms": "addresses vocabulary",
    "plots": "dates vocabulary",
    "pictures": "",
    "files": "pictures",
    "parts": "dates terms vocabulary",
    "illustrations": "files parts pictures terms vocabulary",
    "passages": "addresses parts terms vocabulary",
    "postings": "vocabulary",
    "models": "addresses dates illustrations parts passages postings terms vocabulary",
    "characters": "",
    "privacy": "",
    "conversion": "vocabulary",
    "documents": "characters conversion vocabulary",
    "rules": "conversion dates documents privacy sources vocabulary",
    "checks": "dates documents quantities rules sources vocabulary",
    "sizes": "vocabulary",
    "entries": "dates search sizes vocabulary",
    "gathered": "entries postings search",
    "lookups": "entries postings search",
    "index": "entries gathered lookups models postings",
    "glossary": "checks terms vocabulary",
    "records": "checks conversion documents glossary index models passages vocabulary",
    "loading": "documents entries index models passages records terms vocabulary",
    "shown": "addresses dates models vocabulary terms",
    "library": "dates entries illustrations lookups models postings search shown terms vocabulary",
    "queries": "addresses entries library lookups search",
    "listed": "addresses library models terms vocabulary",
    "metrics": "entries library listed lookups queries sizes terms vocabulary",
    "spreads": "entries library listed lookups sizes terms vocabulary",
    "matrix": "library queries",
    "comparison": "library models vocabulary",
    "citations": "vocabulary dates",
    "sharecards": "fonts printing quantities",
    "views": "comparison files illustrations library matrix metrics models passages printing "
    "queries sharecards spreads terms",
    "api": "documents library models records",
    "feeds": "library models passages terms",
    "admin": "vocabulary models documents checks index lookups records search quantities dates "
    "terms files glossary illustrations passages pictures privacy characters",
    "compiling": "addresses printing",
    "printing": "addresses citations dates plots quantities",  # pure: it never queries
    "management": "documents checks files fonts glossary illustrations index loading records "
    "sharecards sources vocabulary",
    "urls": "views api feeds",
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
    """The dotted names that an import statement brings in, each as long as it is written."""
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


@pytest.mark.parametrize("file", files(APP), ids=lambda file: str(file.relative_to(APP)))
def test_a_module_imports_only_what_the_house_allows(file: Path) -> None:
    module = module_of(file)
    if module == "__init__":
        assert imports(file) == set()
    else:
        assert imports(file) - {module} <= set(MAY_IMPORT[module].split())


def test_the_reader_of_imports_sees_every_form(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "import stories.models\nfrom stories import dates, checks\n"
        "from stories.admin.cases import x\ndef f():\n    import stories.views as v\n"
    )
    assert imports(file) == {"models", "dates", "checks", "admin", "views"}


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
    """But for the addresses, which are values."""
    found = {
        (file.name, name)
        for file, tree in trees(PROJECT)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.split(".")[0] == "stories"
    }
    assert {file for file, _name in found} <= {"urls.py"}
    assert all(name.startswith("stories.urls") for _file, name in found)


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
    ]
    assert found == []


def names_of_publication(tree: ast.Module) -> list[str]:
    """CaseState.PUBLISHED, `state` as a lookup, and `.state` compared with anything."""
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


# These set it: loading publishes a new case; the desk shows the state of a draft. And one posting
# is that of the published cases.
MAY_NAME_PUBLICATION = {"models.py", "postings.py", "loading.py", "admin"}


def test_only_the_models_know_what_published_means() -> None:
    found = {
        (str(file), name)
        for file, tree in trees(APP)
        if file.parts[1] not in MAY_NAME_PUBLICATION
        for name in names_of_publication(tree)
    }
    assert found == {  # of an answer, of a whole and of a follow-up, not of a case
        ("stories/checks.py", "answer.state"),
        ("stories/rules.py", "part.state"),
        ("stories/rules.py", "whole.state"),
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
    assert {module_of(file) for file in files(APP)} - {"__init__"} <= set(MAY_IMPORT)


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
