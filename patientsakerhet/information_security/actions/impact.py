"""Impact assessments: begun with a screening, written, advised about, decided, looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core, deadlines, filing, steps
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.information_security.actions import begun, standing
from patientsakerhet.information_security.impact_workflow import (
    APPROVED,
    DRAFTING,
    ENDING,
    KIND,
    SCREENING,
    TO_DECIDE,
)
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    Programme,
    RightsRisk,
    ScreeningAnswer,
    ScreeningCriterion,
)
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem

BY_HAND = {"need", "set_aside", "ask_advice", "redraft", "submit", "replace", "end", "cancel"}
"""Steps somebody takes by pressing a button; the decision has a form of its own."""


@dataclass(frozen=True)
class Processing:
    """What is to be assessed, where, and who answers for it."""

    processing: str
    owner: Person
    unit: Unit
    system: ITSystem | None = None
    programme: Programme | None = None


@dataclass(frozen=True)
class Rights:
    """A risk to people as somebody writes it."""

    title: str
    severity: int
    likelihood: int
    consequence: str = ""
    response: str = ""
    severity_after: int | None = None
    likelihood_after: int | None = None


def start(wanted: Processing, *, by: Person, submission: UUID) -> Case:
    """The assessment's case, to be screened; the first one's when this submission has been made before.

    Refuses whoever does not lead such work at the unit.
    """
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(wanted, by=by, submission=submission)
    except IntegrityError:
        # Two sendings at once, or something that must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def screen(
    case: Case, answers: Mapping[int, bool], *, by: Person, version: int | None = None
) -> Case:
    """Each criterion, by its key, applies or does not."""
    locked, found = begin(case, by=by, states={SCREENING}, version=version)
    rows = list(found.screening.all())
    for row in rows:
        row.applies = answers.get(row.criterion_id, row.applies)
    ScreeningAnswer.objects.bulk_update(rows, ["applies"])
    end(locked, "impact.screened", by=by, body={"applies": sum(bool(r.applies) for r in rows)})
    return locked


@transaction.atomic
def write(
    case: Case,
    *,
    by: Person,
    description: str,
    necessity: str,
    views: str = "",
    version: int | None = None,
) -> Case:
    """The processing, why it is necessary and in proportion, and what those concerned think of it."""
    locked, found = begin(case, by=by, states={DRAFTING}, version=version)
    texts = {"description": description, "necessity": necessity, "views": views}
    keep(found, begun.masked(locked, texts, where="impact:"))
    end(locked, "impact.written", by=by)
    return locked


@transaction.atomic
def put_risk(
    case: Case,
    risk: Rights,
    *,
    by: Person,
    row: RightsRisk | None = None,
    version: int | None = None,
) -> RightsRisk:
    """The risk is as written here; a new one without a row."""
    locked, found = begin(case, by=by, states={DRAFTING}, version=version)
    if not risk.title.strip():
        raise NotReady("Skriv vad som kan hända.")
    if (risk.severity_after is None) != (risk.likelihood_after is None):
        raise NotReady("Bedöm både allvarlighetsgrad och sannolikhet efter åtgärderna.")
    held = row or RightsRisk(assessment=found)
    values = asdict(risk)
    texts = {name: values[name].strip() for name in ("title", "consequence", "response")}
    for name, value in {**values, **begun.masked(locked, texts, where="rights:")}.items():
        setattr(held, name, value)
    held.save()
    end(locked, "impact.risk_put", by=by, body={"risk": held.title})
    return held


@transaction.atomic
def remove_risk(row: RightsRisk, *, by: Person, version: int | None = None) -> None:
    """The risk was none; the trail keeps that it was there. Refuses one with measures that stand."""
    locked, _ = begin(row.assessment.case, by=by, states={DRAFTING}, version=version)
    if any(one.stands for one in row.measures.all()):
        raise NotReady("Risken har åtgärder. Låt dem utgå, eller ändra risken i stället.")
    end(locked, "impact.risk_removed", by=by, body={"risk": row.title})
    row.delete()


@transaction.atomic
def consult(
    case: Case,
    *,
    by: Person,
    consulted_on: date,
    answered_on: date | None = None,
    answer: str = "",
    version: int | None = None,
) -> Case:
    """Prior consultation was asked for that day, and answered so."""
    locked, found = begin(case, by=by, states={TO_DECIDE}, version=version)
    if consulted_on > timezone.localdate() or (answered_on or consulted_on) < consulted_on:
        raise NotReady("Kontrollera dagarna: samrådet begärs först och besvaras sedan.")
    if answered_on is not None and not answer.strip():
        raise NotReady("Skriv vad myndigheten svarade.")
    told = begun.masked(locked, {"consultation_answer": answer}, where="impact:")
    keep(found, {**told, "consulted_on": consulted_on, "consultation_answered_on": answered_on})
    end(locked, "impact.consulted", by=by)
    return locked


@transaction.atomic
def decide(
    case: Case,
    *,
    by: Person,
    decision: str,
    reason: str,
    review_on: date | None = None,
    version: int | None = None,
) -> Case:
    """It is decided about the processing, and the assessment is looked at again that day.

    Refuses while the remaining risk is high and the authority has not answered. Without a day it
    is looked at as late as the rule says, and never later.
    """
    locked, found = begin(
        case, by=by, states={TO_DECIDE}, version=version, needs=Can.DECIDE_CLASSIFICATION
    )
    if decision not in ImpactAssessment.Decision.values:
        raise NotReady("Välj vad som beslutas.")
    if not reason.strip():
        raise NotReady("Skriv skälen till beslutet.")
    today = timezone.localdate()
    latest = review_day(today)
    review_on = review_on or latest
    if not today < review_on <= latest:
        raise NotReady(f"Bedömningen ses över senast {latest}, och tidigast i morgon.")
    told = begun.masked(locked, {"decision_reason": reason.strip()}, where="impact:")
    keep(
        found,
        {
            **told,
            "decision": decision,
            "decided_at": timezone.now(),
            "decided_by": by,
            "review_on": review_on,
        },
    )
    steps.move(
        locked,
        "approve",
        by=by,
        right=Can.DECIDE_CLASSIFICATION,
        reason=reason,
        handler=found.lead,
    )
    running = locked.deadlines.open().filter(purpose=deadlines.STATE).select_related("rule").get()
    running.due_at = calendar.end_of_day(review_on)
    if running.rule is not None:
        deadlines.set_around(running, running.rule, due=running.due_at)
    running.save(update_fields=["due_at", "remind_at", "escalate_at", "next_alarm_at"])
    locked.due_at = deadlines.earliest(locked)
    core.save(locked, "due_at")
    _replace_earlier(found, by=by)
    standing.keep_assessed(found.system)
    return locked


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, reason: str = "", version: int | None = None
) -> Case:
    """The assessment has moved along this arrow."""
    if name not in BY_HAND:
        raise NotReady("Det steget följer av beslutet.")
    found = ImpactAssessment.objects.select_related(
        "owner", "lead", "system", "officer_person"
    ).get(pk=case.pk)
    kind, asked = {
        "submit": ("impact_to_decide", found.owner),
        "ask_advice": ("impact_to_advise", found.officer_person),
    }.get(name, ("", None))
    moved = steps.take_step(
        case, name, by=by, reason=reason, version=version, handler=asked or found.lead
    )
    if asked is not None:
        ask(moved, kind, asked, by=by)
    if name == "redraft" and found.advised_on is not None:
        _ask_for_advice_anew(moved, found, by=by)
    standing.keep_assessed(found.system)
    return moved


def _ask_for_advice_anew(case: Case, found: ImpactAssessment, *, by: Person) -> None:
    """What is reworked is advised on again; the words of the former advice stay to start from."""
    was = {"advice": found.advice, "advised_on": str(found.advised_on)}
    keep(found, {"advice": "", "advised_on": None})
    begun.record(case, "impact.advice_set_aside", by=by, right=Can.LEAD_CLASSIFICATION, body=was)


def ask(case: Case, kind: str, person: Person, *, by: Person) -> None:
    """Whoever has the next turn knows that her advice, her decision or her next step is waited for."""
    if person != by:
        outbox.promise(
            kind,
            key=f"{kind}:{case.pk}:{case.version}:{person.pk}",
            person=person,
            case_id=case.pk,
            number=case.number,
        )


def review_day(on: date) -> date:
    """When an assessment decided that day is looked at again by the rule in force."""
    rule = deadlines.rule_for(KIND, APPROVED)
    if rule is None:
        raise NotReady(
            "Det finns ingen tidsgräns för när en konsekvensbedömning ses över. Be en "
            "systemförvaltare lägga till en."
        )
    start = calendar.end_of_day(on)
    return timezone.localdate(deadlines.later(start, rule.amount, rule.measured))


def _open(wanted: Processing, *, by: Person, submission: UUID) -> Case:
    if not wanted.processing.strip():
        raise NotReady("Skriv vilken behandling det gäller.")
    case = filing.open_case(
        KIND,
        title=f"Konsekvensbedömning av {wanted.processing}"[:200],
        unit=wanted.unit,
        reporter=None,
        submission=submission,
        by=by,
        searchable=f"{wanted.processing} {wanted.system or ''} {wanted.programme or ''}",
    )
    found = ImpactAssessment.objects.create(
        case=case,
        processing=wanted.processing.strip(),
        system=wanted.system,
        programme=wanted.programme,
        owner=wanted.owner,
        lead=by,
    )
    ScreeningAnswer.objects.bulk_create(
        ScreeningAnswer(assessment=found, criterion=one)
        for one in ScreeningCriterion.objects.current()
    )
    for unit in sorted({wanted.unit, case.owning_unit}, key=lambda one: one.pk):
        policy.reach(case, Level.CLASSIFICATION, unit=unit)
    policy.reach(case, Level.CLASSIFICATION, person=wanted.owner)
    policy.check(by, Can.LEAD_CLASSIFICATION, case)
    case.handler = by
    policy.reach(case, Level.HANDLER, person=by)
    core.save(case, "handler")
    begun.record(
        case,
        "impact.begun",
        by=by,
        right=Can.LEAD_CLASSIFICATION,
        body={"processing": found.processing, "owner": wanted.owner.pk},
    )
    return case


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case__owning_unit").first()
    return row.case if row else None


def begin(
    case: Case,
    *,
    by: Person,
    states: Iterable[str],
    version: int | None,
    needs: Can = Can.LEAD_CLASSIFICATION,
) -> tuple[Case, ImpactAssessment]:
    """The case locked and its assessment, when the person may and the state allows."""
    locked = core.begin(case, by=by, needs=needs, version=version)
    if locked.status not in states:
        raise NotReady(f"Det går inte när bedömningen är ”{locked.status_label}”.")
    found = ImpactAssessment.objects.select_related("system", "lead", "officer_person").get(
        pk=locked.pk
    )
    locked.impact_assessment = found
    found.case = locked
    return locked, found


def keep(row: ImpactAssessment, values: Mapping[str, Any]) -> None:
    """The assessment says this from now on."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def end(
    case: Case,
    action: str,
    *,
    by: Person,
    body: Mapping[str, Any] | None = None,
) -> None:
    """The case is one version on, and the trail tells what was done."""
    begun.end(case, action, by=by, right=Can.LEAD_CLASSIFICATION, body=body)


def _replace_earlier(newer: ImpactAssessment, *, by: Person) -> None:
    """What was decided before of the same system and processing is replaced, unless something of it is left."""
    rows = ImpactAssessment.objects.filter(
        case__status=APPROVED, system=newer.system, processing__iexact=newer.processing
    )
    for one in rows.exclude(pk=newer.pk).select_related("case").order_by("pk"):
        old = core.lock(one.case)
        if old.status == APPROVED and not any(guard(one) for guard in ENDING):
            steps.move(
                old,
                "replace",
                by=by,
                right=Can.DECIDE_CLASSIFICATION,
                reason=f"Ersatt av {newer.case.number}.",
            )
