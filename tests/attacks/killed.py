"""`kill -9` at any step of a write: nothing acknowledged is lost, nothing is half-written."""

import json
import subprocess
import sys
from pathlib import Path

from tests.attacks.server import ROOT, environment, log_of, serving


def run(folder: Path, short: bool) -> list[str]:
    """Beside a running server, whose public pages are checked after each round."""
    rounds = 24 if short else 200
    data = folder / "killed"
    with serving(data) as port:
        result = subprocess.run(
            [sys.executable, "-m", "tests.attacks.killed_rounds", str(rounds), str(port)],
            cwd=ROOT,
            env=environment(data, DJANGO_SETTINGS_MODULE="caselib.settings"),
            capture_output=True,
            text=True,
        )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    assert "Traceback" not in log_of(data), log_of(data)
    return list(json.loads(result.stdout))
