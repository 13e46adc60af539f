"""What stands around every part of a report: state, parts, the next step, what is left, facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Step, Tab, Tone
from rapporter.annual_report import workflow
from rapporter.annual_report.views.opening import Opened

FORWARD = ("hand_in", "sign", "publish")
TONES: dict[str, Tone] = {
    workflow.WRITING: "info",
    workflow.REVIEW: "warn",
    workflow.SIGNED: "good",
    workflow.PUBLISHED: "good",
}
GUARDS: dict[str, tuple[str, str]] = {
    "sections_are_written": ("annual_report", "Avsnitten är skrivna"),
    "carried_is_reviewed": ("annual_report", "Förra årets stycken är granskade"),
    "fields_hold": ("annual_report", "Siffrorna i texten går att skriva så"),
    "numbers_are_confirmed": ("annual_report", "Tal skrivna för hand är bekräftade"),
    "facts_are_checked": ("annual_report", "Avsnitten är faktagranskade"),
    "draft_is_as_written": ("annual_report_drafts", "Utkastet har den text som står nu"),
    "cutoff_has_passed": ("annual_report_drafts", "Utkastet är gjort efter datumgränsen"),
    "facts_are_kept": ("annual_report_drafts", "Raderna bakom siffrorna är sparade"),
    "nothing_small_leaks": ("annual_report_drafts", ""),
    "files_are_made": ("annual_report_drafts", "Utgåvans filer är klara"),
}
"""Guard -> where what it asks for is done, and how it reads when done."""


@dataclass(frozen=True)
class Head:
    """Everything around a part of the report."""

    chips: list[tuple[str, Tone]]
    steps: list[Step]
    tabs: list[Tab]
    forward: Act | None
    others: list[Act]
    left: list[Block]
    left_title: str
    left_count: int
    facts: list[tuple[str, str, str]]


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; asks the database nothing."""
    forward, others = _acts(opened)
    blocks, aim = _blocks(opened)
    left = sum(not one.done for one in blocks)
    things = "En sak" if left == 1 else f"{swedish.in_words(left).capitalize()} saker"
    return Head(
        chips=[(opened.case.status_label, TONES[opened.case.status])],
        steps=steps_of(opened.case),
        tabs=_tabs(opened, current),
        forward=forward,
        others=others,
        left=blocks if left else [],
        left_title=f"{things} kvar innan {aim}",
        left_count=left,
        facts=_facts(opened),
    )


def crumbs() -> list[tuple[str, str]]:
    """The way to the report."""
    return [("Patientsäkerhetsberättelser", reverse("annual_reports"))]


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    acts = {}
    for step in workflow.WORKFLOW.available(opened.case.status):
        if Can(step.needs) not in opened.may:
            continue
        missing = step.missing(opened.report)
        asks = step.reason or step.name == "sign"
        acts[step.name] = Act(
            f"{step.label}…" if asks else step.label,
            opened.url("annual_report_step", step.name),
            post=not asks,
            kind="primary" if step.name in FORWARD and not missing else "",
            fields={} if asks else {"version": opened.case.version},
            missing=missing,
        )
    first = next((name for name in FORWARD if name in acts), "")
    return acts.pop(first, None), list(acts.values())


def _blocks(opened: Opened) -> tuple[list[Block], str]:
    """What must be done before the next step, and what that is; what is done comes last."""
    name, aim = {
        workflow.WRITING: ("hand_in", "berättelsen kan granskas"),
        workflow.REVIEW: ("sign", "berättelsen kan fastställas"),
        workflow.SIGNED: ("publish", "berättelsen kan publiceras"),
    }.get(opened.case.status, ("", ""))
    left, done = [], []
    for guard in workflow.WORKFLOW.named(name).guards if name else ():
        page, when_done = GUARDS[guard.__name__]
        missing = guard(opened.report)
        if missing:
            left.append(Block(missing.rstrip("."), opened.url(page)))
        elif when_done:
            done.append(Block(when_done, done=True))
    return left + done, aim


def _facts(opened: Opened) -> list[tuple[str, str, str]]:
    row, case = opened.report, opened.case
    facts = [
        ("Enhet", row.unit.name, ""),
        ("År", str(row.year), ""),
        ("Datumgräns", swedish.moment(row.cutoff_at), ""),
        ("Mall", str(row.template), ""),
        ("Ansvarig", case.handler.name if case.handler else "ingen än", ""),
    ]
    if row.diary_no:
        facts.append(("Diarienummer", row.diary_no, ""))
    if row.previous is not None:
        facts.append(
            ("Förra årets", row.previous.case.number, row.previous.case.get_absolute_url())
        )
    for one in case.deadlines.all():
        if one.met_at is None:
            facts.append((one.label, swedish.day(one.due_at), ""))
    return facts


def _tabs(opened: Opened, current: str) -> list[Tab]:
    parts: list[tuple[str, str, int | None]] = [
        ("annual_report", "Avsnitt", None),
        ("annual_report_drafts", "Utkast och utgåvor", len(opened.report.builds.all()) or None),
        ("annual_report_talk", "Samtal", len(opened.case.comments.all()) or None),
        ("annual_report_history", "Historik", None),
    ]
    return [Tab(label, opened.url(name), count, name == current) for name, label, count in parts]
