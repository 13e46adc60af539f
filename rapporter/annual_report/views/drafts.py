"""Drafts and editions: making one, how it differs from the one before, its files, the report's steps."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.views.acting import perform, renewed, take_back
from rapporter.annual_report import differing, taken_out
from rapporter.annual_report.actions import building, signing
from rapporter.annual_report.contents import contents
from rapporter.annual_report.forms.report import ReasonForm, StepForm
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import Build, BuildFile
from rapporter.annual_report.publishing import INTERNAL
from rapporter.annual_report.views.head import crumbs, head_of
from rapporter.annual_report.views.opening import Opened, open_report, record_reading
from rapporter.annual_report.workflow import WORKFLOW

PART = "annual_report_drafts"
SHOWN = 20
SAYS = {
    "send_back": "Skrivarna kan ändra i texten igen. De ser vad du skriver.",
    "correct": "Den fastställda utgåvan står kvar för alltid. En ny utgåva görs, och skälet står i den.",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The drafts, newest first, and the editions."""
    opened = open_report(request, number)
    record_reading(opened, "utkast")
    report = opened.report
    builds = list(report.builds.all())
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "running": next((one for one in builds if one.is_at_work), None),
        "drafts": [one for one in builds if one.edition_id is None and not one.is_at_work][:SHOWN],
        "editions": report.editions.all(),
        "changed": _changed(report.newest, report.texts()) if report.newest else [],
    }
    return render(request, "annual_report/drafts.html", context)


@require_POST
def order(request: HttpRequest, number: str) -> HttpResponse:
    """A new draft is made."""
    opened = open_report(request, number)
    return take_back(
        request,
        lambda: building.order(opened.case, by=opened.by),
        done="Utkastet görs nu.",
        to=opened.url(PART),
    )


@require_safe
def draft(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One draft as it reads, and what has changed since the one before."""
    opened = open_report(request, number)
    build = opened.build(pk)
    if build.snapshot is None:
        return redirect(opened.url(PART))
    record_reading(opened, f"utkast {build.pk}")
    earlier = next(
        (one for one in opened.report.builds.all() if one.is_done and one.pk < build.pk), None
    )
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "build": build,
        "said": contents(build.ingredients, frozen_of(build.snapshot), INTERNAL),
        "earlier": earlier,
        "differences": _differences(opened, earlier, build) if earlier else [],
        "moved": _moved(earlier, build) if earlier else [],
    }
    return render(request, "annual_report/draft.html", context)


@require_safe
def file(request: HttpRequest, number: str, pk: int, form: str) -> HttpResponse:
    """A file of a draft or an edition: PDF and Word as they were made, tables as CSV and JSON."""
    opened = open_report(request, number)
    build = opened.build(pk)
    if form in taken_out.FORMS:
        if build.snapshot is None:
            return redirect(opened.url(PART))
        said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
        answer = taken_out.answer(said, form, name=f"{opened.case.number}-intern")
    else:
        row = get_object_or_404(build.files, audience=BuildFile.Audience.INTERNAL, form=form)
        answer = taken_out.file(row, name=f"{opened.case.number}-intern")
    trail.read(
        "annual_report.file",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        right=Can.READ,
        body={"draft": build.pk, "form": form},
    )
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step, at once or with a reason."""
    opened = open_report(request, number)
    found = WORKFLOW.named(name)
    if name == signing.SIGN:
        return redirect(opened.url("annual_report_sign"))
    if request.method != "POST":
        policy.check(opened.by, Can(found.needs), opened.case)
    shape: type[Form] = ReasonForm if found.reason else StepForm
    form = shape(request.POST or None, initial={"version": opened.case.version})

    def do() -> None:
        if name == signing.PUBLISH:
            signing.publish(opened.case, by=opened.by, **form.cleaned_data)
        else:
            signing.take_step(opened.case, name, by=opened.by, **form.cleaned_data)

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "title": found.label,
            "says": SAYS.get(name, ""),
            "missing": found.missing(opened.report),
        }
        return render(request, "annual_report/step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        do,
        done=f"{WORKFLOW.label(found.target)}.",
        to=opened.url(PART if name in (signing.PUBLISH, signing.CORRECT) else "annual_report"),
        again=again,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account")
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The newest draft is signed, by somebody who has just shown again who she is."""
    opened = open_report(request, number)
    policy.check(opened.by, Can.SIGN_ANNUAL_REPORT, opened.case)
    form = StepForm(request.POST or None, initial={"version": opened.case.version})
    found = WORKFLOW.named(signing.SIGN)

    def again(status: int) -> HttpResponse:
        newest = opened.report.newest
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened.case),
            "newest": newest,
            "missing": found.missing(opened.report),
            "is_in_turn": opened.case.status in found.sources,
        }
        return render(request, "annual_report/sign.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: signing.sign(opened.case, by=opened.by, **form.cleaned_data),
        done="Berättelsen är fastställd. Utgåvans filer görs nu.",
        to=opened.url(PART),
        again=again,
    )


def _changed(newest: Build, texts: dict[str, str]) -> list[str]:
    """The sections that have been written in since the newest draft."""
    return [key for key, text in texts.items() if newest.texts.get(key, "") != text]


def _differences(opened: Opened, earlier: Build, later: Build) -> list[dict[str, Any]]:
    """The sections whose text differs, word by word."""
    found = []
    for one in opened.report.sections.all():
        key = one.template.key
        before, now = earlier.texts.get(key, ""), later.texts.get(key, "")
        if before != now:
            found.append({"heading": one.heading, "pieces": differing.words(before, now)})
    return found


def _moved(earlier: Build, later: Build) -> list[tuple[str, str, str, str]]:
    """The figures that are others than in the draft before, and why."""
    if earlier.snapshot is None or later.snapshot is None:
        return []
    found = []
    as_known = earlier.snapshot.cutoff_at != later.snapshot.cutoff_at
    for name, kept in sorted(later.snapshot.figures.items()):
        before = earlier.snapshot.figures.get(name)
        if before is None or before["value"] == kept["value"]:
            continue
        reason = "mer är känt" if as_known else "rättat i registret"
        if before["version"] != kept["version"]:
            reason = "ny definition"
        found.append((kept["name"], before["value"], kept["value"], reason))
    return found
