"""Analyses that were made before, with their true past: read in from the files people keep today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import history, sealing
from patientsakerhet.cases.actions import filing
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.risk_analysis.actions import core
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    ProcessStep,
    Risk,
    RiskAnalysis,
    RiskMeasure,
    Scoring,
    ScoringMethod,
)
from patientsakerhet.risk_analysis.workflow import CLOSED, COMMISSIONED, FOLLOW_UP, KIND

FOLLOWED_AFTER = timedelta(days=90)
"""When the effect is looked at, for a measure whose source does not say."""


@dataclass(frozen=True)
class Somebody:
    """A person as the source names her, and who she is here when that is known."""

    name: str
    person: Person | None = None


@dataclass(frozen=True)
class PastMeasure:
    """A measure as the source has it."""

    title: str
    strength: str
    owner: Somebody
    status: str
    due_on: date
    reason: str = ""
    done_on: date | None = None
    effect: str = ""
    effect_result: str = ""
    effect_sign: str = ""
    effect_due_on: date | None = None


@dataclass(frozen=True)
class PastRisk:
    """A risk with its judgements, as steps on the scales of the method, and its measures."""

    title: str
    step: str = ""
    cause: str = ""
    consequence: str = ""
    existing_controls: str = ""
    accepted_reason: str = ""
    before: Sequence[int] = ()
    after: Sequence[int] = ()
    measures: Sequence[PastMeasure] = ()


@dataclass(frozen=True)
class PastAnalysis:
    """An analysis that was decided in another system; `source` is that system and the key there."""

    source: tuple[str, str]
    title: str
    unit: Unit
    occasion: str
    change: str
    scope: str
    commissioner: Somebody
    leader: Somebody | None
    commissioned_on: date
    decided_on: date
    method: ScoringMethod
    risks: Sequence[PastRisk]
    conclusion: str = ""

    @property
    def measures(self) -> list[PastMeasure]:
        """Each measure once, however many risks it is to lower."""
        return list(dict.fromkeys(each for risk in self.risks for each in risk.measures))

    @property
    def closed_on(self) -> date | None:
        """When it was over; never while a measure is open or its effect is not known."""
        left = any(
            one.status in Measure.OPEN or (one.status == Measure.Status.DONE and not one.effect)
            for one in self.measures
        )
        if left:
            return None
        return max([self.decided_on, *(one.done_on for one in self.measures if one.done_on)])


def here(source: str, key: str) -> Case | None:
    """The analysis's case, when it has been read in before."""
    return Case.objects.filter(source_system=source, source_key=key).first()


@transaction.atomic
def bring(one: PastAnalysis, *, by: Person) -> Case:
    """The analysis with everything in it; nobody is mailed. Whoever reads it in leads what is left
    of it, where the one who led it is not known here."""
    policy.check_anywhere(by, Can.LEAD_ANALYSIS)
    [case] = history.write([_case(one, by)], by=by, right=Can.LEAD_ANALYSIS)
    told = core.masked(
        case, "analysis", change=one.change, scope=one.scope, conclusion=one.conclusion
    )
    analysis = RiskAnalysis.objects.create(
        case=case,
        commissioned_by=one.commissioner.person,
        commissioner_name="" if one.commissioner.person else one.commissioner.name,
        commissioned_on=one.commissioned_on,
        occasion=one.occasion,
        method=one.method,
        **told,
    )
    if one.leader is not None:
        AnalysisMember.objects.create(
            analysis=analysis,
            person=one.leader.person,
            name=one.leader.name,
            title=one.leader.person.title if one.leader.person else "",
            part=AnalysisMember.Part.LEADER,
        )
    steps = {
        title: ProcessStep.objects.create(analysis=analysis, position=position, title=title)
        for position, title in enumerate(dict.fromkeys(r.step for r in one.risks if r.step), 1)
    }
    measures = {each: _measure(each, one, case, by) for each in one.measures}
    for serial, risk in enumerate(one.risks, start=1):
        row = _risk(risk, serial, analysis, steps, one)
        RiskMeasure.objects.bulk_create(
            RiskMeasure(risk=row, measure=measures[each]) for each in dict.fromkeys(risk.measures)
        )
    filing.index(case, core.searchable(analysis))
    if Can.READ not in policy.capabilities(by, case):
        policy.reach(case, Level.READER, person=by)
    return case


