"""The decorator of views that answer from one revision of the library."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from stories.queries.snapshot import Library

T = TypeVar("T")
ATTEMPTS = 3


def in_one_revision(view: Callable[..., T]) -> Callable[..., T]:
    """Run a view again if a new revision began meanwhile, at most ATTEMPTS times: so no page mixes
    two revisions, and none fails. The last attempt may show an outdated revision.

    2 queries an attempt, one of which replaces that of Library.now().
    """

    @wraps(view)
    def consistent(*args: Any, **kwargs: Any) -> T:
        for attempt in range(ATTEMPTS):
            library = Library.present()
            is_last = attempt == ATTEMPTS - 1
            try:
                with library.pinned():
                    response = view(*args, **kwargs)
            except Exception:
                if is_last or library.is_present():
                    raise
            else:
                if is_last or library.is_present():
                    return response
        raise AssertionError("the last attempt returns or raises")

    return consistent
