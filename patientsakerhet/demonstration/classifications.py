"""Three years of information classifications: programmes, those decided, those under way, follow-ups."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.information_security.actions import alarms, past
from patientsakerhet.information_security.actions.assessing import Risk
from patientsakerhet.information_security.actions.ordering import Order, administrations_of
from patientsakerhet.information_security.actions.past import Past, days_after
from patientsakerhet.information_security.models import (
    ASPECTS,
    Programme,
    SecurityFollowUp,
    SystemStanding,
)
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import ITSystem

LEADS = ("ingrid.malmqvist", "tobias.frisk")
NEVER = 6
"""So many systems nobody has classified."""
WAITING = (1, 1, 2, 3, 4, 4)
"""How many steps each classification under way has taken: with the owner, delivered, and on."""
AGES = (1240, 1180, 990, 860, 700, 560, 480, 420, 330, 250, 210, 160, 120, 80, 45, 20, 9)
"""How many days ago each was decided; the oldest have run out."""
ASSET = "Pappersjournaler i närarkivet"
"""The one information asset that is no system."""
PROGRAMMES = (
    ("sdv", "Nytt digitalt vårdsystem", "Klassningar inför det nya vårdsystemet."),
    ("u537", "Stora system och plattformar", "Befintliga system som saknar klassning."),
)
CRITICALITY = ("critical", "high", "medium", "low")
INFORMATION = (
    "Journalanteckningar, läkemedel och provsvar om patienter i hela regionen.",
    "Personuppgifter om medarbetare, deras behörigheter och scheman.",
    "Bokningar med namn, personnummer och kontaktuppgifter.",
    "Tekniska loggar och inställningar, utan uppgifter om patienter.",
)
REASONS = {
    "confidentiality": "Uppgifter om patienters hälsa kan komma i orätta händer.",
    "integrity": "Fel uppgifter kan leda till fel vård.",
    "availability": "Vården kan inte arbeta som vanligt när systemet ligger nere.",
    "traceability": "Det ska gå att se i efterhand vem som läst och ändrat.",
}
RISKS = (
    Risk(
        title="Obehöriga läser uppgifter om patienter",
        threatens="confidentiality",
        cause="Behörigheter tas inte bort när någon byter arbete.",
        consequence="Patienters integritet kränks.",
        severity=3,
        likelihood=3,
        treatment="accept",
        treatment_reason="Loggarna granskas varje månad.",
        severity_after=3,
        likelihood_after=1,
    ),
    Risk(
        title="Systemet går inte att nå under ett dygn",
        threatens="availability",
        cause="Servern har ingen reserv.",
        consequence="Vården arbetar efter reservrutin, med risk för missade svar.",
        severity=3,
        likelihood=2,
        treatment="accept",
        treatment_reason="Reservrutinen övas varje år.",
    ),
    Risk(
        title="Uppgifter skrivs över vid uppgradering",
        threatens="integrity",
        cause="Ingen kontroll efter uppgradering.",
        consequence="Fel uppgifter visas.",
        severity=4,
        likelihood=2,
        treatment="share",
        treatment_reason="Leverantören ansvarar för kontrollen enligt avtalet.",
    ),
)


def bring(rows: Rows, *, now: datetime, seed: int) -> int:
    """The classifications and follow-ups, in the transaction that brings the region; how many cases."""
    chance = random.Random(f"{seed}/classifications")
    for system, code in zip(rows.systems.values(), _weights(chance), strict=False):
        owner = system.information_owner or system.system_manager or rows.people["annika.wester"]
        ITSystem.objects.filter(pk=system.pk).update(information_owner=owner, criticality=code)
        system.information_owner, system.criticality = owner, code
    programmes = [
        Programme.objects.create(
            code=code,
            name=name,
            description=text,
            valid_from=(now - timedelta(days=1200)).date(),
        )
        for code, name, text in PROGRAMMES
    ]
    told = list(_invented(rows, now, chance, programmes))
    past.bring(told, by=None, right="demonstration")
    changed = {one.order.system.pk for one in told[:: len(AGES) // 3] if one.order.system}
    SystemStanding.objects.exclude(system__in=changed).update(changed_at=None)
    _follow_ups(rows, now, programmes)
    return len(told)


def count() -> int:
    """How many there are."""
    return len(AGES) + len(WAITING) + 1


def _invented(
    rows: Rows, now: datetime, chance: random.Random, programmes: list[Programme]
) -> Iterator[Past]:
    """The decided ones, oldest first, then those under way, and one of an asset that is no system."""
    systems = list(rows.systems.values())[NEVER:]
    leads = [rows.people[key] for key in LEADS]
    for place, age in enumerate(AGES):
        programme = programmes[place % 3] if place % 3 < 2 else None
        start = now - timedelta(days=age + 70)
        moments = days_after(start, 18, 30, 58, 70)
        until = moments[-1].date() + timedelta(days=1095)
        yield _past(systems[place], leads[place % 2], moments, programme, chance, until)
    for place, steps in enumerate(WAITING):
        moments = days_after(now - timedelta(days=24 - 3 * place), 2, 4, 8, 10)[:steps]
        system = systems[len(AGES) + place]
        yield _past(system, leads[place % 2], moments, programmes[place % 2], chance, None)
    moments = days_after(now - timedelta(days=1300), 18, 30, 58, 70)
    until = moments[-1].date() + timedelta(days=1095)
    archive = _past(systems[0], leads[0], moments, None, chance, until)
    order = Order(
        occasion="existing", owner=archive.order.owner, asset=ASSET, unit=systems[0].managing_unit
    )
    yield replace(archive, order=order)


def _past(
    system: ITSystem,
    lead: Person,
    moments: list[datetime],
    programme: Programme | None,
    chance: random.Random,
    until: date | None,
) -> Past:
    owner = system.information_owner
    if owner is None:
        raise ValueError(f"{system} has no owner")
    concerned = administrations_of(system, system.managing_unit)
    levels = {name: chance.choice((1, 2, 2, 3, 3)) for name, _ in ASPECTS}
    assessed = len(moments) >= 4
    return Past(
        order=Order(
            occasion=chance.choice(("new", "changed")) if programme is None else "existing",
            owner=owner,
            system=system,
            programme=programme,
        ),
        lead=lead,
        at=moments,
        information=chance.choice(INFORMATION),
        levels=levels,
        reasons=REASONS,
        participants=[(owner.name, "informationsägare"), (lead.name, "samordnare")],
        coordinators={each.pk: lead for each in concerned} if len(moments) >= 3 else {},
        risks=chance.sample(RISKS, 2) if assessed else (),
        decision=chance.choice(("accepted", "with_measures")) if until else "",
        decision_reason="Riskerna är kända och hanterade." if until else "",
        valid_until=until,
    )


def _weights(chance: random.Random) -> list[str]:
    return [chance.choices(CRITICALITY, (2, 3, 3, 1))[0] for _ in range(100)]


def _follow_ups(rows: Rows, now: datetime, programmes: list[Programme]) -> None:
    lead = rows.people[LEADS[0]]
    today = now.date()
    told = (
        ("Behörigheter i journalen", -120, "Tolv behörigheter var för vida och är borttagna."),
        ("Reservrutiner vid driftstopp", -40, "Övade på fyra avdelningar. Två saknade papper."),
        ("Åtgärder efter förra årets riskbedömningar", -6, ""),
        ("Granskning av loggar, stickprov", 9, ""),
        ("Klassningar inom SDV", 45, ""),
    )
    SecurityFollowUp.objects.bulk_create(
        SecurityFollowUp(
            title=title,
            unit=rows.units["informationssakerhet"],
            responsible=lead,
            planned_by=lead,
            planned_on=today + timedelta(days=days),
            programme=programmes[0] if "SDV" in title else None,
            done_on=today + timedelta(days=days + 2) if result else None,
            done_by=lead if result else None,
            result=result,
            **({} if result else alarms.alarms_for(today + timedelta(days=days))),
        )
        for title, days, result in told
    )
