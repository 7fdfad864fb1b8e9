"""Builders of rows and documents: valid by default; a test overrides only what matters to it."""

import copy
import json
import re
from collections.abc import Mapping
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.utils.timezone import now
from PIL import Image

from stories.choices import VersionKind
from stories.documents import conversion, privacy, serialization
from stories.models.case import Case, InferredPlace
from stories.models.measures import Actor, Change, Measure, Problem, Solve, TypeLink, Where
from stories.models.metrics import Derived, Metric
from stories.models.pictures import Picture
from stories.models.questions import FollowUp, Glance
from stories.models.sources import CITED, Citation, LeftOut, Passage, Person, Source
from stories.models.version import Publication, PublishedPicture, Version
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from stories.pictures import formats
from stories.publishing import exporter, importer, publisher
from stories.reading import source_text
from stories.search import analyzer, writer

ARTICLES = Path(__file__).parent / "articles"
WRONG_DOCUMENTS = Path(__file__).parent / "documents"
AN_OLDER_FILE = Path(__file__).parent / "caselib_1" / "liudi.json"  # in the previous format
AN_OLDER_DOCUMENT: dict[str, Any] = json.loads(AN_OLDER_FILE.read_text(encoding="utf-8"))
_numbers = count(1)


# ---------------------------------------------------------------- rows of the vocabulary


def a_place(**overrides: Any) -> Place:
    """A community in its place; without a parent, one of a level that needs none."""
    code = f"test-place-{next(_numbers)}"
    level = "community" if overrides.get("parent") else "province"
    return Place.objects.create(
        **_words("label", "柳堤社区", "Liudi Community")
        | {"code": code, "level": level}
        | overrides
    )


def a_measure_family(**overrides: Any) -> MeasureFamily:
    return MeasureFamily.objects.create(**_term("家族", "Family") | overrides)


def a_measure_type(**overrides: Any) -> MeasureType:
    overrides.setdefault("family", None)
    family = overrides.pop("family") or a_measure_family()
    return MeasureType.objects.create(
        family=family, **_term("安装路灯", "Street lamps") | overrides
    )


def a_problem_type(**overrides: Any) -> ProblemType:
    return ProblemType.objects.create(**_term("街巷昏暗", "Dark streets") | overrides)


def a_body_kind(**overrides: Any) -> BodyKind:
    return BodyKind.objects.create(**_term("社区组织", "Community body") | overrides)


def an_indicator(**overrides: Any) -> Indicator:
    return Indicator.objects.create(
        **_term("路灯", "Lamps")
        | {"dimension": "count", "unit_zh": "盏", "unit_en": "lamps", "unit_en_one": "lamp"}
        | {"kind": "output"}
        | overrides
    )


def a_tag(**overrides: Any) -> Tag:
    term = _term("夜间照明", "Night lighting")
    return Tag.objects.create(**term | {"label_zh": f"夜间照明{term['slug']}"} | overrides)


# ---------------------------------------------------------------- rows of a case


def a_case(**overrides: Any) -> Case:
    """A published case; with `state="draft"` readers do not see it."""
    slug = f"case-{next(_numbers)}"
    values = (
        _words("title", "柳堤社区：小巷亮灯", "Liudi Community: lamps for the lanes")
        | _words("key_message", "社区给小巷装了路灯。", "The community lit its lanes.")
        | _words("abstract", "小巷装上路灯。", "Lamps were put up in the lanes.")
        | _words("name_as_reported", "柳堤社区", "Liudi Community")
        | {"slug": slug, "state": "published"}
        | overrides
    )
    if values["state"] == "published":
        values.setdefault("published_at", now())
    if "place" not in values:
        values["place"] = a_place()
    return Case.objects.create(**values)


def a_draft(**overrides: Any) -> Case:
    return a_case(**{"state": "draft"} | overrides)


def a_complete_case(document: Mapping[str, Any] | None = None) -> Case:
    """The case of `a_document()`, loaded; requires the shipped vocabulary."""
    shaped = serialization.shaped(document or a_document())
    importer.load(shaped, publisher.Note("变了。", "It changed."))
    return Case.objects.get(slug=shaped.slug)


