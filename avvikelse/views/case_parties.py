"""Who else has to do with the case: the units it has reached, and its handovers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avvikelse.models import Handover
from avvikelse.views import case_said
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import open_whole, record_reading
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with handovers and parties, and the conversation."""
    opened = open_whole(request, number)
    record_reading(opened, "samverkan")
    said = case_said.context(opened, part="samverkan")
    handovers = opened.case.handovers.select_related("from_unit", "to_unit", "by")
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_parties"),
        "crumbs": crumbs(opened),
        "handovers": [_in_words(one) for one in handovers.order_by("-at", "-pk")],
        **said,
        "reached": [
            (row.unit, row.get_level_display(), row.valid_until) for row in said["parties"]
        ],
    }
    return render(request, "avvikelse/case_parties.html", context)


def _in_words(one: Handover) -> dict[str, Any]:
    """A handover, with what came of it."""
    if one.received_at is not None:
        state, tone = f"mottagen {swedish.moment(one.received_at)}", "good"
    elif one.returned_at is not None:
        state, tone = f"gick vidare {swedish.moment(one.returned_at)}", ""
    else:
        state, tone = "ej mottagen", "warn"
    told: Tone = tone  # type: ignore[assignment]  # one of the three above
    return {
        "from": one.from_unit,
        "to": one.to_unit,
        "basis": one.get_basis_display(),
        "by": one.by,
        "at": one.at,
        "state": state.capitalize(),
        "tone": told,
    }
