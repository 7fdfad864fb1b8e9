"""The closed lists: allowed values of fields, with their labels. Open lists are rows.

A list changes only together with the code that uses its members by name.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DOCUMENT_FORMAT = "caselib/2"
OLD_FORMAT = "caselib/1"  # still accepted, and converted
PRINTED_LIMIT = 20  # characters of a printed fragment
GLOSS_LIMIT = 120  # characters of its English gloss
TELLING_LIMIT = 5  # telling numbers of a case
GIST_LIMIT = 3  # sentences of the gist of a passage
METRIC_LIMIT = 512  # metrics per case; the index reserves this many numbers for each
ABSTRACT_LIMIT = 300  # characters of a Chinese abstract
PICTURES_LIMIT = 12  # per case


class Qualifier(TextChoices):
    """How a printed number bounds the true one."""

    EXACT = "exact", _("as printed")
    OVER = "over", _("over")
    NEARLY = "nearly", _("nearly")
    ABOUT = "about", _("about")
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    RANGE = "range", _("between")
    SEVERAL = "several", _("several")


class Kind(TextChoices):
    """The position of a number in the logic model.

    Source: W. K. Kellogg Foundation, Logic Model Development Guide, 2004; "context" and "target" (a
    plan or requirement, not a result) are ours.
    """

    INPUT = "input", _("Input")
    ACTIVITY = "activity", _("Activity")
    OUTPUT = "output", _("Output")
    OUTCOME = "outcome", _("Outcome")
    CONTEXT = "context", _("Context")
    TARGET = "target", _("Target")


class Dimension(TextChoices):
    """The dimension of an indicator, which decides what printed units it may have."""

    COUNT = "count", _("count")
    MONEY = "money", _("money")
    LENGTH = "length", _("length")
    AREA = "area", _("area")
    TIME = "time", _("time")
    SHARE = "share", _("share in percent")
    DISCOUNT = "discount", _("discount in tenths of the price")
    RATE = "rate", _("rate")
    POINTS = "points", _("percentage points")
    RATIO = "ratio", pgettext_lazy("dimension", "ratio")
    FACTOR = "factor", pgettext_lazy("dimension", "factor")
    AGE = "age", _("age")
    WEIGHT = "weight", _("weight")
    VOLUME = "volume", _("volume")
    POWER = "power", _("power")
    ENERGY = "energy", _("energy")
    DEGREES = "degrees", _("temperature")
    OTHER = "other", pgettext_lazy("dimension", "another unit")


class MeasureStatus(TextChoices):
    DONE = "done", _("Done")
    AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Completed, awaiting acceptance")
    UNDER_WAY = "under_way", _("Under way")
    PLANNED = "planned", _("Planned")
    DISCUSSED = "discussed", _("Discussed")


# Planned or discussed measures do not solve a problem yet.
BEYOND_PLANS = (MeasureStatus.DONE, MeasureStatus.AWAITING_ACCEPTANCE, MeasureStatus.UNDER_WAY)


class Basis(TextChoices):
    """Whether a link is stated by a source or inferred by an editor."""

    STATED = "stated", pgettext_lazy("basis of a link", "stated by the source")
    INFERRED = "inferred", pgettext_lazy("basis of a link", "inferred by the editor")


class Stage(TextChoices):
    """The stage of a measure in solving a problem."""

    DIAGNOSE = "diagnose", _("diagnosis")
    PLAN = "plan", _("planning")
    FUND = "fund", _("funding")
    DELIVER = "deliver", _("delivery")
    MAINTAIN = "maintain", _("maintenance")


# Earlier stages only prepare an answer.
ANSWERING_STAGES = (Stage.DELIVER.value, Stage.MAINTAIN.value)


class NotSaid(TextChoices):
    """Aspects of a measure that the sources do not state, although readers would look for them."""

    COST = "cost", pgettext_lazy("not said", "cost")
    FUNDING = "funding", pgettext_lazy("not said", "funding")
    QUANTITY = "quantity", pgettext_lazy("not said", "quantity")
    TIME = "time", pgettext_lazy("not said", "time")
    PLACE = "place", pgettext_lazy("not said", "exact spot")
    WHO = "who", pgettext_lazy("not said", "who did it")
    CONTENT = "content", pgettext_lazy("not said", "content")
    FREQUENCY = "frequency", pgettext_lazy("not said", "frequency")
    REACH = "reach", pgettext_lazy("not said", "who was reached")
    RESULT = "result", pgettext_lazy("not said", "result")
    UPKEEP = "upkeep", pgettext_lazy("not said", "upkeep")


class Claim(TextChoices):
    """In whose words a passage carries a statement: the strength of its claim."""

    REPORTED = "reported", _("reported as fact")
    OFFICIAL = "official", _("an official’s words")
    RESIDENT = "resident", _("a resident’s words")
    APPRAISAL = "appraisal", _("the author’s appraisal")
    INFERRED = "inferred", _("inferred from the passage")


class ActorRole(TextChoices):
    LEAD = "lead", _("lead")
    PARTNER = "partner", _("partner")
    FUNDER = "funder", _("funder")
    DELIVERS = "delivers", _("implementer")
    BENEFITS = "benefits", _("beneficiary")


class PersonRole(TextChoices):
    """The role of a person in the making of a source."""

    AUTHOR = "author", _("author")
    REPORTER = "reporter", _("reporter")
    CORRESPONDENT = "correspondent", _("correspondent")
    EDITOR = "editor", pgettext_lazy("of a source", "editor")


class SourceType(TextChoices):
    """Source: the item types of the Citation Style Language 1.0.2 that occur here."""

    NEWSPAPER = "article-newspaper", _("newspaper article")
    WEBPAGE = "webpage", _("web page")
    POST = "post", _("WeChat article")


class ReportedBy(TextChoices):
    OWN = "own", _("self-reported")
    HIGHER_AUTHORITY = "higher_authority", _("higher authority")
    OFFICIAL_MEDIA = "official_media", _("official media")
    OTHER_MEDIA = "other_media", _("other media")


class Independence(TextChoices):
    """Whether a source's account comes from outside the bodies that it reports on."""

    INDEPENDENT = "independent", _("independent")
    NOT_INDEPENDENT = "not_independent", _("not independent")
    UNCLEAR = "unclear", _("unclear whether independent")