def keep(*cases: Case) -> None:
    """Publish these cases with their present rows, or all cases if none is given.

    Rows of a test may lack what a document requires, so nothing is checked; drafts stay
    unpublished.
    """
    for case in cases or Case.objects.all():
        publication = Publication.objects.filter(slug=case.slug).first()
        if case.is_published:
            _publish(case, publication)
        elif publication and publication.withdrawn_at is None:
            publisher.withdraw(case.slug)
    writer.begin_revision()


def _publish(case: Case, publication: Publication | None) -> None:
    document = exporter.dump(case)
    years = analyzer.years(document)
    publication = publication or Publication(slug=case.slug, number=0, first_published_at=now())
    publication.number += 1
    publication.kind = VersionKind.UPDATE if publication.number > 1 else VersionKind.FIRST
    publication.withdrawn_at = None
    publication.published_at = now() if publication.number > 1 else case.published_at or now()
    publication.title_zh = document["title"]["zh"]
    publication.first_year, publication.last_year = (
        min(years, default=None),
        max(years, default=None),
    )
    publication.save()
    written = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    note = "变了。" if publication.number > 1 else ""
    Version.objects.create(
        publication=publication,
        number=publication.number,
        kind=publication.kind,
        note_zh=note,
        note_en=note and "It changed.",
        published_at=publication.published_at,
        sha256=publisher.sha256(written.encode()),
        document=written,
    )
    for picture in document["pictures"]:
        PublishedPicture.objects.get_or_create(publication=publication, name=picture["file"])
    writer.put({publication.pk: document})


def a_problem(**overrides: Any) -> Problem:
    values = {"key": _key("problem")} | _words("statement", "小巷没有灯。", "The lanes are dark.")
    values |= overrides
    values["case"] = values.get("case") or a_case()
    values["type"] = values.get("type") or a_problem_type()
    return Problem.objects.create(**values)


def a_measure(**overrides: Any) -> Measure:
    """With its own type, unless `type` is given; `places` and `problems` add links."""
    measure_type = overrides.pop("type", None) or a_measure_type()
    places, problems = overrides.pop("places", ()), overrides.pop("problems", ())
    values = (
        {"key": _key("measure"), "status": "done"}
        | _words("title", "安装路灯", "Put up lamps")
        | _words("summary", "给小巷装上路灯。", "Lamps were put up in the lanes.")
        | overrides
    )
    values["case"] = values.get("case") or a_case()
    measure = Measure.objects.create(**values)
    a_type_link(measure=measure, type=measure_type)
    for place in places:
        a_where(measure=measure, place=place)
    for problem in problems:
        a_solve(measure=measure, problem=problem)
    return measure


def a_type_link(**overrides: Any) -> TypeLink:
    measure = overrides.pop("measure", None) or a_measure()
    values = {"position": measure.type_links.count(), **overrides}
    values["type"] = values.get("type") or a_measure_type()
    return TypeLink.objects.create(measure=measure, **values)


def a_where(**overrides: Any) -> Where:
    values = {**overrides}
    values["measure"] = values.get("measure") or a_measure()
    values["place"] = values.get("place") or a_place()
    return Where.objects.create(**values)


def a_solve(**overrides: Any) -> Solve:
    values = {**overrides}
    values["measure"] = values.get("measure") or a_measure()
    values["problem"] = values.get("problem") or a_problem(case=values["measure"].case)
    return Solve.objects.create(**values)


def an_actor(**overrides: Any) -> Actor:
    values = _words("name", "社区居委会", "Residents' committee") | {"role": "lead"} | overrides
    values["measure"] = values.get("measure") or a_measure()
    values["kind"] = values.get("kind") or a_body_kind()
    return Actor.objects.create(**values)


