"""The desk: what each form stores, and what it refuses at which field."""

import html
from typing import Any

import pytest
from django.test import Client

from stories.documents import privacy
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.sources import Citation
from stories.models.vocabulary import Place
from stories.publishing import exporter
from stories.publishing.check import check
from tests import builders
from tests.desk import (
    a_new_row,
    as_rendered,
    errors_of,
    page_of,
    send,
    withdraw,
    without_rows,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def test_a_case_takes_a_new_measure_with_its_citation(case: Case, editor: Client) -> None:
    passage = case.sources.get().passages.get(locator="3")
    measure_type = case.measures.get(key="paving").type
    fields = {
        "key": "benches",
        "type": measure_type.pk,
        "status": "done",
        "title_zh": "添长椅",
        "title_en": "Benches",
        "summary_zh": "添了长椅。",
        "summary_en": "Benches were added.",
    }
    cited = a_new_row(
        *(as_rendered(editor, case), "measures-2"),
        **fields | {"passage": passage.pk, "printed": "添长椅", "gloss": "add benches"},
    )
    assert send(editor, case, cited).status_code == 302
    assert [row.key for row in case.measures.all()] == ["lamps", "paving", "pruning", "benches"]


def test_a_number_that_its_fragment_does_not_print_is_refused_in_a_draft_too(
    case: Case, editor: Client
) -> None:
    withdraw(case)
    measure = case.measures.get(key="lamps")
    response = send(editor, measure, {"metrics-0-low": "500"})
    (error,) = errors_of(response)
    assert error.startswith("metrics-0-low: ")
    assert Metric.objects.get(key="lamps").low == 400


def test_a_number_is_read_otherwise_with_a_reason(case: Case, editor: Client) -> None:
    withdraw(case)
    reason = {"metrics-0-reading_note_zh": "原文有歧义。"}
    reason |= {"metrics-0-reading_note_en": "It reads both ways."}
    send(editor, case.measures.get(key="lamps"), {"metrics-0-low": "500"} | reason)
    metric = Metric.objects.get(key="lamps")
    assert (metric.low, metric.reading_note_en) == (500, "It reads both ways.")


def test_a_metric_keeps_its_citation_in_its_own_row(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    passage = case.sources.get().passages.get(locator="4")
    changes = {"metrics-2-passage": passage.pk, "metrics-2-printed": "几百人"}
    changes |= {"metrics-2-low": "200", "metrics-2-high": "999"}
    before = Citation.objects.count()
    response = send(editor, measure, changes | {"metrics-2-passage": passage.pk})
    if response.status_code == 200:
        pytest.fail(str(errors_of(response)))
    citation = Citation.objects.get(metric__key="people")
    assert (citation.printed, citation.passage, Citation.objects.count()) == (
        "几百人",
        passage,
        before,
    )


def test_a_citation_has_both_a_passage_and_a_fragment(case: Case, editor: Client) -> None:
    response = send(editor, case.measures.get(key="lamps"), {"metrics-0-printed": ""})
    assert [error.split(":")[0] for error in errors_of(response)] == ["metrics-0-printed"]


def test_a_date_keeps_its_citation_beside_it(case: Case, editor: Client) -> None:
    passage = case.sources.get().passages.get(locator="2")
    changes = {"ended": "2022-08", "ended_passage": passage.pk, "ended_printed": "2022年8月"}
    changes |= {"ended_gloss": "August 2022"}
    assert send(editor, case, changes).status_code == 302
    assert exporter.dump(case)["ended"] == {
        "edtf": "2022-08",
        "printed": "2022年8月",
        "gloss": "August 2022",
        "inferred": None,
        "source": "liudi-news",
        "at": "2",
    }
    cleared = dict.fromkeys(changes, "")
    assert send(editor, case, cleared).status_code == 302
    assert exporter.dump(case)["ended"] is None
    assert not Citation.objects.filter(event="ended").exists()


def test_a_date_that_its_fragment_does_not_print_is_refused(case: Case, editor: Client) -> None:
    response = send(editor, case, {"began": "2022-04"})
    assert [error.split(":")[0] for error in errors_of(response)] == ["began"]
    response = send(editor, case, {"began": "last spring"})
    assert [error.split(":")[0] for error in errors_of(response)] == ["began"]


def test_a_fragment_of_a_date_needs_the_date(case: Case, editor: Client) -> None:
    assert errors_of(send(editor, case, {"began": ""})) == ["began: 有原文片段，却没有日期。"]


@pytest.mark.parametrize("state", ["published", "draft"])
def test_dates_that_do_not_go_together_are_refused_at_the_field(
    state: str, case: Case, editor: Client
) -> None:
    Case.objects.update(state=state)
    found = [
        errors_of(send(editor, case, changes | {"began_passage": "", "began_printed": ""}))
        for changes in (
            {"began": "2020-04-26", "ended": "2019-05"},
            {"began": "1950", "ended": "2021"},
            {"began": "../2022-03"},
            {"began": "2021-02-29"},
            {"began": "2021/9021"},
        )
    ]
    fields = [errors[-1].split(":")[0] for errors in found]
    assert fields == ["ended", "ended", "began", "began", "began"]
    assert Case.objects.get().began == "2022-03"


def test_a_date_of_a_part_is_refused_at_its_field(case: Case, editor: Client) -> None:
    found = errors_of(send(editor, case, {"sources-0-issued": "2021-02-29"}))
    assert found == ["sources-0-issued: '2021-02-29'：没有这一天"]
    measure = case.measures.get(key="lamps")
    found = errors_of(send(editor, measure, {"when": "1900-02-29"}))
    assert [error.split(":")[0] for error in found] == ["when"]


def test_passages_and_problems_of_other_cases_are_not_on_offer(case: Case, editor: Client) -> None:
    elsewhere = builders.a_passage()
    problem = builders.a_problem()
    measure = case.measures.get(key="lamps")
    changes = {"citations-0-passage": elsewhere.pk, "solves-0-problem": problem.pk}
    found = sorted(error.split(":")[0] for error in errors_of(send(editor, measure, changes)))
    assert found == ["citations-0-passage", "solves-0-problem"]
    values = as_rendered(editor, measure)
    assert str(elsewhere) not in editor.get(page_of(measure)).text
    assert values["solves-0-problem"] == str(case.problems.get().pk)


def test_the_slug_of_a_case_is_fixed_once_it_has_been_published(case: Case, editor: Client) -> None:
    changes = {"slug": "elsewhere", "measures-0-key": "other"}
    assert send(editor, case, changes).status_code == 302
    withdraw(case)
    assert send(editor, case, changes).status_code == 302
    assert Case.objects.get().slug == "liudi"
    assert Measure.objects.filter(key="lamps").exists()
    draft = builders.a_draft()
    assert send(editor, draft, {"slug": "elsewhere"}).status_code == 302
    assert Case.objects.get(pk=draft.pk).slug == "elsewhere"


def test_a_key_is_taken_once_in_a_case(case: Case, editor: Client) -> None:
    withdraw(case)
    Case.objects.update(published_at=None)
    response = send(editor, case.measures.get(key="paving"), {"metrics-0-key": "lamps"})
    assert response.status_code == 200
    assert [error.split(":")[0] for error in errors_of(response)] == ["metrics-0-key"]


def test_two_new_metrics_with_one_key_are_refused(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    rendered = as_rendered(editor, measure)
    metric = {
        name.removeprefix("metrics-0-"): value
        for name, value in rendered.items()
        if name.startswith("metrics-0-")
    }
    rows: dict[str, Any] = {}
    for _n in range(2):
        new = metric | {"id": "", "key": "posts", "position": ""}
        rows |= a_new_row(rendered | rows, "metrics", **new)
    response = send(editor, measure, rows)
    assert [error.split(":")[0] for error in errors_of(response)] == ["metrics-4-key"]


def test_a_passage_that_is_cited_is_not_removed(case: Case, editor: Client) -> None:
    source = case.sources.get()
    response = send(editor, source, without_rows(as_rendered(editor, source), "passages"))
    assert response.status_code == 200
    assert source.passages.count() == len(builders.LINES)


def saved(client: Client, row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """The document of the case after these changes were posted."""
    response = send(client, row, changes)
    assert response.status_code == 302, errors_of(response)
    return exporter.dump(Case.objects.get(slug="liudi"))


def test_what_answers_what_is_written_with_its_stage_and_basis(case: Case, editor: Client) -> None:
    paving, problem = case.measures.get(key="paving"), case.problems.get()
    fields = {"problem": problem.pk, "stage": "plan", "basis": "inferred"}
    row = a_new_row(as_rendered(editor, paving), "solves", **fields)
    assert saved(editor, paving, row)["measures"][1]["solves"] == [
        {"problem": "dark-lanes", "stage": "plan", "basis": "inferred"}
    ]


def test_the_first_type_in_the_order_is_the_main_one(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    changes = {"type_links-0-position": "1", "type_links-1-position": "0"}
    types = saved(editor, measure, changes)["measures"][0]["types"]
    assert types == ["fund-raising", "street-lighting"]


def test_a_measure_keeps_a_type(case: Case, editor: Client) -> None:
    withdraw(case)
    measure = case.measures.get(key="paving")
    response = send(editor, measure, {"type_links-0-DELETE": "on"})
    assert [error.split(":")[0] for error in errors_of(response)] == ["type_links"]


def test_what_is_not_said_of_a_measure_is_ticked(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    document = saved(editor, measure, {"not_said": ["upkeep", "cost"]})
    assert document["measures"][0]["not_said"] == ["upkeep", "cost"]


def test_keywords_are_written_one_a_line(case: Case, editor: Client) -> None:
    changes = {"keywords_zh": "灯杆\r\n 亮化 ", "keywords_en": ""}
    document = saved(editor, case.measures.get(key="lamps"), changes)
    assert document["measures"][0]["keywords"] == {"zh": ["灯杆", "亮化"], "en": []}
    document = saved(editor, case, {"problems-0-keywords_en": "unlit"})
    assert document["problems"][0]["keywords"] == {"zh": ["摸黑"], "en": ["unlit"]}


def test_a_gist_is_written_beside_its_passage(case: Case, editor: Client) -> None:
    document = saved(editor, case.sources.get(), {"passages-0-gist_zh": "标题说了灯。"})
    assert document["sources"][0]["passages"][0]["gist"]["zh"] == "标题说了灯。"


def test_gloss_and_claim_stand_in_the_row_of_a_citation(case: Case, editor: Client) -> None:
    metric = case.metrics.get(key="lamps")
    document = saved(editor, metric, {"gloss": "over 400", "claim": "official"})
    cite = document["measures"][0]["metrics"][0]["cite"]
    assert (cite["gloss"], cite["claim"]) == ("over 400", "official")


def test_the_numbers_of_the_first_screen_are_named_in_their_order(
    case: Case, editor: Client
) -> None:
    assert saved(editor, case, {"telling": "months, lamps, people"})["telling"] == [
        *("months", "lamps", "people")
    ]
    for wrong in ("lamps, lamps", "lamps, moon", "lamps, raised, people, length, months, trees"):
        response = send(editor, case, {"telling": wrong})
        assert [error.split(":")[0] for error in errors_of(response)] == ["telling"]


@pytest.mark.parametrize(("state", "of"), [("stated", "raised"), ("computed", "cost-per-lamp")])
def test_a_unit_cost_is_given_by_a_number_of_the_case(
    case: Case, editor: Client, state: str, of: str
) -> None:
    document = saved(editor, case, {"unit_cost_state": state, "unit_cost_of": of})
    assert (document["unit_cost"]["state"], document["unit_cost"]["of"]) == (state, of)


@pytest.mark.parametrize(
    ("state", "of"),
    [("stated", "cost-per-lamp"), ("computed", "raised"), ("not_computable", "raised")],
)
def test_a_unit_cost_is_of_its_state(case: Case, editor: Client, state: str, of: str) -> None:
    response = send(editor, case, {"unit_cost_state": state, "unit_cost_of": of})
    assert [error.split(":")[0] for error in errors_of(response)] == ["unit_cost_of"]


def test_inferred_places_are_ticked_among_the_chain(case: Case, editor: Client) -> None:
    assert saved(editor, case, {"place_inferred": []})["place_inferred"] == []
    assert saved(editor, case, {"place_inferred": ["340000"]})["place_inferred"] == ["340000"]
    response = send(editor, case, {"place_inferred": ["410000"]})
    assert [error.split(":")[0] for error in errors_of(response)] == ["place_inferred"]


def test_an_inferred_place_goes_with_the_place_that_it_was_above(
    case: Case, editor: Client
) -> None:
    henan = Place.objects.get(code="410000")
    assert saved(editor, case, {"place": henan.pk})["place_inferred"] == []


def test_a_change_is_written_with_its_citations_and_measures(case: Case, editor: Client) -> None:
    passage = case.sources.get().passages.get(locator="3")
    fields = {"key": "surface", "measures": "paving", "subject_zh": "路面", "subject_en": "Surface"}
    fields |= {"before_zh": "不平。", "before_en": "Uneven.", "before_passage": passage.pk}
    fields |= {"before_printed": "铺平路面", "before_gloss": "level the lanes"}
    row = a_new_row(as_rendered(editor, case), "changes", **fields)
    change = saved(editor, case, row)["changes"][1]
    assert (change["measures"], change["after"], change["after_cites"]) == (["paving"], None, [])
    assert change["before_cites"][0]["printed"] == "铺平路面"


def test_a_further_citation_of_a_change_is_of_its_side(case: Case, editor: Client) -> None:
    change, passage = case.changes.get(), case.sources.get().passages.get(locator="3")
    fields = {"passage": passage.pk, "printed": "路面", "gloss": "surface", "claim": "reported"}
    row = a_new_row(as_rendered(editor, change), "citations-2", **fields)
    document = saved(editor, change, row)["changes"][0]
    assert [cite["printed"] for cite in document["after_cites"]] == ["给小巷装上路灯", "路面"]
    assert len(document["before_cites"]) == 1


def test_a_follow_up_is_answered_with_a_text_and_a_citation(case: Case, editor: Client) -> None:
    follow_up, passage = case.follow_ups.get(), case.sources.get().passages.get(locator="2")
    answer = {
        "state": "answered",
        "looked_on": "2026-11-20",
        "text_zh": "亮着。",
        "text_en": "Lit.",
    }
    assert send(editor, follow_up, answer).status_code == 302
    assert [str(fault) for fault in check(case, has_versions=True).faults] == [
        "follow_up[0]: an answered question, and no other, has a text and a citation"
    ]
    fields = {"passage": passage.pk, "printed": "装上路灯", "gloss": "put up", "claim": "reported"}
    row = a_new_row(as_rendered(editor, follow_up), "citations", **fields)
    (part,) = saved(editor, follow_up, answer | row)["follow_up"]
    assert (part["state"], part["text"]["en"], len(part["cites"])) == ("answered", "Lit.", 1)


NAME = "王小明"


def test_of_a_withheld_name_only_the_fingerprint_is_stored(case: Case, editor: Client) -> None:
    source = case.sources.get()
    before = source.withheld_names
    document = saved(editor, source, {"withhold": f"{NAME}\r\n阿依古丽·买买提"})
    assert document["sources"][0]["withheld_names"] == [
        *before,
        privacy.fingerprint(source.key, NAME),
        privacy.fingerprint(source.key, "阿依古丽·买买提"),
    ]
    assert NAME not in editor.get(page_of(source)).text + written(case)


def test_a_withheld_name_is_not_rendered_after_a_validation_error(
    case: Case, editor: Client
) -> None:
    source = case.sources.get()
    response = send(editor, source, {"withhold": NAME, "type": "", "issued": "soon"})
    assert response.status_code == 200 and NAME not in response.text


@pytest.mark.parametrize("name", ["明", "王小明明明", "Wang"])
def test_a_name_that_no_check_could_find_is_refused(case: Case, editor: Client, name: str) -> None:
    response = send(editor, case.sources.get(), {"withhold": name})
    assert [error.split(":")[0] for error in errors_of(response)] == ["withhold"]


def test_withheld_names_are_forgotten(case: Case, editor: Client) -> None:
    document = saved(editor, case.sources.get(), {"forget_names": "on"})
    assert document["sources"][0]["withheld_names"] == []


def test_a_key_that_names_are_withheld_by_does_not_change(case: Case, editor: Client) -> None:
    withdraw(case)
    Case.objects.update(published_at=None)
    source = case.sources.get()
    response = send(editor, source, {"key": "other-news"})
    assert [error.split(":")[0] for error in errors_of(response)] == ["key"]
    assert send(editor, source, {"key": "other-news", "forget_names": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("language", "where", "message"),
    [
        (
            "zh-hans",
            "措施“安装路灯” › 数值“安装灯具: lamps” › 下限",
            "'四百多盏'说的是超过400，数值写的是超过300",
        ),
        (
            "en",
            "measure “Put up street lamps” › metric “Lamps installed: lamps” › low",
            "'四百多盏' says over 400, the metric says over 300",
        ),
    ],
)
def test_a_fault_is_worded_in_the_language_of_the_page(
    language: str, where: str, message: str, case: Case, editor: Client
) -> None:
    Metric.objects.filter(key="lamps").update(low=300)
    page = html.unescape(editor.get(page_of(case, language=language)).text)
    assert f'#id_low">{where}</a>: {message}' in page


@pytest.mark.parametrize(
    ("language", "message"), [("zh-hans", "限定词超过只要下限"), ("en", "over wants low only")]
)
def test_a_fault_of_a_form_is_worded_in_the_language_of_the_page(
    language: str, message: str, case: Case, editor: Client
) -> None:
    metric = case.metrics.get(key="lamps")
    form = as_rendered(editor, metric) | {"qualifier": "over", "low": "4", "high": "5"}
    response = editor.post(page_of(metric, language=language), form)
    assert message in response.text
