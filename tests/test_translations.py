"""The message catalogue is complete, and each page has one language: that of its address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.test import Client
from django.utils.html import strip_tags
from jinja2 import TemplateSyntaxError

from stories.models.case import Case
from stories.models.sources import Source
from tests import messages
from tests.pages import CHINESE_PAGES, Element, Page

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
ADDRESS = re.compile(r"https?://\S+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")
# Standards, formats, licences, the marks of GB/T 7714 for electronic sources: the same in Chinese.
NAMES = set(
    "AA APA Atom BY BibLaTeX BibTeX CC CSL-JSON CSV Chicago EB EDTF "
    "EndNote GB JSON Lines MLA OL RIS WCAG XML axe json CSL DB Browser Datasette DuckDB "
    "Frictionless ISO RO-Crate SHA- SQLite WebP ZIP BY-NC BY-SA".split()
)
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
MORE_PAGES = ["/no-such-page/", "/cases/?q=987654", "/cases/?q=5&year=2021", "/metrics/?kind=input"]


# ---------------------------------------------------------------- the catalogue


def test_nothing_is_missing_fuzzy_obsolete_or_badly_formatted() -> None:
    assert messages.faults(messages.extracted(), messages.stored()) == []


def test_the_catalogue_is_as_the_update_writes_it() -> None:
    """python -m tests.messages --update"""
    written = messages.updated(messages.extracted(), messages.stored())
    assert messages.CATALOGUE.read_text() == written


def test_chinese_is_printed_with_full_width_punctuation() -> None:
    translations = [str(message.string) for message in messages.stored() if message.id]
    assert [text for text in translations if re.search(rf"{HAN.pattern}[,;:?!(]", text)] == []


def test_no_space_stands_beside_chinese() -> None:
    heard = ("%(label)s, %(count)s case", "%(label)s, %(count)s cases")  # never printed
    translations = [
        strip_tags(str(message.string))
        for message in messages.stored()
        if message.id and message.id != heard
    ]
    assert [
        text for text in translations if re.search(rf"{HAN.pattern} | {HAN.pattern}", text)
    ] == []


def test_english_is_printed_with_typographic_apostrophes() -> None:
    printed = messages.extracted()
    forms = [form for m in printed for form in ([m.id] if isinstance(m.id, str) else m.id)]
    assert [form for form in forms if re.search(r"[A-Za-z]'", form)] == []


def test_readers_pages_call_a_metric_a_figure() -> None:
    of_templates = (
        message
        for message in messages.extracted()
        if any(file.startswith("templates/") for file, _line in message.locations)
    )
    assert [m.id for m in of_templates if re.search(r"\bmetrics?\b", str(m.id), re.I)] == []


# ---------------------------------------------------------------- extraction


def written(folder: Path, name: str, text: str) -> list[Any]:
    """(context, text) of each message in one file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return [(m.context, m.id) for m in messages.extracted(folder) if m.id]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('_("Who paid?")', (None, "Who paid?")),
        ('gettext_lazy("Who " "paid?")', (None, "Who paid?")),
        ('pgettext_lazy("of a source", "editor")', ("of a source", "editor")),
        ('ngettext("%(n)s case", "%(n)s cases", n)', (None, ("%(n)s case", "%(n)s cases"))),
        ('npgettext("on a map", "site", "sites", n)', ("on a map", ("site", "sites"))),
    ],
)
def test_code_is_read(tmp_path: Path, code: str, message: object) -> None:
    assert written(tmp_path, "stories/module.py", f"x = {code}\n") == [message]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<p>{{ _('Who paid?') }}</p>", (None, "Who paid?")),
        ('{% if not x %}{{ pgettext("between names", ", ") }}{% endif %}', ("between names", ", ")),
        ('{% with label=_("none") %}{% endwith %}', (None, "none")),
        ('{{ _("100%% sure") }}', (None, "100%% sure")),
        (
            "{% trans trimmed n=x|length %}\n {{ n }}\n of {% endtrans %}",
            (None, "%(n)s of"),
        ),
        (
            "  <b>\n {% trans trimmed n=x.n %}\n {{ n }} case\n"
            "{% pluralize %} {{ n }} cases {% endtrans %}\n   don't",
            (None, ("%(n)s case", "%(n)s cases")),
        ),
    ],
)
def test_a_page_is_read(tmp_path: Path, template: str, message: object) -> None:
    assert written(tmp_path, "templates/page.html", template) == [message]


