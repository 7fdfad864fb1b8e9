"""Finds the Chromium of this machine, and the flags for reading pages with it."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATH = next(filter(None, map(shutil.which, NAMES)), None)
