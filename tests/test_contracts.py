"""Rules for the code, checked by reading it: docstrings, lengths, annotations, names, settings."""

import ast
import re
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

from caselib.settings import KNOWN_VARIABLES

ROOT = settings.BASE_DIR
FILES = [
    file
    for folder in ("caselib", "stories")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in file.parts and file.read_text().strip()
]
TREES = {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in FILES}
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "core", "misc", "payload", "stat"}
FORBIDDEN |= {"kpi", "backend_user", "story", "snippet"}
LONGEST = 40  # lines of a function
README = ROOT / "README.md"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


@pytest.mark.parametrize("name", TREES)
def test_a_module_opens_with_what_it_holds(name: str) -> None:
    docstring = ast.get_docstring(TREES[name], clean=True) or ""
    assert 1 <= len(docstring.splitlines()) <= 4


def test_no_function_is_long() -> None:
    assert [
        f"{name}: {function.name}"
        for name, tree in TREES.items()
        for function in functions(tree)
        if (function.end_lineno or 0) - function.lineno >= LONGEST
    ] == []


def test_functions_are_short() -> None:
    lengths = sorted(
        (function.end_lineno or 0) - function.lineno + 1
        for tree in TREES.values()
        for function in functions(tree)
    )
    assert lengths[len(lengths) // 2] <= 8


@pytest.mark.parametrize("name", TREES)
def test_every_signature_is_annotated(name: str) -> None:
    bare = [function.name for function in functions(TREES[name]) if not is_annotated(function)]
    assert bare == []


def is_annotated(function: Function) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    named = [argument for argument in arguments if argument and argument.arg not in ("self", "cls")]
    return function.returns is not None and all(argument.annotation for argument in named)


def test_no_name_is_one_of_those_that_mean_nothing() -> None:
    found = {
        f"{name}: {word}"
        for name, tree in TREES.items()
        for word in chain(names(tree), Path(name).with_suffix("").parts)
        if set(re.split(r"_+", word.lower())) & FORBIDDEN and word != "template_helpers"
    }
    assert found == set()


def names(tree: ast.Module) -> set[str]:
    """Names that the module defines: definitions, arguments and variables."""
    return {
        word
        for node in ast.walk(tree)
        for word in (
            getattr(node, "name", None) if isinstance(node, Function | ast.ClassDef) else None,
            node.arg if isinstance(node, ast.arg) else None,
            node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None,
        )
        if word
    }


def test_the_codes_of_languages_are_mapped_once() -> None:
    mapping = re.compile(r"""["']zh["']: ["']zh-[Hh]ans["']""")
    assert [name for name in TREES if mapping.search((ROOT / name).read_text())] == [
        "stories/languages.py"
    ]


def test_no_docstring_repeats_its_name() -> None:
    repeating = [
        f"{name}: {node.name}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, Function | ast.ClassDef)
        and letters(ast.get_docstring(node) or "-") == letters(node.name)
    ]
    assert repeating == []


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def test_no_code_waits_in_comments() -> None:
    waiting = [
        f"{file.name}: {line.strip()}"
        for file in FILES
        for line in file.read_text().splitlines()
        if re.search(r"#\s*(TODO|FIXME|XXX|import |from \w+ import|def |return |print\()", line)
    ]
    assert waiting == []


def test_publication_is_tested_at_one_door() -> None:
    """Code that loads or edits a case sets its state; only the models test it."""
    testing = [
        name
        for name in TREES
        if re.search(r"(?:filter|exclude|Q)\([^)]*\bstate=", (ROOT / name).read_text())
    ]
    assert set(testing) <= {
        "stories/models/case.py",
        "stories/models/questions.py",  # state of an answer and of a follow-up, not of a case
        "stories/models/review.py",  # state of a submission
    }


def test_the_readme_is_short_and_lists_every_setting() -> None:
    text = README.read_text()
    assert len(text.splitlines()) <= 200
    assert set(re.findall(r"CASELIB_\w+", text)) - {"CASELIB_"} >= KNOWN_VARIABLES
    assert set(re.findall(r"CASELIB_[A-Z_]+[A-Z]", text)) <= KNOWN_VARIABLES


def test_the_top_level_holds_what_the_owner_gave() -> None:
    listed = set(
        re.findall(r"^(\w[\w.]*)", "\n".join(p.name for p in ROOT.iterdir()), re.MULTILINE)
    )
    own = {"manage.py", "pyproject.toml", "caselib", "stories", "templates", "static", "fixtures"}
    own |= {"tests", "docs", "README.md", "Makefile", "CHANGELOG.md", "requirements.lock"}
    own |= {"LICENSE", "CONTRIBUTING.md", "SECURITY.md"}
    assert listed - own <= {"var", "__pycache__"}


# Private names that the documentation of their library describes.
DOCUMENTED_NAMES = {
    "_meta",  # django: the Model _meta API
    "_default_manager",  # django: "Default managers"
    "_base_manager",  # django: "Base managers"
    "_state",  # django: Model._state
    "_exit",  # os: ends a process without its handlers
    "_fields",  # collections.namedtuple
}


@pytest.mark.parametrize("name", TREES)
def test_no_private_name_of_a_library_is_used(name: str) -> None:
    assert {word for word in private_uses(TREES[name]) if word not in OWN_PRIVATE_NAMES} == set()


def is_private(word: str) -> bool:
    return word.startswith("_") and not word.startswith("__") and word.strip("_") != ""


def private_uses(tree: ast.Module) -> set[str]:
    """Private names that are looked up on another object or imported from a library."""
    looked_up = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] not in ("caselib", "stories")
        for alias in node.names
    }
    return set(filter(is_private, looked_up | imported)) - DOCUMENTED_NAMES


def private_definitions(tree: ast.Module) -> set[str]:
    stored = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return set(filter(is_private, names(tree) | stored))


OWN_PRIVATE_NAMES = {word for tree in TREES.values() for word in private_definitions(tree)}


@pytest.mark.parametrize("name", TREES)
def test_no_private_name_of_a_library_is_overridden(name: str) -> None:
    path = Path(name).with_suffix("")
    module = import_module(".".join(path.parts[:-1] if path.name == "__init__" else path.parts))
    overridden = {
        f"{node.name}.{word}"
        for node in TREES[name].body
        if isinstance(node, ast.ClassDef)
        for word in filter(is_private, names(ast.Module(node.body, [])))
        for base in getattr(module, node.name).__mro__
        if not base.__module__.startswith(("caselib.", "stories.")) and word in vars(base)
    }
    assert overridden == set()


def test_no_test_uses_a_private_name_of_the_code() -> None:
    trees = {file: ast.parse(file.read_text()) for file in sorted((ROOT / "tests").rglob("*.py"))}
    own = set[str]().union(*map(private_definitions, trees.values()))
    found = {
        f"{file.relative_to(ROOT)}: {word}"
        for file, tree in trees.items()
        for word in private_uses(tree) - own
    }
    assert found == set()


def test_the_reader_of_private_names_sees_every_form() -> None:
    tree = ast.parse(
        "from os import _exit\nfrom lxml import _x\nrow._save()\nx.__dict__\nx._meta\n_y = 1"
    )
    assert private_uses(tree) == {"_save", "_x"}
    assert private_definitions(tree) == {"_y"}


def test_every_ignore_has_its_reason() -> None:
    bare = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in FILES
        for line in file.read_text().splitlines()
        if re.search(r"# (type: ignore|noqa)(?!.*  # \S)", line)
    ]
    assert bare == []
