"""Three years of safety notices with whom they concerned and what the units answered."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.cases import history as spine
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel
from sakerhetsmeddelanden import targeting
from sakerhetsmeddelanden.actions import products
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    NoticeField,
    Recipient,
    RecipientDevice,
    RecipientEvent,
    RiskClass,
    SafetyNotice,
    UndecidedDevice,
)
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW, WORKFLOW

COUNT = 60
DATA = Path(__file__).parent / "data" / "notices.toml"
FORWARD = (
    ("file", "received", timedelta()),
    ("register", "registered", timedelta(hours=3)),
    ("assess", "assessing", timedelta(hours=4)),
    ("distribute", "distributing", timedelta(hours=26)),
    ("sent", "awaiting_units", timedelta(hours=26, minutes=10)),
    ("all_answered", "actions_ongoing", timedelta(days=7)),
    ("reply", "reply_sent", timedelta(days=9)),
    ("follow_up", "follow_up", timedelta(days=24)),
    ("close", "closed", timedelta(days=40)),
)
"""The steps of a notice that concerns somebody, and how long after it came each was taken."""
LATEST = (
    *["received"] * 3,
    *["registered"] * 2,
    *["assessing"] * 2,
    *["awaiting_units"] * 5,
    *["actions_ongoing"] * 3,
    *["reply_sent"] * 3,
    *["follow_up"] * 4,
)
"""How far the latest notices have come, newest first; the older are closed."""
SILENT = ("handed_over", "handed_over", "no_answer", "reminded", "bounced_hard", "escalated")
WAYS: dict[str, tuple[str, ...]] = {
    "selected": (),
    "handed_over": ("queue", "hand_over"),
    "no_answer": ("queue", "hand_over", "stay_silent"),
    "reminded": ("queue", "hand_over", "stay_silent", "remind"),
    "escalated": ("queue", "hand_over", "stay_silent", "remind", "escalate"),
    "bounced_hard": ("queue", "hand_over", "bounce"),
    "acknowledged_affected": ("queue", "hand_over", "acknowledge"),
    "not_affected": ("queue", "hand_over", "sign_not_affected"),
    "action_done": ("queue", "hand_over", "acknowledge", "finish"),
}


@dataclass
class Told:
    """One notice as invented, and its rows."""

    model: DeviceModel
    problem: dict[str, Any]
    ref: str
    ranges: str
    at: datetime
    status: str
    steps: list[PastStep]
    handler: Person
    case: Case = field(default_factory=Case)


def bring(rows: Rows, *, now: datetime, seed: int, count: int = COUNT) -> int:
    """The notices, in the transaction that brings the region; how many."""
    chance = random.Random(f"{seed}/notices")
    told = list(_invented(rows, now, chance, count))
    past = [_past(one, rows) for one in told]
    for one, case in zip(told, spine.write(past, by=None, right="demonstration"), strict=True):
        one.case = case
        _settle(one, chance)
    return len(told)


def _invented(rows: Rows, now: datetime, chance: random.Random, count: int) -> Iterator[Told]:
    """Oldest first, twice as many in the last year as in the first."""
    data = tomllib.loads(DATA.read_text())
    held: dict[int, list[Device]] = defaultdict(list)
    for device in rows.devices.values():
        held[device.model_id].append(device)
    uses = _uses()
    coordinators = [
        one for one in rows.people.values() if one.title == "patientsäkerhetssamordnare"
    ]
    for place in range(count):
        age = count - place
        at = _working_hour(now - timedelta(days=1095 * (age / count) ** 1.6 + 0.4), chance)
        code = chance.choice([one for one in sorted(rows.models) if held[rows.models[one].pk]])
        model = rows.models[code]
        fitting = [one for one in data["problems"] if one["use"] in ("", uses[code])]
        status = LATEST[age - 1] if age <= len(LATEST) else "closed"
        apart = status == "closed" and chance.random() < 0.2
        handler = chance.choice(coordinators)
        desk = rows.units["patientsakerhet"]
        yield Told(
            model=model,
            problem=chance.choice(fitting),
            ref=f"FSN-{at.year}-{place + 11:03d}",
            ranges=_ranges(held[model.pk], chance),
            at=at,
            status="set_aside" if apart else status,
            steps=list(_steps(at, status, apart, handler, desk, data["set_aside"], chance)),
            handler=handler,
        )


def _uses() -> dict[str, str]:
    from patientsakerhet.demonstration.region import region

    return {one.code: one.use for one in region().models}


def _working_hour(at: datetime, chance: random.Random) -> datetime:
    return calendar.local(at).replace(hour=7 + chance.randrange(8), minute=chance.randrange(60))


def _ranges(devices: Sequence[Device], chance: random.Random) -> str:
    serials = sorted(one.serial_number for one in devices if one.serial_number)
    versions = sorted({one.software_version for one in devices if one.software_version})
    if serials and chance.random() < 0.5:
        first = chance.randrange(len(serials))
        last = min(len(serials) - 1, first + max(1, len(serials) // 2))
        return f"SN {serials[first]} – {serials[last]}"
    if versions and chance.random() < 0.5:
        return f"programversion {versions[-1]} och tidigare"
    return ""


def _steps(
    at: datetime,
    status: str,
    apart: bool,
    handler: Person,
    desk: Unit,
    reasons: Sequence[str],
    chance: random.Random,
) -> Iterator[PastStep]:
    way: tuple[tuple[str, str, timedelta], ...]
    if apart:
        way = (*FORWARD[:3], ("set_aside", "not_applicable", timedelta(hours=8)),
               ("close", "closed", timedelta(days=3)))  # fmt: skip
    else:
        order = [target for _, target, _ in FORWARD]
        way = FORWARD[: order.index(status) + 1]
    for step, target, after in way:
        yield PastStep(
            step=step,
            to_status=target,
            at=at + after,
            unit=desk,
            handler=handler if step not in {"file", "register"} else None,
            by=handler,
            reason=chance.choice(reasons) if step == "set_aside" else "",
        )


def _past(one: Told, rows: Rows) -> PastCase:
    return PastCase(
        kind=WORKFLOW.kind,
        title=f"{one.model.name}: {one.problem['title']}",
        filing_unit=rows.units["patientsakerhet"],
        steps=one.steps,
        searchable=f"{one.ref} {one.problem['what']} {one.model.manufacturer.name}",
        reporter=None,
    )


def _settle(one: Told, chance: random.Random) -> None:
    """The notice's own rows, and its recipients as far as they have come."""
    judged = one.status not in {"received", "registered", "set_aside"}
    risk = RiskClass.objects.get(code=one.problem["risk"])
    reply = chance.random() < 0.7
    day = calendar.local_day(one.at)
    notice = SafetyNotice.objects.create(
        case=one.case,
        channel=SafetyNotice.Channel.MAIL,
        received_at=one.at,
        manufacturer=one.model.manufacturer,
        manufacturer_text=one.model.manufacturer.name,
        fsn_ref=one.ref,
        fsca_ref=one.ref.replace("FSN", "FSCA"),
        dated_on=day - timedelta(days=2),
        user_actions=one.problem["actions"],
        manufacturer_actions=one.problem["maker"],
        reply_required=reply,
        reply_by=day + timedelta(days=30) if reply else None,
        risk_class=risk if judged else None,
        urgency=SafetyNotice.Urgency.SOON if judged else "",
        risk_reason=one.problem["hazard"] if judged else "",
        instruction="Läs meddelandet och gör det som står där innan produkten används igen."
        if judged
        else "",
        answer_by=one.at + timedelta(days=8) if judged else None,
        answer_basis=SafetyNotice.AnswerBasis.RULE if judged else "",
        replied_at=one.at + timedelta(days=9)
        if one.status in {"reply_sent", "follow_up", "closed", "set_aside"}
        else None,
    )
    _fields(notice, one)
    product = Product(
        trade_name=one.model.name, manufacturer=one.model.manufacturer, range_text=one.ranges
    )
    products.put(notice, [product])
    changes: dict[str, Any] = {"subject_changed_at": one.at}
    if judged:
        changes |= {"targeted_at": one.at + timedelta(hours=5), "targeted_by": one.handler}
        _target(notice, one, chance)
        changes["devices_searched"] = Device.objects.count()
    SafetyNotice.objects.filter(pk=notice.pk).update(**changes)


