"""The part where a notice is judged, its steps, and which notice it stands in the place of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady
from sakerhetsmeddelanden import workflow
from sakerhetsmeddelanden.actions import handling, versions
from sakerhetsmeddelanden.forms.judging import JudgeForm, ReasonForm, StepForm, SupersedeForm
from sakerhetsmeddelanden.models import RiskClass, SafetyNotice
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import (
    Opened,
    open_notice,
    perform,
    record_reading,
    renewed,
)

SAYS = {
    "set_aside": "Ingen enhet får meddelandet. Leverantören ska ändå ha svar om det är begärt.",
    "reconsider": "Meddelandet bedöms på nytt.",
    "reopen": "Meddelandet följs upp igen.",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """How grave it is, and by when the units answer."""
    return page(request, open_notice(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    judge: JudgeForm | None = None,
    supersede: SupersedeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with what was refused as it was sent."""
    record_reading(opened, "bedömning")
    row = opened.notice
    is_early = opened.case.status in {workflow.REGISTERED, workflow.ASSESSING}
    may_judge = opened.manages and (is_early or judge is not None)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "notice_judging"),
        "crumbs": crumbs(),
        "may_judge": may_judge,
        "form": renewed(judge, opened) if judge else _form(opened),
        "classes": RiskClass.objects.current(),
        "same": _same(opened) if opened.manages else [],
        "supersede": renewed(supersede, opened)
        if supersede
        else SupersedeForm(initial={"version": opened.case.version}, prefix="ersatt"),
        "may_supersede": supersede is not None
        or (may_judge and row.supersedes_id is None and not row.recipients.all()),
    }
    return render(request, "sakerhetsmeddelanden/notice_judging.html", context, status=status)


@require_POST
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """The notice is judged."""
    opened = open_notice(request, number)
    form = JudgeForm(request.POST)
    return perform(
        request,
        form,
        lambda: handling.judge(opened.case, by=opened.by, **form.cleaned_data),
        done="Bedömningen är sparad.",
        to=opened.url("notice_targets"),
        again=lambda status: page(request, opened, judge=form, status=status),
    )


@require_POST
def supersede(request: HttpRequest, number: str) -> HttpResponse:
    """This notice stands in the place of another."""
    opened = open_notice(request, number)
    form = SupersedeForm(request.POST, prefix="ersatt")

    def do() -> None:
        old = (
            Case.objects.visible_to(opened.by)
            .of_kind(workflow.KIND)
            .filter(number=form.cleaned_data["number"].upper())
            .first()
        )
        if old is None:
            raise NotReady("Det meddelandet finns inte.")
        versions.supersede(old, opened.case, by=opened.by, version=form.cleaned_data["version"])

    return perform(
        request,
        form,
        do,
        done="Det äldre meddelandet är ersatt.",
        to=opened.url("safety_notice"),
        again=lambda status: page(request, opened, supersede=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_notice(request, number)
    found = workflow.WORKFLOW.named(name)
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    if found.reason:
        form: forms.Form = ReasonForm(
            request.POST or None, initial={"version": opened.case.version}
        )
    else:
        form = StepForm(request.POST or None, initial={"version": opened.case.version})

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened),
            "title": found.label,
            "says": SAYS.get(name, ""),
            "missing": found.missing(opened.notice),
        }
        return render(request, "sakerhetsmeddelanden/notice_step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: handling.take_step(opened.case, name, by=opened.by, **form.cleaned_data),
        done=f"{workflow.WORKFLOW.label(found.target)}.",
        to=opened.url("notice_judging") if name == "assess" else opened.case.get_absolute_url(),
        again=again,
    )


def _form(opened: Opened) -> JudgeForm:
    row = opened.notice
    chosen = row.answer_basis == row.AnswerBasis.CHOSEN and row.answer_by is not None
    return JudgeForm(
        initial={
            "version": opened.case.version,
            "risk_class": row.risk_class_id,
            "urgency": row.urgency,
            "reason": row.risk_reason,
            "instruction": row.instruction,
            "answer_on": calendar.local_day(row.answer_by) if chosen and row.answer_by else None,
        }
    )


def _same(opened: Opened) -> list[SafetyNotice]:
    """Other notices about the same action that are not superseded, newest first."""
    row = opened.notice
    return list(
        SafetyNotice.objects.visible_to(opened.by)
        .of_action(row.fsca_ref, row.previous_ref or row.fsn_ref)
        .open()
        .exclude(pk=row.pk)
        .select_related("case")
        .order_by("-received_at", "-pk")[:5]
    )
