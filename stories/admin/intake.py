"""Text intake: a pasted or uploaded text becomes a source of a case, with passages and SHA-256.

The bytes are stored as received; uploading the same text twice stores it once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext

from stories.admin.desk import PartAdmin, change_url, workbench_url
from stories.admin.forms.base import end_of
from stories.admin.forms.fields import is_key
from stories.admin.forms.intake import ArticleForm, IntakeForm
from stories.admin.forms.places import chosen
from stories.admin.keys import free_key
from stories.choices import EditKind
from stories.languages import within_marks
from stories.models.case import Case
from stories.models.questions import Glance
from stories.models.sources import Passage, Person, Source
from stories.models.texts import SourceText
from stories.publishing import history, texts
from stories.reading import articles, resemblance, source_text
from stories.reading.articles import LineKind

PROPOSAL_LIFETIME = timedelta(days=30)  # a stored text that belongs to no source


class Intake(PartAdmin):
    """The intake pages of `SourceAdmin`."""

    def get_urls(self) -> list[Any]:
        hand_in = self.admin_site.admin_view(self.hand_in)
        correct = self.admin_site.admin_view(self.correct)
        return [
            path("intake/", hand_in, name="stories_source_intake"),
            path("intake/<str:sha256>/", correct, name="stories_source_article"),
            *super().get_urls(),
        ]

    def hand_in(self, request: HttpRequest) -> HttpResponse:
        """Store the text, then redirect to the source proposed from it."""
        _require_editor(request)
        chosen = {"case": request.GET.get("case")} if is_key(request.GET.get("case", "")) else {}
        is_sent = request.method == "POST"
        data, files = (request.POST, request.FILES) if is_sent else (None, None)
        form = IntakeForm(data, files, initial=chosen)
        if is_sent and form.is_valid():
            digest = source_text.digest(form.raw)
            stale = SourceText.objects.proposed().filter(stored_at__lt=now() - PROPOSAL_LIFETIME)
            stale.exclude(sha256=digest).delete()
            SourceText.objects.get_or_create(
                sha256=digest, defaults={"raw": form.raw, "is_proposed": True}
            )
            page = reverse("admin:stories_source_article", args=[digest])
            case = form.cleaned_data["case"]
            query = f"?{urlencode({'case': case.pk})}" if case else ""
            return HttpResponseRedirect(f"{page}{query}")
        return self._page(request, "intake.html", form=form)

    def correct(self, request: HttpRequest, sha256: str) -> HttpResponse:
        """The proposed source as a form; once it is valid, the source is created."""
        _require_editor(request)
        text = get_object_or_404(SourceText, sha256=sha256)
        case = _case_of(request)
        if (made := _made_of(sha256, case)) is not None:
            message = gettext("This text is a source of the case already.")
            self.message_user(request, message, messages.WARNING)
            return HttpResponseRedirect(workbench_url(made.case))
        raw = bytes(text.raw)
        proposal = articles.propose(raw)
        form = ArticleForm(request.POST or None, proposal=proposal, is_of_new_case=case is None)
        if request.method == "POST" and form.is_valid():
            source = _create(case, sha256, raw, form)
            self.log_addition(request, source, [{"added": {}}])
            history.record(source.case, EditKind.SAVED, request.user)
            message = gettext("“{}” is a source of the case, with {} passages.")
            count = source.passages.count()
            self.message_user(request, format_html(message, within_marks(source), count))
            return HttpResponseRedirect(workbench_url(source.case))
        likely = reprints(sha256, raw, proposal)
        return self._page(
            request, "article.html", form=form, case=case, proposal=proposal, reprints=likely
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        context["title"] = gettext("New source")
        return TemplateResponse(request, f"admin/stories/source/{template}", context)


@dataclass(frozen=True)
class Reprint:
    """A source that resembles the text; `percent`: the share of character runs that both have."""

    source: Source
    url: str
    percent: int


def reprints(sha256: str, raw: bytes, proposal: articles.Proposal) -> list[Reprint]:
    """Sources with the same or a similar text, the most similar first: 2 queries."""
    article = (line for line in proposal.lines if proposal.kinds[line.number] != LineKind.NONE)
    sketch = resemblance.sketch("".join(line.text for line in article))
    stored = SourceText.objects.filter(is_proposed=False).values_list("sha256", "sketch")
    alike = {
        other: 1.0 if other == sha256 else resemblance.likeness(sketch, known)
        for other, known in stored
    }
    found = {other: share for other, share in alike.items() if share >= resemblance.REPRINT}
    rows = Source.objects.filter(sha256__in=found).select_related("case")
    by_share = sorted(rows, key=lambda row: -found[row.sha256])
    return [Reprint(row, change_url(row), round(found[row.sha256] * 100)) for row in by_share]


def _require_editor(request: HttpRequest) -> None:
    if not request.user.has_perm("stories.add_source"):
        raise PermissionDenied


def _case_of(request: HttpRequest) -> Case | None:
    """The case to which the source is added; None if the text begins a new case."""
    if "case" not in request.GET:
        return None
    given = request.GET["case"]
    if not is_key(given):
        raise Http404
    return get_object_or_404(Case, pk=int(given))


def _made_of(sha256: str, case: Case | None) -> Source | None:
    """The existing source of this text in the case; in any case if `case` is None."""
    rows = Source.objects.filter(sha256=sha256).select_related("case")
    return (rows if case is None else rows.filter(case=case)).first()


def _begin(form: ArticleForm) -> Case:
    """Create a case for the chosen place, with a provisional title."""
    given = form.cleaned_data
    place = chosen(given)
    taken = set(Case.objects.values_list("slug", flat=True))
    case = Case.objects.create(
        slug=free_key(place.label_zh, taken),
        place=place,
        title_zh=given["title_zh"][:120],
        title_en=given["title_en"][:200],
        name_as_reported_zh=place.label_zh,
        name_as_reported_en=place.label_en,
    )
    Glance.add_missing(case)
    return case


def _create(case: Case | None, sha256: str, raw: bytes, form: ArticleForm) -> Source:
    """The new source with its people and passages, or the existing one of this text."""
    given = form.cleaned_data
    with transaction.atomic():
        SourceText.objects.select_for_update().get(sha256=sha256)
        if (made := _made_of(sha256, case)) is not None:
            return made
        case = case or _begin(form)
        names = ("title_zh", "title_en", "container_zh", "container_en", "issued", "type")
        source = Source.objects.create(
            case=case,
            key=proposed_key(case, given["container_zh"] or given["title_zh"]),
            sha256=sha256,
            position=end_of(Source.objects.filter(case=case)),
            **{name: given[name] for name in (*names, "reported_by", "condition")},
        )
        Person.objects.bulk_create(
            Person(source=source, position=n, role=role, name_zh=name)
            for n, (role, name) in enumerate(given["people"])
        )
        Passage.objects.bulk_create(
            Passage(source=source, position=n, locator=locator, lines=lines)
            for n, (locator, lines) in enumerate(form.locators().items())
        )
        texts.store(source, raw)
        Case.objects.filter(pk=case.pk).update(changed_at=now())
    return source


def proposed_key(case: Case, name: str) -> str:
    """A free key for the source, from its name in pinyin: 柳堤晚报 → liudiwanbao, liudiwanbao-2."""
    taken = set(Source.objects.values_list("key", flat=True))
    return free_key(name[:8], taken, between="") or free_key(case.slug, taken)
