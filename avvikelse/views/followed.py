"""A report as its reporter follows it: four words, what was said, and what she can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse

from avvikelse.models import Deviation
from avvikelse.workflow import REJECTED
from patientsakerhet.cases.models import Attachment, Case, Comment, Reporter, Transition
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Event, Step

STAGES = ("mottagen", "utreds", "åtgärdas", "klar")
NEXT = (
    "En samordnare läser och avgör vem som tar hand om den.",
    "Den som utreder tar reda på varför det hände.",
    "Något görs för att det inte ska hända igen.",
    "Ärendet är avslutat.",
)
MAIN = {
    Deviation.Door.DEVIATION: "Vad som hände",
    Deviation.Door.IMPROVEMENT: "Ditt förslag",
    Deviation.Door.COMPLAINT: "Vad du berättade",
}
TOLD = (
    ("immediate_action", "Vad som gjordes direkt"),
    ("consequence", "Följden"),
    ("could_have_happened", "Vad som kunde ha hänt"),
    ("suggestion", "Förslag"),
    ("place", "Plats"),
    ("device_text", "Utrustning"),
    ("device_serial", "Serie- eller lotnummer"),
    ("device_kept", "Var utrustningen finns"),
    ("system_text", "IT-system"),
    ("system_workaround", "Hur ni klarade er"),
)


@dataclass(frozen=True)
class Row:
    """One report in the reporter's list."""

    case: Case
    stage: int
    word: str
    asks: bool
    answered: bool
    url: str


def row(case: Case) -> Row:
    """The case, with its parent and reporter, as a row; `asks` has been asked of the database."""
    leading = case.parent or case
    stage = leading.kind_row.reporter_stages[leading.status]
    return Row(
        case=case,
        stage=stage,
        word=STAGES[stage - 1],
        asks=bool(getattr(case, "asks", False)),
        answered=bool(case.reporter.answered),
        url=reverse("own_report", args=[case.number]),
    )


def content(case: Case) -> dict[str, Any]:
    """Everything the page shows; the case comes with its deviation, reporter, units and parent."""
    deviation: Deviation = case.deviation
    reporter: Reporter = case.reporter
    leading = case.parent or case  # a duplicate goes where the case it was merged into goes
    stage = leading.kind_row.reporter_stages[leading.status]
    said = list(
        case.comments.filter(audience=Comment.Audience.REPORTER)
        .select_related("by")
        .order_by("at", "pk")
    )
    answered = {one.answers_id for one in said if one.answers_id}
    questions = [
        one for one in said if one.purpose == Comment.Purpose.QUESTION and one.pk not in answered
    ]
    due = case.due_at if not case.is_final else None
    return {
        "case": case,
        "deviation": deviation,
        "reporter": reporter,
        "stage": stage,
        "stage_word": STAGES[stage - 1],
        "steps": _steps(leading, stage),
        "next_step": "" if leading.status == REJECTED else NEXT[stage - 1],
        "with_unit": leading.owning_unit if not leading.is_final else None,
        "due": due,
        "said": [_event(one) for one in reversed(said)],
        "questions": questions,
        "feedback": [one for one in said if one.purpose == Comment.Purpose.FEEDBACK],
        "told": _told(deviation),
        "happened": happened(deviation),
        "attachments": list(
            Attachment.objects.filter(case=case, audience=Comment.Audience.REPORTER)
        ),
        "verdicts": Reporter.Answered.choices,
    }


def _event(comment: Comment) -> Event:
    """Something said, as the reporter meets it."""
    who = "Du" if comment.by_reporter else str(comment.by or "Den som handlägger")
    purpose = Comment.Purpose(comment.purpose).label
    return Event(comment.at, comment.text, who, to="reporter", to_label=purpose.capitalize())


def happened(deviation: Deviation) -> str:
    """When it happened, as exactly as it is known."""
    begins, ends = deviation.occurred_at, deviation.occurred_until
    if begins is None:
        return "Det är inte känt när det hände"
    if deviation.precision == Deviation.Precision.DAY:
        return swedish.day(begins)
    if ends is None:
        about = deviation.precision == Deviation.Precision.ABOUT
        return f"{'Ungefär ' if about else ''}{swedish.moment(begins)}"
    return f"{swedish.moment(begins)}{swedish.DASH}{swedish.clock(ends)}"


def _steps(case: Case, current: int) -> list[Step]:
    """When each word was first reached; a word may be passed by, when a report is rejected say."""
    reached: dict[int, datetime] = {}
    meaning = case.kind_row.reporter_stages
    moves = Transition.objects.filter(case=case).order_by("occurred_at", "pk")
    for status, at in moves.values_list("to_status", "occurred_at"):
        reached.setdefault(meaning[status], at)
    return [
        Step(
            word.capitalize(),
            swedish.day(reached[number]) if number in reached and number <= current else "",
            _state(number, current, passed=number not in reached, final=case.is_final),
        )
        for number, word in enumerate(STAGES, start=1)
    ]


def _state(
    number: int, current: int, *, passed: bool, final: bool
) -> Literal["", "done", "now", "skipped"]:
    if number > current:
        return ""
    if number == current:
        return "done" if final else "now"
    return "skipped" if passed else "done"


def _told(deviation: Deviation) -> list[tuple[str, str]]:
    """What the reporter wrote, as it is kept."""
    told = [(MAIN[Deviation.Door(deviation.door)], deviation.what_happened)]
    told += [(label, getattr(deviation, name)) for name, label in TOLD if getattr(deviation, name)]
    for name, label in (("device", "Utrustning"), ("system", "IT-system")):
        found = getattr(deviation, name)
        if found is not None:
            told = [pair for pair in told if pair[0] != label]
            told.append((label, str(found)))
    return told
