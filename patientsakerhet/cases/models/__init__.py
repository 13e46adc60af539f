"""The spine's tables, by noun."""

from patientsakerhet.cases.models.attachment import Attachment
from patientsakerhet.cases.models.case import (
    Arrow,
    Case,
    CaseText,
    Counter,
    KindState,
    Submission,
)
from patientsakerhet.cases.models.codes import Code, CodeSystem
from patientsakerhet.cases.models.comment import Comment
from patientsakerhet.cases.models.deadline import Alarming, Deadline, DeadlineRule
from patientsakerhet.cases.models.link import ExternalTicket, Link
from patientsakerhet.cases.models.measure import Measure, MeasureCase
from patientsakerhet.cases.models.reporter import Reporter
from patientsakerhet.cases.models.saved import Draft, SavedView
from patientsakerhet.cases.models.sealed import SealedText
from patientsakerhet.cases.models.throttle import Throttle
from patientsakerhet.cases.models.transition import Transition

__all__ = [
    "Alarming",
    "Arrow",
    "Attachment",
    "Case",
    "CaseText",
    "Code",
    "CodeSystem",
    "Comment",
    "Counter",
    "Deadline",
    "DeadlineRule",
    "Draft",
    "ExternalTicket",
    "KindState",
    "Link",
    "Measure",
    "MeasureCase",
    "Reporter",
    "SavedView",
    "SealedText",
    "Submission",
    "Throttle",
    "Transition",
]