def a_metric(**overrides: Any) -> Metric:
    """Over 400 lamps, of a measure; `measure=None, case=…` makes it a context metric."""
    values = {"key": _key("metric"), "low": 400, "high": None, "qualifier": "over"}
    values = values | {"kind": "output"} | overrides
    if "measure" not in values:
        values["measure"] = a_measure(**{"case": values["case"]} if "case" in values else {})
    if "case" not in values:
        values["case"] = values["measure"].case if values["measure"] else a_case()
    values["indicator"] = values.get("indicator") or an_indicator()
    return Metric.objects.create(**values)


def a_derived(**overrides: Any) -> Derived:
    values = (
        {"key": _key("derived"), "operation": "sum", "value": 500, "qualifier": "about"}
        | _words("label", "路灯合计", "Lamps in all")
        | _words("unit", "盏", "lamps")
        | overrides
    )
    values["case"] = values.get("case") or a_case()
    return Derived.objects.create(**values)


def a_glance(**overrides: Any) -> Glance:
    values = {"question": "cost", "state": "silent"} | overrides
    values["case"] = values.get("case") or a_case()
    return Glance.objects.create(**values)


def a_change(**overrides: Any) -> Change:
    values = (
        {"key": _key("change")}
        | _words("subject", "小巷照明", "Light in the lanes")
        | _words("before", "没有灯。", "No lamps.")
        | overrides
    )
    values["case"] = values.get("case") or a_case()
    return Change.objects.create(**values)


def a_follow_up(**overrides: Any) -> FollowUp:
    values = {"key": _key("follow-up")} | _words("question", "树修了吗？", "Were the trees pruned?")
    values |= overrides
    values["case"] = values.get("case") or a_case()
    return FollowUp.objects.create(**values)


def an_inferred_place(**overrides: Any) -> InferredPlace:
    values = {**overrides}
    values["case"] = values.get("case") or a_case()
    values["place"] = values.get("place") or values["case"].place
    return InferredPlace.objects.create(**values)


def a_source(**overrides: Any) -> Source:
    values = (
        {"key": _key("source"), "type": "article-newspaper", "condition": "complete"}
        | _words("title", "柳堤社区：九条小巷亮了灯", "Liudi Community: nine lanes lit")
        | {"issued": "2022-09-01", "reported_by": "official_media", "sha256": "0" * 64}
        | overrides
    )
    values["case"] = values.get("case") or a_case()
    return Source.objects.create(**values)


def a_person(**overrides: Any) -> Person:
    values = _words("name", "林小舟", "Lin Xiaozhou") | {"role": "reporter"} | overrides
    values["source"] = values.get("source") or a_source()
    return Person.objects.create(**values)


def a_passage(**overrides: Any) -> Passage:
    values = {"locator": "1", "lines": [7]} | overrides
    values["source"] = values.get("source") or a_source()
    return Passage.objects.create(**values)


def a_citation(**overrides: Any) -> Citation:
    """On the passage's own case, unless a target is given."""
    values = {"printed": "四百多盏"} | overrides
    values["passage"] = values.get("passage") or a_passage()
    if not any(name in values for name in CITED):
        values["case"] = values["passage"].source.case
    return Citation.objects.create(**values)


def a_left_out(**overrides: Any) -> LeftOut:
    values = {"printed": "六十岁", "reason": "age"} | overrides
    values["passage"] = values.get("passage") or a_passage()
    values["case"] = values.get("case") or values["passage"].source.case
    return LeftOut.objects.create(**values)


def a_photo(width: int = 600, height: int = 400, kind: str = "JPEG", **options: Any) -> bytes:
    """A file as from a camera or an image program."""
    file = BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(file, kind, **options)
    return file.getvalue()


def a_picture(**overrides: Any) -> Picture:
    values = (
        _words("alt", "小巷里的一排路灯", "A row of lamps in a lane")
        | _words("caption", "夜里的小巷。", "The lane at night.")
        | _words("credit", "林小舟", "Lin Xiaozhou")
        | {"licence": "cc-by-4.0", "file": a_photo()}
        | overrides
    )
    values["case"] = values.get("case") or a_case()
    file = values.pop("file")
    picture = Picture(**values)
    picture.show(formats.read(file))
    picture.save()
    return picture


