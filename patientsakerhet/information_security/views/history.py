"""A classification's history: its steps, and every change by the trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.views import words
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views import past
from patientsakerhet.information_security.views.head import crumbs, head_of
from patientsakerhet.information_security.views.opening import open_classification, record_reading
from patientsakerhet.information_security.workflow import WORKFLOW
from patientsakerhet.workflow import Workflow

WORDS = past.SPINE | {
    "case.read": "Läste klassningen",
    "classification.ordered": "Klassningen beställdes",
    "classification.owner_changed": "En annan informationsägare tillfrågades",
    "classification.written": "Klassningen skrevs",
    "classification.participant_added": "Deltagare lades till",
    "classification.participant_removed": "Deltagare togs bort",
    "classification.administration_named": "Berörd förvaltning eller samordnare angavs",
    "classification.administration_removed": "Berörd förvaltning togs bort",
    "classification.input_checked": "Underlag prickades av",
    "classification.risk_added": "Risk lades till",
    "classification.risk_changed": "Risk ändrades",
    "classification.risk_removed": "Risk togs bort",
    "classification.risk_measure": "Åtgärd mot en risk beslutades",
    "classification.no_risks": "Skrev varför det inte finns några risker",
    "classification.read_in": "Lästes in från fil",
    "impact.begun": "Konsekvensbedömningen påbörjades",
    "impact.screened": "Kriterierna besvarades",
    "impact.written": "Behandlingen beskrevs",
    "impact.risk_put": "Risk skrevs",
    "impact.risk_removed": "Risk togs bort",
    "impact.risk_measure": "Åtgärd mot en risk beslutades",
    "impact.officer_chosen": "Dataskyddsombudet valdes",
    "impact.advised": "Dataskyddsombudet gav sitt råd",
    "impact.advice_set_aside": "Rådet ska ges på nytt efter omarbetningen",
    "impact.consulted": "Förhandssamråd skrevs in",
    "list.read": "Såg klassningen i en lista",
    "search.made": "Såg klassningen i en sökning",
    "export.made": "Tog ut klassningen i en fil",
    **words.TRAIL,
}
SHOWN = ("reason", "name", "risk", "item", "part")
"""The parts of an event's content that tell a reader something."""


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_classification(request, number)
    record_reading(opened, "historik")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "classification_history"),
        "crumbs": crumbs(),
        **told(request, opened.case, WORKFLOW, Can.SEE_READERS in opened.may),
    }
    return render(request, "information_security/history.html", context)


def told(request: HttpRequest, case: Case, flow: Workflow, may_see_readers: bool) -> dict[str, Any]:
    """What the history of a case shows, whose transitions are fetched."""
    steps = {step.name: step.label for step in flow.steps} | {FILED: "Ärendet skapades"}

    def word(event: Event) -> str:
        step = event.action.partition(".")[2]
        return WORDS.get(event.action) or steps.get(step, event.action)

    return past.told(
        request, case, steps=steps, may_see_readers=may_see_readers, word=word, detail=_detail
    )


def _detail(event: Event) -> str:
    return " · ".join(past.texts_of(event, SHOWN))
