"""Presenter of a case document for its page, its cards and its tables.

Values are in the reader's language; no queries, so a page costs one row however large the case is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import cached_property

from stories import links
from stories.choices import GlanceQuestion, MeasureStatus
from stories.documents import evidence
from stories.languages import reader_language
from stories.presenters.measures import (
    ActorPresenter,
    ChangePresenter,
    MeasurePresenter,
    ProblemPresenter,
    WherePresenter,
    lead_of,
    places_of,
)
from stories.presenters.metrics import DerivedPresenter, MetricPresenter, UnitCostPresenter
from stories.presenters.parts import (
    CitedPassage,
    DatePresenter,
    PartPresenter,
    Quoted,
    cited_passages,
)
from stories.presenters.pictures import PicturePresenter, public_url
from stories.presenters.questions import FollowUpPresenter, GlancePresenter
from stories.presenters.sources import LeftOutPresenter, PassagePresenter, SourcePresenter
from stories.presenters.terms import TermPresenter, Terms
from stories.reading import dates

_QUESTIONS = tuple(GlanceQuestion.values)


class CasePresenter(PartPresenter):
    """A whole document, with the vocabulary's terms by facet and value, in the active language."""

    def __init__(
        self,
        pk: int,
        document: Mapping[str, Any],
        terms: Terms,
        picture_url: Callable[[str], str] = public_url,
    ) -> None:
        """`picture_url`: the address of a picture's file, by its name."""
        super().__init__(self, document)
        self.pk = pk
        self.picture_url = picture_url
        self.terms = terms
        self.language = reader_language()
        # (source, locator, fragment) → the text around it, if readers may see it
        self.quoted: Mapping[tuple[str, str, str], Quoted] = {}

    @property
    def checked_on(self) -> str:
        """The day of the proof against the texts; "" if there is none."""
        checked = self.data.get("checked")
        return str(checked["on"]) if checked else ""

    # ------------------------------------------------------------ passages

    @cached_property
    def sources(self) -> list[SourcePresenter]:
        return [SourcePresenter(self, n, data) for n, data in enumerate(self.data["sources"])]

    @cached_property
    def sources_by_key(self) -> dict[str, SourcePresenter]:
        return {source.data["key"]: source for source in self.sources}

    def passage(self, source: str, locator: str) -> PassagePresenter:
        return self.sources_by_key[source].passages_by_locator[locator]

    def passages_of(self, cites: Iterable[Mapping[str, Any]]) -> list[CitedPassage]:
        return cited_passages(self, cites)

    # ------------------------------------------------------------ title and place

    @cached_property
    def url(self) -> str:
        return links.of("case", self.data["slug"])

    def get_absolute_url(self) -> str:
        return self.url

    @cached_property
    def place(self) -> TermPresenter:
        return self.terms["place"][self.data["place"]]

    @cached_property
    def place_chain(self) -> list[tuple[TermPresenter, bool]]:
        """From the province down: (place, whether it is inferred, not printed)."""
        inferred = self.data["place_inferred"]
        return [(place, place.value in inferred) for place in self.place.chain]

    @property
    def place_words(self) -> str:
        return self.place.place_words

    @property
    def reported_name(self) -> str:
        """As the source prints it."""
        return str(self.data["name_as_reported"]["zh"])

    @cached_property
    def began(self) -> DatePresenter | None:
        return self.presented_date(self.data["began"])

    @cached_property
    def ended(self) -> DatePresenter | None:
        return self.presented_date(self.data["ended"])

    @property
    def period(self) -> str:
        """EDTF of the whole period; "" if the sources give no date."""
        began, ended = self.began, self.ended
        return dates.joined(began.edtf if began else "", ended.edtf if ended else "")

    @cached_property
    def tags(self) -> list[TermPresenter]:
        return [self.terms["tag"][slug] for slug in self.data["tags"]]

    @cached_property
    def evidence(self) -> evidence.Summary:
        return evidence.summary(self.data)

    # ------------------------------------------------------------ problems and measures

    @cached_property
    def problems(self) -> list[ProblemPresenter]:
        return [ProblemPresenter(self, problem) for problem in self.data["problems"]]

    @cached_property
    def problems_by_key(self) -> dict[str, ProblemPresenter]:
        return {problem.data["key"]: problem for problem in self.problems}

    @cached_property
    def measures(self) -> list[MeasurePresenter]:
        return [MeasurePresenter(self, measure) for measure in self.data["measures"]]

    def measures_of(self, keys: Iterable[str | None]) -> list[MeasurePresenter]:
        wanted = set(keys)
        return [measure for measure in self.measures if measure.data["key"] in wanted]

    @cached_property
    def measures_by_family(self) -> list[tuple[TermPresenter, list[MeasurePresenter]]]:
        """Families in the order of the vocabulary, each with the measures of its main type."""
        found: dict[str, list[MeasurePresenter]] = {}
        for measure in self.measures:
            found.setdefault(measure.type.family.value, []).append(measure)
        families = [self.terms["measure"][value] for value in found]
        families.sort(key=lambda family: family.row.position)
        return [(family, found[family.value]) for family in families]

    @cached_property
    def status_counts(self) -> list[tuple[str, str, int]]:
        """(status, label, number of measures), for the statuses that occur."""
        counts = Counter(measure.data["status"] for measure in self.measures)
        return [
            (status, self.label_of(MeasureStatus, status), counts[status])
            for status in MeasureStatus.values
            if counts[status]
        ]

    @cached_property
    def usual_place(self) -> tuple[str, ...]:
        """The places that more than half of the measures share, else ()."""
        return _usual(places_of(measure) for measure in self.data["measures"]) or ()

    @cached_property
    def usual_where(self) -> list[WherePresenter]:
        places = (m.where for m in self.measures if m.has_usual_place)
        return next(places, []) if self.usual_place else []

    @cached_property
    def usual_lead(self) -> tuple[str, ...] | None:
        leads = (
            next((lead_of(actor) for actor in measure["actors"] if lead_of(actor)), None)
            for measure in self.data["measures"]
        )
        return _usual(leads)

    @cached_property
    def usual_actor(self) -> ActorPresenter | None:
        actors = (actor for measure in self.measures for actor in measure.actors)
        lead = self.usual_lead
        return next((actor for actor in actors if lead and lead_of(actor.data) == lead), None)

    # ------------------------------------------------------------ numbers

    @cached_property
    def context(self) -> list[MetricPresenter]:
        return [MetricPresenter(self, metric, None) for metric in self.data["context"]]

    @cached_property
    def metrics_by_key(self) -> dict[str | None, MetricPresenter]:
        of_measures = (metric for measure in self.measures for metric in measure.metrics)
        return {metric.data["key"]: metric for metric in (*of_measures, *self.context)}

    @cached_property
    def telling(self) -> list[MetricPresenter]:
        """The numbers of the first screen, as the editor selected them."""
        return [self.metrics_by_key[key] for key in self.data["telling"]]

    @cached_property
    def derived(self) -> list[DerivedPresenter]:
        return [DerivedPresenter(self, derived) for derived in self.data["derived"]]

    @cached_property
    def unit_cost(self) -> UnitCostPresenter:
        return UnitCostPresenter(self, self.data["unit_cost"])

    # ------------------------------------------------------------ questions

    @cached_property
    def changes(self) -> list[ChangePresenter]:
        return [ChangePresenter(self, change) for change in self.data["changes"]]

    @cached_property
    def glance(self) -> list[GlancePresenter]:
        glance = self.data["glance"]
        return [GlancePresenter(self, question, glance[question]) for question in _QUESTIONS]

    @cached_property
    def answers(self) -> dict[str, GlancePresenter]:
        """Answers by question."""
        return {answer.question: answer for answer in self.glance}

    @cached_property
    def follow_up(self) -> list[FollowUpPresenter]:
        return [FollowUpPresenter(self, question) for question in self.data["follow_up"]]

    @cached_property
    def pictures(self) -> list[PicturePresenter]:
        return [PicturePresenter(self, picture) for picture in self.data["pictures"]]

    @cached_property
    def left_out(self) -> list[LeftOutPresenter]:
        return [LeftOutPresenter(self, row) for row in self.data["left_out"]]


def _usual(found: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """The value that more than half have; None if there is none, or it is empty."""
    counted = Counter(found)
    if not counted:
        return None
    most, count = counted.most_common(1)[0]
    return most if most and count * 2 > counted.total() else None
