"""The benchmark's loader writes the same rows as publishing."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from stories.documents import serialization
from stories.models.search_index import (
    IndexedCard,
    IndexedMetric,
    IndexedMetricRow,
    IndexedMetricType,
    IndexedText,
    Posting,
)
from stories.models.version import Publication, Version
from stories.publishing import publisher
from stories.search import writer
from stories.search.writer import PostingsBuilder
from tests.bench import corpus, face, rows

CASES = 50
WORDS = "路灯 停车位 电梯 楼道 井盖 绿地 花坛 步道 食堂 书屋 改造 修缮 硬化 疏通 加固 粉刷".split()
VOCABULARY = {
    "families": [{"slug": "road", "name": "道路交通"}, {"slug": "light", "name": "公共设施"}],
    "types": [
        {"slug": "lane-repair", "name": "背街整治", "family": "road"},
        {"slug": "street-light", "name": "路灯亮化", "family": "light"},
    ],
    "tags": [{"slug": f"t{n}", "name": f"标签{n}"} for n in range(6)],
    "places": [
        {"slug": "hangzhou", "name": "浙江杭州", "province": "浙江"},
        {"slug": "ningbo", "name": "浙江宁波", "province": "浙江"},
        {"slug": "wuhan", "name": "湖北武汉", "province": "湖北"},
    ],
}


def a_line(n: int) -> bytes:
    """A case in the rig's format, with other words for every n."""
    some = random.Random(n)
    place, year = some.choice(VOCABULARY["places"])["slug"], some.randint(2011, 2025)
    problems = some.sample(["昏暗", "破损", "积水", "飞线"], 2)
    case = {
        "slug": f"{place}-{year}-{n:06}",
        "title": f"柳塘社区{some.choice(WORDS)}：一巷一案",
        "summary": f"柳塘社区曾面临路灯{problems[0]}、井盖{problems[1]}等问题，居民反映强烈。",
        "place": place,
        "year": year,
        "measures": [a_measure(some) for _ in range(some.randint(1, 9))],
        "sources": [
            {"title": f"{some.choice(WORDS)}纪实", "publisher": "晚报", "date": f"{year}-05-04"}
            for _ in range(some.randint(1, 3))
        ],
        "tags": some.sample([tag["slug"] for tag in VOCABULARY["tags"]], some.randint(1, 4)),
    }
    return json.dumps(case, ensure_ascii=False).encode()


def a_measure(some: random.Random) -> dict[str, Any]:
    chosen = some.choices(corpus.INDICATORS, k=some.randint(1, 3))
    return {
        "type": some.choice(VOCABULARY["types"])["slug"],
        "title": f"{some.choice(['业主参与的', '律师参与的', '背街整治：'])}{some.choice(WORDS)}",
        "summary": "。".join(some.choices(WORDS, k=12)),
        "metrics": [
            {"label": f"新增{end}", "value": some.choice([7, 4.3, 29.0]), "unit": unit, "kind": "x"}
            for _slug, end, unit, *_rest in chosen
        ],
    }


def the_library() -> dict[str, list[Any]]:
    """Every row that public pages use, by table, without times of indexing."""
    of_metrics = (IndexedMetric, IndexedMetricType, IndexedMetricRow)
    tables = (Publication, Version, IndexedText, IndexedCard, *of_metrics)
    rows = {
        table.__name__: [
            {name: row[name] for name in row.keys() - {"indexed_at"}}
            for row in table._default_manager.order_by("pk").values()
        ]
        for table in tables
    }
    postings = Posting.objects.order_by("space", "key")
    return rows | {"Posting": [(row.space, row.key, set(row.members())) for row in postings]}


@pytest.mark.django_db
def test_loading_in_bulk_makes_the_library_that_publishing_makes() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the benchmark loads into SQLite only")
    found = {n: corpus.document(a_line(n)) for n in range(1, CASES + 1)}
    at, builder = now(), PostingsBuilder()
    with connection.cursor() as cursor:  # committing tests do not reset sequences
        cursor.execute("DELETE FROM sqlite_sequence")
    with transaction.atomic():
        for pks in (range(1, 31), range(31, CASES + 1)):
            share = PostingsBuilder()
            rows.write_cases({pk: found[pk] for pk in pks}, at, share)
            builder.merge(share)
        rows.write_postings(builder)
        in_bulk = the_library()
        assert writer.stale() == []
        transaction.set_rollback(True)
    for document in found.values():
        publisher.publish(serialization.shaped(document), at=at)
    assert in_bulk == the_library()


# ---------------------------------------------------------------- the face


def a_run(score: float) -> dict[str, Any]:
    """A Lighthouse report, reduced to what the benchmark reads: one audit, and one request."""
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