def test_a_page_that_is_no_jinja_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateSyntaxError):
        written(tmp_path, "templates/page.html", "{% translate 'Who paid?' %}")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<p>{% translate 'Who paid?' %}</p>", (None, "Who paid?")),
        ('{% translate ", " context "between names" %}', ("between names", ", ")),
        ('{{ label|default:_("none") }}', (None, "none")),
        ('{% translate "100% sure" %}', (None, "100%% sure")),
        (
            "{% blocktranslate trimmed with n=x|length %}\n {{ n }}\n of {% endblocktranslate %}",
            (None, "%(n)s of"),
        ),
        (
            "  <b>\n {% blocktranslate trimmed count n=x %}\n {{ n }} case\n"
            "{% plural %} {{ n }} cases {% endblocktranslate %}\n   don't",
            (None, ("%(n)s case", "%(n)s cases")),
        ),
    ],
)
def test_a_template_of_the_desk_is_read(tmp_path: Path, template: str, message: object) -> None:
    assert written(tmp_path, "stories/templates/admin/page.html", template) == [message]


# ---------------------------------------------------------------- refusals

ENTRY = 'msgid "%(n)s of {}"\nmsgstr "{}的%(n)s"\n'


def catalogue(folder: Path, entries: str) -> Catalog:
    file = folder / "django.po"
    file.write_text(messages.HEADER + entries)
    return messages.stored(file)


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (ENTRY, []),
        ("", ["missing: “%(n)s of {}”"]),
        ('msgid "%(n)s of {}"\nmsgstr ""\n', ["missing: “%(n)s of {}”"]),
        (f"#, fuzzy\n{ENTRY}", ["fuzzy: “%(n)s of {}”"]),
        (ENTRY.replace("的%(n)s", "的%(m)s"), ["placeholders disagree: “%(n)s of {}”"]),
        (ENTRY.replace("{}的", "的"), ["placeholders disagree: “%(n)s of {}”"]),
        (f'{ENTRY}\nmsgid "Gone"\nmsgstr "没了"\n', ["obsolete: “Gone”"]),
        (f'{ENTRY}\n#~ msgid "Gone"\n#~ msgstr "没了"\n', ["obsolete: “Gone”"]),
        (f'{ENTRY}\nmsgctxt "b"\nmsgid "Gone"\nmsgstr "没了"\n', ["obsolete: “Gone” (b)"]),
    ],
)
def test_the_check_names_what_is_wrong(tmp_path: Path, entries: str, fault: list[str]) -> None:
    wanted = Catalog(messages.LANGUAGE)
    wanted.add("%(n)s of {}")
    assert messages.faults(wanted, catalogue(tmp_path, entries)) == fault


def test_an_update_keeps_translations_and_drops_what_is_obsolete(tmp_path: Path) -> None:
    wanted = Catalog(messages.LANGUAGE)
    wanted.add("%(n)s of {}")
    wanted.add("New")
    kept = catalogue(tmp_path, f'{ENTRY}\nmsgid "Gone"\nmsgstr "没了"\n')
    text = messages.updated(wanted, kept)
    assert text.removeprefix(messages.HEADER).split("\n\n") == [
        f"#, python-brace-format, python-format\n{ENTRY}".strip(),
        'msgid "New"\nmsgstr ""',
        "",
    ]


# ---------------------------------------------------------------- the pages