def _fields(notice: SafetyNotice, one: Told) -> None:
    """What the message said; confirmed when it was registered."""
    said = {
        "fsn_ref": one.ref,
        "fsca_ref": notice.fsca_ref,
        "date": str(notice.dated_on),
        "device_name": one.model.name,
        "1.2": one.model.name,
        "1.7": one.ranges,
        "2.1": one.problem["what"],
        "2.2": one.problem["hazard"],
        "3.1": ", ".join(one.problem["actions"]),
        "3.4": "ja" if notice.reply_required else "nej",
        "3.4_by": str(notice.reply_by or ""),
        "3.5": ", ".join(one.problem["maker"]),
        "4.1": "new",
    }
    waits = one.status == "received"
    NoticeField.objects.bulk_create(
        NoticeField(
            notice=notice,
            code=code,
            proposed=value,
            place="meddelande.pdf, sida 1",
            value="" if waits else value,
            confirmed_by=None if waits else one.handler,
            confirmed_at=None if waits else one.at + timedelta(hours=3),
        )
        for code, value in said.items()
        if value
    )


def _target(notice: SafetyNotice, one: Told, chance: random.Random) -> None:
    """Whom the register says it concerns, as the product itself finds it."""
    found = targeting.find(notice)
    for row in notice.products.all():
        row.models_chosen.set(found.models.get(row.pk, []))
    at = one.at + timedelta(hours=5)
    recipients = Recipient.objects.bulk_create(
        Recipient(
            notice=notice,
            unit_id=unit,
            status_since=at,
            ground=hits[0].ground,
            reason=targeting.in_words(hits),
            chosen_at=at,
            asked=notice.user_actions,
        )
        for unit, hits in found.hits.items()
    )
    CaseAccess.objects.bulk_create(
        CaseAccess(case_id=notice.pk, unit_id=unit, level=Level.RECIPIENT) for unit in found.hits
    )
    RecipientEvent.objects.bulk_create(
        RecipientEvent(
            recipient=row,
            step="choose",
            to_status="selected",
            at=at,
            by=one.handler,
            note=row.reason,
        )
        for row in recipients
    )
    RecipientDevice.objects.bulk_create(
        RecipientDevice(
            recipient=row, device_id=hit.device_id, ground=hit.ground, reason=hit.reason
        )
        for row in recipients
        for hit in found.hits[row.unit_id]
    )
    near = {unit: targeting.near_in_words(why) for unit, why in found.near.items()}
    ConsideredUnit.objects.bulk_create(
        ConsideredUnit(notice=notice, unit_id=unit, why=why, reason=said, device_count=count)
        for unit, (why, said, count) in near.items()
        if unit not in found.hits
    )
    UndecidedDevice.objects.bulk_create(
        UndecidedDevice(
            notice=notice,
            device_id=doubt.device_id,
            product_id=doubt.product_id or None,
            unit_id=doubt.unit_id,
            why=doubt.why,
            **_decided(one, at),
        )
        for doubt in found.undecided
    )
    if one.status != "assessing":
        _answer(recipients, one, chance)


