"""What stands between server and views: files, the language of a page, and the desk's own needs.

A page's language is that of its address: bare is Chinese, /en/ is English. One address has one
body for every cache, so nothing varies on the reader's own settings.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError

PICTURE = re.compile(rf"{settings.MEDIA_URL}([0-9a-f]{{32}}-[0-9]{{1,5}}\.(?:avif|webp))")


class StaticFilesAndPictures(WhiteNoiseMiddleware):
    """WhiteNoise knows the files that were there when it began; pictures are uploaded later.

    So each is looked for when it is asked for, and nothing that is not named like a picture of
    ours is: neither a folder, nor a page, nor a way out of the folder.
    """

    def __call__(self, request: HttpRequest) -> Any:
        asked = PICTURE.fullmatch(request.path_info)
        if not asked:
            return super().__call__(request)
        try:
            file = self.get_static_file(str(settings.MEDIA_ROOT / asked[1]), request.path_info)
        except MissingFileError:
            return self.get_response(request)
        return self.serve(file, request)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """A picture's name is given once: an address never shows another one."""
        return bool(PICTURE.fullmatch(url)) or super().immutable_file_test(path, url)


class LanguageInPath(LocaleMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", get_language() or "")
        return response


class OnlyAtTheDesk:
    """Readers have no session: a page has nothing to look up for them, nor to remember."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(settings.DESK):
            return super().__call__(request)
        return self.get_response(request)


class DeskSessions(OnlyAtTheDesk, SessionMiddleware):
    pass


class DeskUsers(OnlyAtTheDesk, AuthenticationMiddleware):
    pass


class DeskMessages(OnlyAtTheDesk, MessageMiddleware):
    pass
