"""The page of a case against its document: every statement appears, once."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from stories.choices import GlanceQuestion, GlanceState, MeasureStatus
from stories.languages import reader_language
from stories.models.case import Case
from stories.presenters.case import CasePresenter
from stories.queries.snapshot import Library
from stories.web import printing
from tests.builders import a_case, a_complete_case, a_document, a_measure, keep, with_value
from tests.pages import Element, Page

pytestmark = pytest.mark.django_db
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
LANGUAGES = ["zh-hans", "en"]


class Read(NamedTuple):
    """A shipped case as its document, as its presenter, and its page in one language."""

    document: dict[str, Any]
    case: CasePresenter
    page: Page
    language: str  # zh or en

    def words(self, text: dict[str, str]) -> str:
        return one_line(text[self.language])


@pytest.fixture(
    scope="module", params=[(slug, language) for slug in CASES for language in LANGUAGES], ids=str
)
def read(request: pytest.FixtureRequest, library: None) -> Iterator[Read]:
    slug, language = request.param
    document = json.loads((settings.CASES_DIR / f"{slug}.json").read_text(encoding="utf-8"))
    with override(language):
        case = Library.now().case(slug)
        assert case is not None
        page = Page(Client().get(case.url).text)
        yield Read(document, case, page, reader_language())


def one_line(text: str) -> str:
    return " ".join(text.split())


def within(page: Page, ancestor: Element, class_: str) -> list[Element]:
    """The elements of a class below another element."""
    return [e for e in page.all(class_=class_) if ancestor in e.parents]


def under(page: Page, id: str, class_: str) -> list[Element]:
    (ancestor,) = page.all(id=id)
    return within(page, ancestor, class_)


def cited_by(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every citation of a document that its case's page shows; those of numbers left out are on the
    page of the source."""
    parts = [document, *document["problems"], *document["measures"], *document["follow_up"]]
    parts += [part for part in document["glance"].values() if part["text"]]
    for part in parts:
        yield from part["cites"]
    for change in document["changes"]:
        yield from (*change["before_cites"], *change["after_cites"])
    for measure in document["measures"]:
        yield from (metric["cite"] for metric in measure["metrics"])
    yield from (metric["cite"] for metric in document["context"])
    dates = [document["began"], document["ended"], *(m["when"] for m in document["measures"])]
    yield from (date for date in dates if date and date["source"])


# ---------------------------------------------------------------- the first screen


def test_the_head_says_where_what_and_how_good_the_evidence_is(read: Read) -> None:
    (head,) = read.page.all("header", class_="case__head")
    assert read.words(read.document["title"]) in head.text
    assert read.words(read.document["key_message"]) in head.text
    places = [a.text for a in read.page.all("a") if "place-chain" in a.parents[-1].classes]
    assert places == [str(place.label) for place, _is_inferred in read.case.place_chain]
    lines = [line.text for line in within(read.page, head, "evidence__line")]
    assert lines == printing.evidence_lines(read.case.evidence)


def test_three_to_five_telling_numbers_lead_to_where_they_are_cited(read: Read) -> None:
    figures = read.page.all("a", class_="telling__figure")
    assert 3 <= len(figures) <= 5
    assert [a.href for a in figures] == [
        f"{read.case.url}#metric-{key}" for key in read.document["telling"]
    ]
    assert [a.text for a in figures] == [
        one_line(str(printing.figure(metric, read.language))) for metric in read.case.telling
    ]


def test_what_is_open_is_said_on_the_first_screen(read: Read) -> None:
    answer = read.document["glance"]["open"]
    (facts,) = read.page.all("dl", class_="case__facts")
    assert answer["text"] is None or read.words(answer["text"]) in facts.text


