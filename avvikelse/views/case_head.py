"""What stands above and beside every part of a case: its way, what can be done, what is left, risk, facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from avvikelse import workflow
from avvikelse.models import Assessment, Deviation
from avvikelse.views.case_opening import Opened
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import related
from patientsakerhet.cases.kinds import Blocker
from patientsakerhet.cases.models import Case, ExternalTicket, Measure, Transition
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Matrix, Step, Tab, Tone, matrix

STAGE_WORDS: dict[int, tuple[str, Tone]] = {
    1: ("Mottagen", ""),
    2: ("Utreds", "info"),
    3: ("Åtgärdas", "info"),
    4: ("Klar", "good"),
}
BANDS: dict[int, tuple[str, Tone]] = {
    1: ("Låg risk", "good"),
    2: ("Medelhög risk", "warn"),
    3: ("Hög risk", "bad"),
}
FORWARD = ("take", "coordinate", "receive", "plan", "follow_up", "close", "reopen", "restore")
"""The step that leads on from a state is the one shown first."""
AT_ONCE = {"take", "release", "plan", "follow_up", "close"}
"""Steps that ask for nothing more than the press of a button."""

GUARDS: dict[str, tuple[str, str, str]] = {
    "has_kind": ("deviation_assessment", "typ", "Typ är vald"),
    "is_assessed": ("deviation_assessment", "bedom", "Samordnaren har bedömt"),
    "has_cause": ("deviation_investigation", "orsaker", "Orsak är angiven"),
    "says_if_it_happened_before": (
        "deviation_investigation",
        "liknande",
        "Liknande händelser är sökta",
    ),
    "has_event_analysis": ("deviation_analysis", "", ""),
    "event_analysis_is_decided_on": ("deviation_analysis", "rapport", ""),
    "has_measure": ("deviation_measures", "atgarder", "Åtgärd är beslutad"),
    "has_final_assessment": ("deviation_assessment", "bedom", "Slutlig bedömning är gjord"),
    "says_why_without_measures": ("deviation_measures", "utan", ""),
    "has_no_open_measures": ("deviation_measures", "atgarder", ""),
    "effects_are_followed_up": ("deviation_measures", "atgarder", ""),
    "reports_are_settled": ("case_reports", "anmalningar", ""),
    "reporter_is_answered": ("deviation_answer", "", "Rapportören har fått återkoppling"),
}
"""Guard -> where what it asks for is done: page, place on the page, and how it reads when done."""


@dataclass(frozen=True)
class Head:
    """Everything around a part of the case."""

    stage: int
    stage_word: str
    stage_tone: Tone
    chips: list[tuple[str, Tone]]
    steps: list[Step]
    tabs: list[Tab]
    forward: Act | None
    others: list[Act]
    left: list[Block]
    left_title: str
    left_count: int
    matrix: Matrix | None
    risk: list[tuple[str, str, Tone]]
    facts: list[tuple[str, str, str]]
    notices: list[tuple[str, str, str]]


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; three statements."""
    case, deviation = opened.case, opened.deviation
    linked = Case.objects.visible_to(opened.by).filter(linked_from__case=case)
    links = list(linked.order_by("number"))
    blockers = blockers_of(opened)
    left = [one for one in blockers if not one.done]
    stage = workflow.REPORTER_STAGES[case.status]
    word, tone = STAGE_WORDS[stage]
    forward, others = _acts(opened)
    assessments = list(deviation.assessments.all())
    return Head(
        stage=stage,
        stage_word=word,
        stage_tone=tone,
        chips=_chips(opened, assessments),
        steps=steps_of(opened, list(case.transitions.all()), timezone.now()),
        tabs=_tabs(opened, current),
        forward=forward,
        others=others,
        left=[Block(one.text, one.url, one.note, one.done) for one in blockers],
        left_title=_left_title(case.status, len(left)),
        left_count=len(left),
        matrix=matrix_of(assessments),
        risk=_risk(assessments),
        facts=_facts(opened, links, list(case.tickets.order_by("pk")))
        + related.gathering(case, by=opened.by)
        + related.open_about(deviation.products, by=opened.by, without=case.kind),
        notices=_notices(opened),
    )


# --- the way ------------------------------------------------------------------------------------


def steps_of(opened: Opened, moves: Sequence[Transition], now: datetime) -> list[Step]:
    """The stages, each with the days spent in it and the days it was given."""
    case = opened.case
    given = {one.starts_at: one for one in case.deadlines.all() if one.purpose == "state"}
    spent: dict[str, timedelta] = {}
    target: dict[str, int] = {}
    stage_of = {status: label for label, statuses in workflow.STAGES for status in statuses}
    ends = [one.occurred_at for one in moves[1:]] + [case.closed_at or now]
    reached = -1
    order = [label for label, _ in workflow.STAGES]
    for move, end in zip(moves, ends, strict=True):
        label = stage_of[move.to_status]
        spent[label] = spent.get(label, timedelta()) + max(end - move.occurred_at, timedelta())
        rule = given.get(move.occurred_at)
        if rule is not None:
            days = (timezone.localdate(rule.due_at) - timezone.localdate(rule.starts_at)).days
            target[label] = target.get(label, 0) + days
        reached = max(reached, order.index(label))
    here = stage_of[case.status]
    return [
        _step(opened, label, here, order, spent.get(label), target.get(label), now)
        for label in order
    ]


