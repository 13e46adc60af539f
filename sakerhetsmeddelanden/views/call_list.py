"""The call list on paper: every unit that has not answered, whom to ask for there, and room to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.organisation.models import Assignment, Role, Unit
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.recipient_filters import RecipientFilter
from sakerhetsmeddelanden.views.sent_notice import (
    SentNotice,
    Standing,
    open_notice,
    record_reading,
    standing_of,
)
from sakerhetsmeddelanden.workflow import WAITING

MOST = 500
"""Units on one list; more than anybody rings in a day."""
PEOPLE = 3


@dataclass(frozen=True)
class Row:
    """A unit to ring."""

    unit: str
    provider: str
    mailbox: str
    phone: str
    phone_address: str
    url: str
    standing: Standing
    people: list[str]


@never_cache
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The units of the selection that have not answered, soonest first."""
    sent = open_notice(request, number)
    policy.check(sent.by, Can.MANAGE_NOTICES, sent.case)
    silent = sent.recipients.filter(status__in=WAITING)
    narrow = RecipientFilter(request.GET, queryset=silent, request=request)
    rows = narrow.qs if narrow.form.is_valid() else silent.order_by("due_at", "pk")
    found = list(rows.select_related("unit__care_provider")[:MOST])
    people = _people(one.unit for one in found)
    record_reading(sent, "ringlista")
    context = {
        "sent": sent,
        "case": sent.case,
        "notice": sent.notice,
        "rows": [_row(sent, one, people.get(one.unit_id, [])) for one in found],
    }
    return render(request, "sakerhetsmeddelanden/call_list.html", context)


def _row(sent: SentNotice, recipient: Recipient, people: list[str]) -> Row:
    unit = recipient.unit
    return Row(
        unit=unit.name,
        provider=unit.care_provider.name,
        mailbox=recipient.address or unit.mailbox,
        phone=unit.phone,
        phone_address=unit.phone_address,
        url=sent.url("notice_recipient", unit.code),
        standing=standing_of(recipient),
        people=people,
    )


def _people(units: Iterable[Unit]) -> dict[int, list[str]]:
    """For each unit those who may answer for it, nearest first, with what they are; one statement."""
    wanted = list(units)
    paths = {
        one.path[:end]
        for one in wanted
        for end in range(Unit.steplen, len(one.path) + 1, Unit.steplen)
    }
    held = list(
        Assignment.objects.current()
        .filter(unit__path__in=paths, role__in=policy.roles_with(Can.ANSWER_NOTICE))
        .select_related("person", "unit")
        .order_by("-unit__depth", "person__name")
    )
    found: dict[int, list[str]] = {}
    for unit in wanted:
        near = [one for one in held if unit.path.startswith(one.unit.path)]
        told = dict.fromkeys(f"{one.person.name}, {Role(one.role).label}" for one in near)
        found[unit.pk] = list(told)[:PEOPLE]
    return found
