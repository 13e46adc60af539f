"""The risk scale: the matrix in force, a new one from a day, what it would mean, and those before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from avvikelse.actions import scales as actions
from avvikelse.forms.scales import ScaleForm
from avvikelse.models import RiskScale
from avvikelse.workflow import KIND
from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Matrix, matrix

LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Tried:
    """How many of the last year's assessed cases ask for an event analysis, now and by the new scale."""

    assessed: int
    asks_now: int
    would_ask: int


@require_http_methods(["GET", "HEAD", "POST"])
def scale(request: HttpRequest) -> HttpResponse:
    """The scale of today, and the form of the next."""
    person = person_of(request)
    policy.check_anywhere(person, Can.ADMINISTER)
    history = list(RiskScale.objects.order_by("-valid_from", "-pk"))
    form = ScaleForm(history[0] if history else None, request.POST or None)
    if request.method != "POST":
        return _page(request, form, history)
    if not form.is_valid():
        return _page(request, form, history, status=422)
    proposed = RiskScale(**form.values())
    tried = _tried(proposed, _of_today(history))
    if request.POST.get("do") == "try":
        return _page(request, form, history, proposed=proposed, tried=tried)
    try:
        row = actions.set_scale(form.values(), by=person, since=form.since_day())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, form, history, proposed=proposed, tried=tried, status=409)
    if row in history:
        messages.info(request, "Skalan säger redan så. Inget är ändrat.")
    else:
        messages.success(request, f"{row} gäller från och med {swedish.day(row.valid_from)}.")
    return redirect("risk_scale")


def _page(
    request: HttpRequest,
    form: ScaleForm,
    history: list[RiskScale],
    *,
    proposed: RiskScale | None = None,
    tried: Tried | None = None,
    status: int = 200,
) -> HttpResponse:
    today = _of_today(history)
    context = {
        "form": form,
        "scale": today,
        "matrix": picture(today) if today else None,
        "proposed": picture(proposed) if proposed else None,
        "tried": tried,
        "history": history,
    }
    return render(request, "avvikelse/scale.html", context, status=status)


def picture(scale: RiskScale) -> Matrix:
    """The scale's matrix."""
    return matrix(
        list(enumerate(scale.severity_labels, start=1)),
        list(enumerate(scale.probability_labels, start=1)),
        band=scale.band,
    )


def _of_today(history: list[RiskScale]) -> RiskScale | None:
    today = timezone.localdate()
    in_force = (
        one
        for one in history
        if one.valid_from <= today and (one.valid_to is None or one.valid_to >= today)
    )
    return next(in_force, None)


def _tried(proposed: RiskScale, today: RiskScale | None) -> Tried:
    """The counts, in one statement; cases are counted, none is shown."""
    assessed = Case.objects.filter(
        kind=KIND, filed_at__gte=timezone.now() - LOOKS_BACK, risk_score__isnull=False
    )
    counted = assessed.aggregate(
        assessed=Count("pk"),
        asks_now=Count("pk", filter=_asks(today)),
        would_ask=Count("pk", filter=_asks(proposed)),
    )
    return Tried(**counted)


def _asks(scale: RiskScale | None) -> Q:
    if scale is None:
        return Q(pk__in=[])
    return Q(risk_score__gte=scale.analysis_from_score) | Q(
        severity__gte=scale.analysis_from_severity
    )
