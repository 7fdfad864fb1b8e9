"""Draws static/card.png, the share card of pages without a card of their own."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from stories.web import share_cards


class Command(BaseCommand):
    help = "Draws the site's own share card anew: for who changes its name, its mark or a colour."

    def handle(self, *args: Any, **options: Any) -> None:
        names, lines = [], []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                names.append(gettext("Community case library"))
                lines.append(gettext("What communities did, and what the sources say"))
        drawn = share_cards.default_png(names, lines)
        if not drawn:
            raise CommandError("there is no Han font here: install fonts-noto-cjk or its like")
        settings.DEFAULT_CARD.write_bytes(drawn)
        self.stdout.write(f"{settings.DEFAULT_CARD}: {len(drawn):,} bytes")
