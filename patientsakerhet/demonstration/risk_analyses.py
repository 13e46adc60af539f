"""Some risk analyses, each as far as it has come, with team, risks, judgements, measures and signed reports."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases import files
from patientsakerhet.cases import history as spine
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.documents import pdf, word
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis import report
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    AnalysisReport,
    ProcessStep,
    Risk,
    RiskAnalysis,
    RiskMeasure,
    Scoring,
    ScoringMethod,
)

DATA = Path(__file__).parent / "data" / "risk_analyses.toml"
FORWARD = (
    ("file", "commissioned", 0),
    ("start", "analysing", 5),
    ("submit", "deciding", 30),
    ("sign", "follow_up", 40),
    ("close", "closed", 260),
)
"""The steps of an analysis, and how many days after the commission each was taken."""
TEAM = (("peter.wallin", "process"), ("oskar.bergdahl", "expert"))
"""Who takes part in every one, beside the leader and a patient."""


def bring(rows: Rows, *, now: datetime) -> int:
    """The analyses, in the transaction that brings the region; how many."""
    told = tomllib.loads(DATA.read_text())["analyses"]
    past = [_past(one, rows, now) for one in told]
    for one, case in zip(told, spine.write(past, by=None, right="demonstration"), strict=True):
        _settle(one, case, rows, now - timedelta(days=one["age"]))
    return len(told)


def _past(one: dict[str, Any], rows: Rows, now: datetime) -> PastCase:
    unit = rows.units[one["unit"]]
    risks = "\n".join(f"{risk['title']}\n{risk['cause']}" for risk in one["risks"])
    return PastCase(
        kind="risk_analysis",
        title=one["title"],
        filing_unit=unit,
        steps=[
            PastStep(
                step=step,
                to_status=status,
                at=at,
                unit=unit,
                handler=rows.people[one["leader"]],
                by=rows.people[
                    one["leader"] if step in {"file", "start", "submit"} else one["commissioner"]
                ],
                reason="Förändringen genomförs inte." if step == "cancel" else "",
            )
            for step, status, at in _steps(one, now)
        ],
        searchable=f"{one['change']}\n{one['scope']}\n{risks}",
        reporter=None,
    )


def _steps(one: dict[str, Any], now: datetime) -> Iterator[tuple[str, str, datetime]]:
    since = now - timedelta(days=one["age"])
    if one["status"] == "cancelled":
        yield "file", "commissioned", since
        yield "cancel", "cancelled", since + timedelta(days=20)
        return
    for step, status, days in FORWARD:
        yield step, status, since + timedelta(days=days)
        if status == one["status"]:
            return


def _settle(one: dict[str, Any], case: Case, rows: Rows, since: datetime) -> None:
    """What stands in the analysis, as far as it has come."""
    day = calendar.local_day(since)
    analysis = RiskAnalysis.objects.create(
        case=case,
        commissioned_by=rows.people[one["commissioner"]],
        commissioned_on=day,
        occasion=one["occasion"],
        change=one["change"],
        scope=one["scope"],
        patient_view=one["patient_view"],
        conclusion=one["conclusion"],
        takes_effect_on=day + timedelta(days=one["age"] + one["takes_effect"]),
        method=ScoringMethod.objects.get(code="matris", version=1),
    )
    leader = rows.people[one["leader"]]
    _member(analysis, leader, AnalysisMember.Part.LEADER)
    if one["status"] != "commissioned":
        for name, part in TEAM:
            _member(analysis, rows.people[name], part)
            policy.reach(case, Level.READER, person=rows.people[name])
        AnalysisMember.objects.create(
            analysis=analysis, name="Kerstin, patient", title="egen erfarenhet", part="patient"
        )
    steps = [
        ProcessStep.objects.create(analysis=analysis, position=position, title=title)
        for position, title in enumerate(one["steps"], start=1)
    ]
    for serial, told in enumerate(one["risks"], start=1):
        _risk(analysis, serial, told, steps, rows, since)
    if one["status"] in {"follow_up", "closed"}:
        _report(analysis, since + timedelta(days=40))


def _member(analysis: RiskAnalysis, person: Person, part: str) -> None:
    AnalysisMember.objects.create(
        analysis=analysis, person=person, name=person.name, title=person.title, part=part
    )


def _risk(
    analysis: RiskAnalysis,
    serial: int,
    told: dict[str, Any],
    steps: list[ProcessStep],
    rows: Rows,
    since: datetime,
) -> None:
    """A risk with its judgements and measures."""
    leader = analysis.case.handler
    at = since + timedelta(days=12)
    risk = Risk.objects.create(
        analysis=analysis,
        serial=serial,
        step=steps[told["step"] - 1],
        title=told["title"],
        cause=told["cause"],
        consequence=told["consequence"],
        existing_controls=told["controls"],
        watched_words=told.get("words", ""),
        created_at=since + timedelta(days=8),
        created_by=leader,
        reviewed_at=at,
    )
    risk.systems.set([rows.systems[code] for code in told.get("systems", ())])
    risk.products.set([rows.models[code] for code in told.get("products", ())])
    judged = [
        _judge(risk, stage, told[stage], at + timedelta(days=days))
        for stage, days in ((Scoring.Stage.BEFORE, 0), (Scoring.Stage.AFTER, 6))
        if stage in told
    ]
    for proposed in told.get("measures", ()):
        _measure(analysis, risk, proposed, rows, since)
    if judged:
        stands = judged[-1] if analysis.case.is_final else judged[0]
        risk.score, risk.band = stands.severity * stands.probability, stands.band
        risk.reviewed_at = judged[-1].at
        risk.save(update_fields=["score", "band", "reviewed_at"])


def _judge(risk: Risk, stage: str, factors: list[int], at: datetime) -> Scoring:
    severity, probability = factors
    method = risk.analysis.method
    return Scoring.objects.create(
        risk=risk,
        method=method,
        stage=stage,
        severity=severity,
        probability=probability,
        band=method.band(severity * probability),
        by=risk.created_by,
        at=at,
    )


def _measure(
    analysis: RiskAnalysis, risk: Risk, told: dict[str, Any], rows: Rows, since: datetime
) -> None:
    """A measure, proposed or as far as it has come after the decision."""
    case, decided = analysis.case, since + timedelta(days=38)
    is_decided = case.status in {"follow_up", "closed"}
    is_done = "effect" in told or told.get("done", False)
    facts: dict[str, Any] = {"status": Measure.Status.PROPOSED}
    if is_decided:
        facts = {
            "status": Measure.Status.DONE if is_done else Measure.Status.STARTED,
            "decided_at": decided,
            "decided_by": analysis.commissioned_by,
            "done_at": decided + timedelta(days=60) if is_done else None,
        }
    if "effect" in told:
        facts |= {
            "effect": told["effect"],
            "effect_result": told["result"],
            "effect_at": decided + timedelta(days=180),
            "effect_by": analysis.commissioned_by,
        }
    due = calendar.local_day(since) + timedelta(days=240 if told.get("open") else 100)
    measure = Measure.objects.create(
        title=told["title"],
        strength=told["strength"],
        owner=rows.people[told["owner"]],
        owner_told_at=since + timedelta(days=20),
        unit=case.owning_unit,
        due_on=due,
        effect_sign="Inga nya avvikelser om samma sak på tre månader.",
        effect_due_on=due + timedelta(days=100),
        **facts,
    )
    MeasureCase.objects.create(measure=measure, case=case)
    RiskMeasure.objects.create(risk=risk, measure=measure)
    if is_decided:
        policy.reach(case, Level.MEASURES, person=measure.owner)


def _report(analysis: RiskAnalysis, at: datetime) -> None:
    """The final report, signed by whoever ordered the analysis."""
    by = analysis.commissioned_by
    assert by is not None  # noqa: S101  every one here has been given one
    whole = RiskAnalysis.objects.whole().get(pk=analysis.pk)
    document = report.document(whole, signed_by=by, signed_at=at, edition=1)
    made = {"pdf": pdf.make(document), "docx": word.make(document)}
    name = f"{analysis.case.number}-slutrapport-1"
    kept = {
        ending: attachments.attach(
            analysis.case, files.receive(SimpleUploadedFile(f"{name}.{ending}", content)), by=by
        )
        for ending, content in made.items()
    }
    AnalysisReport.objects.create(
        analysis=analysis, edition=1, pdf=kept["pdf"], word=kept["docx"], signed_by=by, signed_at=at
    )
