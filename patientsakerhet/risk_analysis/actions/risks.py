"""Describing risks, judging them, striking them out, and judging them again when something has happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import DeviceModel, ITSystem
from patientsakerhet.risk_analysis.actions import core
from patientsakerhet.risk_analysis.actions.commissions import tie
from patientsakerhet.risk_analysis.models import (
    ProcessStep,
    Risk,
    RiskAnalysis,
    RiskReview,
    Scoring,
)
from patientsakerhet.risk_analysis.workflow import (
    ANALYSING,
    CLOSED,
    COMMISSIONED,
    DECIDING,
    FOLLOW_UP,
    aimed_measures,
)

TEXTS = ("title", "cause", "consequence", "existing_controls", "watched_words")
JUDGED_IN = {
    Scoring.Stage.BEFORE: (COMMISSIONED, ANALYSING),
    Scoring.Stage.AFTER: (ANALYSING, DECIDING),
}
ACCEPTED_IN = (COMMISSIONED, ANALYSING, DECIDING, FOLLOW_UP)
"""A measure may be turned down or taken back long after it was proposed."""
REVIEWED_IN = (COMMISSIONED, ANALYSING, DECIDING, FOLLOW_UP, CLOSED)
"""A risk may have to be judged again long after its analysis is closed."""


@transaction.atomic
def add(
    case: Case,
    *,
    by: Person,
    title: str,
    step: ProcessStep | None = None,
    systems: Iterable[ITSystem] = (),
    products: Iterable[DeviceModel] = (),
    raised_from: Case | None = None,
    version: int | None = None,
    **texts: str,
) -> Risk:
    """One more risk, with the next number; one that a case has woken keeps the link to it.

    Texts: cause, consequence, existing_controls, watched_words.
    """
    analysis = core.begin(case, by=by, version=version)
    if raised_from is not None and not (
        Case.objects.visible_to(by).filter(pk=raised_from.pk).exists()
    ):
        raise NotReady("Ärendet finns inte.")
    serial = (analysis.risks.aggregate(last=Max("serial"))["last"] or 0) + 1
    now = timezone.now()
    risk = Risk.objects.create(
        analysis=analysis,
        serial=serial,
        step=_own(step, analysis),
        raised_from=raised_from,
        created_at=now,
        created_by=by,
        reviewed_at=now,
        **_texts(analysis, serial, {"title": title, **texts}),
    )
    risk.systems.set(systems)
    risk.products.set(products)
    if raised_from is not None:
        tie(analysis.case, raised_from, by=by)
    _tell(analysis, "risk.added", risk, by=by)
    return risk


@transaction.atomic
def change(
    risk: Risk,
    *,
    by: Person,
    step: ProcessStep | None = None,
    systems: Iterable[ITSystem] = (),
    products: Iterable[DeviceModel] = (),
    version: int | None = None,
    **texts: str,
) -> Risk:
    """The risk says this from now on: title, cause, consequence, existing_controls, watched_words."""
    analysis, row = _begin(risk, by=by, version=version)
    told = _texts(analysis, row.serial, texts)
    before = {name: getattr(row, name) for name in told}
    row.step = _own(step, analysis)
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=["step", *told])
    row.systems.set(systems)
    row.products.set(products)
    changed = sorted(name for name, value in told.items() if before[name] != value)
    _tell(analysis, "risk.changed", row, by=by, body={"changed": changed})
    return row


@transaction.atomic
def accept(risk: Risk, *, by: Person, reason: str, version: int | None = None) -> Risk:
    """The risk is lived with and no measure stands, for this reason; an empty one takes that back."""
    analysis, row = _begin(risk, by=by, version=version, states=ACCEPTED_IN)
    if reason.strip() and aimed_measures(row):
        raise NotReady("Det finns åtgärder mot risken. Ta tillbaka dem först.")
    told = core.masked(analysis.case, f"risk{row.serial}", reason=reason)
    row.accepted_reason = told["reason"]
    row.save(update_fields=["accepted_reason"])
    _tell(analysis, "risk.accepted", row, by=by, body={"reason": row.accepted_reason})
    return row


@transaction.atomic
def withdraw(risk: Risk, *, by: Person, reason: str, version: int | None = None) -> Risk:
    """The risk is struck out, for this reason; its number is not used again."""
    analysis, row = _begin(risk, by=by, version=version)
    if not reason.strip():
        raise NotReady("Skriv varför risken stryks.")
    if aimed_measures(row):
        raise NotReady("Det finns åtgärder mot risken. Ta tillbaka dem först.")
    told = core.masked(analysis.case, f"risk{row.serial}", withdrawn=reason)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.withdrawn_reason = told["withdrawn"]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell(analysis, "risk.withdrawn", row, by=by, body={"reason": row.withdrawn_reason})
    return row


@transaction.atomic
def score(
    risk: Risk,
    *,
    by: Person,
    stage: str,
    severity: int,
    probability: int,
    detection: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> Scoring:
    """The risk is judged as things are, or as they will be when the measures are done.

    Before measures by the analysis's team; after them also by whoever decides, when something
    was turned down. Refuses a number after measures for a risk with none.
    """
    if stage not in JUDGED_IN:
        raise NotReady("Välj om risken bedöms före eller efter åtgärder.")
    analysis, row = _begin(risk, by=by, version=version, states=JUDGED_IN[Scoring.Stage(stage)])
    if stage == Scoring.Stage.AFTER:
        if row.before is None:
            raise NotReady("Bedöm risken före åtgärder först.")
        if not any(row.aims.all()):
            raise NotReady("Föreslå en åtgärd först. Efter är bedömningen när den är gjord.")
    made = _judge(row, stage, severity, probability, detection, reason, by=by)
    row.reviewed_at = made.at
    row.save(update_fields=["reviewed_at"])
    body = {
        "stage": made.stage,
        "severity": made.severity,
        "probability": made.probability,
        "detection": made.detection,
        "score": made.score,
    }
    _tell(analysis, "risk.scored", row, by=by, body=body)
    return made


@transaction.atomic
def review(
    risk: Risk,
    *,
    by: Person,
    note: str,
    severity: int | None = None,
    probability: int | None = None,
    detection: int | None = None,
    version: int | None = None,
) -> Risk:
    """The risk has been looked at again: its judgement holds, or it has a new one.

    Answers every proposal that waits; what has happened is counted from now on. Also in a closed
    analysis.
    """
    analysis, row = _begin(risk, by=by, version=version, states=REVIEWED_IN)
    if not note.strip():
        raise NotReady("Skriv vad omprövningen kom fram till.")
    if (severity is None) != (probability is None):
        raise NotReady("Välj både allvarlighetsgrad och sannolikhet, eller ingen av dem.")
    now = timezone.now()
    told = core.masked(analysis.case, f"risk{row.serial}", note=note)["note"]
    outcome = RiskReview.Outcome.HOLDS
    if severity is not None and probability is not None:
        _judge(row, Scoring.Stage.REVIEW, severity, probability, detection, told, by=by)
        outcome = RiskReview.Outcome.RESCORED
    elif row.score is None:
        raise NotReady("Risken är inte bedömd än.")
    answered = row.reviews.waiting().update(
        outcome=outcome, note=told, handled_at=now, handled_by=by
    )
    if not answered:
        RiskReview.objects.create(
            risk=row, proposed_at=now, outcome=outcome, note=told, handled_at=now, handled_by=by
        )
    row.reviewed_at = now
    row.save(update_fields=["reviewed_at"])
    body = {"outcome": outcome, "answered": answered, "score": row.score}
    _tell(analysis, "risk.reviewed", row, by=by, body=body)
    return row


def _begin(
    risk: Risk,
    *,
    by: Person,
    version: int | None,
    states: Iterable[str] = (COMMISSIONED, ANALYSING),
) -> tuple[RiskAnalysis, Risk]:
    analysis = core.begin(risk.analysis.case, by=by, version=version, states=tuple(states))
    row = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
    if row.withdrawn_at is not None:
        raise NotReady("Risken är struken.")
    row.analysis = analysis  # which is locked already
    return analysis, row


def _own(step: ProcessStep | None, analysis: RiskAnalysis) -> ProcessStep | None:
    if step is not None and step.analysis_id != analysis.pk:
        raise NotReady("Steget hör till en annan analys.")
    return step


def _texts(analysis: RiskAnalysis, serial: int, given: dict[str, str]) -> dict[str, str]:
    if unknown := set(given) - set(TEXTS):
        raise TypeError(f"not a risk's texts: {sorted(unknown)}")
    told = core.masked(analysis.case, f"risk{serial}", **given)
    if not told.get("title", "-"):
        raise NotReady("Skriv vad som kan gå fel.")
    return {
        name: value[:200] if name in {"title", "watched_words"} else value
        for name, value in told.items()
    }


def _judge(
    risk: Risk,
    stage: str,
    severity: int,
    probability: int,
    detection: int | None,
    reason: str,
    *,
    by: Person,
) -> Scoring:
    """One more judgement, on the method that the analysis began with."""
    method = risk.analysis.method
    given = [severity, probability, *([detection] if method.detects else [])]
    if any(one is None or not 1 <= one <= method.steps for one in given):
        raise NotReady(f"Välj ett steg mellan 1 och {method.steps} för varje skala.")
    number = severity * probability * (detection or 1 if method.detects else 1)
    told = core.masked(risk.analysis.case, f"risk{risk.serial}:{stage}", reason=reason)
    made = Scoring.objects.create(
        risk=risk,
        method=method,
        stage=stage,
        severity=severity,
        probability=probability,
        detection=detection if method.detects else None,
        band=method.band(number),
        reason=told["reason"],
        by=by,
        at=timezone.now(),
    )
    if stage != Scoring.Stage.AFTER:  # what is only planned has not lowered anything yet
        risk.score, risk.band = number, made.band
        risk.save(update_fields=["score", "band"])
    return made


def _tell(
    analysis: RiskAnalysis,
    action: str,
    risk: Risk,
    *,
    by: Person,
    body: dict[str, Any] | None = None,
) -> None:
    core.finish(
        analysis,
        action,
        by=by,
        object_type="risk",
        object_id=risk.pk,
        body={"risk": risk.serial, **(body or {})},
        indexes=True,
    )
