"""python -m tests.attacks [--short] [NAME…]: runs the attacks; exit 1 if one succeeds."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.attacks import (
    crafted_forms,
    cut_off,
    full_disk,
    hostile_pictures,
    interrupted,
    killed,
    large_bodies,
    odd_requests,
    pictures,
    scripted_texts,
    slow_clients,
    takeover,
)

ATTACKS = {
    "slow_clients": slow_clients.run,
    "large_bodies": large_bodies.run,
    "odd_requests": odd_requests.run,
    "crafted_forms": crafted_forms.run,
    "scripted_texts": scripted_texts.run,
    "pictures": pictures.run,
    "hostile_pictures": hostile_pictures.run,
    "takeover": takeover.run,
    "killed": killed.run,
    "interrupted": interrupted.run,
    "cut_off": cut_off.run,
    "full_disk": full_disk.run,
}
WHOLE_ALONE = {
    "crafted_forms",
    "full_disk",
    "hostile_pictures",
    "interrupted",
}  # they take too long for CI


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--short", action="store_true", help="as .ci/run does")
    options = parser.parse_args()
    succeeded = []
    chosen = [name for name in ATTACKS if not (options.short and name in WHOLE_ALONE)]
    for name in options.names or chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prog_name(name)) as folder:
            try:
                lines = ATTACKS[name](Path(folder), options.short)
            except AssertionError as error:
                succeeded.append(name)
                lines = [f"SUCCEEDED: {error}"]
        print(f"{name} ({time.monotonic() - began:.0f} s)")
        print("".join(f"  {line}\n" for line in lines), end="", flush=True)
    if succeeded:
        sys.exit(f"attacks that succeed: {', '.join(succeeded)}")


def prog_name(name: str) -> str:
    return f"caselib-{name}-"


if __name__ == "__main__":
    main()
