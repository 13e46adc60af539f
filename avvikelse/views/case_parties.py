"""Who else has to do with the case: the units it has reached, and its handovers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from avvikelse.forms.case_steps import ShareForm
from avvikelse.models import Handover
from avvikelse.views import case_said
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, open_whole, record_reading
from patientsakerhet.access import policy
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import sharing
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.organisation.models import Unit
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with handovers and parties, and the conversation."""
    return page(request, open_whole(request, number))


def page(
    request: HttpRequest, opened: Opened, *, share: ShareForm | None = None, status: int = 200
) -> HttpResponse:
    """The part, with what was to be shared as it was sent when it was refused."""
    record_reading(opened, "samverkan")
    said = case_said.context(opened, part="samverkan")
    handovers = opened.case.handovers.select_related("from_unit", "to_unit", "by")
    shares = opened.can(Can.HAND_OVER)
    if share is None and shares:
        share = _share_form(opened)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "deviation_parties"),
        "crumbs": crumbs(opened),
        "handovers": [_in_words(one) for one in handovers.order_by("-at", "-pk")],
        **said,
        "reached": [_reached(row, shares) for row in said["parties"]],
        "share": share,
        "share_conflict": conflict_of(share, opened) if share else None,
    }
    return render(request, "avvikelse/case_parties.html", context, status=status)


@require_POST
def share(request: HttpRequest, number: str) -> HttpResponse:
    """A unit reads an extract from now on."""
    opened = open_whole(request, number)
    form = _share_form(opened, request.POST)
    return perform(
        request,
        form,
        lambda: sharing.share(opened.case, by=opened.by, **form.cleaned_data),
        done="Utdraget är delat.",
        to=f"{opened.url('deviation_parties')}#parter",
        again=lambda status: page(request, opened, share=form, status=status),
    )


@require_POST
def stop_sharing(request: HttpRequest, number: str) -> HttpResponse:
    """A unit no longer reads the extract."""
    opened = open_whole(request, number)
    policy.check(opened.by, Can.HAND_OVER, opened.case)
    unit = Unit.objects.filter(code=request.POST.get("unit", "")[:40]).first()
    if unit is None:
        messages.error(request, "Välj vilken delning som ska avslutas.")
    else:
        sharing.stop_sharing(opened.case, by=opened.by, unit=unit)
        messages.success(request, f"{unit} läser inte längre utdraget.")
    return redirect(f"{opened.url('deviation_parties')}#parter")


def _share_form(opened: Opened, data: QueryDict | None = None) -> ShareForm:
    initial = {"version": opened.case.version}
    return ShareForm(data, initial=initial, case=opened.case, by=opened.by)


def _reached(row: CaseAccess, shares: bool) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "level": row.get_level_display(),
        "until": row.valid_until,
        "may_stop": shares and row.level == Level.EXTRACT,
    }


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
