"""Forms of the desk posted with values that no browser sends, and access to its pages by role."""

import json
import subprocess
import sys
from pathlib import Path

from tests.attacks.server import ROOT, environment, prepare


def run(folder: Path, short: bool) -> list[str]:
    data = folder / "forms"
    prepare(data)
    result = subprocess.run(
        [sys.executable, "-m", "tests.attacks.desk_rounds", "60" if short else "700"],
        cwd=ROOT,
        env=environment(data, DJANGO_SETTINGS_MODULE="caselib.settings"),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    return list(json.loads(result.stdout))