class SpokenPage(Page):
    """A page as in a screen reader: every text with the language of its `lang`."""

    def __init__(self, html: str) -> None:
        self.spoken: list[tuple[str, str]] = []
        super().__init__(html)
        for element in self.elements:
            is_description = element.attributes.get("name") == "description"
            if "Z3988" in element.classes:  # COinS: a `title` that is not text
                continue
            for name in (*SPOKEN_ATTRIBUTES, *["content"] * is_description):
                if text := element.attributes.get(name):
                    self.spoken.append((_language([*element.parents, element]), text))

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if data.strip() and not {"code", "script"} & {e.tag for e in self._open}:
            self.spoken.append((_language(self._open), data.strip()))


def _language(elements: list[Element]) -> str:
    return next((e.attributes["lang"] for e in reversed(elements) if "lang" in e.attributes), "")


def texts_in_the_data(language: str) -> str:
    """All texts of cases and vocabulary in one language; printed text of sources is Chinese."""
    names = {"zh": ("zh", "printed", "standard"), "en": ("en",)}[language]

    def texts(value: Any, name: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from texts(inner, key)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner, name)
        elif name in names or name.endswith(f"_{language}"):
            yield str(value)

    files = [*settings.CASES_DIR.glob("*.json"), *settings.VOCABULARY_DIR.glob("*.json")]
    return "\n".join(text for file in files for text in texts(json.loads(file.read_text()), ""))


def spoken(client: Client, prefix: str) -> Iterator[tuple[str, str, str]]:
    """(address, language, text) of every text on a page of each kind, and of every case."""
    rows = [*Case.objects.published(), *Source.objects.all()]
    addresses = {*CHINESE_PAGES, *MORE_PAGES, *(row.get_absolute_url() for row in rows)}
    for address in sorted(addresses):
        page = SpokenPage(client.get(f"{prefix}{address}").text)
        for language, text in page.spoken:
            yield f"{prefix}{address}", language, text


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_chinese_page_shows_no_english(client: Client) -> None:
    known = NAMES | set(LATIN.findall(texts_in_the_data("zh")))
    strange = [
        (address, text)
        for address, language, text in spoken(client, "")
        if language != "en" and set(LATIN.findall(ADDRESS.sub("", text))) - known
    ]
    assert strange == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_an_english_page_marks_all_chinese(client: Client) -> None:
    said = texts_in_the_data("en")  # an English text may quote a Chinese word
    strange = [
        (address, text)
        for address, language, text in spoken(client, "/en")
        if language != "zh-Hans" and HAN.search(text) and text not in said
    ]
    assert strange == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_an_english_page_has_no_straight_apostrophe(client: Client) -> None:
    assert [
        (address, text)
        for address, language, text in spoken(client, "/en")
        if language != "zh-Hans" and re.search(r"[A-Za-z]'", text)
    ] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_space_stands_before_punctuation(client: Client, prefix: str) -> None:
    strange = []
    for address in sorted(
        {*CHINESE_PAGES, *(case.get_absolute_url() for case in Case.objects.all())}
    ):
        main = client.get(f"{prefix}{address}").text.partition("<main")[2]
        text = re.sub(r"\s+", " ", strip_tags(re.sub(r"(?s)<(code|pre)\b.*?</\1>", "", main)))
        strange += [(address, found) for found in re.findall(r".{12}\s[;,；，、。）].{12}", text)]
    assert strange == []


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_chinese_page_has_full_width_brackets(client: Client) -> None:
    """Except in references of a style with half-width ones: GB/T 7714—2015."""
    said = texts_in_the_data("zh")  # printed text of sources is unchanged
    strange = [
        (address, text)
        for address, language, text in spoken(client, "")
        if language != "en"
        and not address.endswith("/cite/")
        and text.strip("“”") not in said
        and re.search(rf"{HAN.pattern}\s?\(|\({HAN.pattern}|{HAN.pattern}\)", text)
    ]
    assert strange == []
