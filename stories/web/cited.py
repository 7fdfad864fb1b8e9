"""The citation item of a case, with the names and addresses of this site, in a language."""

from django.http import HttpRequest
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, override

from stories import links
from stories.exports.references import items
from stories.exports.references.items import Item
from stories.languages import DJANGO_CODES
from stories.queries.publications import PublishedCase
from stories.web.site import identifier, imprint, is_baked, site_of


def case_item(request: HttpRequest, found: PublishedCase, language: str) -> Item:
    """A version at its permanent address. The date of access is today; in a static copy, the date
    of the version, so that files do not change daily."""
    with override(DJANGO_CODES[language]):
        library = items.Library(
            gettext("Community case library"), _at_the_beginning(imprint().publisher)
        )
        slug = found.case.data["slug"]
        given = identifier(slug, found.number)
        url = given.url if given else site_of(request) + links.of("version", slug, found.number)
    published_on = localtime(found.published_at).date()
    return items.of_case(
        found.case.data,
        found.number,
        published_on,
        url,
        library,
        published_on if is_baked(request) else localdate(),
        language,
        doi=given.doi if given else "",
    )


def _at_the_beginning(name: str) -> str:
    """Capitalize a name for the beginning of a sentence: The editors."""
    return name[:1].upper() + name[1:]
