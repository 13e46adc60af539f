"""Invented reports to authorities in the history's cases: asked for, decided either way, sent, answered."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from patientsakerhet.authority_reports import facts
from patientsakerhet.authority_reports.actions import clocks
from patientsakerhet.authority_reports.models import AuthorityReport, ReportEvent, ReportKind
from patientsakerhet.authority_reports.workflow import UNSETTLED, WORKFLOW
from patientsakerhet.cases.models import Deadline
from patientsakerhet.demonstration.details import Brought
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.organisation.models import Person

WAYS: dict[str, tuple[str, ...]] = {
    "candidate": (),
    "under_decision": ("ask",),
    "not_reported": ("ask", "decide_no"),
    "drafting": ("ask", "decide_yes"),
    "submitted": ("ask", "decide_yes", "submit"),
    "decided": ("ask", "decide_yes", "submit", "record_outcome"),
    "closed": ("ask", "decide_yes", "submit", "close"),
}
"""State -> the steps that lead there."""
DAYS = {"ask": 1, "decide_no": 3, "decide_yes": 3, "submit": 8, "record_outcome": 70, "close": 30}
"""How many days after the one before each step is taken."""
OPEN = (
    ("lex_maria", "under_decision"),
    ("lex_maria", "drafting"),
    ("mpa_device", "under_decision"),
    ("lex_maria", "not_reported"),
    ("mpa_device", "drafting"),
    ("mpa_device", "submitted"),
    ("lex_maria", "candidate"),
    ("lex_maria", "submitted"),
    ("imy_breach", "not_reported"),
)
PAST = (
    ("lex_maria", "decided"),
    ("mpa_device", "closed"),
    ("lex_maria", "not_reported"),
    ("mpa_device", "closed"),
    ("reidar", "closed"),
    ("mpa_device", "decided"),
    ("lex_maria", "not_reported"),
    ("lex_maria", "submitted"),
    ("mpa_device", "not_reported"),
    ("reidar", "closed"),
    ("lex_maria", "decided"),
    ("mpa_device", "closed"),
)
"""What is asked for in open and in closed cases, newest first: kind and state."""
GROUNDS = {
    "lex_maria": "Hade larmet kommit senare kunde patienten ha fått en allvarlig skada.",
    "mpa_device": "Produkten fungerade inte som den ska. Det kan hända igen på andra enheter.",
    "reidar": "Andra regioner kan ha nytta av det vi lärde oss.",
    "imy_breach": "Uppgifter om flera patienter visades för fel vårdenhet.",
}
MOTIVES = {
    "decide_yes": {
        "lex_maria": (
            "Händelsen hade kunnat medföra en allvarlig vårdskada om personalen inte hade upptäckt "
            "felet i tid. Det fanns ingen teknisk spärr."
        ),
        "mpa_device": "Felet kan leda till allvarligt försämrad hälsa. Vid tveksamhet anmäler vi.",
        "reidar": "Erfarenheten är av allmänt intresse och går att beskriva avidentifierat.",
    },
    "decide_no": {
        "lex_maria": (
            "Patienten övervakades hela tiden och fick rätt behandling. Händelsen bedöms inte ha "
            "kunnat medföra en allvarlig vårdskada. Utredningen görs klart i ärendet."
        ),
        "mpa_device": "Felet låg i nätverket och inte i produkten. Tillverkaren har granskat loggen.",
        "imy_breach": "Mottagaren har tystnadsplikt och raderade uppgifterna genast. Ingen risk kvarstår.",
    },
}
OUTCOMES = {
    "lex_maria": "IVO bedömer att händelsen är utredd i tillräcklig omfattning och avslutar ärendet.",
    "mpa_device": "Läkemedelsverket följer upp med tillverkaren. Inga åtgärder krävs av vårdgivaren.",
}
DONE = "Inget mer väntas från mottagaren."
RECEIPTS = {"lex_maria": "3.1.1-{n}/{year}", "mpa_device": "6.6-{year}-{n}", "reidar": "R-{n}"}


@dataclass(frozen=True)
class Told:
    """One report as it will be brought."""

    case: Brought
    kind: str
    status: str


def bring(brought: Sequence[Brought], rows: Rows, *, now: datetime, seed: int) -> int:
    """The reports, in the transaction that brings the region; how many."""
    chance = random.Random(f"{seed}/authority_reports")
    chief = next(one for one in rows.people.values() if one.title == "chefläkare")
    helper = next(one for one in rows.people.values() if one.title == "patientsäkerhetssamordnare")
    kinds = {one.key: one for one in ReportKind.objects.current()}
    told = list(_invented(brought))
    for place, one in enumerate(told):
        _write(
            one,
            kinds[one.kind],
            chief,
            helper,
            now=now,
            number=chance.randrange(1000, 60000) + place,
        )
    return len(told)


def _invented(brought: Sequence[Brought]) -> Iterator[Told]:
    """The gravest cases that a report of the kind could be about, newest first, each once."""
    grave = sorted(
        (one for one in brought if one.case.owning_unit.care_provider_id and _potential(one) >= 2),
        key=lambda one: (-_potential(one), -one.one.filed_at.timestamp()),
    )
    used: set[int] = set()
    for wanted, is_final in ((OPEN, False), (PAST, True)):
        for kind, status in wanted:
            fitting = (
                one
                for one in grave
                if one.case.pk not in used
                and one.case.is_final == is_final
                and one.one.merged_into is None
                and (kind not in {"mpa_device", "reidar"} or one.one.device or one.one.device_model)
                and (kind != "imy_breach" or one.one.system)
            )
            found = next(fitting, None)
            if found is not None:
                used.add(found.case.pk)
                yield Told(found, kind, status)


def _potential(one: Brought) -> int:
    return max((judged.potential for judged in one.one.judged), default=0)


def _write(
    told: Told, kind: ReportKind, chief: Person, helper: Person, *, now: datetime, number: int
) -> None:
    """The report goes the way to where it has come, step by step as the database demands."""
    case = told.case.case
    begun = told.case.one.filed_at + timedelta(hours=5)
    room = max(now - begun - timedelta(hours=1), timedelta(minutes=30))
    if case.closed_at is not None and told.status in UNSETTLED:
        raise ValueError("a closed case has nothing unsettled")
    report = AuthorityReport.objects.create(
        case=case,
        kind=kind,
        status_since=begun,
        clock_from=told.case.one.occurred_at or told.case.one.filed_at,
        event_provider=case.owning_unit.care_provider,
        grounds=GROUNDS[told.kind],
        created_by=helper,
        created_at=begun,
    )
    ReportEvent.objects.create(
        report=report, step="begin", to_status=report.status, at=begun, by=helper
    )
    way = WAYS[told.status]
    wanted = sum((timedelta(days=DAYS[step]) for step in way), timedelta())
    pace = min(1.0, room / wanted) if wanted else 1.0
    at, status = begun, report.status
    for step in way:
        at += timedelta(days=DAYS[step]) * pace
        target = WORKFLOW.step(step, status).target
        given = _given(step, told, chief, helper, at, report, number)
        AuthorityReport.objects.filter(pk=report.pk).update(
            status=target, status_since=at, version=F("version") + 1, **given
        )
        ReportEvent.objects.create(
            report=report,
            step=step,
            from_status=status,
            to_status=target,
            at=at,
            by=chief if step.startswith("decide") else helper,
            note=given.get("motive", DONE if step == "close" else ""),
        )
        status = target
    if status in UNSETTLED:
        _run(report, now)


def _run(report: AuthorityReport, now: datetime) -> None:
    """The kind's time runs; an alarm that is past is not sent again."""
    clocks.start(report)
    late = report.case.deadlines.open().filter(purpose=clocks.purpose_of(report), due_at__lte=now)
    late.update(alarm=Deadline.Alarm.OVERDUE, next_alarm_at=None)


def _given(
    step: str,
    told: Told,
    chief: Person,
    helper: Person,
    at: datetime,
    report: AuthorityReport,
    number: int,
) -> dict[str, Any]:
    """What the step leaves on the report."""
    kind = report.kind
    match step:
        case "ask":
            return {"asked_by": helper, "asked_at": at}
        case "decide_yes" | "decide_no":
            return {
                "decision": "yes" if step == "decide_yes" else "no",
                "motive": MOTIVES[step][told.kind],
                "decided_by": chief,
                "decided_at": at,
            }
        case "submit":
            sent = {
                "worksheet": facts.first_values(report),
                "checked": [one.key for one in kind.points],
                "submitted_at": at,
                "submitted_by": helper,
                "channel": kind.channels[0],
                "diary_no": RECEIPTS[told.kind].format(n=number, year=at.year),
            }
            if kind.tells_manufacturer:
                sent |= {
                    "manufacturer_told_at": at,
                    "manufacturer_told_how": "Kopia av anmälan till tillverkarens brevlåda.",
                }
            return sent
        case "record_outcome":
            return {"answered_on": at.date(), "outcome": OUTCOMES[told.kind]}
        case _:
            return {"closed_at": at}
