"""The desk: a case is submitted, commented, returned, published; nothing is public before."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.forms import BaseForm
from django.test import Client, override_settings

from stories.admin.forms.base import DeskForm, TypedForm
from stories.models.case import Case
from stories.models.history import Edit
from stories.models.review import ReviewComment, Submission
from stories.models.version import Version
from tests import builders
from tests.desk import a_member, act, address, is_public, page_of, publish, send, withdraw

pytestmark = pytest.mark.django_db
MEANT = {"message": "路灯数已核对", "kind": "correction"}
MEANT |= {"note_zh": "更正标题。", "note_en": "The title is corrected."}


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete, with a change that is not public."""
    return builders.a_complete_case()


@pytest.fixture
def changed(case: Case, editor: Client) -> Case:
    send(editor, case, {"title_en": "Liudi, corrected"})
    return Case.objects.get()


def submit(client: Client, case: Case, **changes: str) -> Any:
    return client.post(page_of(case, "submit"), MEANT | changes)


def send_back(client: Client, case: Case, answer: str) -> Any:
    return client.post(page_of(case, "publish", "en"), {"answer": answer, "_return": "yes"})


def state_of(case: Case) -> str:
    return Submission.objects.filter(case=case).latest("pk").state


def test_a_submitted_case_waits_and_nothing_of_it_is_public(changed: Case, editor: Client) -> None:
    assert submit(editor, changed).status_code == 302
    assert state_of(changed) == "waiting"
    assert not is_public(changed, "Liudi, corrected")


def test_a_case_is_submitted_once(changed: Case, editor: Client) -> None:
    submit(editor, changed)
    submit(editor, changed)
    assert Submission.objects.count() == 1
    assert 'id="submit_form"' not in editor.get(page_of(changed, "submit")).text


def test_a_case_with_faults_is_not_submitted_and_they_are_named(case: Case, editor: Client) -> None:
    Case.objects.update(abstract_en="")
    submit(editor, case)
    assert not Submission.objects.exists()
    assert "abstract, English</a>: " in editor.get(page_of(case, "submit", "en")).text


def test_a_warning_keeps_no_case_from_being_submitted(changed: Case, editor: Client) -> None:
    text = editor.get(page_of(changed, "submit", "en")).text
    assert "It may be submitted; to look at:" in text
    assert 'id="submit_form"' in text


def test_an_unchanged_case_is_not_submitted(case: Case, editor: Client) -> None:
    submit(editor, case)
    assert not Submission.objects.exists()


def test_a_first_version_is_submitted_without_a_note_for_readers(
    vocabulary: None, editor: Client
) -> None:
    case = builders.a_complete_case()
    withdraw(case)
    text = editor.get(page_of(case, "submit", "en")).text
    assert 'name="message"' in text


def test_a_reviewer_sees_the_note_and_both_languages_word_by_word(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, changed, {"key_message_zh": "小巷里有了许多路灯。"})
    submit(editor, changed)
    text = reviewer.get(page_of(changed, "publish", "en")).text
    assert "路灯数已核对" in text and "Submitted by one-of-editors" in text
    assert '<p lang="zh-Hans">' in text and '<p lang="en">' in text
    assert "<ins>" in text and "<del>" in text


