"""Loads a corpus of the rig into a data folder: python -m tests.bench.load CORPUS --data DIR"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command
from django.utils.module_loading import import_string

from tests.bench import corpus

LOADED = "loaded.json"  # in the data folder: how long it took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("corpus", type=Path, help="a folder of the rig with cases.jsonl")
    parser.add_argument("--data", type=Path, required=True, help="an empty or new data folder")
    options = parser.parse_args()
    if (options.data / "caselib.sqlite3").exists():
        sys.exit(f"{options.data} holds a library already; name another folder or remove it")
    options.data.mkdir(parents=True, exist_ok=True)
    os.environ["CASELIB_DATA_DIR"] = str(options.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "caselib.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    load_vocabulary = import_string("tests.bench.rows.load_vocabulary")  # requires Django
    load_cases = import_string("tests.bench.rows.load_cases")
    began, used = time.perf_counter(), _cpu_seconds()
    load_vocabulary(corpus.vocabulary(options.corpus))
    count = load_cases(options.corpus)
    seconds = time.perf_counter() - began
    size = (options.data / "caselib.sqlite3").stat().st_size
    loaded = {
        "cases": count,
        "seconds": seconds,
        "cpu_seconds": _cpu_seconds() - used,
        "bytes": size,
    }
    (options.data / LOADED).write_text(json.dumps(loaded))
    print(f"{count:,} cases in {seconds:.1f} s: {count / seconds:,.0f} a second")


def _cpu_seconds() -> float:
    """CPU time of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