def test_progress_counts_the_measures_of_each_status(read: Read) -> None:
    (progress,) = read.page.all("dd", class_="progress")
    counts = Counter(measure["status"] for measure in read.document["measures"])
    said = [int(e.text) for e in within(read.page, progress, "progress__count")]
    statuses = [e.classes[1] for e in within(read.page, progress, "status")]
    expected = [(f"status--{s}", counts[s]) for s in MeasureStatus.values if counts[s]]
    assert list(zip(statuses, said, strict=True)) == expected


# ---------------------------------------------------------------- problems and measures


def test_every_problem_stands_with_the_measures_that_answer_it(read: Read) -> None:
    for problem in read.document["problems"]:
        (body,) = read.page.all(id=f"problem-{problem['key']}")
        (item,) = [e for e in body.parents if "problem" in e.classes]
        assert read.words(problem["heading"]) in item.text
        assert read.words(problem["statement"]) in body.text
        answers = {
            measure["key"]: f"status--{measure['status']}"
            for measure in read.document["measures"]
            if problem["key"] in {solve["problem"] for solve in measure["solves"]}
        }
        links = [a.href for a in read.page.all("a") if body in a.parents and "#measure-" in a.href]
        assert sorted(links) == sorted(f"{read.case.url}#measure-{key}" for key in answers)
        statuses = [e.classes[1] for e in within(read.page, body, "status")]
        assert sorted(statuses) == sorted(answers.values())


def test_every_measure_stands_once_with_title_status_numbers_and_summary(read: Read) -> None:
    rows = read.page.all("details", class_="measure")
    assert len(rows) == len(read.document["measures"])
    for measure in read.document["measures"]:
        (body,) = read.page.all(id=f"measure-{measure['key']}")
        row = body.parents[-1]
        (summary,) = [e for e in read.page.all("summary") if e.parents[-1] is row]
        assert [e.text for e in within(read.page, summary, "measure__title")] == [
            read.words(measure["title"])
        ]
        (status,) = within(read.page, summary, "status")
        assert status.classes[1] == f"status--{measure['status']}"
        numbers = within(read.page, summary, "measure__number")
        assert len(numbers) == len(measure["metrics"])
        (first,) = within(read.page, summary, "measure__summary")
        further = [e.text for e in within(read.page, body, "measure-facts__more")]
        assert letters("".join([first.text, *further])) == letters(read.words(measure["summary"]))


def letters(text: str) -> str:
    return "".join(text.split())


def test_measures_stand_under_the_family_of_their_first_type(read: Read) -> None:
    families = {
        value: term.family.value
        for value, term in read.case.terms["measure"].items()
        if hasattr(term.row, "family")
    }
    for measure in read.case.measures:
        (body,) = read.page.all(id=measure.anchor)
        (family,) = [e for e in body.parents if "measures__family" in e.classes]
        assert f"family--{families[measure.data['types'][0]]}" in family.classes
        types = [a.href for a in read.page.all("a") if body in a.parents]
        assert all(type.url in types for type in measure.types)


def test_what_the_source_does_not_say_of_a_measure_is_listed(read: Read) -> None:
    for measure in read.case.measures:
        (body,) = read.page.all(id=measure.anchor)
        unsaid = " ".join(e.text for e in within(read.page, body, "not-stated"))
        assert all(label in unsaid for label in measure.not_said_labels)


# ---------------------------------------------------------------- numbers


def test_every_number_stands_once_with_its_figure_scope_and_kind(read: Read) -> None:
    metrics = read.case.metrics_by_key.values()
    assert len(metrics) == len(read.page.all("li", class_="metric")) - len(read.case.derived)
    for metric in metrics:
        (item,) = read.page.all(id=metric.anchor)
        (figure,) = within(read.page, item, "figure")
        assert figure.text == one_line(str(printing.figure(metric, read.language)))
        assert metric.kind_label in item.text
        assert not metric.scope or one_line(str(metric.scope)) in item.text


