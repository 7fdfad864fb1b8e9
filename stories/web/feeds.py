"""Atom feeds: new cases of any list, and corrections."""

from dataclasses import replace
from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from stories import links
from stories.exports import questions
from stories.languages import DJANGO_CODES, reader_language
from stories.queries.cases import CaseQuery
from stories.queries.corrections import Correction, corrections
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


class CorrectionsFeed(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """Corrections of all cases, newest first."""

    feed_type = StableAtomFeed
    title = _("Corrections · Community case library")
    subtitle = _("What was corrected in which case, and why.")

    def link(self) -> str:
        return links.of("corrections")

    def items(self) -> list[Correction]:
        return corrections(Library.now(), FEED_LENGTH)

    def item_title(self, item: Correction) -> str:
        return gettext("%(title)s: version %(number)s") % {
            "title": item.title,
            "number": item.version.number,
        }

    def item_description(self, item: Correction) -> str:
        return str(item.version.note)

    def item_link(self, item: Correction) -> str:
        version = item.version
        return links.of("version", version.publication.slug, version.number)

    def item_updateddate(self, item: Correction) -> datetime:
        return item.version.published_at


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
    if language not in DJANGO_CODES:
        return problem(400, "language: zh or en.")
    with override(DJANGO_CODES[language]):
        feed = _feed_of_cases(query, site_of(request), request.get_full_path())
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response


def _feed_of_cases(query: CaseQuery, site: str, address: str) -> StableAtomFeed:
    published = {pk: dates for pk, *dates in latest(query.found, FEED_LENGTH)}
    words = [chip.label for chip in query.words()]
    feed = StableAtomFeed(
        title=" · ".join([*words, gettext("New cases"), gettext("Community case library")]),
        link=site + replace(query, sort="", number=1).url,
        description="",
        language="en" if reader_language() == "en" else "zh-Hans",
        feed_url=site + address,
    )
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
