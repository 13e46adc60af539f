"""What earlier versions of a notice have had answered, where the new one gives the units nothing new to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from sakerhetsmeddelanden.actions import choice, recipients
from sakerhetsmeddelanden.actions.versions import ASKS, changed
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    Ground,
    Recipient,
    RecipientDevice,
    SafetyNotice,
    SystemRecipient,
)
from sakerhetsmeddelanden.targeting import Found
from sakerhetsmeddelanden.workflow import KEPT, SETTLED, WAIVED

SAID = "svarade på den tidigare versionen, och den nya begär inget nytt"


@dataclass(frozen=True)
class Answered:
    """Pairs of device and unit, and of system and unit, that have had their last answer."""

    devices: frozenset[tuple[int, int]] = frozenset()
    systems: frozenset[tuple[int, int]] = frozenset()


def answered(notice: SafetyNotice) -> Answered:
    """What need not be asked again; nothing for a version that asks the units for something new."""
    before = [one.pk for one in _still_holding(notice)]
    if not before:
        return Answered()
    settled = {"recipient__notice__in": before, "recipient__status__in": SETTLED}
    devices = RecipientDevice.objects.filter(**settled).exclude(device=None)
    systems = SystemRecipient.objects.filter(**settled)
    return Answered(
        frozenset(devices.values_list("device_id", "recipient__unit_id")),
        frozenset(systems.values_list("system_id", "recipient__unit_id")),
    )


def leave_out(notice: SafetyNotice, found: Found) -> None:
    """Whoever has answered about all that was found is not chosen, and stands among those considered."""
    said = answered(notice)
    for unit, hits in list(found.hits.items()):
        left = [one for one in hits if (one.device_id, unit) not in said.devices]
        if len(left) < len(hits):
            found.near[unit][ConsideredUnit.Why.ANSWERED] += [SAID] * (len(hits) - len(left))
        if left:
            found.hits[unit] = left
        else:
            del found.hits[unit]
    for unit, systems in list(found.systems.items()):
        rest = [one for one in systems if (one.pk, unit) not in said.systems]
        if rest:
            found.systems[unit] = rest
        else:
            del found.systems[unit]
            found.near[unit][ConsideredUnit.Why.ANSWERED].append(SAID)


def keep(notice: SafetyNotice, *, by: Person) -> list[Recipient]:
    """The last words on earlier versions stand for this one, with who said them and when; whose.

    In the caller's transaction, when the notice goes out or would have: until then its fields and
    whom it concerns may change. Whoever has been chosen anew is asked, and is let be.
    """
    versions = {one.pk: one for one in _still_holding(notice)}
    last = _last_words(versions)
    for row in notice.recipients.all():
        # Chosen anew, or taken out by somebody or by the register: that stands.
        last.pop(row.unit_id, None)
    if not last:
        return []
    why = {
        unit: (Ground.EARLIER, _said(row, versions[row.notice_id])) for unit, row in last.items()
    }
    made = choice.new_recipients(notice, why, by=by, now=timezone.now())
    _keep_devices(made, last)
    for one in made:
        one.notice, old = notice, last[one.unit_id]
        _stand(one, old, versions[old.notice_id], by=by)
    notice.considered.filter(unit__in=last, why=ConsideredUnit.Why.ANSWERED).delete()
    trail.record(
        "notice.answers_kept",
        by=by,
        case_id=notice.pk,
        number=notice.case.number,
        right=Can.MANAGE_NOTICES,
        body={"units": sorted(last), "from": sorted(one.case.number for one in versions.values())},
    )
    return made


def keep_or_refuse(notice: SafetyNotice, *, by: Person) -> None:
    """As `keep`; refuses when there is no answer that could stand."""
    if not keep(notice, by=by):
        raise NotReady(
            "Ingen enhet har ett svar som gäller även den här versionen. Skicka ut meddelandet, "
            "eller välj Berör oss inte."
        )


def _still_holding(notice: SafetyNotice) -> list[SafetyNotice]:
    """The versions before this one, newest first, as far back as nothing new has been asked for."""
    before: list[SafetyNotice] = []
    while (old := notice.supersedes) is not None and not _asks_anew(old, notice):
        before.append(old)
        notice = old
    return before


def _last_words(versions: dict[int, SafetyNotice]) -> dict[int, Recipient]:
    """The newest last word of each unit; by unit."""
    settled = Recipient.objects.filter(notice__in=versions, status__in=SETTLED, later=None)
    newest = list(versions)
    last: dict[int, Recipient] = {}
    for row in sorted(settled.order_by("pk"), key=lambda one: newest.index(one.notice_id)):
        last.setdefault(row.unit_id, row)
    return last


def _said(row: Recipient, old: SafetyNotice) -> str:
    """Whose answer stands, when it was given and to what."""
    version = f", version {old.notice_version}" if old.notice_version else ""
    at = row.waived_at if row.status == WAIVED else row.answered_at
    day = swedish.day(timezone.localdate(at)) if at else ""
    return f"{row.status_label} {day} i {old.case.number}{version}. Den här versionen begär inget nytt."


def _keep_devices(made: list[Recipient], last: dict[int, Recipient]) -> None:
    """The devices that were answered for, as they were."""
    into = {last[one.unit_id].pk: one for one in made}
    RecipientDevice.objects.bulk_create(
        RecipientDevice(
            recipient=into[one.recipient_id],
            device_id=one.device_id,
            named=one.named,
            ground=one.ground,
            reason=one.reason,
            outcome=one.outcome,
            outcome_on=one.outcome_on,
            quantity=one.quantity,
            note=one.note,
            answered_by_id=one.answered_by_id,
            answered_at=one.answered_at,
            answered_name=one.answered_name,
        )
        for one in RecipientDevice.objects.filter(recipient__in=into).order_by("pk")
    )
    SystemRecipient.objects.bulk_create(
        SystemRecipient(
            recipient=into[one.recipient_id],
            system_id=one.system_id,
            person_id=one.person_id,
            mailbox=one.mailbox,
        )
        for one in SystemRecipient.objects.filter(recipient__in=into).order_by("pk")
    )


def _stand(recipient: Recipient, old: Recipient, version: SafetyNotice, *, by: Person) -> None:
    recipients.move(
        recipient,
        KEPT[old.status],
        by=by,
        right=Can.MANAGE_NOTICES,
        body={"signed": old.answered_name, "kept_from": version.case.number},
        earlier=old,
        answer=old.answer,
        answer_note=old.answer_note,
        answered_at=old.answered_at,
        answered_by=old.answered_by,
        answered_name=old.answered_name,
        answered_via=old.answered_via,
        done_at=old.done_at,
        waived_at=old.waived_at,
        waived_by=old.waived_by,
        waived_reason=old.waived_reason,
    )


def _asks_anew(old: SafetyNotice, new: SafetyNotice) -> bool:
    """Compared again, for fields may have been mended since the new version took the old one's place."""
    return any(one["code"] in ASKS for one in changed(old, new))
