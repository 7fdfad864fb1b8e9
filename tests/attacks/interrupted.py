"""Ctrl-C at random moments of every long command: one line, nothing half-written, and the next run
completes."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import terminal
from tests.attacks.server import ROOT, environment, prepare

INTERRUPTED, AT_EXIT = 130, -signal.SIGINT  # exit codes; the second while Python itself ends


@dataclass(frozen=True)
class Command:
    """`arguments` of manage.py on the library in `data`. `reset` runs before each round, `check`
    after each that was interrupted."""

    data: Path
    arguments: tuple[str, ...]
    reset: Callable[[], object] = lambda: None
    check: Callable[[], bool] = lambda: True


def run(folder: Path, short: bool) -> list[str]:
    data = folder / "data"
    prepare(data)
    lot = random.Random(11)
    commands = _commands(folder, data)
    lines = [_interrupt(command, 1 if short else 5, lot) for command in commands]
    assert _is_whole(data)
    assert any("interrupted" in line for line in lines), "Ctrl-C never arrived"
    return lines


def _interrupt(command: Command, rounds: int, lot: random.Random) -> str:
    name = command.arguments[0]
    command.reset()
    began = time.monotonic()
    whole = _manage(command.data, *command.arguments)
    assert whole.returncode == 0, whole.stderr
    longest = time.monotonic() - began
    outcomes: Counter[str] = Counter()
    for _round in range(rounds):
        command.reset()
        after = lot.uniform(0.1, longest)
        status, output = terminal.run(
            [sys.executable, "manage.py", *command.arguments],
            {**environment(command.data), "TERM": "xterm"},
            ctrl_c_after=after,
        )
        where = f"{name} after {after:.2f} s: exit code {status}, {output!r}"
        assert "Traceback" not in output, where
        assert status in (0, INTERRUPTED, AT_EXIT), where
        if status == INTERRUPTED:
            assert output.rstrip().splitlines()[-1].count("caselib: interrupted") == 1, where
            assert command.check(), where
        outcomes["interrupted" if status == INTERRUPTED else "had ended"] += 1
    command.reset()
    again = _manage(command.data, *command.arguments)
    assert again.returncode == 0, f"{name}, again: {again.stderr}"
    return f"{name}: {', '.join(f'{n} × {what}' for what, n in sorted(outcomes.items()))}"


def _commands(folder: Path, data: Path) -> list[Command]:
    source, backup, copy = folder / "source.tar", folder / "backup.tar", folder / "copy"
    empty, loaded, restored = folder / "empty", folder / "loaded", folder / "restored"
    older, texts = folder / "older", folder / "texts"
    for made in (older, texts, empty):
        made.mkdir()
    (texts / "article.txt").write_text("一篇文章，没有来源用它。\n", encoding="utf-8")
    for file in (ROOT / "fixtures" / "cases").glob("*.json"):
        shutil.copy(file, older)
    assert _manage(data, "backup", str(source)).returncode == 0
    assert _manage(empty, "migrate", "-v0").returncode == 0

    def without(*paths: Path) -> None:
        for path in paths:
            path.unlink(missing_ok=True) if path.is_file() else shutil.rmtree(path, True)

    def with_empty_library() -> None:
        without(loaded)
        shutil.copytree(empty, loaded)

    return [
        Command(
            data,
            ("backup", str(backup)),
            lambda: without(backup),
            lambda: not list(folder.glob("*backup.tar*")),
        ),
        Command(
            restored,
            ("restore", str(source)),
            lambda: without(restored / "caselib.sqlite3", restored / "pictures"),
            lambda: not (restored / "caselib.sqlite3").exists(),
        ),
        Command(
            loaded,
            ("loadcases",),
            with_empty_library,
            lambda: not list(loaded.glob("pictures/*")),
        ),
        Command(
            data,
            ("bake", str(copy)),
            lambda: without(copy),
            lambda: not copy.exists() or (copy / "index.html").exists(),
        ),
        Command(
            data,
            ("exportlibrary",),
            lambda: without(data / "exports"),
            lambda: not list(data.glob("exports/.draft-*")),
        ),
        Command(data, ("dumpcases", str(folder / "dump"), "--all-versions")),
        *(
            Command(data, arguments, check=lambda: _is_whole(data))
            for arguments in (
                ("reindex",),
                ("convertcases", str(older)),
                ("attachtexts", str(texts)),
                ("checkpictures", "--remove"),
                ("doctor", "--mend"),
            )
        ),
    ]


def _is_whole(data: Path) -> bool:
    return _manage(data, "doctor").stdout == "nothing is astray\n"


def _manage(data: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
    )
