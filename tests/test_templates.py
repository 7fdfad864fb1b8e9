"""Rules for templates and style sheets, checked by reading the files."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from jinja2 import Environment, meta, nodes

from stories.web import jinja

TEMPLATES = settings.BASE_DIR / "templates"
STYLES = settings.BASE_DIR / "static" / "css"
PUBLIC = {
    str(file.relative_to(TEMPLATES)): file.read_text() for file in sorted(TEMPLATES.rglob("*.html"))
}
DESK_TEMPLATES = settings.BASE_DIR / "stories" / "templates"
OF_THE_DESK = {
    str(file.relative_to(DESK_TEMPLATES)): file.read_text()
    for file in sorted(DESK_TEMPLATES.rglob("*.html"))
}
# Without whitespace control marks.
TAGS = {
    name: re.sub(r"\s*-?%}\s*", " %}", re.sub(r"\s*{%-?\s*", "{% ", text))
    for name, text in PUBLIC.items()
}
ENVIRONMENT = jinja.environment("zh", autoescape=True)
BARE = Environment()
PRINTING_FILTERS = ENVIRONMENT.filters.keys() - BARE.filters.keys()
FUNCTIONS = ENVIRONMENT.globals.keys() - BARE.globals.keys()
PAGES = {name: text for name, text in PUBLIC.items() if "/_" not in name}
PARTIALS = {name: text for name, text in PUBLIC.items() if "/_" in name}
SCRIPTS = settings.BASE_DIR / "static" / "js"
INDEX = (STYLES / "site.css").read_text()  # requested by pages; it imports the others
CSS = {
    file.name: file.read_text() for file in sorted(STYLES.glob("*.css")) if file.name != "site.css"
}
ALL_CSS = "".join(CSS.values())
RULES = re.sub(r"/\*.*?\*/", "", ALL_CSS, flags=re.DOTALL)
COMMENTS = "".join(re.findall(r"/\*(.*?)\*/", ALL_CSS, flags=re.DOTALL))
LAYERS = "@layer tokens, base, layout, components, care, print;"
# Partials without an element of their own class: they print words, values or links.
NO_CLASS_OF_THEIR_OWN = {
    "_alternates",
    "_date",
    "_derived",
    "_diff_words",
    "_facet_value",
    "_linked_figure",
    "_meta_tags",
    "_nothing_found",
    "_place_branch",
    "_related",
    "_sharing",
    "_term_count",
    "_term_notes",
    "_unit_cost",
}
# In the order of the base template.
UNSTYLED = {"Z3988", "colophon", "compared-rows", "place-chain", "reference", "spreads", "wheres"}
LAYER_OF = {"case": "components"}  # style sheets that share the layer of another


def classes_of(text: str) -> set[str]:
    """Classes in a template; of `condition--{{ … }}` the part before the value."""
    found = set()
    for value in re.findall(r'class="([^"]*)"', text):
        value = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "*", value))
        found |= set(value.split())
    return found


# stories.printing marks fallback texts from another language, and renders symbols.
PRINTED = {"only-in", "symbol", "family--*"}
# Scripts name the elements that they change.
SCRIPTED = {
    name
    for file in SCRIPTS.glob("*.js")
    for name in re.findall(r'class(?:Name = |List\.add\()"([\w-]+)"', file.read_text())
}
WRITTEN = {*PRINTED, *SCRIPTED, *(name for text in PUBLIC.values() for name in classes_of(text))}
STYLED = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", RULES)))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", PUBLIC | OF_THE_DESK)
def test_a_template_has_no_line_over_120_characters(name: str) -> None:
    text = (PUBLIC | OF_THE_DESK)[name]
    assert [line for line in text.splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_template_holds_no_style_and_no_script(name: str) -> None:
    """A block of linked data is not a script: browsers do not run it."""
    text = PUBLIC[name].replace('<script type="application/ld+json">', "")
    assert re.findall(r"\bstyle=|<style|<script(?! src=)|\son\w+=|javascript:", text) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_template_compares_nothing(name: str) -> None:
    """Except for the language of the reader."""
    tests = re.findall(r"{% (?:el)?if (.*?) %}", TAGS[name])
    comparisons = [test for test in tests if re.search("==|!=|<|>| in ", test)]
    allowed = {"reader_language() == 'en'", "fragment.gloss and reader_language() == 'en'"}
    assert set(comparisons) <= allowed
    compared = len(list(ENVIRONMENT.parse(PUBLIC[name]).find_all(nodes.Compare)))
    assert compared == len(comparisons)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_template_trusts_no_value_and_computes_none(name: str) -> None:
    """Allowed are the filters of stories.printing, `join` and `length`; no arithmetic, no macros,
    no calls with values except of functions of stories.printing."""
    tree = ENVIRONMENT.parse(PUBLIC[name])
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert filters <= PRINTING_FILTERS | {"join", "length"}
    sums = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
    computing = (*sums, nodes.Concat, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.Import)
    assert list(tree.find_all((*computing, nodes.ScopedEvalContextModifier))) == []
    called = {getattr(call.node, "name", "") for call in tree.find_all(nodes.Call) if call.args}
    assert called <= FUNCTIONS | {"_"}


def test_there_is_one_base_and_at_most_two_levels_above_a_page() -> None:
    bases = {name for name, text in PUBLIC.items() if "<html" in text}
    extended = {name: re.findall(r'{% extends "(.+?)" %}', text) for name, text in PAGES.items()}
    assert bases == {"base.html"}
    assert extended.pop("base.html") == []
    assert {tuple(above) for above in extended.values()} == {("base.html",), ("error.html",)}
    errors = [name for name, above in extended.items() if above == ["error.html"]]
    assert errors == ["404.html", "stories/gone.html"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_partial_is_given_all_that_it_prints_and_nothing_else(name: str) -> None:
    """Jinja's scopes are not isolated: a name missing from an include would be looked up
    outside.
    """
    includes = re.findall(
        r'(?:{% with ([^%]*?) %})?{% include "(.+?)" %}({% endwith %})?', TAGS[name]
    )
    assert len(includes) == TAGS[name].count("{% include")
    given = [(file, names_given(with_)) for with_, file, _end in includes]
    assert given == [(file, names_printed(file)) for _with, file, _end in includes]
    assert all(end for _with, _file, end in includes)


def names_given(with_: str) -> set[str]:
    """From `measure=row.measure, is_linked=true`, as in {% with %}."""
    (node,) = ENVIRONMENT.parse(f"{{% with {with_} %}}{{% endwith %}}").find_all(nodes.With)
    return {target.name for target in node.targets if isinstance(target, nodes.Name)}


def names_printed(partial: str) -> set[str]:
    """_alternates needs the request too, for scheme and host; every page has it."""
    names = meta.find_undeclared_variables(ENVIRONMENT.parse(PARTIALS[partial]))
    return names - ENVIRONMENT.globals.keys() - {"request"}


def test_every_partial_is_printed_somewhere_and_says_what_it_wants() -> None:
    printed = {file for text in PUBLIC.values() for file in re.findall(r'include "(.+?)"', text)}
    assert printed == PARTIALS.keys()
    silent = {
        name
        for name, text in PARTIALS.items()
        for wanted in names_printed(name)
        if not re.search(rf"\b{wanted}\b", text.partition("#}")[0])
    }
    assert silent == set()


def test_a_partial_prints_the_class_of_its_name() -> None:
    stems = {Path(name).stem: text for name, text in PARTIALS.items()}
    own = {stem for stem, text in stems.items() if stem[1:].replace("_", "-") in classes_of(text)}
    assert stems.keys() - own == NO_CLASS_OF_THEIR_OWN


# ---------------------------------------------------------------- style sheets


def test_every_sheet_is_one_layer_and_the_first_line_orders_them() -> None:
    assert CSS["tokens.css"].splitlines()[0] == LAYERS
    for name, text in CSS.items():
        layer = LAYER_OF.get(Path(name).stem, Path(name).stem)
        assert re.findall(r"^@layer ([^;{]+) {", text, flags=re.MULTILINE) == [layer]
        assert text.removeprefix(LAYERS).strip().startswith(f"@layer {layer} {{")
    layers = set(re.findall(r"\w+", LAYERS)) - {"layer"}
    assert {Path(name).stem for name in CSS} == layers | LAYER_OF.keys()


def test_the_one_sheet_of_a_page_imports_all_in_the_order_of_the_layers() -> None:
    imported = re.findall(r'^@import "(\w+)\.css"(?: print)?;$', INDEX, flags=re.MULTILINE)
    layers = [LAYER_OF.get(name, name) for name in imported]
    assert list(dict.fromkeys(layers)) == re.findall(r"\w+", LAYERS.removeprefix("@layer"))
    assert len(imported) == len(INDEX.splitlines())


def test_no_rule_is_more_important_than_another() -> None:
    assert "!important" not in ALL_CSS
    assert "@import" not in ALL_CSS and "url(" not in ALL_CSS


def test_colours_stand_among_the_tokens_only() -> None:
    colour = r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch|hwb|color)a?\(|\b(?:white|black)\b"
    others = "".join(text for name, text in CSS.items() if name != "tokens.css")
    assert re.findall(colour, others.replace("white-space", ""), flags=re.IGNORECASE) == []


def test_no_selector_names_an_id() -> None:
    selectors = re.sub(r"{[^{}]*}", "{}", RULES)
    assert re.findall(r"#[\w-]+", selectors) == []


def test_every_token_is_used_and_every_used_one_is_there() -> None:
    made = set(re.findall(r"(--[\w-]+):", CSS["tokens.css"]))
    assert set(re.findall(r"var\((--[\w-]+)", RULES)) == made


def test_dark_values_replace_light_ones_only() -> None:
    """And those of the care view replace standard ones, in both schemes the same."""
    blocks = re.split(r"@media|\.care {", CSS["tokens.css"])
    made = [re.findall(r"(--[\w-]+):", block) for block in blocks]
    light, dark, care, _empty, care_in_the_dark = map(set, made)
    assert dark < light and care < light and care_in_the_dark < care
    assert [len(names) for names in made] == [len(set(names)) for names in made]


def test_every_class_with_a_style_is_written_by_a_template() -> None:
    prefixes = tuple(name.partition("*")[0] for name in WRITTEN if "*" in name)
    assert {name for name in STYLED - WRITTEN if not name.startswith(prefixes)} == set()


def test_every_component_of_a_partial_has_a_style() -> None:
    """A block without any style of its own or its parts is an unused name."""
    blocks = {re.split("__|--", name)[0] for name in WRITTEN}
    styled = {re.split("__|--", name)[0] for name in STYLED}
    assert blocks - styled <= UNSTYLED