def test_a_target_is_marked_before_its_number_wherever_it_stands(read: Read) -> None:
    targets = {m.anchor for m in read.case.metrics_by_key.values() if m.is_target}
    marked = {item.attributes["id"] for item in read.page.all("li", class_="metric--target")}
    assert marked == targets
    for anchor in targets:
        (item,) = read.page.all(id=anchor)
        assert len(within(read.page, item, "target-mark")) == 1
    rows = sum(metric.is_target for measure in read.case.measures for metric in measure.metrics)
    assert len(read.page.all(class_="target-mark")) == len(targets) + rows


def test_a_part_of_a_whole_names_the_whole_or_that_it_is_not_stated(read: Read) -> None:
    for metric in read.case.metrics_by_key.values():
        (item,) = read.page.all(id=metric.anchor)
        whole = within(read.page, item, "metric__whole")
        state = metric.data["whole"]["state"]
        assert len(whole) == (state != "not_applicable")
        if state == "stated":
            links = [a.href for a in read.page.all("a") if whole[0] in a.parents]
            assert links == [f"#metric-{metric.data['whole']['metric']}"]


def test_what_was_computed_is_marked(read: Read) -> None:
    for derived in read.case.derived:
        (item,) = read.page.all(id=derived.anchor)
        (mark,) = within(read.page, item, "computed")
        assert mark.text.endswith(derived.operation_label)


# ---------------------------------------------------------------- citations


def test_every_citation_opens_to_its_fragment(read: Read) -> None:
    """Citations of headline numbers appear twice: on the first screen and at the number."""
    printed = Counter(one_line(cite["printed"]) for cite in cited_by(read.document))
    printed.update(one_line(metric.data["cite"]["printed"]) for metric in read.case.telling)
    shown = [q.text for q in read.page.all("q", lang="zh-Hans")]
    assert Counter(shown) == printed


def test_every_cited_passage_is_told_in_our_words(read: Read) -> None:
    gists = {
        (source["key"], passage["locator"]): read.words(passage["gist"])
        for source in read.document["sources"]
        for passage in source["passages"]
        if passage["gist"]
    }
    expected = {gists[cite["source"], cite["at"]] for cite in cited_by(read.document)}
    assert set(read.page.texts("citations__gist")) == expected


def test_fragments_have_a_gloss_for_who_does_not_read_chinese(read: Read) -> None:
    glosses = {one_line(cite["gloss"]) for cite in cited_by(read.document)}
    shown = set(read.page.texts("fragment__gloss"))
    assert shown == (glosses if read.language == "en" else set())


def test_a_citation_leads_to_its_passage(read: Read, client: Client) -> None:
    leading = set(read.page.links("citations__list"))
    assert leading
    for source in read.case.sources:
        anchors = Page(client.get(source.url).text).ids
        leading -= {f"{source.url}#{id}" for id in anchors}
    assert leading == set()


def test_the_source_page_lists_every_statement_that_rests_on_it(read: Read, client: Client) -> None:
    left_out = read.document["left_out"]
    for source in read.case.sources:
        key = source.data["key"]
        printed = [
            one_line(cite["printed"])
            for cite in (*cited_by(read.document), *left_out)
            if cite["source"] == key
        ]
        page = Page(client.get(source.url).text)
        assert Counter(q.text for q in page.all("q", lang="zh-Hans")) == Counter(printed)
        reasons = page.all(class_="passage__statement--left-out")
        assert len(reasons) == sum(row["source"] == key for row in left_out)
        assert all(reason.text for reason in reasons)


def test_the_source_page_has_every_passage_with_its_gist(read: Read, client: Client) -> None:
    for source, data in zip(read.case.sources, read.document["sources"], strict=True):
        page = Page(client.get(source.url).text)
        for passage in data["passages"]:
            (item,) = page.all(id=passage["locator"])
            assert not passage["gist"] or read.words(passage["gist"]) in item.text


# ---------------------------------------------------------------- the rest


