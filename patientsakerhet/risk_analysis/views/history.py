"""The analysis's history: its steps, every change by the trail, and who has read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import open_analysis, record_reading
from patientsakerhet.risk_analysis.workflow import WORKFLOW
from patientsakerhet.ui import paging

STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Uppdraget gavs"}
WORDS = {
    "case.filed": "Uppdraget gavs",
    "case.read": "Läste analysen",
    "case.linked": "Ärende länkades",
    "case.attached": "En fil lades till",
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
    "measure.begun": "Åtgärd påbörjades",
    "measure.changed": "Åtgärd ändrades",
    "measure.done": "Åtgärd blev klar",
    "measure.cancelled": "Åtgärd utgick",
    "measure.effect": "Effekten av en åtgärd följdes upp",
    "list.read": "Såg analysen i en lista",
    "search.made": "Såg analysen i en sökning",
    "export.made": "Tog ut analysen i en fil",
    "attachment.read": "Öppnade en fil",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_analysis(request, number)
    record_reading(opened, "historik")
    may_see_readers = Can.SEE_READERS in opened.may
    shows_readers = may_see_readers and request.GET.get("visa") == "lasningar"
    events = Event.objects.with_body().latest_first()
    if shows_readers:
        events = events.touching(opened.case.pk).reads()
    else:
        events = events.of_case(opened.case.pk).changes()
    found = paging.page_of(events, request.GET.get("sida", ""))
    before, after = paging.addresses(request, found)
    actors = {one.actor_id for one in found.rows}
    names = dict(Person.objects.filter(pk__in=actors).values_list("pk", "name"))
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "analysis_history"),
        "crumbs": crumbs(),
        "moves": [
            {
                "text": STEPS.get(one.step, one.step),
                "status": WORKFLOW.labels[one.to_status],
                "by": one.by.name if one.by else "Varsam",
                "at": one.occurred_at,
                "reason": one.reason,
            }
            for one in reversed(list(opened.case.transitions.all()))
        ],
        "may_see_readers": may_see_readers,
        "shows_readers": shows_readers,
        "events": [
            {
                "at": one.at,
                "text": _words(one),
                "who": names.get(one.actor_id, "Varsam"),
                "detail": _detail(one),
            }
            for one in found.rows
        ],
        "before": before,
        "after": after,
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
    told += [
        str(body[key])
        for key in ("title", "measure", "reason", "part")
        if body.get(key) and isinstance(body[key], str)
    ]
    return " · ".join(told)