class Evidence(TextChoices):
    """Properties of its evidence by which a case can be filtered; see evidence.summary."""

    INDEPENDENT = "independent", _("an independent source")
    SEVERAL_INDEPENDENT = "several-independent", _("several independent sources")
    SELF_REPORTED = "self-reported", _("self-reported only")
    UNCLEAR = "unclear", _("unclear whether independent")
    OUTCOME_MEASURED = "outcome-measured", _("an outcome measured")
    CHECKED = "checked", _("results checked by somebody")


class PassageKind(TextChoices):
    TITLE = "title", _("title")
    HEADING = "heading", _("heading")
    PARAGRAPH = "paragraph", _("paragraph")
    CAPTION = "caption", _("caption")
    NOTE = "note", _("editor’s note")


# The first letter of a locator is the kind of passage; a paragraph has only a number.
PASSAGE_KINDS = {
    "T": PassageKind.TITLE,
    "H": PassageKind.HEADING,
    "C": PassageKind.CAPTION,
    "E": PassageKind.NOTE,
}


class NumeralState(TextChoices):
    """How a printed numeral is accounted for."""

    METRIC = "metric", _("figure")
    DATE = "date", _("date")
    LEFT_OUT = "left_out", _("left out")
    OPEN = "open", _("not accounted for")


class Shows(TextChoices):
    """How much of the text of a source readers may see, the least first."""

    FRAGMENT = "fragment", _("the printed fragment")
    SENTENCE = "sentence", _("the sentence round the fragment")
    PASSAGE = "passage", _("the whole passage")


class Condition(TextChoices):
    """How close the copy that was read is to the original."""

    COMPLETE = "complete", _("complete")
    REPRINT = "reprint", _("reprint")
    EXCERPT = "excerpt", _("excerpt")
    MACHINE_CONVERTED = "machine_converted", _("script-converted text")
    MACHINE_PARAPHRASED = "machine_paraphrased", _("machine-paraphrased text")


class Licence(TextChoices):
    """The terms for reuse of a picture.

    Source: creativecommons.org/licenses and /publicdomain, read 2026-11.
    """

    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY_NC = "cc-by-nc-4.0", "CC BY-NC 4.0"
    CC0 = "cc0-1.0", "CC0 1.0"
    PUBLIC_DOMAIN = "public-domain", _("public domain")
    PERMISSION = "permission", _("shown with permission; all rights reserved")

    @property
    def deed(self) -> str:
        """The address of its terms; "" if there is none."""
        part = {"cc": "licenses", "cc0": "publicdomain"}.get(self.value.partition("-")[0], "")
        kind, _dash, version = self.value.removeprefix("cc-").rpartition("-")
        kind = "zero" if self is Licence.CC0 else kind
        return f"https://creativecommons.org/{part}/{kind}/{version}/" if part else ""


