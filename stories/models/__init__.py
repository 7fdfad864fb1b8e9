"""All tables of the app, one module per subject."""

from stories.models.case import Case, CaseTag, InferredPlace
from stories.models.desk_sessions import DeskSession
from stories.models.history import Edit, EditedPicture, SavedForm
from stories.models.initial_passwords import InitialPassword
from stories.models.measures import Actor, Change, Measure, Problem, Solve, TypeLink, Where
from stories.models.metrics import Derived, Metric, Operand
from stories.models.pictures import Picture
from stories.models.questions import FollowUp, Glance
from stories.models.review import ReviewComment, Submission
from stories.models.search_index import (
    IndexedCard,
    IndexedMetric,
    IndexedMetricRow,
    IndexedMetricType,
    IndexedText,
    Posting,
    Revision,
)
from stories.models.sources import Citation, LeftOut, Passage, Person, Source
from stories.models.texts import SourceText
from stories.models.version import (
    OpenRedaction,
    Publication,
    PublishedPicture,
    Quotation,
    Redaction,
    Version,
)
from stories.models.vocabulary import (
    BodyKind,
    FormerAddress,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)

# Modules of the tables that public pages read; all other modules define tables of the desk.
PUBLIC_MODULES = (
    "stories.models.search_index",
    "stories.models.version",
    "stories.models.vocabulary",
)

__all__ = [
    "PUBLIC_MODULES",
    "Actor",
    "BodyKind",
    "Case",
    "CaseTag",
    "Change",
    "Citation",
    "Derived",
    "DeskSession",
    "Edit",
    "EditedPicture",
    "FollowUp",
    "FormerAddress",
    "Glance",
    "IndexedCard",
    "IndexedMetric",
    "IndexedMetricRow",
    "IndexedMetricType",
    "IndexedText",
    "Indicator",
    "InferredPlace",
    "InitialPassword",
    "LeftOut",
    "Measure",
    "MeasureFamily",
    "MeasureType",
    "Metric",
    "OpenRedaction",
    "Operand",
    "Passage",
    "Person",
    "Picture",
    "Place",
    "Posting",
    "Problem",
    "ProblemType",
    "Publication",
    "PublishedPicture",
    "Quotation",
    "Redaction",
    "ReviewComment",
    "Revision",
    "SavedForm",
    "Solve",
    "Source",
    "SourceText",
    "Submission",
    "Tag",
    "TypeLink",
    "Version",
    "Where",
]
