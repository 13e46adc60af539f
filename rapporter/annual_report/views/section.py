"""One section: its text, last year's beside, its figures, what is to be confirmed, who writes it."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from patientsakerhet.cases.views.acting import perform, renewed
from patientsakerhet.documents import signs
from rapporter.annual_report import drawing, fields, printable, wording
from rapporter.annual_report.actions import writing
from rapporter.annual_report.contents import contents
from rapporter.annual_report.forms.report import AuthorForm, ConfirmForm, StepForm, TextForm
from rapporter.annual_report.ingredients import frozen_of, ingredients_of
from rapporter.annual_report.models import Section
from rapporter.annual_report.publishing import INTERNAL
from rapporter.annual_report.views.head import crumbs, head_of
from rapporter.annual_report.views.opening import Opened, open_report, record_reading
from rapporter.annual_report.wording import NotSo

PART = "annual_report_section"


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The section; its text is written by POST."""
    opened = open_report(request, number)
    section = opened.section(key)
    if request.method != "POST":
        return page(request, opened, section)
    form = TextForm(request.POST)
    return perform(
        request,
        form,
        lambda: writing.write(
            section, form.cleaned_data["text"], by=opened.by, version=form.cleaned_data["version"]
        ),
        done="Texten är sparad.",
        to=opened.url(PART, key),
        again=lambda status: page(request, opened, section, refused=("text", form), status=status),
    )


@require_POST
def done(request: HttpRequest, number: str, key: str, act: str) -> HttpResponse:
    """What else is done with a section: confirmed, checked, handed to somebody."""
    opened = open_report(request, number)
    section = opened.section(key)
    acts: dict[str, tuple[BaseForm, Any, str]] = {
        "bekrafta": (
            confirm := ConfirmForm(request.POST, section=section),
            lambda: writing.confirm(
                section,
                by=opened.by,
                paragraphs=confirm.cleaned_data.get("paragraphs", []),
                numbers=confirm.cleaned_data.get("numbers", []),
                version=confirm.cleaned_data["version"],
            ),
            "Bekräftat.",
        ),
        "faktagranska": (
            check := StepForm(request.POST),
            lambda: writing.check_facts(
                section, by=opened.by, version=check.cleaned_data["version"]
            ),
            "Avsnittet är faktagranskat.",
        ),
        "skrivs-av": (
            author := AuthorForm(request.POST),
            lambda: writing.hand_section(
                section,
                author.cleaned_data["author"] or None,
                by=opened.by,
                version=author.cleaned_data["version"],
            ),
            "Sparat.",
        ),
    }
    if act not in acts:
        raise Http404
    form, do, told = acts[act]
    return perform(
        request,
        form,
        do,
        done=told,
        to=opened.url(PART, key),
        again=lambda status: page(request, opened, section, refused=(act, form), status=status),
    )


def page(
    request: HttpRequest,
    opened: Opened,
    section: Section,
    *,
    refused: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The section, with a form that was refused as it was sent, by its name."""
    record_reading(opened, section.heading)
    sent = {refused[0]: renewed(refused[1], section)} if refused else {}
    writes = opened.writes(section)
    report = opened.report
    confirm = sent.get("bekrafta") or ConfirmForm(section=section)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "annual_report"),
        "crumbs": crumbs(),
        "section": section,
        "key": section.template.key,
        "text": (sent.get("text") or TextForm.of(section)) if writes else None,
        "confirm": confirm if writes and getattr(confirm, "is_needed", False) else None,
        "check": StepForm(initial={"version": section.version})
        if writes and section.text
        else None,
        "check_failed": sent.get("faktagranska"),
        "author": (
            sent.get("skrivs-av")
            or AuthorForm(initial={"version": section.version, "author": section.author})
            if opened.leads and section.template.is_written
            else None
        ),
        "is_checked": section.is_checked(report.drawn),
        "faults": section.faults(report.figures),
        "unset": printable.named(unset) if (unset := signs.missing(section.text)) else "",
        "shown": _shown(opened, section),
        "prose": [
            fields.pieces(one, drawing.look(report.figures))
            for one in fields.paragraphs(section.text)
        ],
        "last": _last(opened, section),
        "figures": _figures(opened),
        "variants": [(code or "utan streck", says) for code, says in wording.SAYS.items()],
    }
    return render(request, "annual_report/section.html", context, status=status)


def _shown(opened: Opened, section: Section) -> Any:
    """The section as the newest draft's figures show it; only its fixed text while there is none."""
    newest = opened.report.newest
    if newest is None or newest.snapshot is None:
        return None
    frozen = frozen_of(newest.snapshot)
    made_of = ingredients_of(opened.report)
    made_of["sections"] = [one for one in made_of["sections"] if one["key"] == section.template.key]
    parts = contents(made_of, frozen, INTERNAL).parts
    return parts[0] if parts else None


def _last(opened: Opened, section: Section) -> list[str]:
    """Last year's paragraphs, with their figures as they were then."""
    last = opened.report.previous
    if last is None:
        return []
    edition = last.editions.select_related("snapshot").first()
    if edition is None:
        row = last.sections.filter(template__key=section.template.key).first()
        return fields.paragraphs(row.text) if row is not None else []
    text = edition.ingredients["texts"].get(section.template.key, "")
    look = drawing.look(edition.snapshot.figures)
    return [fields.filled(one, look) for one in fields.paragraphs(text)]


def _figures(opened: Opened) -> list[tuple[str, str, str, str]]:
    """Every figure there is to write: its field, its name, its number, how it may be said."""
    figures = opened.report.figures
    look = drawing.look(figures)
    found = []
    for name, kept in sorted(figures.items()):
        said = look(name)
        if said is None:
            continue
        ways = []
        for code in ("tiotal", "gånger", "runt", "procent"):
            try:
                ways.append(f"{code}: {wording.say(said, code)}")
            except NotSo:
                continue
        found.append((f"{{{{{name}}}}}", kept["name"], wording.number(said), "; ".join(ways)))
    return found
