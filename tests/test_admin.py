"""The desk: who may do what, what is refused and where, and that nothing is lost on the way."""

import html
import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models.fields import PositiveIntegerRelDbTypeMixin
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.admin.fault_rows import open_faults
from stories.choices import CaseState, GlanceQuestion
from stories.documents import privacy
from stories.models.case import Case, CaseTag, Measure, Metric
from stories.models.sources import Citation
from stories.models.version import Publication, Version
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from stories.publishing import exporter
from tests import builders
from tests.desk import (
    SAVE,
    a_new_row,
    act,
    address,
    as_rendered,
    errors_of,
    page_of,
    send,
    withdraw,
    without_rows,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_desk_opens_in_both_languages(
    case: Case, admin_client: Client, language: str
) -> None:
    addresses = []
    for model in admin.site._registry:
        if model._meta.app_label == "stories":
            row, name = model._default_manager.earliest("pk"), model._meta.model_name
            addresses.append(address(f"{name}_changelist", language=language))
            addresses += [page_of(row, page, language) for page in ("change", "history")]
    names = ("case", "indicator", "measuretype", "place", "tag")
    addresses += [address(f"{name}_add", language=language) for name in names]
    addresses += [page_of(row, "delete", language) for row in parts_of(case)[1:-1]]
    for place in addresses:
        response = admin_client.get(place)
        assert response.status_code == 200, place
        assert "style=" not in response.text


def test_each_page_links_to_itself_in_the_other_language(case: Case, editor: Client) -> None:
    assert f'href="{page_of(case, language="en")}"' in editor.get(page_of(case)).text
    assert f'href="{page_of(case)}"' in editor.get(page_of(case, language="en")).text


def test_the_list_of_cases_asks_no_more_of_the_database_when_there_are_more(
    case: Case, editor: Client
) -> None:
    cases = address("case_changelist")
    editor.get(cases)
    with CaptureQueriesContext(connection) as few:
        editor.get(cases)
    for _ in range(6):
        builders.a_metric(case=builders.a_draft(place=case.place))
    with CaptureQueriesContext(connection) as many:
        assert editor.get(cases).context["cl"].result_count == 7
    assert len(many) == len(few) <= 16


def test_the_list_of_cases_counts_their_parts(case: Case, editor: Client) -> None:
    (row,) = editor.get(address("case_changelist")).context["cl"].result_list
    counts = (row.problem_count, row.measure_count, row.metric_count, row.citation_count)
    assert counts == (1, 3, 7, 17)


# ---------------------------------------------------------------- nothing is lost


def written(case: Case) -> str:
    """The document as text: the order of its parts counts."""
    return json.dumps(exporter.dump(case), ensure_ascii=False)


def publish(client: Client, case: Case, **changes: str) -> Any:
    """A later version, after a look at what changed."""
    page = page_of(case, "publish")
    seen = client.get(page).context["review"].hash
    note = {"kind": "correction", "note_zh": "已更正。", "note_en": "Corrected."}
    return client.post(page, note | {"seen": seen} | changes)


def parts_of(case: Case) -> list[Any]:
    metric = case.metrics.get(key="lamps")
    glance = case.glances.get(question="cost")
    measure = case.measures.get(key="lamps")
    further = [case.changes.get(), case.follow_ups.get()]
    return [case, measure, case.sources.get(), case.problems.get(), *further, metric, glance]


def test_a_page_posted_back_as_rendered_changes_nothing(case: Case, editor: Client) -> None:
    before = written(case)
    for row in parts_of(case):
        response = send(editor, row)
        assert response.status_code == 302, errors_of(response)
        assert written(case) == before
    assert Case.objects.get().changed_at == case.changed_at


def test_a_case_of_many_measures_is_saved_too(case: Case, editor: Client) -> None:
    withdraw(case)
    for _ in range(110):
        builders.a_measure(case=case, type=case.measures.all()[0].type)
    values = as_rendered(editor, case)
    assert len(values) > 1000  # Django's own limit
    assert editor.post(page_of(case), values | SAVE).status_code == 302


def test_a_change_of_a_measure_is_a_change_of_its_case(case: Case, editor: Client) -> None:
    send(editor, case.measures.get(key="paving"), {"title_en": "Pave the lanes anew"})
    changed = Case.objects.get()
    assert changed.changed_at > case.changed_at
    assert exporter.dump(changed)["measures"][1]["title"]["en"] == "Pave the lanes anew"


# ---------------------------------------------------------------- a new case


def a_first_page(place: Place, **fields: Any) -> dict[str, Any]:
    inlines = {
        f"{prefix}-{count}": "0"
        for prefix in ("case_tags", "sources")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "slug": "liudi",
        "title_zh": "柳堤社区：小巷亮灯",
        "place": place.pk,
        "name_as_reported_zh": "柳堤社区",
        **inlines,
        **fields,
        **SAVE,
    }


def test_a_case_begins_as_a_draft_with_every_question_of_the_glance(editor: Client) -> None:
    response = editor.post(address("case_add"), a_first_page(builders.a_place()))
    case = Case.objects.get(slug="liudi")
    assert response["Location"] == page_of(case)
    assert case.state == CaseState.DRAFT
    assert [row.question for row in case.glances.all()] == GlanceQuestion.values


def test_a_case_is_written_by_an_editor_and_published_by_a_reviewer(
    vocabulary: None, editor: Client, reviewer: Client
) -> None:
    place = Place.objects.get(code="340000")
    editor.post(address("case_add"), a_first_page(place))
    case = Case.objects.get(slug="liudi")

    values = as_rendered(editor, case)
    source = a_new_row(
        values,
        "sources",
        key="liudi-post",
        type="post",
        title_zh="柳堤亮灯",
        title_en="Liudi lit",
        url="https://example.org/liudi",
        issued="2022-09-01",
        reported_by="own",
        independence="not_independent",
        independence_note_zh="社区自己的帖子。",
        independence_note_en="A post of the community itself.",
        condition="complete",
        sha256="0" * 64,
    )
    assert send(editor, case, source).status_code == 302
    row = case.sources.get()
    gist = {"gist_zh": "社区说巷子亮了。", "gist_en": "The lanes are lit, says the community."}
    passage = a_new_row(as_rendered(editor, row), "passages", locator="1", lines="3, 4", **gist)
    assert send(editor, row, passage).status_code == 302

    values = as_rendered(editor, case)
    cite = {"passage": row.passages.get().pk, "gloss": "put up lamps"}
    lighting = MeasureType.objects.get(slug="street-lighting")
    filled = {
        "title_en": "Liudi Community: lamps for the lanes",
        "name_as_reported_en": "Liudi Community",
        "unit_cost_note_zh": "未说明费用。",
        "unit_cost_note_en": "The cost is not told.",
        "key_message_zh": "小巷有了路灯。",
        "key_message_en": "The lanes are lit.",
        "abstract_zh": "社区给小巷装了路灯。",
        "abstract_en": "The community put up lamps in the lanes.",
        **a_new_row(values, "citations", **cite, printed="装上路灯"),
        **a_new_row(
            values,
            "measures-2",
            **cite,
            key="lamps",
            type=lighting.pk,
            status="done",
            title_zh="装灯",
            title_en="Put up lamps",
            summary_zh="装了路灯。",
            summary_en="Lamps were put up.",
            printed="装上路灯",
        ),
    }
    response = send(editor, case, filled)
    assert response.status_code == 302, errors_of(response)
    assert exporter.faults(case) == []

    action = {"action": "publish", "_selected_action": [case.pk], "index": 0}
    cases = address("case_changelist")
    editor.post(cases, action)
    assert not Case.objects.get().is_published
    reviewer.post(cases, action)
    assert Case.objects.get().is_published
    assert Client().get(case.get_absolute_url()).status_code == 200


# ---------------------------------------------------------------- publishing


def test_a_case_with_faults_is_not_published_and_each_fault_is_named(reviewer: Client) -> None:
    case = builders.a_draft(abstract_en="")
    text = act(reviewer, "publish", case)
    assert not Case.objects.get(pk=case.pk).is_published
    for path in ("abstract.en", "cites", "sources", "measures"):
        assert f">{path}</a>: is " in text


def test_a_withdrawn_case_is_a_draft_again_and_keeps_its_first_day(
    case: Case, reviewer: Client
) -> None:
    act(reviewer, "withdraw", case, confirmed="yes")
    withdrawn = Case.objects.get()
    assert (withdrawn.state, withdrawn.published_at) == (CaseState.DRAFT, case.published_at)


def test_editors_are_not_offered_to_publish(case: Case, editor: Client, reviewer: Client) -> None:
    cases = address("case_changelist")
    assert 'value="publish"' not in editor.get(cases).text
    assert 'value="publish"' in reviewer.get(cases).text


def test_the_groups_differ_by_the_permission_to_publish() -> None:
    editors, reviewers = (
        set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("editors", "reviewers")
    )
    assert reviewers - editors == {"publish_case"}
    assert {"add_case", "delete_measure", "change_indicator"} < editors


def test_the_page_of_a_draft_says_what_is_open_and_links_there(editor: Client) -> None:
    measure = builders.a_measure(case=builders.a_draft())
    text = editor.get(page_of(measure.case, language="en")).text
    assert f'<a href="{page_of(measure, language="en")}">measures[0].cites</a>: is empty' in text


# ---------------------------------------------------------------- saves and versions


def is_public(case: Case, text: str) -> bool:
    return text in Client().get(f"/en/cases/{case.slug}/").text


def test_a_save_changes_nothing_public_until_it_is_published(
    case: Case, editor: Client, reviewer: Client
) -> None:
    assert send(editor, case, {"title_en": "Liudi, corrected"}).status_code == 302
    assert not is_public(case, "Liudi, corrected")
    publish(reviewer, case)
    assert is_public(case, "Liudi, corrected")
    assert [row.kind for row in Version.objects.order_by("number")] == ["first", "correction"]


def test_a_published_case_may_be_saved_unfinished_and_is_not_published_so(
    case: Case, editor: Client, reviewer: Client
) -> None:
    values = as_rendered(editor, case)
    changes = values | without_rows(values, "citations") | SAVE
    assert editor.post(page_of(case), changes).status_code == 302
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "</a>: is empty; at least one is needed" in text
    assert 'name="note_zh"' not in text
    publish(reviewer, case)
    assert Version.objects.count() == 1


def test_a_review_says_what_changed_word_by_word(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"key_message_en": "The lanes are lit at night."})
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "changed since version 1" in text and "<ins>" in text and 'name="kind"' in text