def test_every_question_is_answered_or_said_to_be_open(read: Read) -> None:
    for question in GlanceQuestion:
        answer = read.document["glance"][question.value]
        (part,) = read.page.all(id=f"glance-{question.value}")
        assert part.text.startswith(str(question.label))
        if answer["text"] and answer["state"] in ("stated", "partly"):
            assert read.words(answer["text"]) in part.text
        else:
            assert part.text.endswith(str(GlanceState(answer["state"]).label))


def test_before_and_after_stand_side_by_side(read: Read) -> None:
    for change in read.document["changes"]:
        (item,) = read.page.all(id=f"change-{change['key']}")
        assert read.words(change["before"]) in item.text
        if change["after"]:
            assert read.words(change["after"]) in item.text
        else:
            assert within(read.page, item, "not-stated")


def test_questions_left_open_are_listed_with_what_a_later_look_found(read: Read) -> None:
    items = read.page.texts("follow-up")
    assert len(items) == len(read.document["follow_up"])
    for item, question in zip(items, read.document["follow_up"], strict=True):
        assert item.startswith(read.words(question["question"]))


def test_every_source_says_its_state_and_its_independence(read: Read) -> None:
    items = read.page.all("div", class_="source")
    assert len(items) == len(read.case.sources)
    for item, source in zip(items, read.case.sources, strict=True):
        (condition,) = within(read.page, item, "condition")
        assert condition.text == source.condition_label
        assert source.independence_label in item.text


def test_the_case_says_how_many_numbers_are_not_coded_and_where_the_reasons_are(
    read: Read,
) -> None:
    (note,) = read.page.all(id="left-out")
    assert str(len(read.document["left_out"])) in note.text
    links = [a.href for a in read.page.all("a") if note in a.parents]
    assert links == [source.url for source in read.case.sources]


def test_places_like_this_one_say_in_what(read: Read) -> None:
    entries = read.page.all("li", class_="related__entry")
    reasons = read.page.texts("related__reason")
    assert 0 < len(entries) == len(reasons) <= 3
    assert all(reasons)


def test_what_is_the_same_for_most_measures_is_said_once(read: Read) -> None:
    (section,) = read.page.all(id="measures")
    notes = within(read.page, section, "section__note")
    usual = read.case.usual_actor
    if usual:
        name = one_line(str(usual.name))
        assert name in notes[0].text
        shown = [e for e in within(read.page, section, "actors") if name == e.text]
        assert shown == []
    if read.case.usual_place:
        bodies = read.page.all(class_="measure__body")
        said = [e for e in read.page.all(class_="wheres") if any(b in e.parents for b in bodies)]
        others = [m for m in read.case.measures if m.where and not m.has_usual_place]
        assert len(said) == len(others)


# ---------------------------------------------------------------- small cases


def page_of(client: Client, slug: str = "liudi", prefix: str = "/en") -> Page:
    return Page(client.get(f"{prefix}/cases/{slug}/").text)


def test_an_undated_case_says_so(client: Client) -> None:
    case = a_case()
    keep(case)
    (facts,) = page_of(client, case.slug).all("dl", class_="case__facts")
    assert "The source does not say" in facts.text


@pytest.mark.usefixtures("library")
def test_a_place_that_the_source_does_not_print_is_marked(client: Client) -> None:
    a_complete_case()
    page = page_of(client)
    (chain,) = page.all(class_="case__place")
    assert [e.text for e in within(page, chain, "inferred")] == ["inferred"]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("change", "marks"),
    [
        ({"stage": "deliver", "basis": "stated"}, []),
        ({"stage": "fund", "basis": "stated"}, ["stage"]),
        ({"stage": "deliver", "basis": "inferred"}, ["inferred"]),
        ({"stage": "maintain", "basis": "inferred"}, ["stage", "inferred"]),
    ],
)
def test_an_answer_says_its_stage_and_whether_it_is_inferred(
    client: Client, change: dict[str, str], marks: list[str]
) -> None:
    solve = {"problem": "dark-lanes"} | change
    a_complete_case(with_value(a_document(), "measures[0].solves[0]", solve))
    page = page_of(client)
    (answers,) = page.all("div", class_="answers")
    found = [e.classes[0] for e in page.elements if answers in e.parents and e.tag == "span"]
    assert [name for name in found if name != "status"] == marks


