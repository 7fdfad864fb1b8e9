"""Converts the rig's synthetic corpus to case documents and vocabulary rows. Pure.

The corpus is in Chinese only: names are repeated in English, longer texts get a short English
sentence. Problems are taken from its summaries.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

PRINTED = 20  # characters of a printed fragment

# (end of a metric's label in the corpus, its unit) → indicator. The first match is used.
INDICATORS = [
    # slug, end of the label, unit, dimension, kind
    ("objects-treated", "数量", "处", "count", "output"),
    ("people-taking-part", "人数", "人", "count", "activity"),
    ("meetings-held", "次数", "次", "count", "activity"),
    ("objects-added", "", "个", "count", "output"),
    ("length-km", "长度", "公里", "length", "output"),
    ("length-m", "长度", "米", "length", "output"),
    ("area-treated", "面积", "平方米", "area", "output"),
    ("total-investment", "总投资", "万元", "money", "input"),
    ("money-contributed", "出资", "万元", "money", "input"),
    ("cost-per-household", "户均费用", "元", "money", "input"),
    ("share-satisfied", "满意率", "%", "share", "outcome"),
    ("fewer-complaints", "投诉下降", "%", "share", "outcome"),
    ("share-completed", "完成率", "%", "share", "output"),
    ("share-signed", "签约率", "%", "share", "activity"),
    ("duration-of-works", "工期", "天", "time", "input"),
    ("response-time", "平均响应", "小时", "time", "outcome"),
    ("score", "评估得分", "分", "rate", "outcome"),
    ("parking-ratio", "车位配比", "个/户", "rate", "outcome"),
]
# Problem type → its words in summaries of the corpus.
PROBLEMS = {
    "dark": "昏暗 盲区",
    "broken": "破损 坑洼 开裂 沉降 脱落",
    "flooded": "积水 内涝 返潮",
    "leaking": "堵塞 渗漏",
    "worn-out": "老化 锈蚀 失修",
    "parking": "占道 乱停 拥堵",
    "access": "绕行 断头 狭窄 陡坡",
    "wires": "飞线 漏电 短路 火患",
    "nuisance": "扰民 异味 蚊蝇 扬尘",
    "idle": "缺失 闲置 荒废 空心 冷清",
    "disorder": "私搭 杂乱",
    "disputes": "纠纷 欠费 失管",
}
_PROBLEM_OF = {word: slug for slug, words in PROBLEMS.items() for word in words.split()}
_NAMED = re.compile(r"曾面临(.+?)、(.+?)等问题")
_WHO = re.compile(r"(.{2,5}?)参与的")
# Kind of body → words of the corpus; all others are residents.
BODIES = {
    "residents": "居民",
    "professionals": "社工 设计师 规划师 工程师 施工队 监理 律师 医生 教师 高校 学生",
    "authorities": "街道办 社区书记 民警 城管 环卫工 居委会 河长 路长 网格长",
    "companies": "物业 企业 商户 摊贩 快递员 骑手 合作社",
    "self-government": "业委会 楼长 组长 党员 志愿者 乡贤 村医",
}
_BODY_OF = {word: slug for slug, words in BODIES.items() for word in words.split()}
STATUSES = ("done", "done", "done", "done", "under_way", "done", "planned")
QUESTIONS = ("cost", "funding", "duration", "lead", "reach", "change", "check", "open")


def lines(corpus: Path) -> Iterator[bytes]:
    """The cases in the rig's format."""
    with (corpus / "cases.jsonl").open("rb") as file:
        yield from file


