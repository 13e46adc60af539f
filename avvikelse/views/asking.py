"""What the report page shows: the questions in the words of each door, and which blocks are open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from avvikelse import workflow
from avvikelse.forms import units
from avvikelse.forms.doors import DOORS, WORDED, Wording, asked_at
from avvikelse.forms.report import ReportForm
from avvikelse.forms.when import Day
from avvikelse.models import Deviation
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.cases.forms.sending import Sending
from patientsakerhet.cases.models import Reporter
from patientsakerhet.organisation.models import Person, Unit

Said = list[tuple[str, str, bool]]
"""Door, what it says, and whether it is the one that is open."""

MORE = ("suggestion", "place", "discovered_on", "attachments")
"""Questions that lie folded until they are needed."""


def page(
    request: HttpRequest,
    form: ReportForm,
    *,
    code: str,
    unit: Unit | None = None,
    sending: Sending | None = None,
    gone: bool = False,
    draft_from: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form as it stands, with what was written in it, whatever led here.

    `gone` says that the link was to a unit that is no more; `sending` is kept when the form comes
    back unsent, so that it is still sent once.
    """
    if form.is_bound:
        unit = form.cleaned_data.get("unit")
    if unit is None:
        form.fields["unit"].widget.choices = units.choices()
    rule = deadlines.rule_for(workflow.KIND, workflow.WORKFLOW.initial)
    now = timezone.now()
    context = {
        "form": form,
        "person": form.person,
        "sending": (sending or Sending.begin(form.person)).ticket(),
        "unit": unit,
        "place": units.place_of(unit) if unit else "",
        "unit_from": _told_by(unit, code, form.person),
        "gone": gone,
        "draft_from": draft_from,
        "said": _frame_words(form.at_door),
        "ask": {name: _question(name, form.at_door) for name in WORDED},
        "shut": _shut(form),
        "more_open": any(form[name].errors or form[name].value() for name in MORE)
        or bool(form.attached.files),
        "doors_open": form.at_door != Deviation.Door.DEVIATION,
        "late_open": form["channel"].value() not in {"", None, Deviation.Channel.FORM},
        "today": timezone.localdate(now),
        "answered_by": deadlines.later(now, rule.amount, rule.measured) if rule else None,
    }
    return render(request, "avvikelse/report.html", context, status=status)


def _frame_words(current: str) -> dict[str, Said]:
    """The title, the lines under it and the button, as each door words them."""

    def each(pick: Callable[[Wording], str]) -> Said:
        return [(door, pick(wording), door == current) for door, wording in DOORS.items()]

    return {
        "title": each(lambda wording: wording.title),
        "intro": each(lambda wording: wording.intro),
        "send": each(lambda wording: wording.send),
    }


def _question(name: str, current: str) -> dict[str, Any]:
    """A question as each door words it, and the doors at which it is asked."""
    words = [
        (door, wording.questions[name], name in wording.required, door == current)
        for door, wording in DOORS.items()
        if name in wording.questions
    ]
    return {
        "doors": "|".join(asked_at(name)),
        "is_asked": current in asked_at(name),
        "labels": [(door, asked.label, needed, on) for door, asked, needed, on in words],
        "helps": [(door, asked.help, on) for door, asked, _, on in words if asked.help],
    }


def _shut(form: ReportForm) -> dict[str, bool]:
    """The blocks that no answer has opened yet."""

    def answer(name: str) -> Any:
        return form[name].value()

    day, nature, channel = answer("day"), answer("nature"), answer("channel")
    involves = answer("involves") or []
    known = answer("mode") in {Reporter.Mode.OPEN, Reporter.Mode.CONFIDENTIAL}
    return {
        "date": day != Day.OTHER,
        "part": day not in {Day.TODAY, Day.YESTERDAY, Day.OTHER},
        "consequence": nature != Deviation.Nature.ADVERSE_EVENT,
        "potential": nature not in {Deviation.Nature.NEAR_MISS, Deviation.Nature.RISK},
        "device": "device" not in involves,
        "system": "system" not in involves,
        "who": channel != Deviation.Channel.PHONE if form.person else not known,
        "paper": channel != Deviation.Channel.PAPER,
    }


def _told_by(unit: Unit | None, code: str, person: Person | None) -> str:
    """How we know the unit."""
    if unit is None:
        return ""
    if unit.code == code:
        return "Hämtat från länken på enheten"
    if person is not None and unit.pk == person.home_unit_id:
        return "Din enhet"
    return "Den du valde"