def _key(kind: str) -> str:
    return f"{kind}-{next(_numbers)}"


def _term(zh: str, en: str) -> dict[str, Any]:
    return {"slug": _key("term")} | _words("label", zh, en)


def _words(column: str, zh: str, en: str) -> dict[str, Any]:
    return {f"{column}_zh": zh, f"{column}_en": en}


# ---------------------------------------------------------------- documents


LINES = {"T": [3], "E1": [5], "1": [7], "2": [9], "H1": [11], "3": [13], "C1": [15], "4": [17]}
MARKS = ["[柳堤网转载]"]


def a_text() -> bytes:
    """The raw file that `a_document()` cites."""
    return (ARTICLES / "liudi.txt").read_bytes()


def a_document(**overrides: Any) -> dict[str, Any]:
    """A small complete case document of a fictitious community; it passes every check."""
    return copy.deepcopy(_DOCUMENT) | overrides


def texts_of(*raws: bytes) -> dict[str, bytes]:
    """SHA-256 → raw file, as the checks expect."""
    return {source_text.digest(raw): raw for raw in raws or (a_text(),)}


def with_value(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a path such as `measures[0].metrics[0].low`; it may be new there.

    An index one past the end of a list appends.
    """
    changed = copy.deepcopy(dict(document))
    part, last = _walk(changed, path)
    if isinstance(last, int) and last == len(part):
        part.append(value)
    else:
        part[last] = value
    return changed


def without(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy without the value at a path."""
    changed = copy.deepcopy(dict(document))
    part, last = _walk(changed, path)
    del part[last]
    return changed


def with_passage(
    document: Mapping[str, Any], text: str, locator: str = "9"
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The document with one more passage at the end of its article; and the texts."""
    raw = a_text() + text.encode() + b"\n"
    reading = document["sources"][0]["reading"]
    lines = reading["lines"] | {locator: [raw.count(b"\n")]}
    changed = with_lines(document, lines)
    return with_value(changed, "sources[0].reading.sha256", source_text.digest(raw)), texts_of(raw)


def with_lines(document: Mapping[str, Any], lines: Mapping[str, list[int]]) -> dict[str, Any]:
    """The document whose article has these passages, each with a gist."""
    changed = with_value(document, "sources[0].reading.lines", dict(lines))
    return with_value(changed, "sources[0].passages", a_source_passages(lines))


def a_source_passages(lines: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    """The passages of a source in a document, each with a gist."""
    return [
        {
            "locator": locator,
            "kind": conversion.kind_of(locator).value,
            "gist": text(f"{locator}说的是小巷。", f"{locator} is about the lanes."),
        }
        for locator in lines
    ]


def a_cite(at: str, printed: str, **overrides: Any) -> dict[str, Any]:
    cite = {"source": "liudi-news", "at": at, "printed": printed}
    return cite | {"gloss": "what it says", "claim": "reported"} | overrides


def a_date(edtf: str, printed: str, at: str = "2", **overrides: Any) -> dict[str, Any]:
    """A date of a document."""
    return {
        "edtf": edtf,
        "printed": printed,
        "gloss": "the date in English",
        "inferred": None,
        "source": "liudi-news",
        "at": at,
    } | overrides


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def a_metric_part(**overrides: Any) -> dict[str, Any]:
    """A metric of a document: over 400 lamps."""
    return {
        "key": "lamps",
        "indicator": "lamps-installed",
        "kind": "output",
        "low": 400,
        "high": None,
        "qualifier": "over",
        "scope": text("小巷", "In the lanes"),
        "period": None,
        "note": None,
        "whole": {"state": "not_applicable", "metric": None},
        "cite": a_cite("2", "四百多盏"),
    } | overrides


def a_left_out_part(at: str, printed: str, reason: str = "idiom") -> dict[str, Any]:
    part = {"source": "liudi-news", "at": at, "printed": printed, "gloss": "what it says"}
    return part | {"reason": reason, "note": None}


def a_measure_part(key: str, *cites: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """A measure of a document: paving, done."""
    return {
        "key": key,
        "types": ["lane-paving"],
        "title": text("铺平路面", "Pave the lanes"),
        "summary": text("居民和社区一起铺路。", "Residents and community paved together."),
        "status": "done",
        "before_case": False,
        "not_said": [],
        "where": [],
        "when": None,
        "actors": [],
        "solves": [],
        "keywords": no_keywords(),
        "cites": list(cites),
        "metrics": [],
    } | overrides


def no_keywords() -> dict[str, list[str]]:
    return {"zh": [], "en": []}


def _walk(document: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """The container of the part at the path, and its key or index there."""
    steps = [int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", path)]
    part: Any = document
    for step in steps[:-1]:
        part = part[step if isinstance(part, list) else str(step)]
    return part, steps[-1] if isinstance(part, list) else str(steps[-1])


def _silent() -> dict[str, Any]:
    return {"state": "silent", "text": None, "cites": []}


_DOCUMENT: dict[str, Any] = {
    "format": "caselib/2",
    "slug": "liudi",
    "title": text("柳堤社区：小巷亮灯与铺路", "Liudi Community: lamps and paving for the lanes"),
    "key_message": text(
        "筹款之后，小巷有了路灯和平整的路面。",
        "Once money was found, the lanes got lamps and an even surface.",
    ),
    "abstract": text(
        "柳堤社区为没有照明的小巷装灯、铺路，并计划修剪树木。",
        "Liudi Community lit and paved its dark lanes and plans to prune the trees.",
    ),
    "cites": [a_cite("2", "给小巷装上路灯")],
    "telling": ["lamps", "raised", "length"],
    "place": "340000",
    "place_inferred": ["340000"],
    "place_note": text("省份由报纸推断。", "The province follows from the paper."),
    "name_as_reported": text("柳堤社区", "Liudi Community"),
    "began": a_date("2022-03", "2022年3月"),
    "ended": None,
    "period_note": text("完工时间未说明。", "The end of the works is not stated."),
    "tags": ["back-lanes", "co-funding"],
    "sources": [
        {
            "key": "liudi-news",
            "type": "article-newspaper",
            "title": text("柳堤社区：九条小巷亮了灯", "Liudi Community: nine lanes lit"),
            "authors": [{"name": text("林小舟", "Lin Xiaozhou"), "role": "reporter"}],
            "editors": [{"name": text("何一帆", "He Yifan"), "role": "editor"}],
            "container": text("柳堤晚报", "Liudi Evening News"),
            "publisher": None,
            "issued": "2022-09-01",
            "issued_note": None,
            "url": "https://example.org/liudi",
            "archived_url": None,
            "url_note": None,
            "accessed": "2026-11-20",
            "section": None,
            "reported_by": "other_media",
            "independence": "independent",
            "independence_note": text("本地晚报的记者。", "A reporter of the local paper."),
            "same_report_as": None,
            "condition": "reprint",
            "condition_note": text("转载的副本。", "A reprint."),
            "withheld_names": [privacy.fingerprint("liudi-news", "何老伯")],
            "reading": {"sha256": source_text.digest(a_text()), "marks": MARKS, "lines": LINES},
            "passages": a_source_passages(LINES),
        }
    ],
    "problems": [
        {
            "key": "dark-lanes",
            "type": "dark-streets",
            "heading": text("小巷夜里没有灯", "The lanes had no light at night"),
            "statement": text("小巷夜里没有照明。", "The lanes were unlit at night."),
            "keywords": {"zh": ["摸黑"], "en": ["in the dark"]},
            "cites": [a_cite("1", "小巷没有路灯")],
        }
    ],
    "measures": [
        a_measure_part(
            "lamps",
            a_cite("2", "装上路灯"),
            types=["street-lighting", "fund-raising"],
            title=text("安装路灯", "Put up street lamps"),
            summary=text("筹款为小巷装灯。", "Lamps for the lanes, with money raised."),
            not_said=["upkeep"],
            where=[{"place": "340000", "basis": "inferred"}],
            when=a_date("2022-03", "2022年3月"),
            actors=[
                {
                    "name": text("柳堤社区", "Liudi Community"),
                    "kind": "community-body",
                    "role": "lead",
                    "basis": "stated",
                }
            ],
            solves=[{"problem": "dark-lanes", "stage": "deliver", "basis": "stated"}],
            keywords={"zh": ["灯杆"], "en": ["lamp posts"]},
            metrics=[
                a_metric_part(),
                a_metric_part(
                    key="raised",
                    indicator="money-raised",
                    kind="input",
                    low=250000,
                    high=250000,
                    qualifier="exact",
                    cite=a_cite("2", "25万元"),
                ),
                a_metric_part(
                    key="people",
                    indicator="people-benefiting",
                    low=200,
                    high=999,
                    qualifier="several",
                    whole={"state": "not_stated", "metric": None},
                    cite=a_cite("2", "数百人"),
                ),
            ],
        ),
        a_measure_part(
            "paving",
            a_cite("3", "铺平路面"),
            metrics=[
                a_metric_part(
                    key="length",
                    indicator="paved-length",
                    low=None,
                    high=3000,
                    qualifier="nearly",
                    cite=a_cite("3", "近3公里"),
                ),
                a_metric_part(
                    key="months",
                    indicator="works-duration",
                    kind="input",
                    low=5,
                    high=5,
                    qualifier="exact",
                    cite=a_cite("3", "5个月"),
                ),
            ],
        ),
        a_measure_part(
            "pruning",
            a_cite("4", "计划修剪树木"),
            types=["greening"],
            title=text("修剪树木", "Prune the trees"),
            summary=text("计划修剪树木。", "Trees are to be pruned."),
            status="planned",
            metrics=[
                a_metric_part(
                    key="trees",
                    indicator="trees-pruned",
                    kind="target",
                    low=30,
                    qualifier="at_least",
                    cite=a_cite("4", "至少30棵"),
                )
            ],
        ),
    ],
    "context": [
        a_metric_part(
            key="households",
            indicator="households",
            kind="context",
            low=1200,
            high=1200,
            qualifier="about",
            scope=text("全社区", "In the whole community"),
            cite=a_cite("1", "约1200户"),
        )
    ],
    "derived": [
        {
            "key": "cost-per-lamp",
            "label": text("每盏路灯的筹款", "Money raised per lamp"),
            "op": "ratio",
            "of": ["raised", "lamps"],
            "value": 625,
            "qualifier": "about",
            "unit": text("元/盏", "yuan per lamp"),
            "note": None,
        }
    ],
    "unit_cost": {
        "state": "not_computable",
        "of": None,
        "note": text("筹款并非总价。", "What was raised is not what it cost."),
    },
    "changes": [
        {
            "key": "light",
            "subject": text("小巷照明", "Light in the lanes"),
            "before": text("没有路灯。", "No lamps."),
            "before_cites": [a_cite("1", "小巷没有路灯")],
            "after": text("装了路灯。", "Lamps were put up."),
            "after_cites": [a_cite("2", "给小巷装上路灯")],
            "measures": ["lamps"],
        }
    ],
    "glance": {
        "cost": {
            "state": "stated",
            "text": text("筹集25万元。", "250,000 yuan were raised."),
            "cites": [a_cite("2", "筹集25万元")],
        },
        "funding": _silent(),
        "duration": _silent(),
        "lead": _silent(),
        "reach": _silent(),
        "change": _silent(),
        "check": {"state": "not_coded", "text": None, "cites": []},
        "open": _silent(),
    },
    "follow_up": [
        {
            "key": "still-lit",
            "measure": "lamps",
            "question": text("路灯还亮吗？", "Do the lamps still work?"),
            "state": "not_looked",
            "looked_on": None,
            "text": None,
            "cites": [],
        }
    ],
    "pictures": [],
    "checked": None,
    "left_out": [a_left_out_part("3", "六十岁", "age")],
}
