"""The case's history: every step, every change by the trail, and who has read it for those who may see that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, open_whole, record_reading
from avvikelse.views.case_said import THE_REPORTER, reporter_name
from avvikelse.workflow import WORKFLOW
from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.views import words
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.models import Transition
from patientsakerhet.cases.views import past

WORDS = {
    "case.filed": "Rapporten kom in",
    "case.imported": "Ärendet lästes in från ett tidigare system",
    "case.import_extended": "Mer lästes in från ett tidigare system",
    "case.classified": "Typ eller klasser ändrades",
    "case.assessed": "Bedömning gjordes",
    "case.downgrade_reviewed": "Sänkt bedömning granskades",
    "case.appointed": "Handläggare utsågs",
    "case.commented": "Någonting skrevs",
    "case.noted": "Anteckning skrevs",
    "case.note_withdrawn": "Anteckning återtogs",
    "case.timeline_added": "Tidpunkt lades till i förloppet",
    "case.timeline_changed": "Tidpunkt i förloppet ändrades",
    "case.timeline_removed": "Tidpunkt i förloppet togs bort",
    "case.cause_added": "Orsak lades till",
    "case.cause_removed": "Orsak togs bort",
    "case.device_code_added": "IMDRF-kod lades till",
    "case.device_code_removed": "IMDRF-kod togs bort",
    "case.investigated": "Utredningens svar ändrades",
    "case.tied_to_register": "Produkt eller system knöts till ärendet",
    "case.linked": "Ärende länkades",
    "case.gathered": "Samlades under en stor incident",
    "case.released_from_incident": "Togs bort från en stor incident",
    "case.unlinked": "Länk togs bort",
    "case.ticket_added": "Ärende i annat system lades till",
    "case.ticket_removed": "Ärende i annat system togs bort",
    "case.claimed": "Rapportören tog ärendet till sitt konto",
    "case.receiver_reminded": "Mottagaren påmindes",
    "case.shared": "Utdrag delades med en enhet",
    "case.sharing_stopped": "Delning avslutades",
    "case.secrecy": "Sekretessnivån ändrades",
    "case.answer_judged": "Rapportören svarade om återkopplingen",
    "measure.decided": "Åtgärd beslutades",
    "measure.serves": "Befintlig åtgärd knöts till ärendet",
    "measure.changed": "Åtgärd ändrades",
    "measure.begun": "Åtgärd påbörjades",
    "measure.done": "Åtgärd blev klar",
    "measure.cancelled": "Åtgärd utgick",
    "measure.effect": "Åtgärdens effekt följdes upp",
    "attachment.added": "Fil lades till",
    "attachment.clean": "Fil kontrollerades",
    "attachment.refused": "Fil stoppades",
    "case.read": "Läste ärendet",
    "case.assessments_read": "Läste bedömningarna",
    "case.attachments_read": "Läste listan över filer",
    "case.causes_read": "Läste orsakerna",
    "case.comments_read": "Läste det som skrivits",
    "case.handovers_read": "Läste överlämningarna",
    "case.history_read": "Läste historiken",
    "case.links_read": "Läste länkarna",
    "case.measures_read": "Läste åtgärderna",
    "case.notes_read": "Läste anteckningarna",
    "case.tickets_read": "Läste ärendena i andra system",
    "case.timeline_read": "Läste händelseförloppet",
    "measure.read": "Läste en åtgärd",
    "sealed.read": "Läste originalet med personnummer",
    "attachment.read": "Öppnade en fil",
    "list.read": "Såg ärendet i en lista",
    "search.made": "Såg ärendet i en sökning",
    "export.made": "Tog ut ärendet i en fil",
}
WORDS |= words.TRAIL
STEPS = {step.name: step.label for step in WORKFLOW.steps} | {FILED: "Rapporten kom in"}
AS_REPORTER = {"reporter", "file"}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The steps, and the changes or the readings, newest first."""
    opened = open_whole(request, number)
    record_reading(opened, "historik")
    may_see_readers = opened.can(Can.SEE_READERS)
    page = past.read(request, opened.case, may_see_readers=may_see_readers)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_history"),
        "crumbs": crumbs(opened),
        "moves": [_move(opened, one) for one in reversed(list(opened.case.transitions.all()))],
        "may_see_readers": may_see_readers,
        "shows_readers": page.shows_readers,
        "events": [
            {
                "at": one.at,
                "text": words_of(one),
                "who": _who(opened, one, page.names),
                "detail": detail_of(one),
            }
            for one in page.events
        ],
        "before": page.before,
        "after": page.after,
    }
    return render(request, "avvikelse/case_history.html", context)


def _move(opened: Opened, move: Transition) -> dict[str, Any]:
    """A step as a row: from where to where, when, by whom, why."""
    by_reporter = move.step in {"file", "answer"}
    return {
        "text": STEPS.get(move.step, move.step),
        "status": WORKFLOW.labels[move.to_status],
        "unit": move.to_unit.name,
        "handler": move.handler.name if move.handler else "",
        "by": reporter_name(opened) if by_reporter else (move.by.name if move.by else "Varsam"),
        "at": move.occurred_at,
        "recorded_at": move.recorded_at if move.source == Transition.Source.IMPORT else None,
        "reason": move.reason,
    }


def _who(opened: Opened, event: Event, names: Mapping[int | None, str]) -> str:
    """The actor by name; who the reporter is stands there only for those who may see it."""
    if event.right in AS_REPORTER and not opened.can(Can.SEE_REPORTER):
        return THE_REPORTER
    if event.actor_id is None:
        return reporter_name(opened) if event.right in AS_REPORTER else "Varsam"
    return names.get(event.actor_id, "Okänd")


def words_of(event: Event) -> str:
    """What was done, in Swedish."""
    if event.action in WORDS:
        return WORDS[event.action]
    name = event.action.removeprefix("case.")
    return STEPS.get(name, event.action)


def detail_of(event: Event) -> str:
    """The part of the content that tells a reader something."""
    payload = getattr(event, "payload", None)
    if payload is None:
        return ""
    body = payload.body
    told = [
        str(body[key])
        for key in ("reason", "text", "name", "ticket", "other", "part", "words")
        if body.get(key) and isinstance(body[key], str)
    ]
    before = body.get("before")
    if isinstance(before, dict) and before.get("text"):
        told.append(f"Före: {before['text']}")
    return " · ".join(told)
