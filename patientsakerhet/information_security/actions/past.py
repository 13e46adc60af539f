"""Classifications with their true past, in bulk: read in from a file, or of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases import desks, history
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import standing
from patientsakerhet.information_security.actions.assessing import Risk
from patientsakerhet.information_security.actions.ordering import Order, administrations_of
from patientsakerhet.information_security.models import (
    AffectedAdministration,
    InformationClassification,
    InputItem,
    InputMaterial,
    Participant,
    SecurityRisk,
)
from patientsakerhet.information_security.workflow import (
    ASSESSING,
    DECIDED,
    DECIDING,
    DELIVERED,
    KIND,
    ORDERED,
)
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit

WAY = (
    ("file", ORDERED),
    ("deliver", DELIVERED),
    ("assess", ASSESSING),
    ("propose", DECIDING),
    ("decide", DECIDED),
)
"""The steps of a classification that was decided, in order."""


@dataclass(frozen=True)
class Past:
    """A classification as it came to be: `at` is when each step of `WAY` was taken, as far as it came.

    One with a `source` is kept as it was there, and is read in once.
    """

    order: Order
    lead: Person
    at: Sequence[datetime]
    information: str = ""
    levels: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    participants: Sequence[tuple[str, str]] = ()
    coordinators: Mapping[int, Person] = field(default_factory=dict)
    """By the administration's key."""
    risks: Sequence[Risk] = ()
    no_risks_reason: str = ""
    decision: str = ""
    decision_reason: str = ""
    valid_until: date | None = None
    source: tuple[str, str] = ("", "")
    decider: str = ""
    """Who decided, where nobody here is known by the name."""
    is_risk_assessed: bool = True
    """Older classifications may lack their risk assessment; only those with a source can."""

    @property
    def reached(self) -> int:
        """How many steps were taken after the order."""
        return len(self.at) - 1


@transaction.atomic
def bring(past: Sequence[Past], *, by: Person | None, right: str) -> list[Case]:
    """The classifications, with everything that belongs to each; nobody is mailed.

    Refuses one that began before an earlier one in the sequence of the same system had ended, when
    both are under way.
    """
    cases = history.write([_case(one) for one in past], by=by, right=right)
    items = list(InputItem.objects.current())
    for one, case in zip(past, cases, strict=True):
        standing.lock(one.order.thing)
        if one.reached < len(WAY) - 1 and _is_under_way(one, case):
            raise NotReady(f"{one.order.subject} klassas redan.")
        found = InformationClassification.objects.create(case=case, **_values(one))
        InputMaterial.objects.bulk_create(
            InputMaterial(
                classification=found,
                item=item,
                state="there" if one.reached > 1 and item.is_required else "missing",
            )
            for item in items
        )
        Participant.objects.bulk_create(
            Participant(classification=found, name=name, part=part)
            for name, part in one.participants
        )
        SecurityRisk.objects.bulk_create(
            SecurityRisk(classification=found, **vars(risk)) for risk in one.risks
        )
        _reach(one, case, found)
        standing.keep(one.order.thing)
    return cases


def _case(one: Past) -> PastCase:
    unit = one.order.at
    desk = desks.for_unit(unit)
    turn = {ORDERED: one.order.owner, DECIDING: one.order.owner, DECIDED: one.order.owner}
    who = {"file": one.lead, "deliver": one.order.owner, "decide": one.order.owner}
    return PastCase(
        kind=KIND,
        title=f"Informationsklassning av {one.order.subject}"[:200],
        filing_unit=unit,
        steps=[
            PastStep(
                step=step,
                to_status=status,
                at=at,
                unit=desk,
                handler=turn.get(status, one.lead),
                by=who.get(step, one.lead),
                reason=one.decision_reason if step == "decide" else "",
            )
            for (step, status), at in zip(WAY, one.at, strict=False)
            if one.is_risk_assessed or status not in {ASSESSING, DECIDING}
        ],
        searchable=f"{one.order.subject} {one.order.programme or ''} {one.information}",
        reporter=None,
        source_system=one.source[0],
        source_key=one.source[1],
    )


def _is_under_way(one: Past, case: Case) -> bool:
    rows = InformationClassification.objects.under_way().of(one.order.thing)
    return rows.exclude(case=case).exists()


def _values(one: Past) -> dict[str, object]:
    """The classification's own columns, as far as it came."""
    told = dict(one.levels) if one.reached else {}
    reasons = {f"{name}_reason": text for name, text in one.reasons.items()} if told else {}
    decided = one.reached == len(WAY) - 1
    return {
        "system": one.order.system,
        "asset": "" if one.order.system is not None else one.order.subject,
        "occasion": one.order.occasion,
        "programme": one.order.programme,
        "owner": one.order.owner,
        "lead": one.lead,
        "information": one.information if one.reached else "",
        **told,
        **reasons,
        "delivered_at": one.at[1] if one.reached else None,
        "delivered_by": one.order.owner if one.reached else None,
        "no_risks_reason": one.no_risks_reason,
        "risk_assessed_at": one.at[3] if one.reached >= 3 and one.is_risk_assessed else None,
        "decision": one.decision if decided else "",
        "decision_reason": one.decision_reason if decided else "",
        "decided_at": one.at[4] if decided else None,
        "decided_by": one.order.owner if decided else None,
        "decided_by_name": one.decider[:120] if decided else "",
        "valid_until": one.valid_until if decided else None,
    }


def _reach(one: Past, case: Case, found: InformationClassification) -> None:
    """Whom it concerns, with their coordinators, and who reads it."""
    system, unit = one.order.system, one.order.at
    concerned = administrations_of(system, unit)
    AffectedAdministration.objects.bulk_create(
        AffectedAdministration(
            classification=found, unit=each, coordinator=one.coordinators.get(each.pk)
        )
        for each in concerned
    )
    named = {each for each in concerned if each.pk in one.coordinators}
    owned = {system.owner_unit} if system is not None and system.owner_unit is not None else set()
    units: set[Unit] = {unit, case.owning_unit, *owned, *named}
    for each in sorted(units, key=lambda one: one.pk):
        policy.reach(case, Level.CLASSIFICATION, unit=each)
    policy.reach(case, Level.CLASSIFICATION, person=one.order.owner)


def days_after(start: datetime, *days: float) -> list[datetime]:
    """The moment, and those so many days after it."""
    return [start, *(start + timedelta(days=each) for each in days)]
