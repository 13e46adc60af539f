"""Brings Region Exempel and its history into an empty database, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from patientsakerhet.cases import history as spine
from patientsakerhet.cases.actions.filing import From
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case
from patientsakerhet.demonstration import (
    analyses,
    annual_reports,
    assessments,
    authority_reports,
    classifications,
    details,
    files,
    history,
    incidents,
    incoming,
    judgement,
    log_reviews,
    notices,
    risk_analyses,
    saved_reports,
    year_registers,
)
from patientsakerhet.demonstration.details import Brought
from patientsakerhet.demonstration.records import DemoCase
from patientsakerhet.demonstration.region import region
from patientsakerhet.demonstration.settling import Rows, settle
from patientsakerhet.lib import calendar, personal_numbers
from patientsakerhet.organisation.models import CareProvider
from sakerhetsmeddelanden.actions import counting

RIGHT = "demonstration"

Say = Callable[[str], None]


def is_loaded() -> bool:
    """Whether the region is already there."""
    return CareProvider.objects.filter(name=region().providers[0].name).exists()


@transaction.atomic
def load(*, seed: int, count: int, now: datetime, say: Say) -> int:
    """The region with its history; how many cases. Does nothing when the region is there."""
    if is_loaded():
        say("Demonstrationsregionen finns redan. Ingenting ändrades.")
        return 0
    place = region()
    rows = settle(place, calendar.local_day(now))
    say(f"{len(rows.units)} enheter, {len(rows.people)} personer, {len(rows.devices)} utrustningar")
    told = history.tell(now=now, seed=seed, count=count)
    say(f"{len(told.cases)} avvikelser skrivna")
    past = [_past(one, rows) for one in told.cases]
    cases = spine.write(past, by=None, right=RIGHT)
    brought = [Brought(one, case) for one, case in zip(told.cases, cases, strict=True)]
    say("ärenden, övergångar, åtkomst och tidsgränser lagrade")
    details.write(brought, told.drafts, rows)
    say("utredningar, åtgärder och kommentarer lagrade")
    files.hand_in(rows)
    said = notices.bring(rows, now=now, seed=seed)
    counting.sweep()
    say(f"{said} säkerhetsmeddelanden med mottagare lagrade")
    say(f"{incoming.bring(now=now)} mejl i inkorgen")
    classified = classifications.bring(rows, now=now, seed=seed)
    assessed = assessments.bring(rows, now=now)
    say(f"{classified} informationsklassningar och {assessed} konsekvensbedömningar lagrade")
    drawn = risk_analyses.bring(rows, now=now)
    say(f"{drawn} riskanalyser lagrade")
    suffered = incidents.bring(rows, now=now)
    say(f"{suffered} stora incidenter lagrade")
    kept = year_registers.bring(rows, now=now)
    say(f"{kept} möten, utbildningar, ansvar och tjänstgöringsgrader lagrade")
    say(f"{log_reviews.bring(rows, now=now)} loggkontroller lagrade")
    reported = authority_reports.bring(brought, rows, now=now, seed=seed)
    say(f"{reported} anmälningar till myndigheter lagrade")
    say(f"{analyses.bring()} händelseanalyser beställda")
    say(f"{annual_reports.bring(rows, now=now)} patientsäkerhetsberättelse påbörjad")
    say(f"{saved_reports.bring(rows)} egna rapporter byggda")
    return len(cases)


def _past(one: DemoCase, rows: Rows) -> PastCase:
    """The case's past as the spine takes it."""
    staff = [judged for judged in one.judged if judged.probability is not None]
    last = staff[-1] if staff else None
    sender = one.sender
    return PastCase(
        kind="deviation",
        title=one.title,
        filing_unit=rows.units[one.unit],
        steps=[
            PastStep(
                step=move.step,
                to_status=move.status,
                at=move.at,
                unit=rows.units[move.unit],
                handler=rows.people.get(move.handler),
                by=rows.people.get(sender.person if move.step == "answer" else move.by),
                reason=move.reason,
            )
            for move in one.moves
        ],
        searchable=_searchable(one),
        reporter=From(
            person=rows.people.get(sender.person),
            mode=sender.mode,
            name=sender.name,
            title=sender.title,
            email=sender.email,
        ),
        severity=last.potential if last else None,
        risk_score=last.potential * (last.probability or 1) if last else None,
        secrecy=one.secrecy if last and judgement.asks_for_analysis(last) else Case.Secrecy.NORMAL,
    )


def _searchable(one: DemoCase) -> str:
    told = (
        one.what_happened,
        one.immediate_action,
        one.consequence,
        one.could_have_happened,
        one.suggestion,
        one.place,
        one.device_text,
        one.device_serial,
        one.device_kept,
        one.system_text,
        one.system_workaround,
    )
    return "\n".join(personal_numbers.mask(text).text for text in told)
