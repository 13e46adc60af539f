"""The page where a measure against a risk to people is decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from patientsakerhet.access import holders, policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.information_security.actions import impact_measures
from patientsakerhet.information_security.forms.classification import RiskMeasureForm
from patientsakerhet.information_security.models import RightsRisk
from patientsakerhet.information_security.views.impact_opening import (
    crumbs,
    head_of,
    open_assessment,
    record_reading,
)

SUGGESTED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A measure against the risk with this key."""
    opened = open_assessment(request, number)
    rows = RightsRisk.objects.filter(assessment=opened.assessment)
    row = get_object_or_404(rows.select_related("assessment__case"), pk=pk)
    if request.method != "POST":
        policy.check(opened.by, Can.LEAD_CLASSIFICATION, opened.case)
    people = holders.every(Can.DO_MEASURES, opened.case.filing_unit).order_by("name")[:SUGGESTED]
    form = RiskMeasureForm(
        request.POST or None, people=people, initial={"version": opened.case.version}
    )

    def again(status: int) -> HttpResponse:
        record_reading(opened, "ny åtgärd")
        context = {
            "opened": opened,
            "head": head_of(opened, "impact_assessment"),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "risk": row,
            "back": f"{reverse('impact_assessment', args=[number])}#risker",
        }
        return render(request, "information_security/measure_new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: impact_measures.decide_measure(row, by=opened.by, **form.cleaned_data),
        done="Åtgärden är beslutad.",
        to=f"{opened.url('impact_assessment')}#risker",
        again=again,
    )
