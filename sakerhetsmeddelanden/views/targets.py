"""The part with whom a notice concerns: chosen, near, undecided, and what came later."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.lib.refusal import NotAllowed, Refused
from patientsakerhet.ui import paging
from patientsakerhet.ui.parts import Part, Tone, cover
from sakerhetsmeddelanden import workflow
from sakerhetsmeddelanden.actions import arrivals, handling, target
from sakerhetsmeddelanden.forms.judging import AddUnitForm, DecideForm, ReasonForm, TakeOutForm
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import (
    Opened,
    open_notice,
    perform,
    record_reading,
    renewed,
)

SHOWN = 50
TONES: dict[str, Tone] = {
    **dict.fromkeys(workflow.SETTLED, "good"),
    **dict.fromkeys(workflow.BOUNCED, "bad"),
    **dict.fromkeys(("no_answer", "reminded", "escalated"), "warn"),
    "acknowledged_affected": "info",
}


@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Whom it concerns."""
    return page(request, open_notice(request, number))


def page(
    request: HttpRequest,
    opened: Opened,
    *,
    add: AddUnitForm | None = None,
    decide: DecideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part; each list in pages of its own."""
    record_reading(opened, "målgrupp")
    row, state = opened.notice, opened.case.status
    version = {"version": opened.case.version}
    chosen = (
        row.recipients.exclude(status=workflow.REMOVED)
        .select_related("unit__care_provider")
        .annotate(devices_count=Count("devices"))
        .order_by("unit__path", "pk")
    )
    recipients = paging.page_of(chosen, request.GET.get("valda", ""))
    considered = paging.page_of(
        row.considered.select_related("unit").order_by("unit__path", "pk"),
        request.GET.get("nara", ""),
    )
    undecided = paging.page_of(
        row.undecided.select_related("device__model", "unit", "decided_by").order_by("-pk"),
        request.GET.get("oavgjorda", ""),
    )
    late = list(
        row.arrivals.select_related("device__model", "unit", "handled_by").order_by("pk")[:SHOWN]
    )
    counts = row.recipients.exclude(status=workflow.REMOVED).aggregate(
        units=Count("pk", distinct=True), devices=Count("devices")
    )
    widens = opened.manages and (bool(add or decide) or state in target.WIDENABLE)
    context: dict[str, Any] = {
        "opened": opened,
        "head": head_of(opened, "notice_targets"),
        "crumbs": crumbs(),
        "may_target": opened.manages and state in target.TARGETABLE,
        "widens": widens,
        "coverage": coverage(opened),
        "counts": counts,
        "recipients": [
            {
                "row": one,
                "tone": TONES.get(one.status, ""),
                "may_take_out": widens and one.status == workflow.SELECTED,
            }
            for one in recipients.rows
        ],
        "recipients_pages": paging.addresses(request, recipients, name="valda"),
        "considered": considered.rows,
        "considered_count": paging.count_of(row.considered.all()),
        "considered_pages": paging.addresses(request, considered, name="nara"),
        "undecided": undecided.rows,
        "undecided_left": sum(not one.decision for one in row.undecided.all()),
        "undecided_pages": paging.addresses(request, undecided, name="oavgjorda"),
        "arrivals": late,
        "add": renewed(add, opened) if add else AddUnitForm(initial=version, prefix="enhet"),
        "add_open": add is not None,
        "decide": renewed(decide, opened)
        if decide
        else DecideForm(initial=version, prefix="avgor"),
        "target_url": opened.url("notice_target"),
    }
    return render(request, "sakerhetsmeddelanden/notice_targets.html", context, status=status)


def coverage(opened: Opened) -> list[Part]:
    """How far the units have come, as a bar; nothing before any is chosen."""
    url = opened.url("notice_targets")
    held = opened.notice.recipients.exclude(
        status__in=[workflow.REMOVED, workflow.ENDED]
    ).aggregate(
        done=Count("pk", filter=Q(status="action_done")),
        free=Count("pk", filter=Q(status__in=["not_affected", "waived"])),
        going=Count("pk", filter=Q(status__startswith="acknowledged")),
        silent=Count("pk", filter=Q(status__in=workflow.WAITING)),
        waits=Count("pk", filter=Q(status=workflow.SELECTED)),
    )
    if not sum(held.values()):
        return []
    return cover(
        [
            ("åtgärdat", held["done"], url),
            ("inte berörda", held["free"], url),
            ("åtgärdar", held["going"], url),
            ("inget svar", held["silent"], url),
            ("inte utskickat", held["waits"], url),
        ]
    )


@require_POST
def run(request: HttpRequest, number: str) -> HttpResponse:
    """The register is asked whom the notice concerns."""
    opened = open_notice(request, number)
    try:
        if opened.case.status == workflow.REGISTERED and opened.manages:
            handling.take_step(opened.case, "assess", by=opened.by)
        found = target.target(opened.case, by=opened.by)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return page(request, open_notice(request, number), status=409)
    devices = sum(len(one) for one in found.hits.values())
    units = len(set(found.hits) | set(found.systems))
    of_units = "1 enhet" if units == 1 else f"{units} enheter"
    of_devices = "1 utrustning" if devices == 1 else f"{devices} utrustningar"
    messages.success(request, f"{of_units} och {of_devices} berörs.")
    return redirect(f"{opened.url('notice_targets')}#traffbild")


@require_POST
def add(request: HttpRequest, number: str) -> HttpResponse:
    """One more unit."""
    opened = open_notice(request, number)
    form = AddUnitForm(request.POST, prefix="enhet")
    return perform(
        request,
        form,
        lambda: target.add_unit(opened.case, by=opened.by, **form.cleaned_data),
        done="Enheten är tillagd.",
        to=f"{opened.url('notice_targets')}#valda",
        again=lambda status: page(request, opened, add=form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One unit less."""
    opened = open_notice(request, number)
    row = get_object_or_404(
        Recipient.objects.select_related("unit", "notice__case"), notice=opened.notice, pk=pk
    )
    form = TakeOutForm(request.POST or None, initial={"version": opened.case.version})
    return _asked(
        request,
        opened,
        form,
        title=f"Ta bort {row.unit}",
        says=f"Vald: {row.reason}",
        do=lambda: target.take_out_unit(row, by=opened.by, **form.cleaned_data),
        done=f"{row.unit} får inte meddelandet.",
    )


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """The marked devices count as affected, or do not."""
    opened = open_notice(request, number)
    form = DecideForm(request.POST, prefix="avgor")
    marked = [int(one) for one in request.POST.getlist("device") if one.isdecimal()][:500]
    rows = list(opened.notice.undecided.filter(pk__in=marked))

    def again(status: int) -> HttpResponse:
        return page(request, opened, decide=form, status=status)

    if form.is_valid() and not rows:
        form.add_error(None, "Markera minst en utrustning.")
    return perform(
        request,
        form,
        lambda: target.decide_devices(opened.case, rows, by=opened.by, **form.cleaned_data),
        done="1 utrustning är avgjord."
        if len(rows) == 1
        else f"{len(rows)} utrustningar är avgjorda.",
        to=f"{opened.url('notice_targets')}#oavgjorda",
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: HttpRequest, number: str, pk: int, what: str) -> HttpResponse:
    """The unit that got a device later is asked about it, or need not be."""
    opened = open_notice(request, number)
    row = get_object_or_404(
        opened.notice.arrivals.select_related("device__model", "unit", "notice__case"), pk=pk
    )
    form = ReasonForm(request.POST or None, initial={"version": opened.case.version})
    act = arrivals.ask if what == "fraga" else arrivals.leave
    return _asked(
        request,
        opened,
        form,
        title=f"{'Fråga' if what == 'fraga' else 'Lämna utan fråga:'} {row.unit} om {row.device}",
        says=row.reason,
        do=lambda: act(row, by=opened.by, **form.cleaned_data),
        done="Enheten tillfrågas." if what == "fraga" else "Enheten tillfrågas inte.",
    )


def _asked(
    request: HttpRequest,
    opened: Opened,
    form: BaseForm,
    *,
    title: str,
    says: str,
    do: Any,
    done: str,
) -> HttpResponse:
    """A page that asks why before it is done."""

    def again(status: int) -> HttpResponse:
        context = {
            "opened": opened,
            "head": head_of(opened, ""),
            "crumbs": crumbs(),
            "form": renewed(form, opened),
            "title": title,
            "says": says,
            "missing": [],
        }
        return render(request, "sakerhetsmeddelanden/notice_step.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request, form, do, done=done, to=f"{opened.url('notice_targets')}#valda", again=again
    )
