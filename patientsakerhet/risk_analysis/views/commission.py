"""Ordering an analysis, and its first part: what was ordered, who takes part, how the patient is heard."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.views.acting import act_and_tell
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions import commissions, team
from patientsakerhet.risk_analysis.actions.team import PEOPLE_AT_WORK
from patientsakerhet.risk_analysis.forms.commission import CommissionForm, DescribeForm
from patientsakerhet.risk_analysis.forms.team import LeaderForm, MemberForm, PatientViewForm
from patientsakerhet.risk_analysis.models import AnalysisMember, Occasion
from patientsakerhet.risk_analysis.views.head import crumbs, head_of
from patientsakerhet.risk_analysis.views.opening import Opened, open_analysis, record_reading


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new analysis; the page keeps what was written when something is missing."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_ANALYSIS)
    initial = {
        "commissioned_on": timezone.localdate(),
        "leader": by,
        "unit": by.home_unit,
        "copied_from": request.GET.get("kopia", ""),
    }
    woken_by = _woken_by(request, by)
    if woken_by is not None:
        initial |= {"occasion": Occasion.EVENT, "title": woken_by.title}
    form = CommissionForm(request.POST or None, person=by, initial=initial)
    if "method" not in form.data:
        form.initial["method"] = form.fields["method"].queryset.first()  # type: ignore[attr-defined]  # a choice of rows
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = commissions.commission(
                    form.commission(raised_from=woken_by), by=by, submission=_submission(request)
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                status = 409
            else:
                messages.success(request, f"Riskanalysen {case.number} är öppnad.")
                return redirect(case.get_absolute_url())
    context = {
        "form": form,
        "submission": _submission(request),
        "crumbs": crumbs(),
        "woken_by": woken_by,
    }
    return render(request, "risk_analysis/new.html", context, status=status)


def _woken_by(request: HttpRequest, by: Person) -> Case | None:
    """The case that the analysis is ordered because of, as the address names it."""
    number = request.GET.get("arende", "")
    return get_object_or_404(Case.objects.visible_to(by), number=number) if number else None


def _submission(request: HttpRequest) -> UUID:
    """The form's own mark, the same however often it is sent; a new one when it carries none."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The first part."""
    return page(request, open_analysis(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part; a form that was refused stands as it was sent."""
    record_reading(opened, "uppdrag och team")
    forms: dict[str, Any] = {"describe": None, "member": None, "leader": None, "patient": None}
    version = {"version": opened.case.version}
    if opened.plans:
        forms["describe"] = _described(opened)
        forms["patient"] = PatientViewForm(
            initial={**version, "patient_view": opened.analysis.patient_view}
        )
    if opened.leads and opened.case.status in PEOPLE_AT_WORK:
        forms["member"] = MemberForm(initial=version)
        forms["leader"] = LeaderForm(initial=version)
    name, form = refused or ("", None)
    if form is not None:
        forms[name] = renewed(form, opened.case)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "risk_analysis"),
        "crumbs": crumbs(),
        "opens": name,
        "members": list(opened.analysis.members.all()),
        **forms,
    }
    return render(request, "risk_analysis/commission.html", context, status=status)


@require_POST
def describe(request: HttpRequest, number: str) -> HttpResponse:
    """The commission says something else."""
    opened, form = open_analysis(request, number), DescribeForm(request.POST)
    return _act(
        request,
        opened,
        ("describe", form),
        lambda: team.describe(opened.case, by=opened.by, **form.cleaned_data),
        "Uppdraget är sparat.",
    )


@require_POST
def add_member(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody more takes part."""
    opened, form = open_analysis(request, number), MemberForm(request.POST)
    return _act(
        request,
        opened,
        ("member", form),
        lambda: team.add_member(opened.case, by=opened.by, **form.cleaned_data),
        "Deltagaren är tillagd.",
    )


@require_POST
def remove_member(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Somebody takes part no longer."""
    opened = open_analysis(request, number)
    member = get_object_or_404(AnalysisMember, analysis=opened.analysis, pk=pk)
    act_and_tell(
        request,
        lambda: team.remove_member(member, by=opened.by),
        f"{member} deltar inte längre.",
    )
    return redirect(f"{opened.url('risk_analysis')}#team")


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody else leads it."""
    opened, form = open_analysis(request, number), LeaderForm(request.POST)
    return _act(
        request,
        opened,
        ("leader", form),
        lambda: team.hand_over(opened.case, by=opened.by, **form.cleaned_data),
        "Analysledaren är bytt.",
    )


@require_POST
def view_as_patient(request: HttpRequest, number: str) -> HttpResponse:
    """How the patient is heard."""
    opened, form = open_analysis(request, number), PatientViewForm(request.POST)
    return _act(
        request,
        opened,
        ("patient", form),
        lambda: team.view_as_patient(opened.case, by=opened.by, **form.cleaned_data),
        "Patientens perspektiv är sparat.",
    )


def _act(
    request: HttpRequest, opened: Opened, sent: tuple[str, BaseForm], do: Any, done: str
) -> HttpResponse:
    return perform(
        request,
        sent[1],
        do,
        done=done,
        to=f"{opened.url('risk_analysis')}#team",
        again=lambda status: page(request, opened, refused=sent, status=status),
    )


def _described(opened: Opened) -> DescribeForm:
    row = opened.analysis
    names = ("occasion", "change", "scope", "delimitation", "takes_effect_on", "report_by")
    return DescribeForm(
        initial={
            **{name: getattr(row, name) for name in names},
            "title": opened.case.title,
            "version": opened.case.version,
        }
    )
