"""The mails that classifications give rise to, and whether they still make sense."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.policy import READS
from patientsakerhet.cases.messages import to_case
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.impact_workflow import ADVISING, TO_DECIDE
from patientsakerhet.information_security.models import SecurityFollowUp, SystemStanding
from patientsakerhet.information_security.workflow import DECIDING, DELIVERED, ORDERED, UNDER_WAY
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message

WAITS_IN = {
    "classification_ordered": (ORDERED,),
    "classification_coordinator": UNDER_WAY,
    "classification_delivered": (DELIVERED,),
    "classification_to_decide": (DECIDING,),
    "impact_to_advise": (ADVISING,),
    "impact_advised": (ADVISING,),
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


def still_neglected(message: Message) -> bool:
    """Whether nobody has ordered a classification yet, and whoever is addressed still sees what it is of."""
    row = _standing_of(message)
    if row is None or message.person is None:
        return False
    if message.kind == "classification_never":
        return row.classified_on is None
    return message.kind != "classification_changed" or row.classified_on is not None


def to_own_gaps(message: Message) -> str:
    """The gap list, with what the person answers for herself."""
    gap = "aldrig" if message.kind == "classification_never" else "andrad"
    return f"{reverse('classification_gaps')}?{urlencode({'gap': gap, 'mine': 'on'})}"


def still_requested(message: Message) -> bool:
    """Whether what was asked for is still to be ordered, and whoever is addressed still sees it."""
    if message.person is None:
        return False
    rows = SystemStanding.objects.visible_to(message.person).requested()
    return bool(rows.filter(pk=message.context.get("standing")).exists())


def to_requested(message: Message) -> str:
    """The gap list, with what has been asked for."""
    return f"{reverse('classification_gaps')}?{urlencode({'gap': 'begard'})}"


def to_units_gaps(message: Message) -> str:
    """The gap list of the unit that manages the system or has the asset."""
    row = _standing_of(message)
    unit = row.managing_unit.code if row is not None and row.managing_unit is not None else ""
    return f"{reverse('classification_gaps')}?{urlencode({'unit': unit})}"


def still_planned(message: Message) -> bool:
    """Whether the follow-up is still to be done, and whoever is addressed may still see it."""
    if message.person is None:
        return False
    rows = SecurityFollowUp.objects.visible_to(message.person).planned()
    return bool(rows.filter(pk=message.context.get("follow_up")).exists())


def to_follow_up(message: Message) -> str:
    """The follow-up's page, where its result is written."""
    return reverse("security_follow_up", args=[message.context.get("follow_up")])


def _standing_of(message: Message) -> SystemStanding | None:
    if message.person is None:
        return None
    rows = SystemStanding.objects.visible_to(message.person).neglected()
    found: SystemStanding | None = (
        rows.filter(pk=message.context.get("standing")).select_related("managing_unit").first()
    )
    return found


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("classification_ordered", "{number}: du ska klassa informationen"),
        ("classification_coordinator", "{number}: du deltar för din förvaltning"),
        ("classification_delivered", "{number}: klassningen är lämnad"),
        ("classification_to_decide", "{number}: du ska besluta om riskerna"),
        ("impact_to_advise", "{number}: du ska ge ditt råd som dataskyddsombud"),
        ("impact_advised", "{number}: dataskyddsombudet har gett sitt råd"),
        ("impact_to_decide", "{number}: du ska besluta om behandlingen"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_asked)
    for kind, subject in (
        ("classification_never", "Du ansvarar för information som aldrig har klassats"),
        ("classification_changed", "Du ansvarar för system som har ändrats sedan de klassades"),
    ):
        kinds.register(kind, subject=subject, path=to_own_gaps, still_due=still_neglected)
    kinds.register(
        "classification_requested",
        subject="En klassning är begärd",
        path=to_requested,
        still_due=still_requested,
    )
    kinds.register(
        "classification_lifted",
        subject="Informationsklassningar hos er blir inte beställda",
        path=to_units_gaps,
        still_due=still_neglected,
    )
    for kind, subject in (
        ("security_follow_up_due", "I dag ska du göra en uppföljning"),
        ("security_follow_up_overdue", "En uppföljning av informationssäkerheten är försenad"),
    ):
        kinds.register(kind, subject=subject, path=to_follow_up, still_due=still_planned)