def _step(
    opened: Opened,
    label: str,
    here: str,
    order: list[str],
    spent: timedelta | None,
    target: int | None,
    now: datetime,
) -> Step:
    case = opened.case
    if label == here and case.closed_at is not None:
        return Step(case.status_label, swedish.day(case.closed_at), "done")
    days = spent.days if spent is not None else 0
    if label == here:
        late: Tone = ""
        if target is not None and days > target:
            late = "bad" if case.due_at is not None and case.due_at < now else ""
        of = f" av {target}" if target else ""
        return Step(label, f"pågår, dag {days + 1}{of}", "now", late)
    if spent is None:
        passed = order.index(label) < order.index(here)
        return Step(label, _expected(opened, label), "skipped" if passed else "")
    if order.index(label) > order.index(here):
        return Step(label, f"{days} d hittills")
    if label == order[0]:
        return Step(label, f"{swedish.day_of_month(case.filed_at)} · {days} d", "done")
    over: Tone = "bad" if target is not None and days > target else ""
    return Step(label, f"{days} d, mål {target} d" if target else f"{days} d", "done", over)


def _expected(opened: Opened, label: str) -> str:
    if label != "Åtgärd":
        return ""
    count = sum(one.status in Measure.OPEN for one in opened.case.measures.all())
    return f"{count} öppna" if count != 1 else "1 öppen" if count else ""


# --- what can be done, and what is left ---------------------------------------------------------


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    allowed = [
        step
        for step in workflow.WORKFLOW.available(opened.case.status)
        if Can(step.needs) in opened.may and step.name != "answer"
    ]
    first = _leading(allowed, opened)
    acts = {
        step.name: _act(
            opened, step.name, step.label, step.missing(opened.deviation), step is first
        )
        for step in allowed
    }
    forward = acts.pop(first.name) if first is not None else None
    raising = Act("Lyft som risk…", opened.url("risk_raise"), post=False)
    return forward, [*acts.values(), *([raising] if opened.can(Can.LEAD_ANALYSIS) else [])]


def _leading(steps: Sequence[Any], opened: Opened) -> Any | None:
    """The step that leads on: closing when nothing is in its way, otherwise the next stage."""
    named = {step.name: step for step in steps}
    if "close" in named and not named["close"].missing(opened.deviation):
        return named["close"]
    return next((named[name] for name in FORWARD if name in named), None)


def _act(opened: Opened, name: str, label: str, missing: list[str], leading: bool) -> Act:
    at_once = name in AT_ONCE
    return Act(
        label if at_once else f"{label}…",
        opened.url("deviation_step", name),
        post=at_once,
        kind="primary" if leading and not missing else "",
        fields={"version": opened.case.version} if at_once else {},
        missing=missing,
    )


def blockers_of(opened: Opened) -> list[Blocker]:
    """What must be done before the case can go to a unit, or later close; what is done comes last."""
    deviation, status = opened.deviation, opened.case.status
    if status in workflow.QUEUE:
        guards = workflow.WORKFLOW.named("coordinate").guards
    elif status in workflow.HANDLED:
        guards = workflow.CLOSING
    else:
        return []
    left, done = [], []
    for guard in guards:
        page, place, when_done = GUARDS[guard.__name__]
        missing = guard(deviation)
        url = opened.url(page) + (f"#{place}" if place else "")
        if missing:
            left.append(Blocker(missing.rstrip("."), url, _note(guard.__name__, opened)))
        elif when_done:
            done.append(Blocker(when_done, "", done=True))
    return left + done


def _note(guard: str, opened: Opened) -> str:
    """What more there is to say about something that is left."""
    if guard == "has_no_open_measures":
        today = timezone.localdate()
        late = sum(
            one.status in Measure.OPEN and one.due_on < today for one in opened.case.measures.all()
        )
        return ("En är försenad" if late == 1 else f"{late} är försenade") if late else ""
    if guard == "effects_are_followed_up":
        days = [
            one.effect_due_on
            for one in opened.case.measures.all()
            if not one.effect and one.status == "done"
        ]
        return f"Nästa uppföljning {swedish.day(min(days))}" if days else ""
    return ""


def _left_title(status: str, count: int) -> str:
    aim = "kan ges till en enhet" if status in workflow.QUEUE else "kan avslutas"
    if not count:
        return f"Ärendet {aim}"
    things = "En sak" if count == 1 else f"{swedish.in_words(count).capitalize()} saker"
    return f"{things} kvar innan ärendet {aim}"


# --- words, risk, facts -------------------------------------------------------------------------


def _chips(opened: Opened, assessments: Sequence[Assessment]) -> list[tuple[str, Tone]]:
    deviation, chips = opened.deviation, []
    judged = [one for one in assessments if one.score is not None]
    if judged:
        chips.append(BANDS[judged[-1].scale.band(judged[-1].score)])
    chips.append((deviation.get_nature_display().capitalize(), ""))
    if deviation.kind is not None:
        chips.append((deviation.kind.label, ""))
    return chips