def document(line: bytes) -> dict[str, Any]:
    """Converts a case of the rig to a case document, with a citation for every statement and
    number.
    """
    case = orjson.loads(line)
    slug = case["slug"]
    keys = [f"{slug}-s{n}" for n, _source in enumerate(case["sources"], 1)]

    def cite(n: int, printed: str) -> dict[str, str]:
        """Measures cite the sources in turn, two per paragraph."""
        return {
            "source": keys[n % len(keys)],
            "at": str(n // len(keys) // 2 + 1),
            "printed": printed[:PRINTED],
            "gloss": f"paragraph on measure {n + 1}",
            "claim": "reported",
        }

    named = _NAMED.search(case["summary"])
    statements = list(named.groups()) if named else []
    measures = [_measure(n, part, cite, len(statements)) for n, part in enumerate(case["measures"])]
    return {
        "format": "caselib/2",
        "slug": slug,
        "title": _text(case["title"], f"Case {slug}"),
        "key_message": _text(f"{case['title']}。", f"What was done in {case['place']}."),
        "abstract": _text(
            case["summary"], f"In {case['year']} residents of {case['place']} began."
        ),
        "cites": [cite(0, case["title"])],
        "telling": [measures[0]["metrics"][0]["key"]],
        **_place_and_time(case, cite),
        "tags": case["tags"],
        "sources": [
            _source(n, key, part, len(measures), len(keys))
            for n, (key, part) in enumerate(zip(keys, case["sources"], strict=True))
        ],
        "problems": [_problem(n, statement, cite) for n, statement in enumerate(statements, 1)],
        "measures": measures,
        "context": [],
        "derived": [],
        "unit_cost": {
            "state": "not_computable",
            "of": None,
            "note": _text("来源未说明规模。", "The sources do not say the size."),
        },
        "changes": [],
        "glance": _glance(measures),
        "follow_up": [],
        "pictures": [],
        "checked": None,
        "left_out": [],
    }


def _place_and_time(case: Mapping[str, Any], cite: Any) -> dict[str, Any]:
    return {
        "place": case["place"],
        "place_inferred": [],
        "place_note": None,
        "name_as_reported": _both(case["summary"].split("曾面临")[0]),
        "began": _began(str(case["year"]), cite),
        "ended": None,
        "period_note": None,
    }


def _began(year: str, cite: Any) -> dict[str, Any]:
    cited = cite(0, f"{year}年起")
    return {
        "edtf": year,
        "printed": cited["printed"],
        "gloss": f"from {year}",
        "inferred": None,
        "source": cited["source"],
        "at": cited["at"],
    }


def _problem(n: int, statement: str, cite: Any) -> dict[str, Any]:
    kind = _PROBLEM_OF[statement[-2:]]
    return {
        "key": f"p{n}",
        "type": kind,
        "heading": _text(statement, f"Problem {n}"),
        "statement": _text(f"{statement}。", f"Problem {n}: {kind}."),
        "keywords": {"zh": [], "en": []},
        "cites": [cite(0, statement)],
    }


def _measure(n: int, part: Mapping[str, Any], cite: Any, problems: int) -> dict[str, Any]:
    who = _WHO.match(part["title"])
    name = who[1] if who else "居民"
    status = STATUSES[n % len(STATUSES)]
    return {
        "key": f"m{n + 1}",
        "types": [part["type"]],
        "title": _text(part["title"], f"Measure {n + 1}: {part['type']}"),
        "summary": _text(part["summary"], f"How {part['type']} was improved, as measure {n + 1}."),
        "status": status,
        "before_case": False,
        "not_said": [],
        "where": [],
        "when": None,
        "actors": [
            {
                "name": _both(name),
                "kind": _BODY_OF.get(name, "residents"),
                "role": "lead",
                "basis": "stated",
            }
        ],
        "solves": (
            [{"problem": f"p{n % problems + 1}", "stage": "deliver", "basis": "stated"}]
            if problems and n % 4
            else []
        ),
        "keywords": {"zh": [], "en": []},
        "cites": [cite(n, part["title"])],
        "metrics": [
            _metric(f"m{n + 1}-{k}", metric, status, cite(n, f"{metric['value']}{metric['unit']}"))
            for k, metric in enumerate(part["metrics"], 1)
        ],
    }


def _metric(
    key: str, metric: Mapping[str, Any], status: str, cite: Mapping[str, str]
) -> dict[str, Any]:
    value = metric["value"]
    value = int(value) if value == int(value) else value
    indicator, kind = _indicator(metric["label"], metric["unit"])
    return {
        "key": key,
        "indicator": indicator,
        "kind": "target" if status == "planned" else kind,
        "low": value,
        "high": value,
        "qualifier": "exact",
        "scope": _both(metric["label"]),
        "period": None,
        "note": None,
        "whole": {"state": "not_applicable", "metric": None},
        "cite": cite,
    }


@cache
def _indicator(label: str, unit: str) -> tuple[str, str]:
    """(slug, kind)."""
    return next(
        (slug, kind)
        for slug, end, of, _dimension, kind in INDICATORS
        if of == unit and label.endswith(end)
    )


def _source(
    n: int, key: str, part: Mapping[str, Any], measures: int, sources: int
) -> dict[str, Any]:
    paragraphs = max(1, -(-len(range(n, measures, sources)) // 2))
    return {
        "key": key,
        "type": "article-newspaper",
        "title": _both(part["title"]),
        "authors": [],
        "editors": [],
        "container": _both(part["publisher"]),
        "publisher": None,
        "issued": part["date"],
        "issued_note": None,
        "url": None,
        "archived_url": None,
        "url_note": None,
        "accessed": None,
        "section": None,
        "reported_by": "official_media",
        "independence": ("independent", "not_independent", "unclear")[n % 3],
        "independence_note": None,
        "same_report_as": None,
        "condition": "complete",
        "condition_note": None,
        "withheld_names": [],
        "reading": {
            "sha256": "0" * 64,
            "marks": [],
            "lines": {str(k): [2 * k + 1] for k in range(1, paragraphs + 1)},
        },
        "passages": [
            {
                "locator": str(k),
                "kind": "paragraph",
                "gist": _text(f"第{k}段讲两项措施。", f"Paragraph {k} reports two measures."),
            }
            for k in range(1, paragraphs + 1)
        ],
    }


def _glance(measures: list[dict[str, Any]]) -> dict[str, Any]:
    """The cost if one of the measures states it; all other answers are "not stated"."""
    answers: dict[str, Any] = {
        question: {"state": "silent", "text": None, "cites": []} for question in QUESTIONS
    }
    for measure in measures:
        for metric in measure["metrics"]:
            if metric["indicator"] == "total-investment":
                printed = metric["cite"]["printed"]
                text = _text(f"总投资{printed}。", f"In all {printed}.")
                answers["cost"] = {"state": "stated", "text": text, "cites": [metric["cite"]]}
                return answers
    return answers


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


# ---------------------------------------------------------------- the vocabulary


def vocabulary(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, as plain columns: families, types, problems, bodies, indicators, tags, and
    places with the code of their parent, provinces first."""
    return terms(json.loads((corpus / "vocab.json").read_text(encoding="utf-8")))


def terms(words: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The same, of a vocabulary that has been parsed."""
    provinces = list(dict.fromkeys(place["province"] for place in words["places"]))
    codes = {name: f"province-{n}" for n, name in enumerate(provinces, 1)}
    return {
        "families": [_term(row["slug"], row["name"]) for row in words["families"]],
        "types": [
            _term(row["slug"], row["name"]) | {"family": row["family"]} for row in words["types"]
        ],
        "problems": [_term(slug, words.split()[0]) for slug, words in PROBLEMS.items()],
        "bodies": [_term(slug, words.split()[0]) for slug, words in BODIES.items()],
        "indicators": [
            _term(slug, end or "新增")
            | {"unit_zh": unit, "unit_en": unit, "unit_en_one": unit}
            | {"dimension": dimension, "kind": kind}
            for slug, end, unit, dimension, kind in INDICATORS
        ],
        "tags": [_term(row["slug"], row["name"]) for row in words["tags"]],
        "places": [
            *(
                {"code": code, "label_zh": name, "label_en": name, "level": "province", "in": ""}
                for name, code in codes.items()
            ),
            *(
                {"code": row["slug"], "label_zh": row["name"], "label_en": row["name"]}
                | {"level": "city", "in": codes[row["province"]]}
                for row in words["places"]
            ),
        ],
    }


def _term(slug: str, label: str) -> dict[str, str]:
    return {"slug": slug, "label_zh": label, "label_en": label}
