"""Template filters: numbers with their units, dates with their precision, words.

Each returns text in the reader's language and depends only on its arguments.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import rjieba
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, pgettext

from stories import links
from stories.choices import VersionKind
from stories.documents.evidence import Summary
from stories.exports.references import embedded, italics, items, lists
from stories.languages import reader_language
from stories.presenters.parts import CitedPassage
from stories.presenters.sources import Statement
from stories.reading import dates, figures
from stories.reading.dates import NO_TENTHS, Tenths
from stories.reading.figures import Figure, Unit

# Tokens that must not start a line, and those that must not end one.
_NOT_FIRST = frozenset("，。、；：！？）》】〉」』”’…％%·的了们")
_NOT_LAST = frozenset("（《【〈「『“‘与和")


def figure(metric: Any, language: str) -> Figure:
    """A metric formatted in zh or en: before, number, after."""
    indicator = metric.indicator
    unit = _unit(indicator.dimension, indicator.unit_zh, indicator.unit_en, indicator.unit_en_one)
    return figures.write(metric.low, metric.high, metric.qualifier, unit, language)


@lru_cache(maxsize=4096)
def _unit(dimension: str, zh: str, en: str, one: str) -> Unit:
    return Unit(dimension, zh, en, one)


def computed(derived: Any, language: str) -> Figure:
    """A derived number, in its own unit."""
    unit = Unit("", derived.unit_zh, derived.unit_en, derived.unit_en)
    return figures.write(derived.value, derived.value, derived.qualifier, unit, language)


def date(edtf: str, tenths: Tenths = NO_TENTHS) -> str:
    """An EDTF date in words, as precise as it is; `tenths`: see `date_fragments.tenths_of`."""
    return dates.in_words(edtf, reader_language(), tenths)


def time(edtf: str, tenths: Tenths = NO_TENTHS) -> str:
    """The same as a <time> element, if HTML has a value for it: a plain day, month or year."""
    return _in_an_element(dates.machine_readable(edtf, tenths), date(edtf, tenths))


def short_time(edtf: str) -> str:
    """The same in the short form for lists."""
    return _in_an_element(dates.machine_readable(edtf), dates.in_short(edtf, reader_language()))


def _in_an_element(attribute: str, words: str) -> str:
    return format_html('<time datetime="{}">{}</time>', attribute, words) if attribute else words


def tick(tick: Any) -> str:
    """The label of a tick of a timeline."""
    return dates.on_a_scale(tick.edtf, tick.has_year, reader_language())


def locator(locator: str) -> str:
    """12 → 第12段 / paragraph 12; T, H1, C1, E1 likewise."""
    kind, number = locator[:1], locator[1:]
    if kind == "T":
        return gettext("title")
    patterns = {
        "H": gettext("heading %(number)s"),
        "C": gettext("caption %(number)s"),
        "E": gettext("editor’s note %(number)s"),
    }
    if kind in patterns:
        return patterns[kind] % {"number": number}
    return gettext("paragraph %(number)s") % {"number": locator}


def cited_label(cited: Iterable[CitedPassage], language: str) -> str:
    """依据：第3、5段 / Cited: paragraphs 3, 5; headings, captions and notes by their own names."""
    locators = tuple(of_passage.passage.locator for of_passage in cited)
    return _cited_at(locators, language)


@lru_cache(maxsize=4096)
def _cited_at(locators: tuple[str, ...], _language: str) -> str:
    numbers = [at for at in locators if at.isdecimal()]
    others = [locator(at) for at in locators if not at.isdecimal()]
    comma = pgettext("between numbers of paragraphs", ", ")
    if numbers:
        pattern = ngettext("paragraph %(numbers)s", "paragraphs %(numbers)s", len(numbers))
        others.insert(0, pattern % {"numbers": comma.join(numbers)})
    return gettext("Cited: %(where)s") % {"where": comma.join(others)}


def file_lines(lines: Sequence[int]) -> str:
    """The lines of a passage in the raw file, counted from 1."""
    numbers = pgettext("between names", ", ").join(map(str, lines))
    pattern = ngettext("line %(lines)s of the file", "lines %(lines)s of the file", len(lines))
    return pattern % {"lines": numbers}


def comma_separated(texts: Iterable[object]) -> str:
    return pgettext("between names", ", ").join(map(str, texts))


def labels(terms: Iterable[Any]) -> str:
    return pgettext("between labels", "; ").join(str(term.label) for term in terms)


def case_count(count: int) -> str:
    return ngettext("%(count)s case", "%(count)s cases", count) % {"count": count}


@lru_cache(maxsize=4096)
def _phrases(text: str) -> tuple[str, ...]:
    """Chinese words with their signs and particles, and numbers with their units."""
    phrases: list[str] = []
    is_open = False  # the last phrase absorbs the next token
    for token in rjieba.cut(text, True):
        if phrases and (is_open or token[0] in _NOT_FIRST):
            phrases[-1] += token
        else:
            phrases.append(token)
        is_open = token[-1] in _NOT_LAST or token.isdecimal()
    return tuple(phrases)


def clauses(text: Any) -> Any:
    """A title with <wbr> between its Chinese phrases, so that lines do not break within words."""
    marked = words(text)
    if not any("\u4e00" <= character <= "\u9fff" for character in str(text)):
        return marked
    phrases = format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in _phrases(str(text))))
    if not getattr(text, "is_foreign", False):
        return phrases
    return format_html('<span lang="{}">{}</span> {}', text.language, phrases, _only_in(text))


def evidence_lines(found: Summary) -> list[str]:
    """The evidence summary of a case, one text per line; see stories.documents.evidence."""
    independent = ngettext(
        "%(count)s independent source", "%(count)s independent sources", found.independent
    )
    if not found.independent:
        independent = (
            gettext("unclear whether any source is independent")
            if found.is_unclear
            else gettext("self-reported: no independent source")
        )
    reports = ngettext("%(count)s report read", "%(count)s reports read", found.reports)
    outcome = (
        gettext("an outcome was measured")
        if found.is_outcome_measured
        else gettext("no outcome measured")
    )
    check = gettext("no check of the results reported")
    if found.is_checked:
        check = gettext("the source names who checked the results")
    elif found.is_check_partly_stated:
        check = gettext("check of the results: partly stated")
    return [
        independent % {"count": found.independent},
        reports % {"count": found.reports},
        outcome,
        check,
    ]


def statement(found: Statement) -> str:
    """The words of a statement; a number or date with its value."""
    if found.kind == "metric":
        value = str(figure(found.part, reader_language()))
    elif found.kind == "date":
        value = date(found.part.edtf, found.part.tenths)
    elif found.kind == "left-out":
        return gettext("not coded: %(reason)s") % {"reason": found.words}
    else:
        return str(found.words)
    return f"{found.words}{pgettext('before a value', ': ')}{value}"


def likeness(related: Any) -> str:
    """What two places have in common: their level, and their numbers of residents."""
    found = []
    if related.level:
        found.append(gettext("Same kind of place: %(level)s") % {"level": related.level})
    if related.residents:
        theirs, ours = (f"{round(number):,}" for number in related.residents)
        sizes = gettext("Similar size: %(theirs)s residents there, %(ours)s here")
        found.append(sizes % {"theirs": theirs, "ours": ours})
    return pgettext("between labels", "; ").join(found)


def day(moment: datetime) -> str:
    """The day of an instant in the library's time zone, as YYYY-MM-DD."""
    return localtime(moment).date().isoformat()


