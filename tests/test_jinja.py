"""The template engine of pages: what is resolved at compile time."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext_lazy, override
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup, escape

from stories.languages import DJANGO_CODES, Words
from stories.web import jinja


def made(language: str = "en", **templates: str) -> Environment:
    files = {f"stories/{name}.html": text for name, text in templates.items()}
    return jinja.environment(language, autoescape=True, loader=DictLoader(files))


def printed(environment: Environment, **values: object) -> str:
    with override(DJANGO_CODES[str(environment.globals["language"])]):
        return environment.get_template("stories/page.html").render(**values)


def included(environment: Environment) -> list[str]:
    """Templates that are included at run time."""
    source = environment.loader.get_source(environment, "stories/page.html")[0]  # type: ignore[union-attr]
    compiled = environment.compile(source, raw=True)
    return [line for line in compiled.splitlines() if "get_template" in line]


LAMP = '{% with lamp=lamp %}{% include "stories/_lamp.html" %}{% endwith %}'


def test_a_partial_stands_in_the_page_that_includes_it() -> None:
    environment = made(page=f"<p>{LAMP}</p>", _lamp="{{ lamp }} on\n")
    assert included(environment) == []
    assert printed(environment, lamp="one") == "<p>one on</p>"


def test_what_a_partial_is_given_goes_no_further() -> None:
    page = '{% with lamp="inner" %}{% include "stories/_lamp.html" %}{% endwith %} {{ lamp }}'
    assert printed(made(page=page, _lamp="{{ lamp }}"), lamp="outer") == "inner outer"


def test_a_partial_in_itself_goes_as_deep_as_its_values() -> None:
    below = f"{{% for lamp in lamp.below %}}{LAMP}{{% endfor %}}"
    environment = made(page=LAMP, _lamp=f"({{{{ lamp.name }}}}{below})")
    lamp = SimpleNamespace(name=0, below=[])
    for name in range(1, 6):
        lamp = SimpleNamespace(name=name, below=[lamp])
    assert printed(environment, lamp=lamp) == "(5(4(3(2(1(0))))))"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "案例 ； /cases/"), ("en", "Cases ;  /en/cases/")]
)
def test_words_and_addresses_are_settled_once_a_language(language: str, words: str) -> None:
    page = '{{ _("Cases") }} {{ pgettext("between labels", "; ") }} {{ url(\'cases\') }}'
    environment = made(language, page=page)
    with override(DJANGO_CODES[language]):
        source = environment.compile(page, raw=True)
    assert "gettext" not in source.partition("def root")[2]
    assert printed(environment) == words


def test_a_call_with_a_value_waits_for_it() -> None:
    page = "{{ url('case', slug) }} {{ url('case', 'yucai') }}"
    assert printed(made(page=page), slug="hanyang") == "/en/cases/hanyang/ /en/cases/yucai/"


def test_what_only_begins_like_such_a_call_is_left_as_it_is() -> None:
    page = "{{ url('case', _('yucai')) }} {{ _(n) }} {{ [_, url]|length }}"
    assert printed(made(page=page), n="Cases") == "/en/cases/yucai/ Cases 2"


def test_a_text_that_is_settled_is_escaped_like_any_other() -> None:
    assert printed(made(page='{{ _("<b> & co") }}')) == "&lt;b&gt; &amp; co"


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("<b> & 'co'", "&lt;b&gt; &amp; &#39;co&#39;"),
        (Markup("<b>co</b>"), "<b>co</b>"),
        (Words("<b>", "en", "zh"), "&lt;b&gt;"),
        (gettext_lazy("Cases"), "Cases"),
        (12, "12"),
        (None, "None"),
    ],
)
def test_a_value_is_escaped_unless_it_is_html(value: object, html: str) -> None:
    assert printed(made(page="{{ value }}"), value=value) == html
    assert printed(made(page="{% block all %}{{ value }}{% endblock %}"), value=value) == html
    with override("en"):
        assert html == escape(value)


def test_a_name_that_is_misspelt_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="lable"):
        printed(made(page="{{ value.lable }}"), value=Words("<b>", "en", "zh"))


def test_a_block_is_printed_again_where_it_is_called_by_name() -> None:
    page = "{% block title %}{% for n in all %}{{ n }}{% endfor %}{% endblock %} {{ self.title() }}"
    assert printed(made(page=page), all=["<", "b"]) == "&lt;b &lt;b"


def test_a_loop_knows_its_first_turn_and_its_last() -> None:
    page = (
        "{% block all %}{% for n in all %}{% if loop.first %}<{% endif %}{{ n }}"
        "{% if not loop.last %}, {% else %}>{% endif %}{% endfor %}{% endblock %}"
    )
    assert printed(made(page=page), all=iter("abc")) == "<a, b, c>"
    assert printed(made(page=page), all="a") == "<a>"
    assert printed(made(page=page), all="") == ""


def test_a_page_adds_to_a_block_of_what_it_extends() -> None:
    base = "<{% block all %}{{ n }}{% endblock %}>"
    page = '{% extends "stories/base.html" %}{% block all %}{{ super() }}{{ n + 1 }}{% endblock %}'
    assert printed(made(page=page, base=base), n=1) == "<12>"


def test_counts_are_told_in_the_language_of_the_page() -> None:
    page = (
        "{% trans trimmed count=n %}{{ count }} case{% pluralize %}{{ count }} cases{% endtrans %}"
    )
    assert [printed(made(page=page), n=n) for n in (1, 2)] == ["1 case", "2 cases"]
    assert [printed(made("zh", page=page), n=n) for n in (1, 2)] == ["1个案例", "2个案例"]


def test_each_reader_is_given_the_page_of_their_language() -> None:
    with override("en"):
        english = get_template("stories/about.html")
    with override("zh-hans"):
        chinese = get_template("stories/about.html")
    assert english.template.environment.globals["language"] == "en"
    assert chinese.template.environment.globals["language"] == "zh"


def test_all_pages_are_compiled_before_they_are_asked_for() -> None:
    pages = jinja.Pages(
        {
            "NAME": "pages",
            "DIRS": [settings.BASE_DIR / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {},
        }
    )
    pages.compile_all()
    found = {name for engine in pages.engines.values() for _loader, name in engine.env.cache}
    assert found >= {"stories/case.html", "stories/compare.html", "404.html"}
