"""What deviations can be read in from and taken out to."""

from __future__ import annotations

from pathlib import Path

from avvikelse.exchange import coordination, findings, routing_rules
from avvikelse.exchange.event_log import EventLog, Outcome
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import kinds
from patientsakerhet.exchange.kinds import ImportKind

EVENT_LOG = ImportKind(
    key="event_log",
    label="Händelselogg ur ett tidigare system",
    text="Varje ändring i det tidigare systemet blir ett steg i ärendets historia, med sin "
    "egen tid och enhet. Rader som motsäger sig själva listas och läses inte in. "
    "Samma fil en gång till, eller en längre, lägger bara till det som är nytt.",
    needs=Can.IMPORT_CASES,
    begin=EventLog,
    is_mapped=True,
    example=Path(__file__).parent / "mappings" / "servicenow_incidents.toml",
    is_whole=False,
    endings=".csv,.xlsx,.gz",
    news=("cases", Outcome.ADDED),
    words={
        "cases": "nya ärenden",
        "cases_extended": "ärenden med ny historia",
        "cases_known": "ärenden utan något nytt",
        "cases_without": "ärenden utan en enda användbar rad",
        "units": "nya enheter",
        "transitions": "steg, med öppnandet",
        Outcome.ADDED: "händelser blir steg",
        Outcome.KNOWN: "händelser redan inlästa",
        Outcome.UNCHANGED: "händelser utan ändring av läge eller grupp",
        Outcome.CONTRADICTION: "händelser som motsäger sig",
        Outcome.ERROR: "rader som inte går att läsa",
    },
    findings=findings.of_event_log,
)


def register() -> None:
    """Make them known; from the app's `ready()`."""
    kinds.register(EVENT_LOG)
    kinds.register(routing_rules.IMPORT)
    kinds.register_export(routing_rules.EXPORT)
    kinds.register_export(coordination.EXPORT)
