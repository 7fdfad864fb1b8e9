"""The figures of the benchmark's report, from what its tools print."""

from pathlib import Path
from typing import Any

from tests.bench import face


def a_run(score: float) -> dict[str, Any]:
    """Of Lighthouse, as far as the benchmark reads it: one audit, and one request."""
    audit = {"title": "Loads fast", "score": score, "scoreDisplayMode": "numeric"}
    request = {"resourceType": "Document", "transferSize": 18_001}
    return {
        "lighthouseVersion": "12",
        "categories": {
            name: {
                "score": score if name == "seo" else 1,
                "auditRefs": [{"id": "speed", "weight": 1}] if name == "seo" else [],
            }
            for name in face.CATEGORIES
        },
        "audits": {
            "speed": audit,
            "network-requests": {"details": {"items": [request]}},
            "cumulative-layout-shift": {"numericValue": 0.0},
            "largest-contentful-paint": {"numericValue": 1200.4},
        },
    }


def test_a_page_has_the_median_of_its_runs_and_what_it_misses_in_bold() -> None:
    found = face.Found("/", [a_run(0.9), a_run(1), a_run(0.8)], ["image-alt: <img>"])
    assert face.row("overview", found) == (
        "| overview | 100 | 100 | 100 | **90** | **1** | **18,001** | 0 | 0 | 1 | 0 | 1,200 |"
    )
    assert list(found.lacking()) == ["seo: Loads fast"]


def test_the_lock_of_lighthouse_names_packages_and_no_addresses() -> None:
    lock = Path(face.__file__).with_name("package-lock.json").read_text(encoding="utf-8")
    assert '"node_modules/lighthouse"' in lock
    assert "://" not in lock
