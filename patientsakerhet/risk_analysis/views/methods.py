"""How risks are scored: the methods with all their versions, and a new version of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.risk_analysis.actions import methods as actions
from patientsakerhet.risk_analysis.forms.methods import MethodForm
from patientsakerhet.risk_analysis.models import ScoringMethod
from patientsakerhet.risk_analysis.picture import picture


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """Every version of every method."""
    policy.check_anywhere(person_of(request), Can.ADMINISTER)
    rows = ScoringMethod.objects.order_by("rank", "code", "-version")
    return render(request, "risk_analysis/methods.html", {"rows": rows, "crumbs": _crumbs()})


@require_http_methods(["GET", "HEAD", "POST"])
def method(request: HttpRequest, code: str) -> HttpResponse:
    """The latest version of a method, and the form of the next."""
    by = person_of(request)
    policy.check_anywhere(by, Can.ADMINISTER)
    row = get_object_or_404(ScoringMethod.objects.order_by("-version"), code=code, valid_to=None)
    form = MethodForm(request.POST or None, method=row)

    def again(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "row": row,
            "form": form,
            "picture": picture(row, [], key="metod", title=str(row)),
            "crumbs": [*_crumbs(), ("Metoder för riskbedömning", reverse("scoring_methods"))],
        }
        return render(request, "risk_analysis/method.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.renew(row, by=by, **form.given()),
        done="Den nya versionen är sparad.",
        to=reverse("scoring_methods"),
        again=again,
    )


def _crumbs() -> list[tuple[str, str]]:
    return [("Inställningar", reverse("settings"))]
