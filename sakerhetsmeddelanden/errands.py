"""The errands of safety notices: what somebody's unit must answer, and what it has left to do."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import list_of
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from sakerhetsmeddelanden.models import ChangedAnswer, Recipient
from sakerhetsmeddelanden.querysets import RecipientQuerySet
from sakerhetsmeddelanden.recipient_filters import TO_ANSWER, TO_FINISH
from sakerhetsmeddelanden.views.answering import address_of
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ACKNOWLEDGED_NOT_AFFECTED,
    KIND,
    WAITING,
)


def to_answer(person: Person) -> RecipientQuerySet | None:
    """What her units have been asked and have not signed an answer to, soonest first."""
    if not policy.may(person, Can.ANSWER_NOTICE):
        return None
    asked = Recipient.objects.answerable_by(person)
    waiting = asked.filter(status__in=[*WAITING, ACKNOWLEDGED_NOT_AFFECTED])
    found: RecipientQuerySet = waiting.order_by(
        F("due_at").asc(nulls_last=True), "pk"
    ).select_related("notice__case", "unit")
    return found


def to_finish(person: Person) -> RecipientQuerySet | None:
    """Where her units are affected and have something left to do."""
    if not policy.may(person, Can.ANSWER_NOTICE):
        return None
    affected = Recipient.objects.answerable_by(person).filter(status=ACKNOWLEDGED_AFFECTED)
    found: RecipientQuerySet = affected.order_by("answered_at", "pk").select_related(
        "notice__case", "unit"
    )
    return found


def changed_answers(person: Person) -> QuerySet[ChangedAnswer] | None:
    """Answers changed after the supplier was told, of the notices she manages, oldest first."""
    if not policy.may(person, Can.MANAGE_NOTICES):
        return None
    cases = Case.objects.where_may(person, Can.MANAGE_NOTICES).of_kind(KIND)
    return (
        ChangedAnswer.objects.unhandled()
        .filter(notice__case__in=cases)
        .order_by("changed_at", "pk")
        .select_related("notice__case", "recipient__unit")
    )


def _changed(changed: ChangedAnswer) -> Line:
    lead = swedish.waited(changed.changed_at, now=timezone.now())
    case = changed.notice.case
    return Line(
        title=case.title,
        url=f"{reverse('notice_reply', args=[case.number])}#andrade",
        lead=lead.text,
        since=lead.since,
        tone="warn",
        meta=(case.number, changed.recipient.unit.name, changed.says_now),
    )


def _asked(recipient: Recipient) -> Line:
    lead = swedish.Waited("", "", "")
    if recipient.due_at is not None:
        lead = swedish.until(recipient.due_at, today=timezone.localdate())
    return Line(
        title=recipient.notice.case.title,
        url=address_of(recipient),
        lead=lead.text,
        since=lead.since,
        tone=lead.tone,
        meta=(recipient.notice.case.number, recipient.unit.name),
    )


def _unfinished(recipient: Recipient) -> Line:
    lead = swedish.Waited("", "", "")
    if recipient.notice.act_by is not None:
        lead = swedish.until(recipient.notice.act_by, today=timezone.localdate())
    return Line(
        title=recipient.notice.case.title,
        url=address_of(recipient),
        lead=lead.text,
        since=lead.since,
        tone=lead.tone,
        meta=(recipient.notice.case.number, recipient.unit.name),
    )


def register() -> None:
    """Make them known to the first page and the navigation."""
    for errand in (
        Errand(
            "notices_to_answer", "Säkerhetsmeddelanden att besvara", to_answer, _asked,
            list_of("notices_to_answer", f"standing={TO_ANSWER}"), "Alla att besvara",
            order=25,
        ),
        Errand(
            "notices_to_finish", "Säkerhetsmeddelanden med åtgärder kvar", to_finish, _unfinished,
            list_of("notices_to_answer", f"standing={TO_FINISH}"), "Alla med åtgärder kvar",
            order=55,
        ),
        Errand(
            "changed_answers", "Svar som ändrats efter svaret till leverantören", changed_answers,
            _changed, list_of("safety_notices", "changed=on"), "Alla sådana meddelanden",
            order=26,
        ),
    ):  # fmt: skip
        agenda.register(errand)
