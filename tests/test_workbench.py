"""The workbench: what it shows of the texts, what it fills in, what it writes and refuses."""

import html
import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.choices import GlanceState
from stories.models.case import Case
from stories.models.history import SavedForm
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.sources import Citation, LeftOut, Passage
from stories.models.vocabulary import Indicator, ProblemType
from tests.builders import (
    a_complete_case,
    a_draft,
    a_measure,
    a_measure_type,
    a_metric,
    a_problem,
    a_type_link,
)
from tests.desk import Fields, a_member, address, page_of
from tests.workbench import a_case_with_its_article, chosen, entry_form, page_of_workbench

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    return a_case_with_its_article()


def filled_in(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send of a form, were nothing typed."""
    response = client.get(url)
    assert response.status_code == 200, response.text
    fields = Fields("entry_form")
    fields.feed(response.text)
    return fields.values


def send(client: Client, url: str, **given: Any) -> Any:
    return client.post(url, filled_in(client, url) | given)


def send_number(client: Client, case: Case, at: str, words: str, **given: Any) -> Any:
    typed = {"scope_zh": "院子", "scope_en": "The courtyard", "gloss": "in English"}
    return send(client, entry_form(case, "metric", **chosen(case, at, words)), **typed | given)


# ---------------------------------------------------------------- the page


def test_the_page_counts_numerals_and_marks_the_open_ones(case: Case, editor: Client) -> None:
    text = editor.get(page_of_workbench(case)).text
    assert "Numerals: 0 of 30 accounted for" in " ".join(text.split())
    assert text.count('class="numeral numeral--open"') == 30
    assert re.search(r'data-use="metric" data-start="13" data-end="17"[^>]*>80<', text)
    assert "数字：已交代0／共30" in " ".join(
        editor.get(page_of_workbench(case, "zh-hans")).text.split()
    )


@pytest.mark.parametrize("kind", ["problem", "measure", "metric"])
def test_a_form_names_its_kind_and_offers_others_for_the_words(
    kind: str, case: Case, editor: Client
) -> None:
    text = editor.get(entry_form(case, kind, **chosen(case, "7", "近80盏"))).text
    assert f'data-kind="{kind}"' in text
    assert re.search(rf'data-make="{kind}"\s+aria-current="true"', text)


def test_what_is_accounted_for_is_marked_by_its_state(case: Case, editor: Client) -> None:
    send_number(editor, case, "7", "近80盏", indicator=pk_of("lamps-installed"))
    text = send(
        editor, entry_form(case, "left_out", **chosen(case, "3", "67岁")), gloss="aged 67"
    ).text
    assert 'class="numeral numeral--metric" title="figure">80<' in text
    assert 'class="numeral numeral--left_out" title="left out">67<' in text
    assert "Numerals: 2 of 30 accounted for" in " ".join(text.split())
    assert 'aria-label="Passage 7, statements: 1"' in text


def test_the_board_marks_what_lacks_its_english(case: Case, editor: Client) -> None:
    a_problem(case=case, statement_zh="没有灯。", statement_en="")
    text = editor.get(page_of_workbench(case)).text
    assert "without English: 1" in text


def test_the_check_stands_beside_the_case_with_links_to_forms(case: Case, editor: Client) -> None:
    problem = a_problem(case=case)
    text = editor.get(page_of_workbench(case)).text
    assert f'data-form="problem" data-row="{problem.pk}"' in text
    assert "the case passes the check" not in text


def test_a_complete_case_passes_on_the_workbench_too(
    vocabulary: None, editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_complete_case()
    editor.get(page_of_workbench(case))
    with django_assert_max_num_queries(105):
        text = editor.get(page_of_workbench(case)).text
    assert "the case passes the check" in text


def test_the_page_of_a_case_leads_to_its_workbench(case: Case, editor: Client) -> None:
    assert f'href="{page_of_workbench(case)}"' in editor.get(page_of(case, language="en")).text


# ---------------------------------------------------------------- what is filled in


def test_a_number_is_filled_in_from_its_words(case: Case, editor: Client) -> None:
    measure = a_measure(case=case)
    url = entry_form(case, "metric", at=f"measure-{measure.pk}", **chosen(case, "7", "近80盏"))
    found = filled_in(editor, url)
    wanted = {
        **{"printed": "近80盏", "measure": str(measure.pk), "kind": "output"},
        **{"indicator": str(pk_of("lamps-installed")), "low": "", "high": "80"},
        "qualifier": "nearly",
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_date_is_filled_in_with_its_year_inferred(case: Case, editor: Client) -> None:
    found = filled_in(editor, entry_form(case, "date", **chosen(case, "7", "当年5月")))
    assert (found["edtf"], found["inferred"], found["of"]) == ("2022-05", "year", "began")


def test_a_reason_is_proposed_for_what_is_left_out(case: Case, editor: Client) -> None:
    found = filled_in(editor, entry_form(case, "left_out", **chosen(case, "3", "67岁")))
    assert found["reason"] == "age"


def test_a_type_is_proposed_from_the_clause(case: Case, editor: Client) -> None:
    found = filled_in(editor, entry_form(case, "problem", **chosen(case, "2", "没有路灯")))
    assert found["type"] == str(ProblemType.objects.get(slug="dark-streets").pk)


def test_terms_are_offered_with_unit_kind_meaning_and_use(case: Case, editor: Client) -> None:
    a_metric(case=case, indicator=Indicator.objects.get(slug="lamps-installed"))
    url = address("case_terms", case.pk, "indicator", language="en")
    text = html.unescape(editor.get(url, {"q": "lamps", **chosen(case, "7", "近80盏")}).text)
    assert "安装灯具 · Lamps installed" in text
    for note in ("lamps", "Output", "used: 1"):
        assert f'<span class="term-box__note">{note}</span>' in text


def test_the_reading_of_a_fragment_is_in_both_languages(case: Case, editor: Client) -> None:
    url = address("case_reading", case.pk, language="en")
    asked = {"indicator": pk_of("paved-length"), "printed": "1.2公里"}
    assert editor.get(url, asked).json() == {
        **{"low": "1200", "high": "1200", "qualifier": "exact"},
        **{"words": "1200米 / 1,200 m", "kind": "output"},
    }
    asked["printed"] = "12万元"
    assert "fault" in editor.get(url, asked).json()


# ---------------------------------------------------------------- what is written


def pk_of(indicator: str) -> int:
    return Indicator.objects.get(slug=indicator).pk


def test_a_number_is_written_with_its_citation_and_nothing_typed_but_texts(
    case: Case, editor: Client
) -> None:
    response = send_number(editor, case, "1", "320户")
    metric = Metric.objects.get()
    assert response["X-Made"] == f"metric-{metric.pk}"
    assert (metric.case, metric.measure, metric.key) == (case, None, "households")
    assert (metric.low, metric.high, metric.qualifier, metric.kind) == (
        320,
        320,
        "exact",
        "context",
    )
    citation = metric.citations.get()
    assert (citation.printed, citation.passage.locator, citation.gloss) == (
        *("320户", "1"),
        "in English",
    )


def test_a_measure_is_written_with_its_type_and_what_it_answers(case: Case, editor: Client) -> None:
    problem = a_problem(case=case)
    url = entry_form(case, "measure", **chosen(case, "7", "装上近80盏路灯"))
    texts = {"title_zh": "装路灯", "title_en": "Lamps", "summary_zh": "装了灯。"}
    send(editor, url, **texts, summary_en="Lamps.", gloss="put up lamps")
    measure = Measure.objects.get()
    assert (measure.key, measure.status) == ("zhuang-lu-deng", "done")
    assert str(measure.type and measure.type.slug) == "street-lighting"
    assert [solve.problem for solve in measure.solves.all()] == [problem]
    assert measure.citations.get().printed == "装上近80盏路灯"


def test_a_date_is_written_in_place_of_the_one_before(case: Case, editor: Client) -> None:
    url = entry_form(case, "date", **chosen(case, "4", "2022年3月"))
    for gloss in ("in March", "March 2022"):
        send(editor, url, gloss=gloss, of="began")
    case.refresh_from_db()
    assert (case.began, case.began_inferred) == ("2022-03", "")
    assert [row.gloss for row in case.citations.filter(event="began")] == ["March 2022"]


def test_a_statement_is_cited_once_more(case: Case, editor: Client) -> None:
    measure = a_measure(case=case)
    url = entry_form(
        case, "cite", at=f"measure-{measure.pk}", **chosen(case, "7", "装上近80盏路灯")
    )
    send(editor, url, gloss="put up lamps")
    assert Citation.objects.get().target == measure


def test_the_rest_is_left_out_in_one_form_and_what_has_no_reason_stays_open(
    case: Case, editor: Client
) -> None:
    url = entry_form(case, "rest")
    found = filled_in(editor, url)
    reasons = [value for name, value in found.items() if name.endswith("-reason")]
    assert len(reasons) == 29  # the year and the month of one date are one
    text = editor.post(url, found).text
    assert LeftOut.objects.count() == len([reason for reason in reasons if reason])
    assert 0 < text.count('class="numeral numeral--open"') < 29


def test_an_answer_of_which_the_source_says_nothing_is_one_step(case: Case, editor: Client) -> None:
    glance = case.glances.get(question="check")
    editor.post(
        entry_form(case, "glance", row=glance.pk), {"token": uuid.uuid4(), "state": "silent"}
    )
    glance.refresh_from_db()
    assert glance.state == GlanceState.SILENT


def test_gists_are_asked_for_what_is_cited(case: Case, editor: Client) -> None:
    send_number(editor, case, "1", "320户")
    passage = Passage.objects.get(citations__printed="320户")
    found = filled_in(editor, entry_form(case, "gist"))
    assert [name for name in found if name.startswith("gist")] == [
        f"gist-{passage.pk}_zh",
        f"gist-{passage.pk}_en",
    ]
    send(editor, entry_form(case, "gist"), **{f"gist-{passage.pk}_zh": "讲有多少户。"})
    passage.refresh_from_db()
    assert passage.gist_zh == "讲有多少户。"


def test_an_editor_overrules_a_reading_with_a_reason(case: Case, editor: Client) -> None:
    note = {"reading_note_zh": "指楼栋。", "reading_note_en": "Buildings are meant."}
    bounds = {"low": "6", "high": "8", "qualifier": "range", "indicator": pk_of("buildings")}
    refused = send_number(editor, case, "1", "6栋", **bounds)
    assert refused.status_code == 422
    send_number(editor, case, "1", "6栋", **bounds, **note)
    metric = Metric.objects.get()
    assert (metric.low, metric.high, metric.reading_note_zh) == (6, 8, "指楼栋。")


def test_a_row_is_edited_and_removed_in_place(case: Case, editor: Client) -> None:
    problem = a_problem(case=case)
    url = entry_form(case, "problem", row=problem.pk)
    send(editor, url, statement_zh="别的问题。")
    problem.refresh_from_db()
    assert problem.statement_zh == "别的问题。"
    send(editor, url, remove="1")
    assert not case.problems.exists()


def test_every_change_is_in_the_history_of_the_case(case: Case, editor: Client) -> None:
    before = case.changed_at
    send_number(editor, case, "1", "320户")
    case.refresh_from_db()
    assert case.changed_at > before
    history = html.unescape(editor.get(page_of(case, "history", "en")).text)
    assert "one-of-editors · saved" in history and "320户" in history


def test_a_form_that_is_sent_twice_makes_one_row(case: Case, editor: Client) -> None:
    url = entry_form(case, "metric", **chosen(case, "1", "320户"))
    sent = filled_in(editor, url) | {"scope_zh": "院子", "gloss": "320 households"}
    first, second = (editor.post(url, sent) for _time in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first["X-Made"] == second["X-Made"]
    assert (Metric.objects.count(), SavedForm.objects.count()) == (1, 1)


# ---------------------------------------------------------------- what is refused


def test_more_than_twenty_characters_are_refused_with_their_number(
    case: Case, editor: Client
) -> None:
    words = "社区开始整治院子，先请居民坐下来商量。"
    asked = chosen(case, "4", words)
    asked["start"] -= 8
    response = editor.get(entry_form(case, "problem", **asked))
    assert response.status_code == 422
    assert "27 characters; a fragment has at most 20: choose fewer." in response.text


def test_what_a_fragment_does_not_carry_is_refused_at_its_field(case: Case, editor: Client) -> None:
    response = send_number(editor, case, "8", "12万元", indicator=pk_of("households"))
    assert response.status_code == 422
    assert "errorlist" in response.text
    assert not Metric.objects.exists()


def test_a_stated_answer_asks_for_its_words(case: Case, editor: Client) -> None:
    glance = case.glances.get(question="cost")
    url = entry_form(case, "glance", row=glance.pk)
    response = send(editor, url, state="stated", text_zh="12万元。", text_en="CNY 120,000.")
    assert "A stated answer cites a passage: choose its words." in response.text


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("nothing", {}),
        ("problem", {"row": "x"}),
        ("problem", {"row": "999"}),
        ("problem", {"passage": "1", "start": "5", "end": "4"}),
        ("problem", {"passage": "999", "start": "0", "end": "4"}),
        ("problem", {"passage": "9" * 30, "start": "0", "end": "4"}),
        ("problem", {"at": "lamp-1"}),
        ("cite", {}),
        ("glance", {}),
        ("rest", {"row": "1"}),
    ],
)
def test_what_the_page_never_asks_is_not_found(
    kind: str, asked: dict[str, str], case: Case, editor: Client
) -> None:
    assert editor.get(entry_form(case, kind, **asked)).status_code == 404


def test_a_row_of_another_case_is_not_found(case: Case, editor: Client) -> None:
    other = a_problem(case=a_draft())
    assert editor.get(entry_form(case, "problem", row=other.pk)).status_code == 404
    assert editor.get(entry_form(case, "metric", at=f"problem-{other.pk}")).status_code == 404


def test_a_form_without_a_token_and_words_from_elsewhere_are_bad_requests(
    case: Case, editor: Client
) -> None:
    url = entry_form(case, "rest")
    found = filled_in(editor, url)
    assert editor.post(url, found | {"token": "x"}).status_code == 400
    forged = found | {"rest-0-printed": "从未印过", "rest-0-reason": "name"}
    assert editor.post(url, forged).status_code == 400
    assert not LeftOut.objects.exists()


def test_the_workbench_is_for_those_who_may_change_cases(case: Case, client: Client) -> None:
    urls = [
        page_of_workbench(case),
        entry_form(case, "problem"),
        entry_form(case, "case", row=case.pk),
    ]
    assert {client.get(url).status_code for url in urls} == {302}
    reader = a_member("editors", "looks-only")
    reader.groups.clear()
    reader.user_permissions.add(Permission.objects.get(codename="view_case"))
    client.force_login(reader)
    assert {client.get(url).status_code for url in urls} == {403}


def test_who_may_not_add_a_part_is_refused(case: Case, client: Client) -> None:
    person = a_member("editors", "changes-cases")
    person.groups.clear()
    person.user_permissions.add(Permission.objects.get(codename="change_case"))
    client.force_login(person)
    assert client.get(page_of_workbench(case)).status_code == 200
    assert client.get(entry_form(case, "problem")).status_code == 403


def test_reading_writes_nothing(case: Case, editor: Client) -> None:
    for url in (page_of_workbench(case), entry_form(case, "metric", **chosen(case, "1", "320户"))):
        editor.get(url)
    assert not Metric.objects.exists()
    assert editor.post(page_of_workbench(case)).status_code == 405


# ---------------------------------------------------------------- several at once


def test_a_removal_that_is_sent_twice_is_answered_twice(case: Case, editor: Client) -> None:
    url = entry_form(case, "problem", row=a_problem(case=case).pk)
    sent = filled_in(editor, url) | {"remove": "1"}
    assert [editor.post(url, sent).status_code for _time in range(2)] == [200, 200]


def test_silence_does_not_delete_an_answer_that_came_meanwhile(case: Case, editor: Client) -> None:
    glance = case.glances.get(question="cost")
    glance.state, glance.text_zh, glance.text_en = "stated", "十二万元。", "CNY 120,000."
    glance.save()
    sent = {"token": uuid.uuid4().hex, "state": "silent", "initial-state": "stated"}
    response = editor.post(entry_form(case, "glance", row=glance.pk), sent)
    glance.refresh_from_db()
    assert (response.status_code, glance.text_zh) == (422, "十二万元。")


def test_the_rest_without_fields_is_nothing(case: Case, editor: Client) -> None:
    sent = {"token": uuid.uuid4().hex, "rest-TOTAL_FORMS": "1", "rest-INITIAL_FORMS": "0"}
    assert editor.post(entry_form(case, "rest"), sent).status_code < 500


def test_the_second_type_of_a_measure_can_become_its_first(case: Case, editor: Client) -> None:
    measure = a_measure(case=case)
    other = a_measure_type()
    a_type_link(measure=measure, type=other, position=1)
    send(editor, entry_form(case, "measure", row=measure.pk), type=str(other.pk))
    assert [link.type for link in measure.type_links.all()] == [other]


def test_silence_is_one_request_where_nobody_has_answered(case: Case, editor: Client) -> None:
    glance = case.glances.get(question="cost")
    sent = {"token": uuid.uuid4().hex, "state": "silent", "initial-state": "stated"}
    response = editor.post(entry_form(case, "glance", row=glance.pk), sent)
    glance.refresh_from_db()
    assert (response.status_code, glance.state) == (200, "silent")


def test_a_gist_that_was_not_changed_here_is_left_as_another_wrote_it(
    case: Case, editor: Client
) -> None:
    send_number(editor, case, "1", "320户")
    passage = Passage.objects.get(citations__printed="320户")
    url = entry_form(case, "gist", passage=passage.pk)
    shown = filled_in(editor, url)
    Passage.objects.filter(pk=passage.pk).update(gist_zh="别人写的。")
    editor.post(url, shown | {f"gist-{passage.pk}_en": "How many households."})
    passage.refresh_from_db()
    assert (passage.gist_zh, passage.gist_en) == ("别人写的。", "How many households.")


def a_number_of_heping(editor: Client, case: Case) -> tuple[str, dict[str, Any]]:
    """The address of a form for a number, and what is sent with it."""
    url = entry_form(case, "metric", **chosen(case, "1", "320户"))
    return url, filled_in(editor, url) | {"scope_zh": "院子", "gloss": "320 households"}


def test_a_form_that_is_sent_again_with_other_words_changes_what_it_made(
    case: Case, editor: Client
) -> None:
    url, sent = a_number_of_heping(editor, case)
    first = editor.post(url, sent)  # its answer got lost
    second = editor.post(url, sent | {"scope_zh": "老院子"})
    number = Metric.objects.get()
    assert number.scope_zh == "老院子"
    assert first["X-Made"] == second["X-Made"] == f"metric-{number.pk}"


def the_form_of_a_number(editor: Client, case: Case) -> tuple[str, dict[str, Any]]:
    """The address of the form of a number that is there, and what it shows."""
    url, sent = a_number_of_heping(editor, case)
    editor.post(url, sent)
    url = entry_form(case, "metric", row=Metric.objects.get().pk)
    return url, filled_in(editor, url)


def test_what_was_changed_is_changed_again_after_an_answer_that_got_lost(
    case: Case, editor: Client
) -> None:
    url, shown = the_form_of_a_number(editor, case)
    editor.post(url, shown | {"scope_zh": "老院子"})  # its answer got lost
    assert editor.post(url, shown | {"scope_zh": "整个院子"}).status_code == 200
    assert Metric.objects.get().scope_zh == "整个院子"


def test_what_somebody_else_changed_after_an_answer_that_got_lost_is_not_written_over(
    case: Case, editor: Client, reviewer: Client
) -> None:
    url, shown = the_form_of_a_number(editor, case)
    editor.post(url, shown | {"scope_zh": "老院子"})
    reviewer.post(url, filled_in(reviewer, url) | {"scope_zh": "两个院子"})
    refused = editor.post(url, shown | {"scope_zh": "整个院子"})
    assert refused.status_code == 422 and "one-of-reviewers" in refused.text
    assert Metric.objects.get().scope_zh == "两个院子"


def test_a_conflict_with_a_window_of_ones_own_says_so(case: Case, editor: Client) -> None:
    url, shown = the_form_of_a_number(editor, case)
    editor.post(url, filled_in(editor, url) | {"scope_zh": "老院子"})
    assert "You, in another window," in editor.post(url, shown | {"scope_zh": "整个院子"}).text


def test_a_form_that_was_refused_is_written_once_it_is_right(case: Case, editor: Client) -> None:
    url, sent = a_number_of_heping(editor, case)
    assert editor.post(url, sent | {"gloss": "x" * 500}).status_code == 422
    assert editor.post(url, sent).status_code == 200
    assert Metric.objects.get().scope_zh == "院子"


def test_the_rest_that_is_sent_twice_is_left_out_once(case: Case, editor: Client) -> None:
    url = entry_form(case, "rest")
    sent = filled_in(editor, url)
    editor.post(url, sent)
    count = LeftOut.objects.count()
    assert editor.post(url, sent).status_code == 200
    assert LeftOut.objects.count() == count > 0


def test_the_rest_that_two_editors_leave_out_is_left_out_once(case: Case, editor: Client) -> None:
    url = entry_form(case, "rest")
    mine, theirs = filled_in(editor, url), filled_in(editor, url)
    editor.post(url, theirs)
    count = LeftOut.objects.count()
    assert editor.post(url, mine).status_code == 200
    assert LeftOut.objects.count() == count


def test_what_turns_the_reading_round_is_refused_in_a_gloss_of_the_rest(
    case: Case, editor: Client
) -> None:
    url = entry_form(case, "rest")
    sent = filled_in(editor, url) | {"rest-0-reason": "age", "rest-0-gloss": "aged \u202e76"}
    response = editor.post(url, sent)
    assert (response.status_code, "U+202E" in response.text) == (422, True)
    assert not LeftOut.objects.exists()