def test_the_proposed_note_becomes_that_of_the_version(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    form = reviewer.get(page_of(changed, "publish")).context["form"]
    names = ("kind", "note_zh", "note_en")
    publish(reviewer, changed, **{name: form[name].value() for name in names})
    version = Version.objects.latest("number")
    assert (version.kind, version.note_zh, version.note_en) == (
        *("correction", "更正标题。", "The title is corrected."),
    )
    assert state_of(changed) == "published"
    assert is_public(changed, "Liudi, corrected")


def test_a_returned_case_says_what_is_to_be_done(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    send_back(reviewer, changed, "请再核对费用")
    assert state_of(changed) == "returned"
    assert "请再核对费用" in editor.get(page_of(changed, "submit")).text
    assert "请再核对费用" in editor.get(page_of(changed)).text
    assert submit(editor, changed).status_code == 302
    assert state_of(changed) == "waiting"


def test_nothing_is_returned_without_a_word(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    send_back(reviewer, changed, " ")
    assert state_of(changed) == "waiting"


def test_what_does_not_wait_is_not_returned(changed: Case, reviewer: Client) -> None:
    text = send_back(reviewer, changed, "The cost is open.").text
    assert "does not wait for review any more" in text and "The cost is open." in text


def test_an_editor_takes_a_submission_back(changed: Case, editor: Client) -> None:
    submit(editor, changed)
    editor.post(page_of(changed, "submit"), {"_take_back": "yes"})
    assert state_of(changed) == "taken_back"


def test_a_change_after_submission_is_marked(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    page = page_of(changed, "publish", "en")
    assert "It was changed after that" not in reviewer.get(page).text
    send(editor, changed, {"title_en": "Liudi, once more"})
    assert "It was changed after that" in reviewer.get(page).text


def test_what_was_changed_while_a_reviewer_read_is_not_published(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    seen = reviewer.get(page_of(changed, "publish")).context["review"].hash
    send(editor, changed, {"title_en": "Liudi, once more"})
    publish(reviewer, changed, seen=seen)
    assert Version.objects.count() == 1


def comment(client: Client, case: Case, text: str = "出处？", path: str = '["title"]') -> Any:
    values = {"text": text, "path": path, "place": "标题", "number": "1", "_comment": "yes"}
    return client.post(page_of(case, "publish"), values)


def test_a_comment_stands_at_its_statement_until_it_is_done(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    assert comment(reviewer, changed)["Location"] == f"{page_of(changed, 'publish')}#change-1"
    review = editor.get(page_of(changed, "submit")).context["review"]
    (row,) = [row for _label, rows in review.sections for row in rows]
    assert [said.text for said in row.comments] == ["出处？"]
    editor.post(page_of(changed, "submit"), {"_done": row.comments[0].pk})
    assert ReviewComment.objects.get().is_done
    assert "出处？" not in editor.get(page_of(changed, "submit")).text


def test_a_comment_on_what_did_not_change_is_shown_too(changed: Case, reviewer: Client) -> None:
    comment(reviewer, changed, path='["abstract"]')
    text = reviewer.get(page_of(changed, "publish", "en")).text
    assert "Comments on what did not change" in text and "出处？" in text


def test_a_refused_comment_is_there_to_be_corrected(changed: Case, editor: Client) -> None:
    text = answer_to_comment(editor, changed, f"What says {OVERRIDE}so?")
    assert 'class="review-row__comment" open>' in text and f"What says {OVERRIDE}so?" in text


def test_a_refused_comment_on_what_is_not_changed_any_more_is_there_too(
    changed: Case, editor: Client
) -> None:
    send(editor, changed, {"title_en": "Liudi: lamps for the lanes"})
    text = answer_to_comment(editor, changed, f"What says {OVERRIDE}so?")
    assert f"What says {OVERRIDE}so?" in text and "U+202E" in text


def test_a_refused_answer_to_an_editor_is_there_to_be_corrected(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    text = send_back(reviewer, changed, f"Look {OVERRIDE}again.").text
    assert f"Look {OVERRIDE}again.</textarea>" in text and "U+202E" in text


def test_a_comment_sent_twice_is_there_once(changed: Case, reviewer: Client) -> None:
    comment(reviewer, changed)
    comment(reviewer, changed)
    assert ReviewComment.objects.count() == 1


@pytest.mark.parametrize("path", ["", "x", "{}", "[1]", '"title"'])
def test_a_comment_at_no_statement_is_refused(changed: Case, reviewer: Client, path: str) -> None:
    assert comment(reviewer, changed, "What says so?", path).text.count("What says so?") == 1
    assert not ReviewComment.objects.exists()


def test_only_reviewers_return_and_only_editors_submit(changed: Case, editor: Client) -> None:
    submit(editor, changed)
    assert send_back(editor, changed, "No").status_code == 403
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_case"))
    client = Client()
    client.force_login(looker)
    for page in ("submit", "publish"):
        for button in ("_comment", "_return", "_done"):
            assert client.post(page_of(changed, page), MEANT | {button: "1"}).status_code == 403
    assert client.get(page_of(changed, "submit")).status_code == 403


# ---------------------------------------------------------------- four eyes


@pytest.fixture
def second_reviewer(db: None) -> Client:
    client = Client()
    client.force_login(a_member("reviewers", "second"))
    return client


@override_settings(FOUR_EYES=True)
def test_who_wrote_does_not_publish(case: Case, reviewer: Client, second_reviewer: Client) -> None:
    send(reviewer, case, {"title_en": "Liudi, corrected"})
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "somebody else has to publish it" in text and 'id="publish_form"' not in text
    publish(reviewer, case)
    assert Version.objects.count() == 1
    publish(second_reviewer, case)
    assert Version.objects.count() == 2


@override_settings(FOUR_EYES=True)
def test_who_handed_in_does_not_publish(
    changed: Case, reviewer: Client, second_reviewer: Client
) -> None:
    submit(reviewer, changed)
    publish(reviewer, changed)
    assert Version.objects.count() == 1
    publish(second_reviewer, changed)
    assert Version.objects.count() == 2


@override_settings(FOUR_EYES=True)
def test_who_wrote_publishes_no_first_version_from_the_list(
    vocabulary: None, reviewer: Client
) -> None:
    case = builders.a_complete_case()
    withdraw(case)
    send(reviewer, case, {"title_en": "Liudi, corrected"})
    assert "somebody else has to publish it" in act(reviewer, "publish", case)


@override_settings(FOUR_EYES=True)
def test_who_wrote_an_earlier_version_may_publish_the_next(
    case: Case, editor: Client, reviewer: Client, second_reviewer: Client
) -> None:
    send(reviewer, case, {"title_en": "Liudi, corrected"})
    publish(second_reviewer, case)
    send(editor, case, {"title_en": "Liudi, once more"})
    publish(reviewer, case)
    assert Version.objects.count() == 3


def test_without_the_setting_who_wrote_may_publish(case: Case, reviewer: Client) -> None:
    send(reviewer, case, {"title_en": "Liudi, corrected"})
    publish(reviewer, case)
    assert Version.objects.count() == 2


def test_each_step_is_recorded(changed: Case, editor: Client, reviewer: Client) -> None:
    submit(editor, changed)
    send_back(reviewer, changed, "Look again")
    submit(editor, changed)
    publish(reviewer, changed)
    kinds = list(Edit.objects.of_case(changed.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["found", "saved", "submitted", "returned", "submitted", "published"]


def test_the_list_of_cases_says_what_waits(changed: Case, editor: Client) -> None:
    submit(editor, changed)
    assert "submitted" in editor.get(address("case_changelist", language="en")).text


# ---------------------------------------------------------------- what is typed


OVERRIDE, ZERO_WIDTH = "\u202e", "\u200b"


def answer_to_comment(client: Client, case: Case, text: str) -> str:
    sent = {"text": text, "path": '["title"]', "place": "title", "_comment": "yes"}
    return client.post(page_of(case, "submit", "en"), sent, follow=True).text


def test_what_nobody_sees_is_dropped_from_a_comment(changed: Case, editor: Client) -> None:
    answer_to_comment(editor, changed, f"See{ZERO_WIDTH} here.\r\nAnd there.")
    assert ReviewComment.objects.get().text == "See here.\nAnd there."


def test_what_turns_the_reading_round_is_refused_in_a_comment(
    changed: Case, editor: Client
) -> None:
    assert "U+202E" in answer_to_comment(editor, changed, f"See {OVERRIDE}here.")
    assert "The comment is empty." in answer_to_comment(editor, changed, ZERO_WIDTH)
    assert not ReviewComment.objects.exists()


def test_what_turns_the_reading_round_is_refused_where_a_case_is_returned(
    changed: Case, editor: Client, reviewer: Client
) -> None:
    submit(editor, changed)
    assert "U+202E" in send_back(reviewer, changed, f"Look {OVERRIDE}again.").text
    assert state_of(changed) == "waiting"


def test_a_note_may_be_typed_in_several_lines(changed: Case, editor: Client) -> None:
    submit(editor, changed, message="First.\r\nSecond.", note_en="The title\r\nis corrected.")
    sent = Submission.objects.get()
    assert (sent.message, sent.note_en) == ("First.\nSecond.", "The title is corrected.")


def test_every_form_of_the_desk_looks_for_what_nobody_sees() -> None:
    raw_or_chosen = {"IntakeForm", "MergeForm", "RenameForm", "ExchangeForm"}
    packages = ("stories.admin.forms.", "stories.admin.workbench.")  # passwords are taken as typed
    own = [form for form in forms_below(BaseForm) if form.__module__.startswith(packages)]
    bare = {form.__name__ for form in own if not issubclass(form, DeskForm | TypedForm)}
    assert len(own) > 20
    assert bare <= raw_or_chosen


def forms_below(form: type[BaseForm]) -> set[type[BaseForm]]:
    return {form}.union(*(forms_below(below) for below in form.__subclasses__()))