def _noon(day: date) -> datetime:
    return calendar.moment(day, time(12))


def _case(one: PastAnalysis, by: Person) -> PastCase:
    handler = (one.leader.person if one.leader else None) or by
    ends = [("file", COMMISSIONED, one.commissioned_on), ("sign", FOLLOW_UP, one.decided_on)]
    if one.closed_on is not None:
        ends.append(("close", CLOSED, one.closed_on))
    decided = f"Beslutad av {one.commissioner.name} enligt {one.source[0]}."
    return PastCase(
        kind=KIND,
        title=sealing.mask(one.title).text[:200],
        filing_unit=one.unit,
        steps=[
            PastStep(
                step=step,
                to_status=status,
                at=_noon(day),
                unit=one.unit,
                handler=handler,
                by=one.commissioner.person if step == "sign" else None,
                reason=decided if step == "sign" else "",
            )
            for step, status, day in ends
        ],
        searchable="",
        reporter=None,
        source_system=one.source[0],
        source_key=one.source[1],
    )


def _risk(
    told: PastRisk,
    serial: int,
    analysis: RiskAnalysis,
    steps: dict[str, ProcessStep],
    one: PastAnalysis,
) -> Risk:
    at = _noon(one.decided_on)
    row = Risk.objects.create(
        analysis=analysis,
        serial=serial,
        step=steps.get(told.step),
        created_by=None,
        created_at=at,
        reviewed_at=at,
        **core.masked(
            analysis.case,
            f"risk{serial}",
            title=told.title,
            cause=told.cause,
            consequence=told.consequence,
            existing_controls=told.existing_controls,
            accepted_reason=told.accepted_reason,
        ),
    )
    made = [
        _judge(row, stage, factors, one.method, at)
        for stage, factors in (
            (Scoring.Stage.BEFORE, told.before),
            (Scoring.Stage.AFTER, told.after),
        )
        if factors
    ]
    if made:
        stands = made[-1] if one.closed_on is not None else made[0]
        row.score, row.band = stands
        row.save(update_fields=["score", "band"])
    return row


def _judge(
    risk: Risk, stage: str, factors: Sequence[int], method: ScoringMethod, at: datetime
) -> tuple[int, int]:
    """Number and band of a judgement by nobody who is known here."""
    severity, probability, *more = factors
    number = severity * probability * (more[0] if more else 1)
    Scoring.objects.create(
        risk=risk,
        method=method,
        stage=stage,
        severity=severity,
        probability=probability,
        detection=more[0] if more else None,
        band=method.band(number),
        at=at,
    )
    return number, method.band(number)


def _measure(told: PastMeasure, one: PastAnalysis, case: Case, by: Person) -> Measure:
    """The measure, decided when the analysis was; what nobody here has done is said in words."""
    source, decided = one.source[0], _noon(one.decided_on)
    texts = core.masked(
        case,
        "measure",
        title=told.title,
        description="" if told.owner.person else f"Ansvarig enligt {source}: {told.owner.name}.",
        reason=told.reason,
        effect_sign=told.effect_sign or f"Står i {source}.",
        effect_result=told.effect_result or f"Enligt {source}.",
    )
    owner = told.owner.person or by
    reason = f"Enligt {source}, beslutad av {one.commissioner.name}. {texts['reason']}".strip()
    is_done, has_effect = told.status == Measure.Status.DONE, bool(told.effect)
    done = _noon(told.done_on or max(told.due_on, one.decided_on)) if is_done else None
    is_cancelled = told.status == Measure.Status.CANCELLED
    measure = Measure.objects.create(
        title=texts["title"][:200],
        description=texts["description"],
        strength=told.strength,
        owner=owner,
        owner_told_at=decided,
        unit=one.unit,
        due_on=told.due_on,
        status=told.status,
        effect_sign=texts["effect_sign"],
        effect_due_on=told.effect_due_on or told.due_on + FOLLOWED_AFTER,
        effect=told.effect,
        effect_result=texts["effect_result"] if has_effect else "",
        effect_at=done if has_effect else None,
        effect_by=owner if has_effect else None,
        decided_at=decided,
        decided_by=one.commissioner.person or by,
        decision_reason=reason,
        done_at=done,
        cancelled_reason=reason if is_cancelled else "",
    )
    MeasureCase.objects.create(measure=measure, case=case)
    policy.reach(case, Level.MEASURES, person=owner)
    return measure
