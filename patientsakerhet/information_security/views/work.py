"""Follow-ups of the work, planned and recorded; the programmes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Alarming
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.information_security.actions import follow_ups, programmes
from patientsakerhet.information_security.exchange import lists
from patientsakerhet.information_security.filters import FollowUpFilter
from patientsakerhet.information_security.forms.gaps import PlanForm, ProgrammeForm, RecordForm
from patientsakerhet.information_security.models import Programme, SecurityFollowUp
from patientsakerhet.information_security.views.listing import asked, tabs, taken_out
from patientsakerhet.ui import paging, swedish

ALARMED: dict[int, str] = {
    Alarming.Alarm.REMINDED: "den ansvariga är påmind",
    Alarming.Alarm.OVERDUE: "förfallen, den ansvariga och chefen har fått veta",
}


@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """What is planned and what has been done."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    visible = SecurityFollowUp.objects.visible_to(by)
    narrowed = FollowUpFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-planned_on", "-pk")
    shown = rows.select_related("unit", "system", "programme", "responsible")
    page = paging.page_of(shown, request.GET.get("sida", ""))
    before, after = paging.addresses(request, page)
    context: dict[str, Any] = {
        "filter": narrowed,
        "fields": narrowed.form.visible_fields(),
        "rows": [_line(one) for one in page.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": tabs("security_follow_ups", by),
        "query": asked(request).urlencode(),
        "may_plan": policy.may(by, Can.LEAD_CLASSIFICATION),
    }
    return render(
        request,
        "information_security/follow_ups.html",
        context,
        status=200 if is_valid else 422,
    )


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, lists.FOLLOW_UPS, form, back="security_follow_ups")


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A follow-up is planned."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    form = PlanForm(request.POST or None)

    def again(status: int) -> HttpResponse:
        context = {"form": form, "title": "Planera en uppföljning", "trail": _trail()}
        return render(request, "information_security/form.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: follow_ups.plan(by=by, **form.cleaned_data),
        done="Uppföljningen är planerad.",
        to=reverse("security_follow_ups"),
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up: what it showed, or the form where that is written."""
    by = person_of(request)
    rows = SecurityFollowUp.objects.visible_to(by).select_related(
        "unit", "system", "programme", "responsible", "done_by", "planned_by"
    )
    row = get_object_or_404(rows, pk=pk)
    leads = policy.may_at(by, Can.LEAD_CLASSIFICATION, row.unit) or row.responsible == by
    form = RecordForm(
        request.POST or None, initial={"version": row.version, "done_on": timezone.localdate()}
    )

    def again(status: int) -> HttpResponse:
        context = {
            "row": row,
            "form": form if leads and row.done_on is None else None,
            "facts": _facts(row),
            "trail": _trail(),
        }
        return render(request, "information_security/follow_up.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: follow_ups.record(row, by=by, **form.cleaned_data),
        done="Uppföljningen är genomförd.",
        to=reverse("security_follow_up", args=[row.pk]),
        again=again,
    )


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """The programmes under which systems are classified."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    context = {
        "rows": Programme.objects.order_by("code"),
        "tabs": tabs("programmes", by),
        "may_change": policy.may(by, Can.LEAD_CLASSIFICATION),
    }
    return render(request, "information_security/programmes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_programme(request: HttpRequest) -> HttpResponse:
    """A programme is added."""
    return _put(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """A programme is changed."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    return _put(request, get_object_or_404(Programme, code=code))


def _put(request: HttpRequest, row: Programme | None) -> HttpResponse:
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    initial = {
        name: getattr(row, name)
        for name in ("name", "description", "counted_apart", "valid_to", "version")
        if row is not None
    }
    form = ProgrammeForm(request.POST or None, initial=initial or None, is_new=row is None)

    def again(status: int) -> HttpResponse:
        context = {
            "form": form,
            "title": f"Ändra {row}" if row else "Nytt program",
            "trail": [("Informationsklassning", reverse("classifications")),
                      ("Program", reverse("programmes"))],
        }  # fmt: skip
        return render(request, "information_security/form.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: programmes.put(row, by=by, **form.cleaned_data),
        done="Programmet är sparat.",
        to=reverse("programmes"),
        again=again,
    )


def _trail() -> list[tuple[str, str]]:
    return [
        ("Informationsklassning", reverse("classifications")),
        ("Uppföljningar", reverse("security_follow_ups")),
    ]


def _line(row: SecurityFollowUp) -> dict[str, Any]:
    left = swedish.until(row.planned_on, today=timezone.localdate())
    done = row.done_on is not None
    return {
        "row": row,
        "url": reverse("security_follow_up", args=[row.pk]),
        "lead": swedish.day_of_month(row.done_on) if row.done_on else left.text,
        "since": f"gjord {row.done_on.year}" if row.done_on else left.since,
        "tone": "" if done else left.tone,
    }


def _facts(row: SecurityFollowUp) -> list[tuple[str, str]]:
    facts = [("Enhet", row.unit.name), ("Ansvarig", row.responsible.name)]
    if row.system is not None:
        facts.append(("System", row.system.name))
    if row.programme is not None:
        facts.append(("Program", row.programme.name))
    facts.append(("Planerad till", swedish.day(row.planned_on)))
    facts.append(("Planerad av", row.planned_by.name))
    if row.done_on is None and row.alarm:
        facts.append(("Påminnelse", ALARMED[row.alarm]))
    if row.done_on is not None and row.done_by is not None:
        facts.append(("Genomfördes", f"{swedish.day(row.done_on)}, {row.done_by.name}"))
    return facts
