"""The analysis's history: its steps, every change by the trail, and who has read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.views import words
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.views import past
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import open_analysis, record_reading
from patientsakerhet.risk_analysis.workflow import WORKFLOW

STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Uppdraget gavs"}
WORDS = past.SPINE | {
    "case.filed": "Uppdraget gavs",
    "case.imported": "Analysen lästes in",
    "case.read": "Läste analysen",
    "analysis.described": "Uppdraget ändrades",
    "analysis.patient_view": "Patientens perspektiv beskrevs",
    "analysis.leader": "Analysledaren byttes",
    "analysis.member_added": "Deltagare lades till",
    "analysis.member_removed": "Deltagare togs bort",
    "analysis.step_added": "Processteg lades till",
    "analysis.step_changed": "Processteg ändrades",
    "analysis.step_moved": "Processteg flyttades",
    "analysis.step_removed": "Processteg togs bort",
    "analysis.measure_proposed": "Åtgärd föreslogs",
    "analysis.measure_aimed": "Åtgärdens risker ändrades",
    "analysis.measure_accepted": "Åtgärd beslutades",
    "analysis.measure_rejected": "Åtgärd avslogs",
    "analysis.concluded": "Slutsatsen skrevs",
    "analysis.report_signed": "Slutrapporten undertecknades",
    "risk.added": "Risk lades till",
    "risk.changed": "Risk ändrades",
    "risk.accepted": "Risk godtogs utan åtgärd",
    "risk.withdrawn": "Risk ströks",
    "risk.scored": "Risk bedömdes",
    "risk.reviewed": "Risk omprövades",
    "risk.review_proposed": "En avvikelse föreslog omprövning",
    "measure.proposed": "Åtgärd registrerades",
    "measure.accepted": "Åtgärdens ansvariga underrättades",
    "measure.rejected": "Åtgärden stängdes",
    "list.read": "Såg analysen i en lista",
    "search.made": "Såg analysen i en sökning",
    "export.made": "Tog ut analysen i en fil",
    **words.TRAIL,
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_analysis(request, number)
    record_reading(opened, "historik")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_history"),
        "crumbs": crumbs(),
        **past.told(
            request,
            opened.case,
            steps=STEPS,
            may_see_readers=Can.SEE_READERS in opened.may,
            word=_words,
            detail=_detail,
        ),
    }
    return render(request, "risk_analysis/history.html", context)


def _words(event: Event) -> str:
    """What was done, in Swedish."""
    if event.action in WORDS:
        return WORDS[event.action]
    return STEPS.get(event.action.partition(".")[2], event.action)


def _detail(event: Event) -> str:
    """The part of the content that tells a reader something."""
    payload = getattr(event, "payload", None)
    if payload is None:
        return ""
    body = payload.body
    told = [f"Risk {body['risk']}"] if body.get("risk") else []
    if body.get("score"):
        told.append(f"risktal {body['score']}")
    told += past.texts_of(event, ("title", "measure", "reason", "part"))
    return " · ".join(told)
