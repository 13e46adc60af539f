"""The report's sections at a glance, what it is about, its aims, its steps, what is said about it."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from avvikelse.forms.case import SayForm
from avvikelse.views.case_said import Helps
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import comments
from patientsakerhet.cases.views.acting import perform, renewed, take_back
from patientsakerhet.ui.parts import Tone
from rapporter.annual_report.actions import days, opening, writing
from rapporter.annual_report.forms.report import DescribeForm, StepForm, TargetForm
from rapporter.annual_report.models import ReportDay, Section
from rapporter.annual_report.views.head import crumbs, head_of
from rapporter.annual_report.views.opening import Opened, open_report, record_reading

PART = "annual_report"
HELPS = Helps(
    internal="Läses av dem som läser berättelsen.",
    parties="Läses av dem som läser berättelsen.",
    reporter="",
)


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The part with the sections."""
    return page(request, open_report(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part, with a form that was refused as it was sent, by its name."""
    record_reading(opened, "avsnitt")
    sent = {refused[0]: renewed(refused[1], opened.case)} if refused else {}
    report = opened.report
    keys = dict(ReportDay.Key.choices)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, PART),
        "crumbs": crumbs(),
        "sections": [_row(opened, one) for one in report.sections.all()],
        "days": [
            (keys[key], day)
            for key, day in sorted(days.of(report.year).items(), key=lambda one: one[1])
        ],
        "targets": report.targets.all(),
        "unfolded": next(iter(sent), ""),
        "describe": None,
        "target": None,
    }
    if opened.leads:
        context |= {
            "describe": sent.get("describe") or DescribeForm.of(report),
            "target": sent.get("target") or TargetForm(initial={"version": opened.case.version}),
        }
    return render(request, "annual_report/report.html", context, status=status)


@require_POST
def describe(request: HttpRequest, number: str) -> HttpResponse:
    """As of when the figures are taken, and its number."""
    opened, form = open_report(request, number), DescribeForm(request.POST)
    return perform(
        request,
        form,
        lambda: opening.describe(opened.case, by=opened.by, **form.cleaned_data),
        done="Sparat. Gör ett nytt utkast för att se siffrorna vid den datumgränsen.",
        to=f"{opened.url(PART)}#om",
        again=lambda status: page(request, opened, refused=("describe", form), status=status),
    )


@require_POST
def add_target(request: HttpRequest, number: str) -> HttpResponse:
    """An aim for the year after."""
    opened, form = open_report(request, number), TargetForm(request.POST)
    return perform(
        request,
        form,
        lambda: writing.add_target(opened.case, by=opened.by, **form.cleaned_data),
        done="Målet är tillagt.",
        to=f"{opened.url(PART)}#mal",
        again=lambda status: page(request, opened, refused=("target", form), status=status),
    )


@require_POST
def remove_target(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """An aim is none."""
    opened, form = open_report(request, number), StepForm(request.POST)
    row = get_object_or_404(opened.report.targets.select_related("report__case"), pk=pk)
    form.full_clean()
    version = form.cleaned_data.get("version")
    return take_back(
        request,
        lambda: writing.remove_target(row, by=opened.by, version=version),
        done="Målet är borttaget.",
        to=f"{opened.url(PART)}#mal",
    )


@require_safe
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """What is said about the report."""
    return _talk(request, open_report(request, number))


@require_POST
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Something is said about it."""
    opened = open_report(request, number)
    form = SayForm(request.POST, may=_audiences(opened))
    return perform(
        request,
        form,
        lambda: comments.say(
            opened.case,
            form.cleaned_data["text"],
            by=opened.by,
            audience=form.cleaned_data["audience"],
        ),
        done="Sparat.",
        to=f"{opened.url('annual_report_talk')}#sagt",
        again=lambda status: _talk(request, opened, refused=form, status=status),
    )


def _talk(
    request: HttpRequest, opened: Opened, *, refused: SayForm | None = None, status: int = 200
) -> HttpResponse:
    record_reading(opened, "samtal")
    may_say = Can.COMMENT in opened.may
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "annual_report_talk"),
        "crumbs": crumbs(),
        "say": (refused or SayForm(may=_audiences(opened))) if may_say else None,
        "say_url": opened.url("annual_report_say"),
        "helps": HELPS,
        "comments": opened.case.comments.all(),
    }
    return render(request, "annual_report/talk.html", context, status=status)


def _audiences(opened: Opened) -> set[Can]:
    """Nobody has reported a report: there is no answering of a reporter."""
    return set(opened.may) - {Can.ANSWER_REPORTER}


def _row(opened: Opened, section: Section) -> dict[str, Any]:
    """A section with how it stands."""
    state: tuple[str, Tone] = ("", "")
    if section.template.is_written:
        state = _state(opened, section)
    return {
        "key": section.template.key,
        "heading": section.heading,
        "level": section.template.level,
        "url": opened.url("annual_report_section", section.template.key),
        "state": state[0],
        "tone": state[1],
        "author": section.author.name if section.author else "",
        "is_written": section.template.is_written,
    }


def _state(opened: Opened, section: Section) -> tuple[str, Tone]:
    """The first thing that is to be done in it."""
    report = opened.report
    if section.unreviewed:
        return "förra årets text, ej granskad", "warn"
    if not section.text.strip():
        return ("saknar text", "warn") if section.template.is_required else ("tomt", "")
    if section.faults(report.figures):
        return "siffra som inte stämmer", "bad"
    if section.unconfirmed:
        return "tal att bekräfta", "warn"
    if not section.is_checked(report.drawn):
        return "att faktagranska", "info"
    return "faktagranskat", "good"
