"""What stands above and beside every part of an analysis: its way, what can be done, what is left, facts."""

from __future__ import annotations

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.frame import Head, Place, act_of, blocks_of, left_title, tabs_of
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.risk_analysis import workflow
from patientsakerhet.risk_analysis.actions.handling import BY_HAND
from patientsakerhet.risk_analysis.views.opening import Opened
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Tab, Tone

FORWARD = ("start", "submit", "close", "reopen")
GUARDS: dict[str, Place] = {
    "has_leader": ("risk_analysis", "team", "Analysledare är utsedd"),
    "has_team": ("risk_analysis", "team", "Teamet är samlat"),
    "has_patient_view": ("risk_analysis", "patient", "Patientens perspektiv är med"),
    "has_process_steps": ("analysis_risks", "process", "Processen är beskriven"),
    "has_risks": ("analysis_risks", "risker", "Risker är beskrivna"),
    "every_risk_is_scored": ("analysis_risks", "risker", "Alla risker är bedömda före åtgärder"),
    "grave_risks_have_causes": ("analysis_risks", "risker", "De höga riskerna har orsaker"),
    "grave_risks_are_met": ("analysis_measures", "atgarder", "De höga riskerna har åtgärder"),
    "measured_risks_are_scored_after": (
        "analysis_risks",
        "risker",
        "Riskerna är bedömda efter åtgärder",
    ),
    "every_measure_is_decided": ("analysis_measures", "atgarder", "Åtgärderna är beslutade"),
    "scores_hold_after_the_decisions": ("analysis_risks", "risker", ""),
    "has_conclusion": ("analysis_report", "slutsats", "Slutsatsen är skriven"),
    "has_a_signed_report": ("analysis_report", "utgavor", "Slutrapporten är undertecknad"),
    "has_no_open_measures": ("analysis_measures", "atgarder", "Åtgärderna är klara"),
    "every_effect_is_followed_up": ("analysis_measures", "atgarder", "Effekterna är uppföljda"),
    "every_review_is_answered": ("analysis_risks", "risker", ""),
    "reports_are_settled": ("case_reports", "anmalningar", ""),
}
"""Guard -> where what it asks for is done: page, place on the page, and how it reads when done."""


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; no statement of its own."""
    forward, others = _acts(opened)
    blocks, aim = _blocks(opened)
    left = [one for one in blocks if not one.done]
    return Head(
        chips=_chips(opened),
        steps=steps_of(opened.case),
        tabs=_tabs(opened, current),
        forward=forward,
        others=others,
        left=blocks if left else [],
        left_title=left_title(len(left), aim),
        left_count=len(left),
        facts=_facts(opened),
    )


def crumbs() -> list[tuple[str, str]]:
    """The way to the analysis."""
    return [("Riskanalyser", reverse("risk_analyses"))]


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    status = opened.case.status
    allowed = {
        step.name: step
        for step in workflow.WORKFLOW.available(status)
        if step.name in BY_HAND and Can(step.needs) in opened.may
    }
    acts: dict[str, Act] = {}
    first = next((name for name in FORWARD if name in allowed), "")
    for name, step in allowed.items():
        acts[name] = act_of(
            step,
            opened.analysis,
            url=opened.url("analysis_take_step", name),
            version=opened.case.version,
            leads_on=name == first,
        )
    forward = acts.pop(first, None)
    if opened.leads and status == workflow.CLOSED:
        address = f"{reverse('risk_analysis_new')}?kopia={opened.case.number}"
        acts["copy"] = Act("Ny analys som kopia", address, post=False)
        address = f"{reverse('risk_template_new')}?fran={opened.case.number}"
        acts["template"] = Act("Gör en mall av analysen", address, post=False)
    if status == workflow.DECIDING and opened.decides:
        sign = workflow.WORKFLOW.named("sign")
        missing = sign.missing(opened.analysis)
        address = f"{opened.url('analysis_report')}#underteckna"
        forward = Act(
            sign.label,
            address,
            post=False,
            kind="" if missing else "primary",
            missing=missing,
        )
    return forward, list(acts.values())


def _blocks(opened: Opened) -> tuple[list[Block], str]:
    """What must be done before the next step, and what that is; what is done comes last."""
    guards, aim = {
        workflow.COMMISSIONED: (workflow.TO_START, "analysen kan börja"),
        workflow.ANALYSING: (workflow.TO_PROPOSE, "analysen kan lämnas till beslut"),
        workflow.DECIDING: (workflow.TO_SIGN, "slutrapporten kan undertecknas"),
        workflow.FOLLOW_UP: (workflow.CLOSING, "analysen kan avslutas"),
    }.get(opened.case.status, ((), ""))
    return blocks_of(guards, opened.analysis, GUARDS, opened.url), aim


def _chips(opened: Opened) -> list[tuple[str, Tone]]:
    chips: list[tuple[str, Tone]] = [(opened.case.status_label, "info")]
    high = sum(one.band == 3 for one in workflow.risks_of(opened.analysis))
    if high:
        chips.append((f"{high} {'hög risk' if high == 1 else 'höga risker'}", "bad"))
    if opened.analysis.source:
        chips.append(("Inläst", ""))
    chips.append((opened.analysis.get_occasion_display().capitalize(), ""))
    return chips


def _facts(opened: Opened) -> list[tuple[str, str, str]]:
    analysis, case = opened.analysis, opened.case
    facts = [
        ("Uppdragsgivare", analysis.commissioner, ""),
        ("Uppdraget gavs", swedish.day(analysis.commissioned_on), ""),
        ("Analysledare", _leader(opened), ""),
        ("Enhet", case.owning_unit.name, ""),
    ]
    if analysis.takes_effect_on:
        facts.append(("Börjar gälla", swedish.day(analysis.takes_effect_on), ""))
    if analysis.report_by:
        facts.append(("Rapport senast", swedish.day(analysis.report_by), ""))
    facts.append(("Metod", str(analysis.method), ""))
    if analysis.source:
        facts.append(("Inläst från", f"{analysis.source}, {case.source_key}", ""))
    if analysis.template is not None:
        facts.append(("Började från", f"mallen {analysis.template}", ""))
    if analysis.copied_from is not None:
        source = analysis.copied_from.case
        facts.append(("Kopia av", source.number, source.get_absolute_url()))
    facts += [
        ("Kopierad till", copy.case.number, copy.case.get_absolute_url())
        for copy in analysis.copies.all()
    ]
    return facts


def _leader(opened: Opened) -> str:
    """Who leads it, or led it where it was made."""
    led = [one.name for one in opened.analysis.members.all() if one.part == one.Part.LEADER]
    if opened.analysis.source:
        return led[0] if led else "inte angiven"
    return opened.case.handler.name if opened.case.handler else "ingen än"


def _tabs(opened: Opened, current: str) -> list[Tab]:
    risks = len(workflow.risks_of(opened.analysis))
    measures = len(opened.case.served_by.all())
    parts: list[tuple[str, str, int | None]] = [
        ("risk_analysis", "Uppdrag och team", None),
        ("analysis_risks", "Risker", risks or None),
        ("analysis_measures", "Åtgärder", measures or None),
        ("analysis_report", "Slutrapport", None),
        ("case_reports", "Anmälningar", len(opened.case.authority_reports.all()) or None),
        ("analysis_history", "Historik", None),
    ]
    return tabs_of(parts, current, opened.url)
