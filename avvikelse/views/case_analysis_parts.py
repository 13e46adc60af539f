"""Adding to an event analysis and taking back, deciding on proposals, and fetching the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avvikelse import analysis_report, deidentified
from avvikelse.actions import event_analysis, proposals
from avvikelse.forms.case_analysis import (
    AcceptForm,
    BarrierForm,
    MemberForm,
    PlaceForm,
    RejectForm,
)
from avvikelse.models import EventAnalysis, Proposal
from avvikelse.views import case_analysis
from avvikelse.views.case_analysis import open_analysis
from avvikelse.views.case_head import crumbs, head_of
from avvikelse.views.case_opening import Opened, conflict_of, record_reading
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.views.acting import perform, take_back
from patientsakerhet.documents import pdf, word

WHOLE, WITHOUT_NAMES = "rapport", "avidentifierad"
FORMS = {
    "pdf": (pdf.make, "application/pdf"),
    "docx": (
        word.make,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@require_POST
def add_member(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody takes part in the analysis."""
    opened, found = open_analysis(request, number)
    form = MemberForm(request.POST)
    return _added(
        request,
        opened,
        "member",
        form,
        lambda: event_analysis.add_member(found, by=opened.by, **form.cleaned_data),
        "Deltagaren är tillagd.",
        "grupp",
    )


@require_POST
def remove_member(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Somebody no longer takes part."""
    opened, found = open_analysis(request, number)
    row = get_object_or_404(found.members.select_related("analysis__deviation__case"), pk=pk)
    return take_back(
        request,
        lambda: event_analysis.remove_member(row, by=opened.by),
        done="Deltagaren är borttagen.",
        to=f"{opened.url('deviation_analysis')}#grupp",
    )


@require_POST
def add_barrier(request: HttpRequest, number: str) -> HttpResponse:
    """A barrier is judged."""
    opened, found = open_analysis(request, number)
    form = BarrierForm(request.POST, deviation=found.deviation)
    return _added(
        request,
        opened,
        "barrier",
        form,
        lambda: event_analysis.add_barrier(found, by=opened.by, **form.cleaned_data),
        "Barriären är sparad.",
        "barriarer",
    )


@require_POST
def remove_barrier(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A barrier is no longer judged."""
    opened, found = open_analysis(request, number)
    row = get_object_or_404(found.barriers.select_related("analysis__deviation__case"), pk=pk)
    return take_back(
        request,
        lambda: event_analysis.remove_barrier(row, by=opened.by),
        done="Barriären är borttagen.",
        to=f"{opened.url('deviation_analysis')}#barriarer",
    )


@require_POST
def place_cause(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A cause has its place."""
    opened, found = open_analysis(request, number)
    row = get_object_or_404(found.deviation.causes.select_related("area"), pk=pk)
    form = PlaceForm(request.POST, cause=row, deviation=found.deviation)
    return _added(
        request,
        opened,
        f"place-{pk}",
        form,
        lambda: event_analysis.place_cause(row, by=opened.by, **form.given()),
        "Orsaken har fått sin plats.",
        "orsaker",
    )


@require_POST
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """A measure is proposed."""
    opened, found = open_analysis(request, number)
    form = case_analysis.proposal_form(opened, found, request.POST)
    return _added(
        request,
        opened,
        "proposal",
        form,
        lambda: proposals.propose(found, by=opened.by, **form.cleaned_data),
        "Förslaget är sparat.",
        "forslag",
    )


@require_POST
def withdraw_proposal(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A proposal is withdrawn."""
    opened, found = open_analysis(request, number)
    row = _proposal(found, pk)
    return take_back(
        request,
        lambda: proposals.withdraw(row, by=opened.by),
        done="Förslaget är borttaget.",
        to=f"{opened.url('deviation_analysis')}#forslag",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The page where a proposal is decided on: it is to be done, or a reason why not."""
    opened, found = open_analysis(request, number)
    row = _proposal(found, pk)
    if request.method != "POST":
        policy.check(opened.by, Can.DECIDE_MEASURES, opened.case)
    rejects = RejectForm(request.POST).add_prefix("reason") in request.POST
    first = {"version": row.measure.version}
    accept = AcceptForm(request.POST if not rejects and request.POST else None, initial=first)
    reject = RejectForm(request.POST if rejects else None, initial=first)
    form: BaseForm = reject if rejects else accept

    def again(status: int) -> HttpResponse:
        record_reading(opened, "åtgärdsförslag")
        context = {
            "opened": opened,
            "head": head_of(opened, "deviation_analysis"),
            "crumbs": crumbs(opened),
            "proposal": row,
            "accept": accept,
            "reject": reject,
            "conflict": conflict_of(form, opened, version=row.measure.version),
        }
        return render(request, "avvikelse/case_proposal.html", context, status=status)

    def do() -> None:
        given = {**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
        act = proposals.reject if rejects else proposals.accept
        act(row, by=opened.by, **given)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        do,
        done="Förslaget är avslaget." if rejects else "Åtgärden är beslutad.",
        to=f"{opened.url('deviation_analysis')}#forslag",
        again=again,
    )


@require_safe
def report(request: HttpRequest, number: str, version: str, form: str) -> HttpResponse:
    """The report as a file, whole or with nobody in it."""
    opened, found = open_analysis(request, number)
    if form not in FORMS or version not in {WHOLE, WITHOUT_NAMES}:
        raise Http404
    make, content_type = FORMS[form]
    if version == WITHOUT_NAMES:
        document = deidentified.of(found).document
        name = f"handelseanalys-avidentifierad.{form}"
    else:
        note = "" if found.reported_at else "Utkast. Rapporten är inte lämnad än."
        made_at = found.reported_at or timezone.now()
        document = analysis_report.document(found, made_at=made_at, note=note)
        name = f"handelseanalys-{number}.{form}"
    record_reading(opened, f"händelseanalysens {version}")
    answer = HttpResponse(make(document), content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _proposal(found: EventAnalysis, pk: int) -> Proposal:
    rows = Proposal.objects.select_related("analysis__deviation__case", "measure__owner", "cause")
    return get_object_or_404(rows, analysis=found, pk=pk)


def _added(
    request: HttpRequest,
    opened: Opened,
    name: str,
    form: BaseForm,
    do: Callable[[], Any],
    done: str,
    place: str,
) -> HttpResponse:
    return perform(
        request,
        form,
        do,
        done=done,
        to=f"{opened.url('deviation_analysis')}#{place}",
        again=lambda status: case_analysis.page(request, opened, forms={name: form}, status=status),
    )