def matrix_of(assessments: Sequence[Assessment]) -> Matrix | None:
    """The matrix with the first whole assessment and the last; None before there is one."""
    whole = [one for one in assessments if one.probability is not None]
    if not whole:
        return None
    scale = whole[-1].scale
    first, last = whole[0], whole[-1]
    return matrix(
        list(enumerate(scale.severity_labels, start=1)),
        list(enumerate(scale.probability_labels, start=1)),
        band=scale.band,
        was=(first.potential, first.probability or 0) if first.pk != last.pk else None,
        now=(last.potential, last.probability or 0),
    )


def _risk(assessments: Sequence[Assessment]) -> list[tuple[str, str, Tone]]:
    """The latest assessment of each of the three: whose, what, how bad."""
    latest = {one.stage: one for one in assessments}
    told: list[tuple[str, str, Tone]] = []
    for stage, label in Assessment.Stage.choices:
        one = latest.get(stage)
        if one is None:
            told.append((label.capitalize(), "inte bedömt än", ""))
        elif one.score is None:
            word = one.scale.severity_labels[one.potential - 1].lower()
            told.append((label.capitalize(), f"kunde ha blivit {word}", ""))
        else:
            band = one.scale.band(one.score)
            word = BANDS[band][0].removesuffix(" risk").lower()
            told.append((label.capitalize(), f"{one.score}, {word}", BANDS[band][1]))
    return told


def _facts(
    opened: Opened, links: Sequence[Case], tickets: Sequence[ExternalTicket]
) -> list[tuple[str, str, str]]:
    case, deviation = opened.case, opened.deviation
    facts = [
        ("Hände", happened(deviation), ""),
        ("Enhet", case.filing_unit.name, ""),
        ("Finns hos", case.owning_unit.name, ""),
        ("Kom in", swedish.moment(case.filed_at), ""),
    ]
    if deviation.device is not None or deviation.device_model is not None:
        facts.append(("Produkt", str(deviation.device or deviation.device_model), ""))
    if deviation.system is not None:
        facts.append(("IT-system", deviation.system.name, ""))
    facts += [(one.get_kind_display().capitalize(), one.number, one.url) for one in tickets]
    facts += [("Hör ihop med", one.number, one.get_absolute_url()) for one in links]
    if case.secrecy:
        facts.append(("Sekretess", case.get_secrecy_display().capitalize(), ""))
    return facts


def happened(deviation: Deviation) -> str:
    """When it happened, as exactly as it is known."""
    if deviation.occurred_at is None:
        return "vet ej"
    match deviation.precision:
        case "exact":
            return swedish.moment(deviation.occurred_at)
        case "about":
            return f"ungefär {swedish.moment(deviation.occurred_at)}"
        case "shift" if deviation.occurred_until is not None:
            until = swedish.clock(deviation.occurred_until)
            return f"{swedish.moment(deviation.occurred_at)}–{until}, under passet"
        case _:
            return swedish.day(deviation.occurred_at)


def _notices(opened: Opened) -> list[tuple[str, str, str]]:
    """What one must know before reading on: tone, first line, sentence."""
    case, deviation = opened.case, opened.deviation
    told = []
    if case.parent_id is not None:
        number = opened.parent.number if opened.parent else "ett annat ärende"
        told.append(("info", f"Sammanslaget med {number}", "Det utreds och besvaras där."))
    is_ordered = hasattr(deviation, "event_analysis")
    if deviation.needs_event_analysis and not (case.is_final or is_ordered):
        told.append(
            (
                "warn",
                "Händelseanalys krävs",
                "Risken är så hög att händelsen ska utredas som händelseanalys. Den är inte beställd.",
            )
        )
    if case.status == workflow.RETURNED:
        told.append(
            (
                "info",
                "Väntar på rapportören",
                "En fråga är ställd. Ärendet går vidare när svaret kommer.",
            )
        )
    return told


def _tabs(opened: Opened, current: str) -> list[Tab]:
    parts: list[tuple[str, str, int | None]] = [
        ("deviation", "Händelse", None),
        ("deviation_assessment", "Bedömning", None),
        ("deviation_investigation", "Utredning", None),
        *((("deviation_analysis", "Händelseanalys", None),) if opened.has_analysis else ()),
        ("deviation_measures", "Åtgärder", len(opened.case.measures.all()) or None),
        ("deviation_parties", "Samverkan", None),
        ("case_reports", "Anmälningar", len(opened.case.authority_reports.all()) or None),
        ("deviation_history", "Historik", None),
    ]
    return [Tab(label, opened.url(name), count, name == current) for name, label, count in parts]


def crumbs(opened: Opened) -> list[tuple[str, str]]:
    """The way to the case: the list, and its sort in it."""
    trail = [("Ärenden", reverse("cases"))]
    if opened.deviation.kind is not None:
        kind = opened.deviation.kind
        trail.append((kind.label, f"{reverse('cases')}?type={kind.code}"))
    return trail