def test_where_nothing_has_changed_nothing_is_offered(case: Case, reviewer: Client) -> None:
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "Nothing has changed since version 1" in text
    assert 'id="publish_form"' not in text
    publish(reviewer, case)
    assert Version.objects.count() == 1


@pytest.mark.parametrize("missing", ["kind", "note_zh", "note_en"])
def test_a_later_version_says_its_kind_and_what_changed(
    case: Case, editor: Client, reviewer: Client, missing: str
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    response = publish(reviewer, case, **{missing: " "})
    assert list(response.context["form"].errors) == [missing]
    assert Version.objects.count() == 1


def test_what_was_changed_after_it_was_reviewed_is_reviewed_again(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    response = publish(reviewer, case, seen="0" * 64)
    assert list(response.context["form"].errors) == ["__all__"]
    assert Version.objects.count() == 1


def test_editors_neither_see_nor_open_the_page_for_publishing(
    case: Case, editor: Client, reviewer: Client
) -> None:
    page = page_of(case, "publish")
    assert editor.get(page).status_code == 403
    assert f'href="{page}"' not in editor.get(page_of(case)).text
    assert f'href="{page}"' in reviewer.get(page_of(case)).text


def test_a_second_version_is_not_published_from_the_list(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    text = act(reviewer, "publish", case)
    assert f'href="{page_of(case, "publish", "en")}"' in text
    assert Version.objects.count() == 1


def test_list_and_page_say_which_version_is_current_and_what_changed_since(
    case: Case, editor: Client
) -> None:
    cases = address("case_changelist", language="en")
    page = page_of(case, language="en")
    for place in (cases, page):
        text = editor.get(place).text
        assert "version 1 of " in text and "changed since" not in text
    send(editor, case, {"title_en": "Liudi, corrected"})
    for place in (cases, page):
        assert "changed since version 1" in editor.get(place).text
    send(editor, case, {"title_en": case.title_en})
    assert "changed since" not in editor.get(cases).text


def test_a_term_deprecated_since_does_not_keep_a_case_from_being_corrected(
    case: Case, editor: Client, reviewer: Client
) -> None:
    MeasureType.objects.filter(slug="lane-paving").update(status="deprecated")
    send(editor, case, {"title_en": "Liudi, corrected"})
    publish(reviewer, case)
    assert Version.objects.count() == 2


def test_a_withdrawal_takes_a_reason_in_both_languages_or_none(
    case: Case, reviewer: Client
) -> None:
    text = act(reviewer, "withdraw", case)
    assert 'name="note_zh"' in text and Publication.objects.current().exists()
    text = act(reviewer, "withdraw", case, confirmed="yes", note_zh="来源已撤回。")
    assert "in both languages, or in neither" in text
    reason = {"note_zh": "来源已撤回。", "note_en": "The source was retracted."}
    act(reviewer, "withdraw", case, confirmed="yes", **reason)
    page = Client().get("/en/cases/liudi/")
    assert page.status_code == 410 and "The source was retracted." in page.text
    assert "withdrawn on" in reviewer.get(page_of(case, language="en")).text


def test_a_withdrawn_case_is_published_again_with_a_note(case: Case, reviewer: Client) -> None:
    withdraw(case)
    publish(reviewer, case, kind="update")
    assert Client().get("/cases/liudi/").status_code == 200
    assert Publication.objects.get().number == 2


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


def test_a_published_case_is_withdrawn_before_it_is_deleted_and_its_versions_stay(
    case: Case, editor: Client
) -> None:
    assert editor.post(page_of(case, "delete"), {"post": "yes"}).status_code == 403
    withdraw(case)
    assert editor.post(page_of(case, "delete"), {"post": "yes"}).status_code == 302
    assert not Case.objects.exists() and Version.objects.count() == 1


# ---------------------------------------------------------------- numbers, dates, passages


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


@pytest.mark.parametrize("state", ["published", "draft"])
def test_dates_that_do_not_go_together_are_refused_at_the_field(
    state: str, case: Case, editor: Client
) -> None:
    Case.objects.update(state=state)
    told = [
        errors_of(send(editor, case, changes | {"began_passage": "", "began_printed": ""}))
        for changes in (
            {"began": "2020-04-26", "ended": "2019-05"},
            {"began": "1950", "ended": "2021"},
            {"began": "../2022-03"},
            {"began": "2021-02-29"},
            {"began": "2021/9021"},
        )
    ]
    fields = [errors[-1].split(":")[0] for errors in told]
    assert fields == ["ended", "ended", "began", "began", "began"]
    assert Case.objects.get().began == "2022-03"


def test_a_date_of_a_part_is_refused_at_its_field(case: Case, editor: Client) -> None:
    told = errors_of(send(editor, case, {"sources-0-issued": "2021-02-29"}))
    assert told == ["sources-0-issued: '2021-02-29'：没有这一天"]
    measure = case.measures.get(key="lamps")
    told = errors_of(send(editor, measure, {"when": "1900-02-29"}))
    assert [error.split(":")[0] for error in told] == ["when"]


def test_passages_and_problems_of_other_cases_are_not_on_offer(case: Case, editor: Client) -> None:
    elsewhere = builders.a_passage()
    problem = builders.a_problem()
    measure = case.measures.get(key="lamps")
    changes = {"citations-0-passage": elsewhere.pk, "solves-0-problem": problem.pk}
    told = sorted(error.split(":")[0] for error in errors_of(send(editor, measure, changes)))
    assert told == ["citations-0-passage", "solves-0-problem"]
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
    assert [error.split(":")[0] for error in errors_of(response)] == ["metrics-0-__all__"]


def test_a_passage_that_is_cited_is_not_removed(case: Case, editor: Client) -> None:
    source = case.sources.get()
    response = send(editor, source, without_rows(as_rendered(editor, source), "passages"))
    assert response.status_code == 200
    assert source.passages.count() == len(builders.LINES)


# ---------------------------------------------------------------- what caselib/2 added


def saved(client: Client, row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """The document of the case after a page was sent with these changes."""
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
    assert [str(fault) for fault in open_faults(case, has_versions=True)] == [
        "follow_up[0]: an answered question, and no other, has a text and a citation"
    ]
    fields = {"passage": passage.pk, "printed": "装上路灯", "gloss": "put up", "claim": "reported"}
    row = a_new_row(as_rendered(editor, follow_up), "citations", **fields)
    (part,) = saved(editor, follow_up, answer | row)["follow_up"]
    assert (part["state"], part["text"]["en"], len(part["cites"])) == ("answered", "Lit.", 1)


# ---------------------------------------------------------------- names that are withheld

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


def test_a_withheld_name_is_not_shown_when_the_page_is_refused(case: Case, editor: Client) -> None:
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


# ---------------------------------------------------------------- the preview


def test_staff_see_a_draft_as_readers_will(case: Case, editor: Client) -> None:
    withdraw(case)
    preview = page_of(case, "preview", "en")
    response = editor.get(preview)
    assert response.status_code == 200
    assert "A preview: readers do not see this case." in response.text
    assert "Liudi Community" in response.text
    assert Client().get(preview).status_code == 302
    assert editor.post(preview).status_code == 405


def test_only_a_published_case_is_viewed_on_the_site(case: Case, editor: Client) -> None:
    link = f'href="/cases/{case.slug}/" class="viewsitelink"'
    assert link in editor.get(page_of(case)).text
    withdraw(case)
    assert link not in editor.get(page_of(case)).text


def test_a_measure_leads_back_to_its_case(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    assert f'<a href="{page_of(case)}">' in editor.get(page_of(measure)).text
    assert page_of(measure) in editor.get(page_of(case)).text
    assert send(editor, measure)["Location"] == page_of(case)
    metric = case.metrics.get(key="lamps")
    assert send(editor, metric)["Location"] == page_of(measure)


# ---------------------------------------------------------------- vocabulary


def offered(client: Client, model: str, field: str, term: str) -> list[str]:
    asked = {"app_label": "stories", "model_name": model, "field_name": field, "term": term}
    found = client.get("/en/admin/autocomplete/", asked).json()["results"]
    return [choice["text"] for choice in found]


def found_at_the_desk(client: Client, words: str) -> list[str]:
    """Slugs of the desk's list of cases."""
    response = client.get(address("case_changelist"), {"q": words})
    return sorted(case.slug for case in response.context["cl"].result_list)


def test_the_desk_searches_what_readers_search_and_drafts_too(editor: Client) -> None:
    draft = builders.a_draft(slug="draft", title_zh="九条小巷")
    measure = builders.a_measure(case=draft, summary_zh="装了太阳能灯。")
    builders.an_actor(measure=measure, name_zh="柳堤小学")
    other = builders.a_case(slug="other", title_zh="太阳广场")
    builders.keep(draft, other)
    told = {"太": 2, "太陽能": 1, "太阳能 九条": 1, "太阳能 广场": 0, "柳堤小学": 1, "灯太": 0}
    assert {q: len(found_at_the_desk(editor, q)) for q in told} == told
    assert found_at_the_desk(editor, "太阳能") == ["draft"]


def test_the_desk_finds_cases_by_slug_and_place_too(editor: Client) -> None:
    place = builders.a_place(label_zh="杨柳苑", label_en="Willow Court")
    builders.keep(builders.a_case(slug="willows", place=place), builders.a_case(slug="other"))
    for words in ("willows", "杨柳苑", "WILLOW court", "杨柳苑 willows"):
        assert found_at_the_desk(editor, words) == ["willows"]
    assert found_at_the_desk(editor, "") == ["other", "willows"]


def test_a_case_is_found_at_the_desk_as_it_was_last_saved(case: Case, editor: Client) -> None:
    assert found_at_the_desk(editor, "万家灯火") == []
    assert send(editor, case, {"title_zh": "万家灯火"}).status_code == 302
    assert found_at_the_desk(editor, "万家灯火") == [case.slug]


def test_terms_are_found_by_label_synonym_example_and_slug(editor: Client) -> None:
    builders.a_measure_type(
        label_en="Lamps", synonyms_zh=["照明"], examples_zh=["路灯"], slug="lighting"
    )
    builders.a_measure_type(label_en="Paving", slug="paving")
    for word in ("照明", "LAMP", "lighting", "安装 路灯"):
        assert offered(editor, "typelink", "type", word) == (
            ["Lamps"] if word != "安装 路灯" else ["Lamps", "Paving"]
        )


def test_the_desk_has_one_kind_of_tag() -> None:
    tags = [model for model in admin.site._registry if model._meta.model_name == "tag"]
    assert tags == [Tag]


def test_a_deprecated_term_is_kept_and_not_offered(case: Case, editor: Client) -> None:
    kept = case.case_tags.order_by("pk")[0].tag
    other = Tag.objects.exclude(case_tags__content_object=case)[0]
    Tag.objects.filter(pk__in=[kept.pk, other.pk]).update(status="deprecated")
    assert kept.label_en not in offered(editor, "casetag", "tag", kept.label_zh)
    assert send(editor, case).status_code == 302
    response = send(editor, case, {"case_tags-1-tag": other.pk})
    assert [error.split(":")[0] for error in errors_of(response)] == ["case_tags-1-tag"]
    assert CaseTag.objects.filter(tag=kept).exists()


TERMS = [MeasureFamily, MeasureType, ProblemType, BodyKind, Indicator]


def a_new_term(model: Any, **fields: Any) -> dict[str, Any]:
    """What is typed to add a term; of an indicator and a measure type a little more."""
    typed = {"slug": "a-new-term", "label_zh": "新词", "label_en": "New term", "status": "active"}
    if model is MeasureType:
        typed["family"] = str(MeasureFamily.objects.all()[0].pk)
    if model is Indicator:
        typed |= {"kind": "output", "unit_zh": "个", "dimension": "count"}
    return {**typed, **fields}


def add_term(client: Client, model: Any, **fields: Any) -> HttpResponse:
    page = address(f"{model._meta.model_name}_add")
    return client.post(page, a_new_term(model, **fields))  # type: ignore[return-value]


@pytest.mark.parametrize("model", TERMS)
def test_a_term_without_a_position_goes_to_the_end(
    vocabulary: None, editor: Client, model: Any
) -> None:
    last = max(model.objects.values_list("position", flat=True))
    assert add_term(editor, model, position="").status_code == 302
    term = model.objects.get(slug="a-new-term")
    assert term.position == last + 1
    send(editor, term, {"position": ""})
    assert model.objects.get(pk=term.pk).position == last + 1
    model.objects.filter(pk=term.pk).update(position=32_767)
    assert add_term(editor, model, slug="another", position="").status_code == 302
    assert model.objects.get(slug="another").position == 32_767


@pytest.mark.parametrize("model", TERMS)
@pytest.mark.parametrize("position", ["-1", "32768", "9" * 30, "x", "1.5", "１２", "\x00"])
def test_a_position_that_is_none_is_refused_and_what_was_typed_stays(
    vocabulary: None, editor: Client, model: Any, position: str
) -> None:
    response = add_term(editor, model, position=position, label_zh="还在")
    if response.status_code == 302:
        assert model.objects.get(slug="a-new-term").position == 12  # digits of another width
        return
    assert response.status_code == 200
    assert [error.partition(":")[0] for error in errors_of(response)] == ["position"]
    assert 'value="还在"' in response.content.decode()


def test_the_only_positive_numbers_on_the_desk_are_positions() -> None:
    """They may be left empty; a field of another name would need its own rule."""
    found = {
        field.name
        for model in apps.get_app_config("stories").get_models()
        for field in model._meta.fields
        if isinstance(field, PositiveIntegerRelDbTypeMixin) and field.editable
        if model not in (Publication, Version)  # their numbers are not typed
    }
    assert found == {"position"}


def test_a_term_in_use_is_not_removed_but_deprecated(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type
    text = editor.get(page_of(term, "delete", "en")).text
    assert "cannot be removed" in text
    assert "measures: 1, in 1 case" in text
    assert f'href="{page_of(case, language="en")}"' in text
    editor.post(page_of(term, "delete"), {"post": "yes"})
    editor.post(page_of(term, "delete"), {"_deprecate": "Deprecate"})
    term.refresh_from_db()
    assert term.status == "deprecated"


@pytest.mark.parametrize("is_current", [True, False])
def test_a_term_that_only_a_version_uses_stays(
    case: Case, editor: Client, is_current: bool
) -> None:
    tag = case.case_tags.order_by("pk")[0].tag
    case.case_tags.all().delete()
    if not is_current:
        withdraw(case)
    assert "published versions of cases: 1" in editor.get(page_of(tag, "delete", "en")).text
    editor.post(page_of(tag, "delete"), {"post": "yes"})
    assert send(editor, tag, {"slug": "other"}).status_code == 302
    assert Tag.objects.get(pk=tag.pk).slug == tag.slug


def test_a_saved_term_shows_on_pages_at_once(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type
    send(editor, term, {"label_en": "Lamps anew"})
    assert is_public(case, "Lamps anew")


def test_a_term_that_nothing_uses_is_removed(editor: Client) -> None:
    tag = builders.a_tag()
    editor.post(page_of(tag, "delete"), {"post": "yes"})
    assert not Tag.objects.exists()


def test_the_slug_of_a_term_in_use_is_fixed(case: Case, editor: Client) -> None:
    used = case.measures.get(key="lamps").type
    unused = builders.a_tag()
    assert send(editor, used, {"slug": "other"}).status_code == 302
    assert send(editor, unused, {"slug": "other"}).status_code == 302
    used.refresh_from_db()
    unused.refresh_from_db()
    assert (used.slug, unused.slug) == ("street-lighting", "other")


@pytest.mark.parametrize("column", ["synonyms_zh", "examples_en"])
def test_synonyms_and_examples_are_written_one_a_line(editor: Client, column: str) -> None:
    tag = builders.a_tag(**{column: ["夜灯"]})
    assert as_rendered(editor, tag)[column] == "夜灯"
    assert send(editor, tag, {column: " 夜灯\r\n\r\n亮灯 "}).status_code == 302
    assert getattr(Tag.objects.get(), column) == ["夜灯", "亮灯"]


def test_a_place_has_synonyms_and_no_examples(editor: Client) -> None:
    rendered = as_rendered(editor, builders.a_place())
    assert [name for name in rendered if name.startswith(("synonyms", "examples"))] == [
        "synonyms_zh",
        "synonyms_en",
    ]


def test_two_tags_do_not_share_a_label(editor: Client) -> None:
    first, second = builders.a_tag(label_zh="夜灯"), builders.a_tag()
    response = send(editor, second, {"label_zh": first.label_zh})
    assert [error.split(":")[0] for error in errors_of(response)] == ["label_zh"]


def test_a_place_does_not_lie_in_what_lies_in_it(editor: Client) -> None:
    above = builders.a_place()
    below = builders.a_place(parent=above)
    response = send(editor, above, {"parent": below.pk})
    assert [error.split(":")[0] for error in errors_of(response)] == ["parent"]


# ---------------------------------------------------------------- who gets in


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_sixth_attempt_to_log_in_is_turned_away(client: Client, language: str) -> None:
    User.objects.create_superuser("li", password="a lamp in every lane")
    login = f"{language}/admin/login/"
    for _ in range(5):
        client.post(login, {"username": "li", "password": "wrong"})
    response = client.post(login, {"username": "li", "password": "a lamp in every lane"})
    assert response.status_code == 429
    assert "admin/locked_out.html" in [template.name for template in response.templates]
    assert client.get("/admin/").status_code == 302


def test_a_reader_does_not_see_the_desk(client: Client) -> None:
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/admin/stories/case/").status_code == 302


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", "'四百多盏'说的是超过400，数值写的是超过300"),
        ("en", "'四百多盏' says over 400, the metric says over 300"),
    ],
)
def test_a_fault_is_worded_in_the_language_of_the_page(
    language: str, told: str, case: Case, editor: Client
) -> None:
    Metric.objects.filter(key="lamps").update(low=300)
    page = html.unescape(editor.get(page_of(case, language=language)).text)
    assert f"measures[0].metrics[0].low</a>: {told}" in page


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "限定词超过只要下限"), ("en", "over wants low only")]
)
def test_a_fault_of_a_form_is_worded_in_the_language_of_the_page(
    language: str, told: str, case: Case, editor: Client
) -> None:
    metric = case.metrics.get(key="lamps")
    form = as_rendered(editor, metric) | {"qualifier": "over", "low": "4", "high": "5"}
    response = editor.post(page_of(metric, language=language), form)
    assert told in response.text


# ---------------------------------------------------------------- what a page costs


def cost(editor: Client, row: Any) -> int:
    """Queries of a page of the desk that was seen before."""
    editor.get(page_of(row))
    with CaptureQueriesContext(connection) as asked:
        assert editor.get(page_of(row)).status_code == 200
    return len(asked)


def more_rows(measure: Measure) -> None:
    case = measure.case
    problem = builders.a_problem(case=case)
    builders.a_measure(case=case)
    builders.a_solve(measure=measure, problem=problem)
    builders.a_where(measure=measure)
    builders.a_type_link(measure=measure)
    change = builders.a_change(case=case)
    change.measures.add(measure)
    passage = case.sources.get().passages.all()[0]
    builders.a_citation(change=change, event="before", passage=passage)
    builders.a_citation(follow_up=builders.a_follow_up(case=case, measure=measure), passage=passage)
    builders.a_metric(measure=measure)
    builders.a_metric(case=case, measure=None)
    builders.an_actor(measure=measure)
    CaseTag.objects.create(content_object=case, tag=builders.a_tag())


def test_a_page_costs_the_same_however_many_rows_it_has(case: Case, editor: Client) -> None:
    measure = case.measures.order_by("pk")[0]
    more_rows(measure)
    before = [cost(editor, case), cost(editor, measure)]
    for _time in range(9):
        more_rows(measure)
    assert [cost(editor, case), cost(editor, measure)] == before
