"""Helpers for tests of the workbench: a draft with its article, and URLs of its forms."""

from typing import Any

from stories.models.case import Case
from stories.models.questions import Glance
from stories.models.sources import Passage, Source
from stories.publishing import texts
from stories.reading import articles, source_text
from tests.builders import ARTICLES, a_draft, a_passage, a_source
from tests.desk import address

HEPING = (ARTICLES / "heping.txt").read_bytes()


def a_case_with_its_article(raw: bytes = HEPING, **overrides: Any) -> Case:
    """A draft with a source and its stored text, the article of the tests."""
    case = a_draft(**{"slug": "heping"} | overrides)
    digest = source_text.digest(raw)
    source = a_source(case=case, key=f"{case.slug}-news", sha256=digest, issued="2023-06-18")
    kinds = articles.propose(raw).kinds
    for n, (locator, lines) in enumerate(articles.locators(kinds.items()).items()):
        a_passage(source=source, locator=locator, lines=lines, position=n, gist_zh="", gist_en="")
    texts.store(source, raw)
    Glance.add_missing(case)
    return case


def page_of_workbench(case: Case, language: str = "en") -> str:
    return address("case_workbench", case.pk, language=language)


def chosen(case: Case, locator: str, words: str, raw: bytes = HEPING) -> dict[str, Any]:
    """The parameters with which the page opens a form for selected text."""
    passage = Passage.objects.get(source=Source.objects.get(case=case), locator=locator)
    line = raw.decode().split("\n")[passage.lines[0] - 1]
    start = line.index(words)
    return {"passage": passage.pk, "start": start, "end": start + len(words)}


def entry_form(case: Case, kind: str, language: str = "en", **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{address('case_entry_form', case.pk, kind, language=language)}?{query}"
