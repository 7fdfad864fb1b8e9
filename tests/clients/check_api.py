"""The API against its description: fuzzed by schemathesis.

Fails on any response that the description does not allow.
"""

import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 25  # per endpoint and phase


def test_schemathesis_finds_nothing(site: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "st", "--config-file", CONFIG),
            *("run", f"{site}/api/v1/openapi.json"),
            *("--max-examples", str(EXAMPLES), "--generation-deterministic"),
            *("--workers", "2", "--checks", "all", "--no-color"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-6000:]
