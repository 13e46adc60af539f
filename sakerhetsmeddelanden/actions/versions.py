"""A new version of a notice: what it changes, whom it asks again, and the old one's end."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core, steps
from patientsakerhet.cases.models import Case, Link
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions import answers, choice, recipients
from sakerhetsmeddelanden.models import (
    Ground,
    Recipient,
    RecipientDevice,
    SafetyNotice,
    UndecidedDevice,
)
from sakerhetsmeddelanden.workflow import ENDED, RECIPIENT_WORKFLOW, REMOVED, SETTLED

ASKS = {"3.1", "3.2", "3.3", "1.6", "1.7", "1.3", "1.5", "2.4"}
"""Fields whose change gives the units something new to do or to look for."""
DOES = {"3.1", "3.2", "3.3", "2.4"}
"""Of these, those whose change gives them something new to do with each device."""


def changed(old: SafetyNotice, new: SafetyNotice) -> list[dict[str, str]]:
    """The fields that say something else in the new version, in the template's order."""
    was = {one.code: one.value or one.proposed for one in old.fields.all()}
    now = {one.code: one.value or one.proposed for one in new.fields.all()}
    told = [
        {"code": code, "was": was.get(code, ""), "now": now.get(code, "")}
        for code in {*was, *now} - {"version", "date", "4.1", "4.2", "4.2_on"}
        if " ".join(was.get(code, "").split()) != " ".join(now.get(code, "").split())
    ]
    return sorted(told, key=lambda one: template.ORDER.get(one["code"], 99))


@transaction.atomic
def supersede(old: Case, new: Case, *, by: Person, version: int | None = None) -> Case:
    """The new notice stands in the old one's place and takes over those who have it.

    A unit that has settled the old version is asked only if the new one changes what it must do
    or look for; whoever has not answered is asked by the new one, and its devices with their
    answers come along, and so does what was decided about devices by hand. Last words that still
    hold follow when the new one goes out, see `earlier.keep`. Refuses a version that something else
    has replaced, and one already sent out. `version` is the new notice's, as somebody looked at it.
    """
    if old.pk == new.pk:
        raise NotReady("Ett meddelande kan inte ersätta sig självt.")
    for one in sorted((old, new), key=lambda c: c.pk):
        core.begin(
            one, by=by, needs=Can.MANAGE_NOTICES, version=version if one.pk == new.pk else None
        )
    before = SafetyNotice.objects.select_related("case").get(pk=old.pk)
    after = SafetyNotice.objects.select_related("case").get(pk=new.pk)
    if before.case.is_final:
        raise NotReady(f"{before.case.number} är redan avslutat eller ersatt.")
    if after.recipients.exists() or after.supersedes_id:
        raise NotReady(f"{after.case.number} är redan bedömt eller ersätter ett annat.")
    after.supersedes = before
    after.changes = changed(before, after)
    after.save(update_fields=["supersedes", "changes"])
    core.save(core.lock(new))
    asks = [one for one in after.changes if one["code"] in ASKS]
    _take_over(before, after, asks=asks, by=by)
    _bring_decisions(before, after)
    Link.objects.get_or_create(
        case=after.case,
        other=before.case,
        defaults={"kind": Link.Kind.RELATED, "note": "Ny version", "by": by},
    )
    trail.record(
        "notice.superseded",
        by=by,
        case_id=after.pk,
        number=after.case.number,
        right=Can.MANAGE_NOTICES,
        body={"old": before.case.number, "fields": [one["code"] for one in after.changes]},
    )
    steps.take_step(before.case, "supersede", by=by, reason=f"Ersatt av {after.case.number}.")
    return Case.objects.get(pk=new.pk)


def _take_over(
    before: SafetyNotice, after: SafetyNotice, *, asks: list[dict[str, str]], by: Person
) -> None:
    now = timezone.now()
    said = "; ".join(f"{template.FIELDS[one['code']].label}: {one['now']}" for one in asks)
    rows = list(before.recipients.select_for_update(of=("self",)).select_related("unit"))
    wanted: dict[int, Recipient] = {}
    for row in rows:
        if row.status in {REMOVED, ENDED}:
            continue
        if row.status not in SETTLED or asks:
            wanted[row.unit_id] = row
    why = (
        "Fick den tidigare versionen. Nytt i den här: " + said
        if asks
        else "Fick den tidigare versionen och har inte svarat."
    )
    made = choice.new_recipients(
        after, dict.fromkeys(wanted, (Ground.EARLIER, why)), by=by, now=now
    )
    for one in made:
        one.earlier = wanted[one.unit_id]
        one.asked_again = said if wanted[one.unit_id].status in SETTLED else ""
        recipients.write(one, earlier=one.earlier, asked_again=one.asked_again)
    _bring_devices({one.unit_id: one for one in made}, wanted, asks=asks)
    for row in rows:
        if row.status not in RECIPIENT_WORKFLOW.final:
            row.notice = before
            note = f"Ersatt av {after.case.number}."
            recipients.move(
                row, "end", by=by, right=Can.MANAGE_NOTICES, note=note, next_step_at=None
            )


def _bring_decisions(before: SafetyNotice, after: SafetyNotice) -> None:
    """What somebody decided about a device stands, for as long as its data do not allow a decision."""
    UndecidedDevice.objects.bulk_create(
        UndecidedDevice(
            notice=after,
            device_id=one.device_id,
            unit_id=one.unit_id,
            why=one.why,
            decision=one.decision,
            decided_by_id=one.decided_by_id,
            decided_at=one.decided_at,
            decision_reason=one.decision_reason,
        )
        for one in before.undecided.exclude(decision="")
    )


def _bring_devices(
    made: dict[int, Recipient], wanted: dict[int, Recipient], *, asks: list[dict[str, str]]
) -> None:
    """The devices asked about before; their answers stand where nothing new is asked of them.

    A version that only widens what to look for asks nothing of what is already out of use.
    """
    does = any(one["code"] in DOES for one in asks)

    def stands(one: RecipientDevice) -> bool:
        return not asks or (not does and one.outcome in answers.REGISTERED)

    rows = RecipientDevice.objects.filter(recipient__in=[one.pk for one in wanted.values()])
    units = {one.pk: unit for unit, one in wanted.items()}
    RecipientDevice.objects.bulk_create(
        RecipientDevice(
            recipient=made[units[one.recipient_id]],
            device_id=one.device_id,
            named=one.named,
            ground=one.ground,
            reason=one.reason,
            outcome=one.outcome if stands(one) else "",
            outcome_on=one.outcome_on if stands(one) else None,
            quantity=one.quantity,
            note=one.note,
            answered_by_id=one.answered_by_id if stands(one) else None,
            answered_at=one.answered_at if stands(one) else None,
            answered_name=one.answered_name if stands(one) else "",
        )
        for one in rows
    )
