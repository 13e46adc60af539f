"""What stands above and beside every part of an incident: its way, what can be done, what is left, facts."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.frame import Head, Place, act_of, blocks_of, left_title, tabs_of
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.major_incidents import workflow
from patientsakerhet.major_incidents.views.opening import Opened
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Tab, Tone

FORWARD = ("restore", "close", "reopen")
TONES: dict[str, Tone] = {
    workflow.DECLARED: "bad",
    workflow.RESTORED: "warn",
    workflow.CLOSED: "good",
    workflow.WITHDRAWN: "",
}
GUARDS: dict[str, Place] = {
    "has_ended": ("major_incident", "handelsen", "Driften är återställd"),
    "says_what_was_affected": (
        "major_incident",
        "berorda",
        "Berörda system och enheter är angivna",
    ),
    "consequence_is_judged": (
        "major_incident",
        "handelsen",
        "Konsekvensen för vården är bedömd",
    ),
    "cause_is_told": ("incident_lessons", "lardomar", "Orsaken är beskriven"),
    "lessons_are_written": ("incident_lessons", "lardomar", "Lärdomarna är skrivna"),
    "has_no_open_measures": ("incident_lessons", "atgarder", "Åtgärderna är klara"),
    "reports_are_settled": ("case_reports", "anmalningar", ""),
}
"""Guard -> where what it asks for is done: page, place on the page, and how it reads when done."""


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; asks the database nothing."""
    forward, others = _acts(opened)
    blocks, aim = _blocks(opened)
    left = sum(not one.done for one in blocks)
    return Head(
        chips=_chips(opened),
        steps=steps_of(opened.case),
        tabs=_tabs(opened, current),
        forward=forward,
        others=others,
        left=blocks if left else [],
        left_title=left_title(left, aim),
        left_count=left,
        facts=_facts(opened),
    )


def crumbs() -> list[tuple[str, str]]:
    """The way to the incident."""
    return [("Stora incidenter", reverse("major_incidents"))]


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    acts = {}
    for step in workflow.WORKFLOW.available(opened.case.status):
        if Can(step.needs) not in opened.may:
            continue
        acts[step.name] = act_of(
            step,
            opened.incident,
            url=opened.url("incident_step", step.name),
            version=opened.case.version,
            leads_on=step.name in FORWARD,
        )
    first = next((name for name in FORWARD if name in acts), "")
    return acts.pop(first, None), list(acts.values())


def _blocks(opened: Opened) -> tuple[list[Block], str]:
    """What must be done before the next step, and what that is; what is done comes last."""
    name, aim = {
        workflow.DECLARED: ("restore", "driften kan anges som återställd"),
        workflow.RESTORED: ("close", "incidenten kan avslutas"),
    }.get(opened.case.status, ("", ""))
    guards = workflow.WORKFLOW.named(name).guards if name else ()
    return blocks_of(guards, opened.incident, GUARDS, opened.url), aim


def _chips(opened: Opened) -> list[tuple[str, Tone]]:
    row = opened.incident
    chips = [(opened.case.status_label, TONES[opened.case.status])]
    if row.severity:
        chips.append((row.get_severity_display().capitalize(), ""))
    return chips


def _facts(opened: Opened) -> list[tuple[str, str, str]]:
    row, case = opened.incident, opened.case
    facts = [
        ("Utlystes", f"{swedish.moment(row.declared_at)}, {row.declared_by.name}", ""),
        ("Började", swedish.moment(row.started_at), ""),
        ("Upptäcktes", swedish.moment(row.noticed_at), ""),
    ]
    if row.ended_at is not None:
        facts.append(("Återställd", swedish.moment(row.ended_at), ""))
        facts.append(("Varade", swedish.lasted(row.ended_at - row.started_at), ""))
    facts += [
        ("Leder arbetet", case.handler.name if case.handler else "ingen än", ""),
        ("Enhet", case.owning_unit.name, ""),
    ]
    facts += [
        ("IT-system", one.name, reverse("register_system", args=[one.pk]))
        for one in row.systems.all()
    ]
    facts += [
        (one.get_kind_display().capitalize(), one.number, one.url) for one in case.tickets.all()
    ]
    if case.due_at is not None and not case.is_final:
        facts.append(("Nästa tidsgräns", swedish.moment(case.due_at), ""))
    return facts


def _tabs(opened: Opened, current: str) -> list[Tab]:
    case = opened.case
    parts: list[tuple[str, str, int | None]] = [
        ("major_incident", "Händelsen", None),
        ("incident_deviations", "Avvikelser", len(opened.incident.gathered.all()) or None),
        ("incident_lessons", "Lärdomar och åtgärder", len(case.measures.all()) or None),
        ("case_reports", "Anmälningar", len(case.authority_reports.all()) or None),
        ("incident_history", "Historik", None),
    ]
    return tabs_of(parts, current, opened.url)
