"""The Chromium of this machine: where it is, and with which flags it only reads pages."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATH = next(filter(None, map(shutil.which, NAMES)), None)
