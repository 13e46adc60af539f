"""What stands above and beside every part of a classification: its way, what can be done, what is left."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.frame import Head, Place, act_of, blocks_of, left_title, tabs_of
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.information_security import workflow
from patientsakerhet.information_security.actions.deciding import BY_HAND
from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.information_security.views.opening import Opened
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Tab, Tone

COPIED = (workflow.DECIDED, workflow.SUPERSEDED, workflow.ENDED)
"""What a new one of the same is begun from."""
FORWARD = ("deliver", "assess", "propose")
TONES: Mapping[str, Tone] = {
    workflow.DECIDED: "good",
    workflow.CANCELLED: "",
    workflow.ENDED: "",
    workflow.SUPERSEDED: "",
}
WAITS_FOR: Mapping[str, tuple[str, str]] = {
    workflow.ORDERED: ("deliver", "klassningen kan lämnas"),
    workflow.DELIVERED: ("assess", "riskbedömningen kan börja"),
    workflow.ASSESSING: ("propose", "ägaren kan besluta"),
}
"""State -> the step that leads on, and what it means."""
GUARDS: Mapping[str, Place] = {
    "says_what_information": ("classification", "information", "Informationen är beskriven"),
    "every_aspect_is_judged": ("classification", "nivaer", "Alla nivåer är satta"),
    "every_aspect_has_a_reason": ("classification", "nivaer", "Alla nivåer har skäl"),
    "somebody_took_part": ("classification_input", "deltagare", "Deltagarna är angivna"),
    "owner_has_delivered": ("classification", "nivaer", "Ägaren har lämnat klassningen"),
    "administrations_are_named": (
        "classification_input",
        "forvaltningar",
        "Berörda förvaltningar är angivna",
    ),
    "coordinators_are_named": (
        "classification_input",
        "forvaltningar",
        "Samordnarna är utsedda",
    ),
    "input_is_complete": ("classification_input", "underlag", "Underlaget är komplett"),
    "has_risks": ("classification_risks", "risker", "Riskerna är nedskrivna"),
    "every_risk_is_treated": ("classification_risks", "risker", "Varje risk har ett förslag"),
    "reduced_risks_have_measures": ("classification_risks", "risker", "Åtgärderna är bestämda"),
}
"""Guard -> where what it asks for is done: page, place on the page, and how it reads when done."""


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; asks the database nothing."""
    forward, others = _acts(opened)
    blocks = _blocks(opened)
    left = sum(not one.done for one in blocks)
    return Head(
        chips=_chips(opened),
        steps=steps_of(opened.case),
        tabs=_tabs(opened, current),
        forward=forward,
        others=others,
        left=blocks if left else [],
        left_title=_left_title(opened.case.status, left),
        left_count=left,
        facts=_facts(opened),
    )


def crumbs() -> list[tuple[str, str]]:
    """The way to the classification."""
    return [("Informationsklassning", reverse("classifications"))]


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    acts = {}
    for step in workflow.WORKFLOW.available(opened.case.status):
        if step.name not in BY_HAND or Can(step.needs) not in opened.may:
            continue
        acts[step.name] = act_of(
            step,
            opened.classification,
            url=opened.url("classification_step", step.name),
            version=opened.case.version,
            leads_on=step.name in FORWARD,
        )
    if opened.leads and opened.case.status in COPIED:
        asked = {"kopia": opened.case.number, "system": opened.classification.subject}
        address = f"{reverse('classification_order')}?{urlencode(asked)}"
        acts["copy"] = Act("Ny klassning som kopia", address, post=False)
    if opened.decides:
        forward: Act | None = Act(
            "Besluta…", f"{opened.url('classification_decision')}#besluta", post=False,
            kind="primary",
        )  # fmt: skip
    else:
        first = next((name for name in FORWARD if name in acts), "")
        forward = acts.pop(first, None)
    return forward, list(acts.values())


def _blocks(opened: Opened) -> list[Block]:
    """What must be done before the step that leads on; what is done comes last."""
    if opened.case.status not in WAITS_FOR:
        return []
    name, _ = WAITS_FOR[opened.case.status]
    guards = workflow.WORKFLOW.named(name).guards
    return blocks_of(guards, opened.classification, GUARDS, opened.url)


def _left_title(status: str, count: int) -> str:
    if status not in WAITS_FOR or not count:
        return ""
    return left_title(count, WAITS_FOR[status][1])


def _chips(opened: Opened) -> list[tuple[str, Tone]]:
    row = opened.classification
    chips: list[tuple[str, Tone]] = [
        (opened.case.status_label, TONES.get(opened.case.status, "info"))
    ]
    if row.levels:
        chips.append((row.levels, ""))
    if row.source:
        chips.append(("Inläst", ""))
    if row.programme is not None:
        chips.append((str(row.programme), ""))
    if row.has_expired and opened.case.status == workflow.DECIDED:
        chips.append(("Har gått ut", "bad"))
    return chips


def _facts(opened: Opened) -> list[tuple[str, str, str]]:
    row, case = opened.classification, opened.case
    facts = []
    if row.system is not None:
        facts.append(("System", row.system.name, reverse("register_system", args=[row.system.pk])))
        facts.append(("Kritikalitet", row.system.get_criticality_display() or "inte angiven", ""))
    else:
        facts.append(("Informationstillgång", row.asset, ""))
    facts.append(("Anledning", row.get_occasion_display(), ""))
    if row.programme is not None:
        facts.append(("Program", row.programme.name, ""))
    facts.append(("Informationsägare", row.owner.name, ""))
    facts.append(("Leder riskbedömningen", row.lead.name, ""))
    facts.append(("Beställd", swedish.day(case.filed_at), ""))
    if row.delivered_at and row.delivered_by:
        facts.append(("Lämnad", f"{swedish.day(row.delivered_at)}, {row.delivered_by.name}", ""))
    if row.risk_assessed_at:
        facts.append(("Riskbedömd", swedish.day(row.risk_assessed_at), ""))
    if row.decided_at:
        facts.append(("Beslutad", f"{swedish.day(row.decided_at)}, {row.decider}", ""))
    if row.valid_until:
        facts.append(("Gäller till", swedish.day(row.valid_until), ""))
    elif case.due_at and case.handler:
        facts.append(("Väntar på", case.handler.name, ""))
        facts.append(("Senast", swedish.day(case.due_at), ""))
    return [*facts, *_origin(row)]


def _origin(row: InformationClassification) -> list[tuple[str, str, str]]:
    """What it began from, what began from it, and where it was read in from."""
    told = []
    if row.template is not None:
        told.append(("Började från", f"mallen {row.template}", ""))
    if row.copied_from is not None:
        old = row.copied_from
        told.append(("Kopia av", f"{old.case.number} {old.levels}", old.case.get_absolute_url()))
    told += [
        ("Kopierad till", copy.case.number, copy.case.get_absolute_url())
        for copy in row.copies.all()
    ]
    if row.source:
        told.append(("Inläst från", f"{row.source}, {row.case.source_key}", ""))
    return told


def _tabs(opened: Opened, current: str) -> list[Tab]:
    row = opened.classification
    parts: list[tuple[str, str, int | None]] = [
        ("classification", "Klassning", None),
        ("classification_input", "Underlag", None),
        ("classification_risks", "Risker", len(row.risks.all()) or None),
        ("classification_decision", "Beslut", None),
        ("case_reports", "Anmälningar", len(opened.case.authority_reports.all()) or None),
        ("classification_history", "Historik", None),
    ]
    return tabs_of(parts, current, opened.url)