class CaseState(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class VersionKind(TextChoices):
    """Why a version was published."""

    FIRST = "first", _("first publication")
    UPDATE = "update", _("update")
    CORRECTION = "correction", _("correction")


class EditKind(TextChoices):
    """The kind of an edit at the desk."""

    FOUND = "found", _("changed elsewhere than at the desk")
    SAVED = "saved", _("saved")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RESTORED = "restored", _("restored")
    TERMS = "terms", _("terms changed")
    DELETED = "deleted", _("deleted")


class SubmissionState(TextChoices):
    """The outcome of a submission for review."""

    WAITING = "waiting", _("submitted")
    RETURNED = "returned", _("returned")
    PUBLISHED = "published", _("published")
    TAKEN_BACK = "taken_back", _("taken back")


class TermStatus(TextChoices):
    ACTIVE = "active", _("Active")
    DEPRECATED = "deprecated", _("Deprecated")


class PlaceLevel(TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county or district")
    SUBDISTRICT = "subdistrict", _("subdistrict or town")
    COMMUNITY = "community", _("community or village")
    ESTATE = "estate", _("residential estate")
    SITE = "site", _("site")


class GlanceQuestion(TextChoices):
    """The standard questions for every case, in display order."""

    COST = "cost", _("What did it cost?")
    FUNDING = "funding", _("Who paid?")
    DURATION = "duration", _("How long did it take?")
    LEAD = "lead", _("Who led?")
    REACH = "reach", _("Who was reached?")
    CHANGE = "change", _("What changed?")
    CHECK = "check", _("Was it independently checked?")
    OPEN = "open", _("What remains unresolved?")


class GlanceState(TextChoices):
    STATED = "stated", _("stated")
    PARTLY = "partly", _("partly stated")
    SILENT = "silent", _("The source does not say")
    NOT_CODED = "not_coded", _("Not yet checked")


class WholeState(TextChoices):
    """Whether a source states the whole of which a number is a part."""

    STATED = "stated", _("whole stated")
    NOT_STATED = "not_stated", _("whole not stated")
    NOT_APPLICABLE = "not_applicable", _("no part of a whole")


class UnitCostState(TextChoices):
    STATED = "stated", _("stated")
    COMPUTED = "computed", _("computed here")
    NOT_COMPUTABLE = "not_computable", _("not computable")


class FollowUpState(TextChoices):
    """The state of a question that the sources leave open."""

    NOT_LOOKED = "not_looked", _("not looked up yet")
    NOTHING_FOUND = "nothing_found", _("looked up, nothing found")
    ANSWERED = "answered", _("answered")


class Operation(TextChoices):
    RATIO = "ratio", _("ratio")
    SUM = "sum", _("sum")
    DIFFERENCE = "difference", _("difference")


class Inferred(TextChoices):
    """The largest part of a date that its source does not print."""

    YEAR = "year", _("year inferred")
    MONTH = "month", _("month inferred")
    DAY = "day", _("day inferred")


class DatedEvent(TextChoices):
    """The date of a case or measure for which a source is cited."""

    BEGAN = "began", _("began")
    ENDED = "ended", _("ended")
    WHEN = "when", _("when")


class ChangeSide(TextChoices):
    """The side of a change for which a source is cited."""

    BEFORE = "before", pgettext_lazy("side of a change", "before")
    AFTER = "after", pgettext_lazy("side of a change", "after")


class LeftOutReason(TextChoices):
    DATE = "date", _("a date")
    NAME = "name", _("part of a name or slogan")
    AGE = "age", _("somebody’s age")
    TENURE = "tenure", _("somebody’s years of living, working or retirement")
    IDIOM = "idiom", _("a figure of speech")
    ORDINAL = "ordinal", _("a number that only orders or points")
    REPEAT = "repeat", _("a number told before")
    SCHEDULE = "schedule", _("a timetable")
    PRICE = "price", _("a price")
    BACKGROUND = "background", _("about something outside the case")
    UNCLEAR = "unclear", _("unclear")
