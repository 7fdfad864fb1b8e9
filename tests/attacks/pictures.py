"""Hostile pictures: seconds and memory for decoding each in its own process."""

import subprocess
import sys
from pathlib import Path

from tests.attacks.server import ROOT

LIMIT = 400  # greatest peak memory, in MiB, of a process that decodes one picture
SECONDS = 20
# Decodes a file, and prints seconds and peak memory in MiB.
READ = """
import resource, sys, time, django
django.setup()
from stories.pictures import formats
data = open(sys.argv[1], "rb").read()
began = time.perf_counter()
try:
    formats.read(data)
    outcome = "stored anew"
except formats.PictureError:
    outcome = "refused"
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(outcome, round(time.perf_counter() - began, 2), round(peak))
"""
# Writes the pictures into a folder.
MAKE = """
import random, sys
from pathlib import Path
from PIL import Image
folder = Path(sys.argv[1])
blank = Image.new("RGB", (7000, 7000))
blank.save(folder / "blank.webp", lossless=True)
blank.save(folder / "blank.png")
blank.save(folder / "blank.jpeg")
noise = Image.frombytes("L", (700, 700), random.Random(1).randbytes(490_000)).convert("RGB")
large = noise.resize((7000, 7000))
large.save(folder / "large.jpeg", quality=60)
large.save(folder / "large-progressive.jpeg", quality=60, progressive=True)
noise.resize((3150, 3150)).save(folder / "large.webp", quality=50, method=0)
noise.resize((3150, 3150)).save(folder / "large.avif", quality=50, speed=10)
noise.resize((5000, 5000)).convert("RGBA").save(folder / "large-rgba.png", compress_level=1)
Image.new("L", (60000, 60000)).save(folder / "bomb.png")
(folder / "cut.jpeg").write_bytes((folder / "large.jpeg").read_bytes()[:50_000])
"""


def run(folder: Path, short: bool) -> list[str]:
    python(MAKE, folder)
    lines, over = [], []
    for file in sorted(folder.iterdir()):
        if short and file.stem.startswith("large"):
            continue
        outcome, seconds, peak = python(READ, file).rsplit(maxsplit=2)
        size = file.stat().st_size
        lines.append(f"{file.name} of {size:,} bytes: {outcome} in {seconds} s, peak {peak} MiB")
        if float(seconds) >= SECONDS or int(peak) >= LIMIT:
            over.append(lines[-1])
    assert not over, "; ".join(over)
    return lines


def python(code: str, argument: Path) -> str:
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "caselib.settings",
        "CASELIB_SECRET_KEY": "none",
        "CASELIB_DATA_DIR": str(argument),
    }
    result = subprocess.run(
        [sys.executable, "-c", code, str(argument)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return result.stdout.strip()