@pytest.mark.usefixtures("library")
def test_a_problem_that_no_measure_answers_says_so(client: Client) -> None:
    a_complete_case(with_value(a_document(), "measures[0].solves", []))
    (problem,) = page_of(client).all("li", class_="problem")
    assert "No measure reported for this problem." in problem.text


@pytest.mark.usefixtures("library")
def test_whose_words_a_fragment_is_stands_beside_it(client: Client) -> None:
    a_complete_case(with_value(a_document(), "problems[0].cites[0].claim", "resident"))
    assert page_of(client).texts("fragment__claim")[0] == "a resident’s words"


@pytest.mark.usefixtures("library")
def test_works_that_wait_for_acceptance_are_not_done(client: Client) -> None:
    a_complete_case(with_value(a_document(), "measures[0].status", "awaiting_acceptance"))
    (body,) = page_of(client).all(id="measure-lamps")
    assert "Completed, awaiting acceptance" in body.parents[-1].text


@pytest.mark.usefixtures("library")
def test_a_measure_taken_before_the_case_says_so(client: Client) -> None:
    a_complete_case(with_value(a_document(), "measures[1].before_case", True))
    page = page_of(client)
    assert page.texts("measure__before") == ["before the case"]


@pytest.mark.usefixtures("library")
def test_a_case_without_a_unit_cost_says_why(client: Client) -> None:
    a_complete_case()
    (glance,) = page_of(client).all("dl", id="glance")
    assert "What was raised is not what it cost." in glance.text


# ---------------------------------------------------------------- text in one language only


def test_a_text_in_one_language_only_is_shown_and_marked(client: Client) -> None:
    case = a_case(key_message_en="")
    keep(case)
    page = page_of(client, case.slug)
    (message,) = page.all("p", class_="case__message")
    (words,) = [e for e in page.all("span", lang="zh-Hans") if message in e.parents]
    assert words.text == case.key_message_zh
    assert [e.text for e in page.all(class_="only-in")] == ["only in Chinese"]


def test_an_english_text_in_a_chinese_page_is_marked(client: Client) -> None:
    case: Case = a_case()
    a_measure(case=case, summary_zh="")
    keep(case)
    page = page_of(client, case.slug, "")
    (summary,) = page.all(class_="measure__summary")
    assert [e.text for e in page.all("span", lang="en") if summary in e.parents]
    assert len(page.all(class_="only-in")) == 1


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("address", "labelled", "bare"),
    [
        ("/cases/yucai/", {"筹集资金", "开设学习班"}, {"户数", "楼栋数"}),
        ("/en/cases/yucai/", {"Money raised", "Length paved"}, {"Classes run", "Households"}),
    ],
)
def test_a_number_in_a_closed_row_says_what_it_counts(
    client: Client, address: str, labelled: set[str], bare: set[str]
) -> None:
    counted = Page(client.get(address).text).all(class_="measure__counted")
    labels = {label.text for label in counted}
    assert labels >= labelled and not labels & bare


def test_the_source_page_links_a_case_by_its_title(read: Read, client: Client) -> None:
    message = read.words(read.document["key_message"])
    for source in read.case.sources:
        page = Page(client.get(source.url).text)
        assert [link for link in page.all("a") if link.text == message] == []


@pytest.mark.usefixtures("library")
def test_a_number_that_is_read_otherwise_says_why(client: Client) -> None:
    reason = {"zh": "原文有歧义。", "en": "It reads both ways."}
    a_complete_case(with_value(a_document(), "measures[0].metrics[0].reading_note", reason))
    notes = page_of(client).texts("metric__note")
    assert "How the editor reads it: It reads both ways." in notes