def _decided(one: Told, at: datetime) -> dict[str, Any]:
    if one.status == "assessing":
        return {}
    return {
        "decision": "excluded",
        "decided_by": one.handler,
        "decided_at": at,
        "decision_reason": "Kontrollerat på plats.",
    }


def _answer(recipients: Sequence[Recipient], one: Told, chance: random.Random) -> None:
    """Each recipient goes the way to where it has come, step by step as the database demands."""
    ends: dict[str, list[Recipient]] = defaultdict(list)
    for row in recipients:
        ends[_end(one.status, chance)].append(row)
    for end, rows in ends.items():
        at, status = one.at + timedelta(hours=26), "selected"
        for name in WAYS[end]:
            step = RECIPIENT_WORKFLOW.step(name, status)
            at += timedelta(minutes=5) if name in {"queue", "hand_over"} else timedelta(days=2)
            changes: dict[str, Any] = {"status": step.target, "status_since": at}
            if name == "hand_over":
                changes |= {"sent_at": at, "due_at": one.at + timedelta(days=8)}
            if name in {"acknowledge", "sign_not_affected"}:
                said = "affected" if name == "acknowledge" else "not_affected"
                changes |= {
                    "answer": said,
                    "answered_at": at,
                    "answered_name": "Enhetschefen",
                    "answered_via": Recipient.Via.PAGE,
                }
            if name == "finish":
                changes["done_at"] = at
                RecipientDevice.objects.filter(recipient__in=[row.pk for row in rows]).update(
                    outcome="quarantined", outcome_on=calendar.local_day(at), answered_at=at
                )
            RecipientEvent.objects.bulk_create(
                RecipientEvent(
                    recipient=row, step=name, from_status=status, to_status=step.target, at=at
                )
                for row in rows
            )
            Recipient.objects.filter(pk__in=[row.pk for row in rows]).update(
                **changes, version=F("version") + 1
            )
            status = step.target


def _end(status: str, chance: random.Random) -> str:
    """Where a unit has come in a notice of this status."""
    if status == "awaiting_units":
        return chance.choice((*SILENT, "acknowledged_affected", "action_done", "not_affected"))
    if status == "actions_ongoing":
        return chance.choice(
            ("acknowledged_affected", "action_done", "action_done", "not_affected")
        )
    if status == "reply_sent" and chance.random() < 0.2:
        return "acknowledged_affected"
    return "not_affected" if chance.random() < 0.15 else "action_done"
