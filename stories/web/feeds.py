"""Atom feeds: new cases of any list, and corrections."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override

from stories import links
from stories.exports import questions
from stories.languages import DJANGO_CODES, reader_language
from stories.queries.cases import CaseQuery
from stories.queries.corrections import corrections
from stories.queries.publications import latest
from stories.queries.snapshot import Library
from stories.web.former_addresses import redirecting_list
from stories.web.problems import problem
from stories.web.site import site_of

FEED_LENGTH = 50  # entries


class StableAtomFeed(Atom1Feed):
    """An Atom feed that is byte-identical until something is published, also while it is empty."""

    def latest_post_date(self) -> datetime:
        if self.items:
            return super().latest_post_date()
        return datetime(1970, 1, 1, tzinfo=UTC)


@redirecting_list
def new_cases(request: HttpRequest) -> HttpResponse:
    """The most recently published cases of any query to the list: 2 queries besides those of the
    reader's query.

    `language`: zh, the default, or en.
    """
    library, language = Library.now(), request.GET.get("language", "zh")
    try:
        query = questions.case_query(request.GET, library, also=("language",))
    except questions.QuestionError as error:
        return problem(400, "A parameter is not understood.", error.faults)
    return _response(request, language, lambda: _feed_of_cases(query, request))


def latest_corrections(request: HttpRequest) -> HttpResponse:
    """Corrections of all cases, the newest first: 1 query, plus those of the cards; `language` as
    above.
    """
    try:
        questions.only(request.GET, ("language",))
    except questions.QuestionError as error:
        return problem(400, "A parameter is not understood.", error.faults)
    language = request.GET.get("language", "zh")
    return _response(request, language, lambda: _feed_of_corrections(request))


def _response(
    request: HttpRequest, language: str, feed_of: Callable[[], StableAtomFeed]
) -> HttpResponse:
    if language not in DJANGO_CODES:
        return problem(400, "language: zh or en.")
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    with override(DJANGO_CODES[language]):
        feed_of().write(response, "utf-8")
    return response


def _feed(
    request: HttpRequest, titles: Iterable[str], link: str, subtitle: str | None = None
) -> StableAtomFeed:
    return StableAtomFeed(
        title=" · ".join([*titles, gettext("Community case library")]),
        link=link,
        description="",
        subtitle=subtitle,
        language="en" if reader_language() == "en" else "zh-Hans",
        feed_url=site_of(request) + request.get_full_path(),
    )


def _feed_of_cases(query: CaseQuery, request: HttpRequest) -> StableAtomFeed:
    site = site_of(request)
    published = {pk: dates for pk, *dates in latest(query.found, FEED_LENGTH)}
    words = [chip.label for chip in query.words()]
    link = site + replace(query, sort="", number=1).url
    feed = _feed(request, [*words, gettext("New cases")], link)
    for card in query.library.cards(list(published)):
        first, current = published[card.pk]
        address = site + links.of("case", card.slug)
        feed.add_item(
            title=str(card.title),
            link=address,
            unique_id=address,
            description=str(card.key_message),
            pubdate=first,
            updateddate=current,
        )
    return feed


def _feed_of_corrections(request: HttpRequest) -> StableAtomFeed:
    site = site_of(request)
    subtitle = gettext("What was corrected in which case, and why.")
    feed = _feed(request, [gettext("Corrections")], site + links.of("corrections"), subtitle)
    for correction in corrections(Library.now(), FEED_LENGTH):
        version = correction.version
        address = site + links.of("version", version.publication.slug, version.number)
        title = {"title": correction.title, "number": version.number}
        feed.add_item(
            title=gettext("%(title)s: version %(number)s") % title,
            link=address,
            unique_id=address,
            description=str(version.note),
            updateddate=version.published_at,
        )
    return feed
