"""Notices and recipients for the tests, made through the product's own actions."""

import itertools
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from sakerhetsmeddelanden.actions import notices, recipients
from sakerhetsmeddelanden.actions.notices import NewNotice, Read
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.reply.facts import Details
from tests.factories import Region, fresh

_count = itertools.count(1)

REPLY = Details(
    organisation="Region Exempel",
    address="Storgatan 1",
    contact="Funktionsbrevlådan",
    phone="010-000 00 00",
    email="meddelanden@region.example",
    return_to="fsn@volumed.example",
    deadline=date(2026, 12, 20),
)
"""What a coordinator writes in a reply form."""

FIELDS = {
    "fsn_ref": "FSN-2026-001",
    "fsca_ref": "FSCA-88",
    "date": "2026-11-20",
    "device_name": "Volumed 300",
    "2.1": "Trycksensorn kan visa för lågt värde.",
    "3.1": "identify, quarantine",
    "3.4": "ja",
    "3.4_by": "2026-12-20",
}


def told(**changes):
    """A notice as it comes in."""
    n = next(_count)
    fields = {**FIELDS, **changes.pop("fields", {})}
    return NewNotice(
        **{
            "title": f"Trycksensor i infusionspump, {n}",
            "channel": "manual",
            "received_at": timezone.now(),
            "fields": {code: Read(value, "sida 1") for code, value in fields.items()},
            "manufacturer_text": "Volumed AB",
            **changes,
        }
    )


def promoted(region=None, **changes):
    """In the inbox, its fields not yet confirmed."""
    region = region or Region()
    return notices.promote(told(**changes), by=region.coordinator, submission=uuid4())


def entered(region=None, **changes):
    """Registered by hand."""
    region = region or Region()
    return fresh(notices.enter(told(**changes), by=region.coordinator, submission=uuid4()))


@transaction.atomic
def chosen(case, unit, *, by, **fields):
    """A recipient chosen by hand, with its event and its reach."""
    now = timezone.now()
    recipient = Recipient.objects.create(
        **{
            "notice": case.safety_notice,
            "unit": unit,
            "ground": "manual",
            "reason": "Har pumpen på lån.",
            "chosen_by": by,
            "chosen_at": now,
            "status_since": now,
            **fields,
        }
    )
    recipients.tell(recipient, "choose", by=by, at=now, to_status="selected")
    policy.reach(case, Level.RECIPIENT, unit=unit)
    return recipient


SAID = {
    "acknowledge": {"answer": "affected"},
    "finish": {"answer": "affected"},
    "deny": {"answer": "not_affected"},
    "sign_not_affected": {"answer": "not_affected"},
}
WAY = {
    "selected": (),
    "removed": ("remove",),
    "queued": ("queue",),
    "handed_over": ("queue", "hand_over"),
    "bounced_soft": ("queue", "bounce_softly"),
    "bounced_hard": ("queue", "bounce"),
    "no_answer": ("queue", "hand_over", "stay_silent"),
    "reminded": ("queue", "hand_over", "remind"),
    "escalated": ("queue", "hand_over", "escalate"),
    "phoned": ("queue", "hand_over", "phone"),
    "acknowledged_affected": ("queue", "hand_over", "acknowledge"),
    "acknowledged_not_affected": ("queue", "hand_over", "deny"),
    "action_done": ("queue", "hand_over", "finish"),
    "not_affected": ("queue", "hand_over", "sign_not_affected"),
    "waived": ("queue", "hand_over", "waive"),
    "closed": ("end",),
}
"""State -> the steps that lead there, written by hand."""


def step(recipient, name, *, by):
    """One step of a recipient, with what an answer or a waiver must say."""
    now = timezone.now()
    changes = {}
    if name in SAID:
        changes = {
            **SAID[name],
            "answered_at": now,
            "answered_by": by,
            "answered_name": by.name,
            "answered_via": "page",
        }
    if name == "waive":
        changes = {"waived_at": now, "waived_by": by, "waived_reason": "Enheten är nedlagd."}
    if name == "choose":
        changes = {"answer": "", "answered_at": None, "answered_by": None, "answered_name": ""}
    return recipients.take_step(recipient, name, by=by, note="Därför.", **changes)


def walked(recipient, status, *, by):
    """The recipient, walked to the state by somebody who may do everything."""
    for name in WAY[status]:
        recipient = step(recipient, name, by=by)
    return recipient
