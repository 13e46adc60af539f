"""How an analysis comes to be: ordered, from nothing, from a template, or as a copy of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import desks
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.actions import filing, links
from patientsakerhet.cases.models import Case, Link, Submission
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.risk_analysis.actions import core
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    AnalysisTemplate,
    ProcessStep,
    Risk,
    RiskAnalysis,
    ScoringMethod,
)
from patientsakerhet.risk_analysis.workflow import KIND

APPOINTED = "analysis_leader"
"""The message to whoever is to lead an analysis."""


@dataclass(frozen=True)
class Commission:
    """What is ordered, of whom, and what it starts from: a template, an earlier analysis, or nothing."""

    title: str
    unit: Unit
    commissioned_by: Person
    commissioned_on: date
    occasion: str
    change: str
    scope: str
    leader: Person
    method: ScoringMethod
    delimitation: str = ""
    takes_effect_on: date | None = None
    report_by: date | None = None
    template: AnalysisTemplate | None = None
    copied_from: RiskAnalysis | None = None
    raised_from: Case | None = None


def commission(new: Commission, *, by: Person, submission: UUID) -> Case:
    """The analysis's case, owned by the unit that the change concerns and led by whoever was named.

    The first one's when this submission has been sent before. Refuses whoever may not lead
    analyses, a commissioner who may not decide at the unit, and a leader who may not lead.
    """
    policy.check_anywhere(by, Can.LEAD_ANALYSIS)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(new, by=by, submission=submission)
    except IntegrityError:
        # Two sendings at once: the other one has committed, or this failure is about
        # something else and must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


def check_people(commissioner: Person | None, leader: Person, unit: Unit) -> None:
    """Refuses a commissioner who may decide neither at the unit nor where its cases are coordinated,
    and a leader who may not lead anywhere; a commissioner without account is not asked about."""
    wrong = []
    places = (unit, desks.for_unit(unit))
    if commissioner is not None and not any(
        policy.may_at(commissioner, Can.DECIDE_ANALYSIS, one) for one in places
    ):
        wrong.append(
            f"{commissioner} kan inte vara uppdragsgivare för {unit}. Välj en chef där, eller "
            "chefläkaren."
        )
    if not policy.may(leader, Can.LEAD_ANALYSIS):
        wrong.append(f"{leader} har ingen roll som kan leda riskanalyser.")
    if wrong:
        raise NotReady(wrong)


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case__owning_unit").first()
    return row.case if row else None


def _open(new: Commission, *, by: Person, submission: UUID) -> Case:
    check_people(new.commissioned_by, new.leader, new.unit)
    source = _source(new, by)
    case = filing.open_case(
        KIND,
        title=new.title[:200],
        unit=new.unit,
        owner=new.unit,
        reporter=None,
        submission=submission,
        by=by,
        searchable="",
    )
    analysis = RiskAnalysis.objects.create(
        case=case,
        commissioned_by=new.commissioned_by,
        commissioned_on=new.commissioned_on,
        occasion=new.occasion,
        method=new.method,
        takes_effect_on=new.takes_effect_on,
        report_by=new.report_by,
        template=new.template,
        copied_from=source,
        **core.masked(
            case, "analysis", change=new.change, scope=new.scope, delimitation=new.delimitation
        ),
    )
    lead(analysis, new.leader, by=by)
    if source is not None:
        _copy(source, analysis, by=by)
    elif new.template is not None:
        _begin_from(new.template, analysis, by=by)
    if new.raised_from is not None:
        serial = analysis.risks.count() + 1
        _risk(analysis, serial, by=by, title=new.raised_from.title, raised_from=new.raised_from)
    filing.index(case, core.searchable(analysis))
    spine.save(case, "handler")
    if Can.READ not in policy.capabilities(by, case):
        policy.reach(case, Level.READER, person=by)
    if new.raised_from is not None:
        tie(case, new.raised_from, by=by)
    return case


def lead(analysis: RiskAnalysis, leader: Person, *, by: Person) -> None:
    """The person leads the analysis, reaches it, and is told; the caller saves the case."""
    case = analysis.case
    former = case.handler
    AnalysisMember.objects.filter(analysis=analysis, part=AnalysisMember.Part.LEADER).delete()
    AnalysisMember.objects.update_or_create(
        analysis=analysis,
        person=leader,
        defaults={
            "name": leader.name,
            "title": leader.title,
            "part": AnalysisMember.Part.LEADER,
        },
    )
    if former is not None and former != leader:
        policy.withdraw(case, Level.HANDLER, person=former)
    case.handler = leader
    policy.reach(case, Level.HANDLER, person=leader)
    if leader != by:
        outbox.promise(
            APPOINTED,
            key=f"{APPOINTED}:{case.pk}:{case.version}",
            person=leader,
            case_id=case.pk,
            number=case.number,
        )


def tie(case: Case, other: Case, *, by: Person) -> None:
    """The analysis hangs together with the case that woke it."""
    if not Link.objects.filter(case=case, other=other).exists():
        links.link(case, other, by=by, kind=Link.Kind.RELATED)


def _source(new: Commission, by: Person) -> RiskAnalysis | None:
    """The analysis that is copied, as she may read it."""
    if new.copied_from is None:
        return None
    if new.template is not None:
        raise NotReady("Välj en mall eller en tidigare analys, inte båda.")
    source = RiskAnalysis.objects.visible_to(by).whole().filter(pk=new.copied_from.pk).first()
    if source is None:
        raise NotReady("Analysen som ska kopieras finns inte.")
    return source


def _copy(source: RiskAnalysis, analysis: RiskAnalysis, *, by: Person) -> None:
    """Steps and risks as they stood, to be judged anew beside what was judged then; measures and
    judgements stay with the old one."""
    new_steps = {
        one.pk: ProcessStep.objects.create(
            analysis=analysis,
            position=one.position,
            title=one.title,
            description=one.description,
        )
        for one in source.steps.all()
    }
    standing = [one for one in source.risks.all() if one.withdrawn_at is None]
    for serial, old in enumerate(standing, start=1):
        risk = _risk(
            analysis,
            serial,
            by=by,
            step=new_steps.get(old.step_id) if old.step_id else None,
            title=old.title,
            cause=old.cause,
            consequence=old.consequence,
            existing_controls=old.existing_controls,
            watched_words=old.watched_words,
            copied_from=old,
        )
        risk.systems.set(old.systems.all())
        risk.products.set(old.products.all())


def _begin_from(template: AnalysisTemplate, analysis: RiskAnalysis, *, by: Person) -> None:
    """The template's steps and risks."""
    steps = [
        ProcessStep.objects.create(
            analysis=analysis,
            position=position,
            title=one["title"],
            description=one.get("description", ""),
        )
        for position, one in enumerate(template.content["steps"], start=1)
    ]
    for serial, told in enumerate(template.content["risks"], start=1):
        place = told.get("step")
        texts = {key: value for key, value in told.items() if key != "step"}
        _risk(analysis, serial, by=by, step=None if place is None else steps[place], **texts)


def _risk(analysis: RiskAnalysis, serial: int, *, by: Person, **given: Any) -> Risk:
    now = timezone.now()
    return Risk.objects.create(
        analysis=analysis, serial=serial, created_by=by, created_at=now, reviewed_at=now, **given
    )
