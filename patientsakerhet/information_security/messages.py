"""The mails that classifications give rise to, and whether they still make sense."""

from __future__ import annotations

from patientsakerhet.access import policy
from patientsakerhet.access.policy import READS
from patientsakerhet.cases.messages import to_case
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.impact_workflow import TO_DECIDE
from patientsakerhet.information_security.workflow import DECIDING, DELIVERED, ORDERED, UNDER_WAY
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message

WAITS_IN = {
    "classification_ordered": (ORDERED,),
    "classification_coordinator": UNDER_WAY,
    "classification_delivered": (DELIVERED,),
    "classification_to_decide": (DECIDING,),
    "impact_to_decide": (TO_DECIDE,),
}
"""The states in which what a mail asks for is still to be done."""


def still_asked(message: Message) -> bool:
    """Whether the case is still where it was, and whoever is addressed still reads it."""
    if message.case_id is None or message.person is None:
        return False
    case = Case.objects.filter(pk=message.case_id).first()
    if case is None or case.status not in WAITS_IN[message.kind]:
        return False
    return bool(policy.capabilities(message.person, case) & READS)


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("classification_ordered", "{number}: du ska klassa informationen"),
        ("classification_coordinator", "{number}: du deltar för din förvaltning"),
        ("classification_delivered", "{number}: klassningen är lämnad"),
        ("classification_to_decide", "{number}: du ska besluta om riskerna"),
        ("impact_to_decide", "{number}: du ska besluta om behandlingen"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_asked)
