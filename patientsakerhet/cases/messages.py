"""The messages that cases give rise to: subject, page, and whether they still make sense."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case, Deadline, Measure
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message


def to_case(message: Message) -> str:
    """The case's page."""
    case = _case_of(message)
    return case.get_absolute_url() if case else "/"


def to_own_report(message: Message) -> str:
    """The reporter's own page, or the page where she gives her receipt code."""
    if message.person_id is None:
        return reverse("follow_report")
    return reverse("own_report", args=[message.number])


def still_visible(message: Message) -> bool:
    """Whether whoever is addressed may still read at least an extract of the case."""
    if message.person is None:
        return True
    case = _case_of(message)
    if case is None:
        return False
    return bool(policy.capabilities(message.person, case) & {Can.READ, Can.READ_EXTRACT})


def still_running(message: Message) -> bool:
    """Whether the deadline is still unmet and the case still the person's."""
    unmet = Deadline.objects.open().filter(pk=message.context.get("deadline")).exists()
    return unmet and still_visible(message)


def measure_still_open(message: Message) -> bool:
    """Whether the measure is still to be done, or its effect still to be looked at."""
    measure = Measure.objects.filter(pk=message.context.get("measure")).first()
    if measure is None:
        return False
    if message.kind == "measure_effect":
        return measure.status == Measure.Status.DONE and not measure.effect
    return measure.status in Measure.OPEN


def to_measure(message: Message) -> str:
    """The measure's page."""
    return reverse("measure", args=[message.context.get("measure")])


def _case_of(message: Message) -> Case | None:
    if message.case_id is None:
        return None
    return Case.objects.filter(pk=message.case_id).first()


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("receipt", "Vi har tagit emot {number}"),
        ("question", "En fråga om {number}"),
        ("feedback", "Svar på {number}"),
        ("reporter_message", "Ett meddelande om {number}"),
        ("closed", "{number} är avslutat"),
    ):
        kinds.register(kind, subject=subject, path=to_own_report)
    for kind, subject in (
        ("reporter_wrote", "Rapportören har skrivit i {number}"),
        ("handover", "{number} har lämnats till er"),
        ("appointed", "Du handlägger {number}"),
        ("shared", "Ett utdrag ur {number} delas med er"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_visible)
    for kind, subject in (
        ("reminder", "{number} närmar sig sin tidsgräns"),
        ("overdue", "{number} har passerat sin tidsgräns"),
        ("escalation", "{number} behöver en chef"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_running)
    for kind, subject in (
        ("measure", "Du ansvarar för en åtgärd i {number}"),
        ("measure_due", "En åtgärd i {number} ska snart vara klar"),
        ("measure_overdue", "En åtgärd i {number} är försenad"),
        ("measure_effect", "Effekten av en åtgärd i {number} ska följas upp"),
    ):
        kinds.register(kind, subject=subject, path=to_measure, still_due=measure_still_open)
