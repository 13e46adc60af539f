"""The risk assessment: risks written down, judged, treated, and left to the owner to decide about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import measures, steps
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.information_security.actions import begun
from patientsakerhet.information_security.models import SecurityRisk
from patientsakerhet.information_security.workflow import ASSESSING
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person

TEXTS = ("title", "cause", "consequence", "controls", "treatment_reason")


@dataclass(frozen=True)
class Risk:
    """A risk as somebody writes it."""

    title: str
    threatens: str
    severity: int
    likelihood: int
    cause: str = ""
    consequence: str = ""
    controls: str = ""
    treatment: str = ""
    treatment_reason: str = ""
    severity_after: int | None = None
    likelihood_after: int | None = None


@transaction.atomic
def add_risk(case: Case, risk: Risk, *, by: Person, version: int | None = None) -> SecurityRisk:
    """The risk is part of the assessment."""
    locked, found = begun.begin(
        case, by=by, needs=Can.LEAD_CLASSIFICATION, states={ASSESSING}, version=version
    )
    row = SecurityRisk(classification=found)
    _fill(row, risk, locked)
    found.no_risks_reason = ""
    found.save(update_fields=["no_risks_reason"])
    _end(locked, "classification.risk_added", row, by=by)
    return row


@transaction.atomic
def change_risk(
    row: SecurityRisk, risk: Risk, *, by: Person, version: int | None = None
) -> SecurityRisk:
    """The risk is as written here."""
    locked, _ = begun.begin(
        row.classification.case,
        by=by,
        needs=Can.LEAD_CLASSIFICATION,
        states={ASSESSING},
        version=version,
    )
    _fill(row, risk, locked)
    _end(locked, "classification.risk_changed", row, by=by)
    return row


@transaction.atomic
def remove_risk(row: SecurityRisk, *, by: Person, version: int | None = None) -> None:
    """The risk was none; the trail keeps that it was there. Refuses one with measures that stand."""
    locked, _ = begun.begin(
        row.classification.case,
        by=by,
        needs=Can.LEAD_CLASSIFICATION,
        states={ASSESSING},
        version=version,
    )
    if any(one.stands for one in row.measures.all()):
        raise NotReady("Risken har åtgärder. Låt dem utgå, eller ändra risken i stället.")
    _end(locked, "classification.risk_removed", row, by=by)
    row.delete()


@transaction.atomic
def say_no_risks(case: Case, reason: str, *, by: Person, version: int | None = None) -> Case:
    """Nothing was found that can happen, and this is why."""
    locked, found = begun.begin(
        case, by=by, needs=Can.LEAD_CLASSIFICATION, states={ASSESSING}, version=version
    )
    if found.risks.exists():
        raise NotReady("Det finns risker i bedömningen.")
    if not reason.strip():
        raise NotReady("Skriv varför det inte finns några risker.")
    text = begun.masked(locked, {"no_risks_reason": reason.strip()})["no_risks_reason"]
    found.no_risks_reason = text
    found.save(update_fields=["no_risks_reason"])
    begun.end(locked, "classification.no_risks", by=by, right=Can.LEAD_CLASSIFICATION)
    return locked


@transaction.atomic
def decide_measure(
    row: SecurityRisk,
    *,
    by: Person,
    title: str,
    strength: str,
    owner: Person,
    owner_is_told: bool,
    due_on: date,
    effect_sign: str,
    effect_due_on: date,
    description: str = "",
    version: int | None = None,
) -> Measure:
    """A measure against the risk, one of the spine's; its owner is told."""
    locked, _ = begun.begin(
        row.classification.case,
        by=by,
        needs=Can.LEAD_CLASSIFICATION,
        states={ASSESSING},
        version=version,
    )
    measure = measures.decide(
        locked,
        by=by,
        title=title,
        strength=strength,
        owner=owner,
        owner_is_told=owner_is_told,
        due_on=due_on,
        effect_sign=effect_sign,
        effect_due_on=effect_due_on,
        description=description,
    )
    row.measures.add(measure)
    _end(locked, "classification.risk_measure", row, by=by)
    return measure


@transaction.atomic
def propose(case: Case, *, by: Person, version: int | None = None) -> Case:
    """The risks are assessed, and the owner is asked to decide."""
    locked, found = begun.begin(
        case, by=by, needs=Can.LEAD_CLASSIFICATION, states={ASSESSING}, version=version
    )
    found.risk_assessed_at = timezone.now()
    found.save(update_fields=["risk_assessed_at"])
    moved = steps.move(locked, "propose", by=by, right=Can.LEAD_CLASSIFICATION, handler=found.owner)
    if found.owner != by:
        outbox.promise(
            "classification_to_decide",
            key=f"classification_to_decide:{moved.pk}:{moved.version}",
            person=found.owner,
            case_id=moved.pk,
            number=moved.number,
        )
    return moved


def _fill(row: SecurityRisk, risk: Risk, case: Case) -> None:
    """The row holds what was written; refuses a risk without words or a treatment without reason."""
    if not risk.title.strip():
        raise NotReady("Skriv vad som kan hända.")
    if risk.treatment not in {"", SecurityRisk.Treatment.REDUCE} and not risk.treatment_reason:
        raise NotReady("Skriv varför risken inte behöver minskas.")
    if (risk.severity_after is None) != (risk.likelihood_after is None):
        raise NotReady("Bedöm både allvarlighetsgrad och sannolikhet efter åtgärderna.")
    values = asdict(risk)
    texts = begun.masked(
        case, {name: values[name].strip() for name in TEXTS}, where=f"risk:{row.pk or 0}:"
    )
    for name, value in {**values, **texts}.items():
        setattr(row, name, value)
    row.save()


def _end(case: Case, action: str, row: SecurityRisk, *, by: Person) -> None:
    begun.end(
        case,
        action,
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={
            "risk": row.title,
            "score": row.severity * row.likelihood,
            "treatment": row.treatment,
        },
    )
