"""`kill -9` at any step of what writes: nothing acknowledged is lost, and nothing is left half."""

import json
import subprocess
import sys
from pathlib import Path

from tests.attacks.server import ROOT, environment, said, serving


def run(folder: Path, short: bool) -> list[str]:
    """Beside a server that goes on and is asked what is public after each round."""
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
    assert "Traceback" not in said(data), said(data)
    return list(json.loads(result.stdout))