def predecessor(version: Any) -> int:
    """The number of the previous version, 0 for the first."""
    return int(version.number) - 1


def is_old(version: Any) -> bool:
    return bool(version.number != version.publication.number)


def is_correction(version: Any) -> bool:
    return bool(version.kind == VersionKind.CORRECTION)


def diff_operation(operation: str) -> dict[str, bool]:
    return {"added": operation == "added", "removed": operation == "removed"}


def progress(answers: Sequence[Any]) -> str:
    """The stages of the measures that address a problem; preparatory ones (a survey, a plan,
    funding) apart: measures: 2 done; 1 planned · preparation: 1 done."""
    if not answers:
        return gettext("no measure reported")
    works = [answer for answer in answers if not answer.is_preparation]
    preparations = [answer for answer in answers if answer.is_preparation]
    found = []
    if works:
        found.append(gettext("measures: %(counts)s") % {"counts": _by_status(works)})
    if preparations:
        pattern = gettext("preparation: %(counts)s")
        if not works:
            pattern = gettext("preparation only: %(counts)s")
        found.append(pattern % {"counts": _by_status(preparations)})
    return " · ".join(found)


def _by_status(answers: Iterable[Any]) -> str:
    counts = Counter(answer.measure.status_label for answer in answers)
    pattern = pgettext("measures of a status", "%(count)s %(status)s")
    return pgettext("between labels", "; ").join(
        pattern % {"count": count, "status": str(status).lower()}
        for status, count in counts.items()
    )


def spread_tables(spreads: Sequence[Any]) -> list[tuple[bool, list[Any]]]:
    """(whether they have a single value, spreads): those with a range, and those with one value."""
    tables = ((is_single, [s for s in spreads if s.is_single == is_single]) for is_single in _BOTH)
    return [(is_single, rows) for is_single, rows in tables if rows]


_BOTH = (False, True)


def search_link(source: Any) -> str:
    """The address of a web search for a source by title, newspaper and date; none of them is
    guessed.
    """
    words = [
        f'"{source.original_title}"',
        source.data["container"] and source.data["container"]["zh"],
    ]
    question = " ".join(filter(None, [*words, source.issued]))
    return f"https://www.bing.com/search?{urlencode({'q': question})}"


def words(text: Any) -> Any:
    """A text; if it is a fallback from another language, it is marked with `lang`."""
    if not getattr(text, "is_foreign", False):
        return text
    return format_html('<span lang="{}">{}</span> {}', text.language, str(text), _only_in(text))


def _only_in(text: Any) -> str:
    only = gettext("only in English") if text.language == "en" else gettext("only in Chinese")
    return format_html('<span class="only-in">{}</span>', only)


def with_count(label: str, count: int) -> str:
    """The accessible name of a value of a facet: 社区养老，12 个案例."""
    text = ngettext("%(label)s, %(count)s case", "%(label)s, %(count)s cases", count)
    return text % {"label": label, "count": count}


def reference(source: Any) -> str:
    """A source as a reference: GB/T 7714 in Chinese, APA in English."""
    return lists.default(items.of_source(source.data, reader_language()))


def passage_reference(passage: Any) -> str:
    """A passage as a reference with its locator, in GB/T 7714 for both languages."""
    item = items.of_source(passage.source.data, reader_language()).at(locator(passage.locator))
    return italics.plain(lists.GB_T_7714.write(item))


def coins(source: Any) -> str:
    """The COinS of a source in a list."""
    return embedded.coins(items.of_source(source.data, reader_language()))


def case_coins(card: Any, site: str) -> str:
    """The COinS of a case in a list; `site`: scheme and host."""
    url, container = site + links.of("case", card.slug), gettext("Community case library")
    return embedded.coins(items.of_card(card.slug, card.title, url, container))
