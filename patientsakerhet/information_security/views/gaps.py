"""The gap list, ordering from it, and how much of the register is classified over time."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.information_security import coverage
from patientsakerhet.information_security.actions import ordering, requesting
from patientsakerhet.information_security.exchange import lists
from patientsakerhet.information_security.filters import CoverageFilter, GapFilter
from patientsakerhet.information_security.forms.gaps import OrderManyForm, RequestManyForm
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.information_security.views.ages import age_of
from patientsakerhet.information_security.views.listing import asked, tabs, taken_out
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import paging
from patientsakerhet.ui.charts import share_line
from patientsakerhet.ui.parts import Tone

FIRST = ("q", "gap", "criticality", "programme")
"""What stands above the list; the rest is folded."""
COVERED = (
    "med en klassning som gäller",
    "med en riskbedömning som gäller",
    "med en konsekvensbedömning som gäller, eller prövade utan att behöva någon",
)
"""What is counted over time, as each line is called."""


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Every system of hers with how old its classification, risk assessment and impact assessment are."""
    by = person_of(request)
    reads = policy.may(by, Can.READ_CLASSIFICATION)
    if not reads and not SystemStanding.objects.answered_for_by(by).exists():
        policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    return page(request, by)


def page(
    request: HttpRequest,
    by: Person,
    *,
    form: OrderManyForm | RequestManyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list, with an order that was refused as it was sent."""
    visible = SystemStanding.objects.visible_to(by)
    narrowed = GapFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().most_urgent_first()
    shown = rows.select_related(
        "system__managing_unit",
        "system__information_owner",
        "system__owner",
        "system__system_manager",
        "managing_unit",
        "owner",
        "classification",
        "under_way",
        "programme",
        "requested_by",
    )
    found = paging.page_of(shown, request.GET.get("sida", ""))
    trail.read(
        "list.read",
        by=by,
        right=Can.READ_CLASSIFICATION,
        body={
            "list": "classification_gaps",
            "filter": [list(pair) for pair in narrowed.described()],
            "systems": [one.system_id for one in found.rows if one.system_id],
            "assets": [one.pk for one in found.rows if not one.system_id],
        },
    )
    before, after = paging.addresses(request, found)
    query = asked(request)
    fields = narrowed.form.visible_fields()
    ticked = set(form.data.getlist("ticked")) if form is not None else set()  # type: ignore[attr-defined]  # a QueryDict
    orders = policy.may(by, Can.LEAD_CLASSIFICATION)
    hers = _requestable(by, [one.pk for one in found.rows]) if not orders else set()
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(query.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [_row(one, str(one.pk) in ticked, orders or one.pk in hers) for one in found.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": tabs("classification_gaps", by),
        "query": query.urlencode(),
        "may_order": orders,
        "may_request": bool(hers),
        "form": form
        or (OrderManyForm if orders else RequestManyForm)(among=SystemStanding.objects.none()),
        "submission": uuid4(),
    }
    return render(
        request, "information_security/gaps.html", context, status=status if is_valid else 422
    )


@require_POST
def order_many(request: HttpRequest) -> HttpResponse:
    """Classifications of what is ticked are ordered, each of its own owner, who is reminded."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    among = SystemStanding.objects.visible_to(by).select_related(
        "system__managing_unit",
        "system__owner_unit",
        "system__information_owner",
        "system__owner",
        "system__system_manager",
        "managing_unit",
        "owner",
    )
    form = OrderManyForm(request.POST, among=among)
    if not form.is_valid():
        return page(request, by, form=form, status=422)
    told = form.cleaned_data
    made, passed = ordering.order_many(
        list(told["ticked"]),
        by=by,
        submission=_submission(request),
        occasion=told["occasion"],
        programme=told["programme"],
    )
    if made:
        many = (
            "En klassning är beställd"
            if len(made) == 1
            else f"{len(made)} klassningar är beställda"
        )
        messages.success(request, f"{many}. Ägarna är tillfrågade och blir påminda.")
    for reason in passed:
        messages.warning(request, reason)
    return redirect(f"{reverse('classification_gaps')}?{asked(request).urlencode()}")


@require_POST
def request_many(request: HttpRequest) -> HttpResponse:
    """Whoever answers for what is ticked asks to have it classified; the coordinators know it."""
    by = person_of(request)
    among = SystemStanding.objects.may_be_requested_by(by)
    if not among.exists():
        policy.check_anywhere(by, Can.DELIVER_CLASSIFICATION)
    form = RequestManyForm(request.POST, among=among.select_related("system"))
    if not form.is_valid():
        return page(request, by, form=form, status=422)
    told = form.cleaned_data
    made, passed = requesting.request_many(list(told["ticked"]), by=by, why=told["why"])
    if made:
        many = "Klassningen är begärd" if len(made) == 1 else f"{len(made)} klassningar är begärda"
        messages.success(request, f"{many}. Informationssäkerhetssamordnarna har fått veta det.")
    for reason in passed:
        messages.warning(request, reason)
    return redirect(f"{reverse('classification_gaps')}?{asked(request).urlencode()}")


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, lists.GAPS, form, back="classification_gaps")


@require_safe
def covered(request: HttpRequest) -> HttpResponse:
    """How much is covered: over time, and today by administration, criticality and programme."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    visible = SystemStanding.objects.visible_to(by).in_use().of_systems()
    narrowed = CoverageFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none()
    moments = coverage.over_time(rows, quarters=narrowed.quarters)
    context = {
        "tabs": tabs("classification_coverage", by),
        "filter": narrowed,
        "query": asked(request).urlencode(),
        "whole": coverage.whole(rows),
        "groups": [
            ("Förvaltning", "forvaltning", coverage.by_administration(rows)),
            ("Kritikalitet", "kritikalitet", coverage.by_criticality(rows)),
            ("Program", "program", coverage.by_programme(rows)),
        ],
        "moments": moments,
        "lines": [
            share_line(
                f"over-tid-{number}",
                f"Andel av systemen {words}",
                [(one.label, one.shares[number]) for one in moments],
            )
            for number, words in enumerate(COVERED)
        ],
    }
    return render(
        request, "information_security/coverage.html", context, status=200 if is_valid else 422
    )


@require_safe
def covered_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The coverage over time as a file."""
    return taken_out(request, lists.COVERAGE, form, back="classification_coverage")


def _requestable(by: Person, shown: list[int]) -> set[int]:
    """Which of the rows shown she may ask to have classified."""
    rows = SystemStanding.objects.may_be_requested_by(by).filter(
        pk__in=shown, under_way=None, requested_at=None
    )
    return set(rows.values_list("pk", flat=True))


def _row(row: SystemStanding, ticked: bool, may_tick: bool) -> dict[str, Any]:
    today = timezone.localdate()
    words: list[tuple[str, Tone]] = []
    if row.classified_on is None:
        words.append(("Aldrig klassad", "bad"))
    elif row.valid_until is not None and row.valid_until < today:
        words.append(("Har gått ut", "bad"))
    else:
        words.append(("Gäller", "good"))
    if row.is_to_review:
        words.append(("Ändrad, ska ses över", "warn"))
    if row.requested_by is not None:
        words.append(("Klassning begärd", "info"))
    return {
        "pk": row.pk,
        "name": row.subject,
        "url": reverse("register_system", args=[row.system.pk]) if row.system else "",
        "criticality": row.get_criticality_display(),
        "unit": row.managing_unit.name if row.managing_unit else "",
        "owner": row.asked,
        "programme": str(row.programme or ""),
        "words": words,
        "levels": row.levels,
        "classified": age_of(row.classified_on),
        "until": row.valid_until,
        "changed": row.changed_at if row.is_to_review else None,
        "assessed": age_of(row.risk_assessed_on),
        "dpia": ""
        if row.system is None
        else "behövs inte"
        if row.assessed_on is None and row.assessment_not_needed_on
        else age_of(row.assessed_on),
        "dpia_due": row.assessment_due_on is not None and row.assessment_due_on < today,
        "classification": row.classification,
        "under_way": row.under_way,
        "requested": row if row.requested_by is not None else None,
        "may_tick": may_tick and row.under_way is None,
        "ticked": ticked,
    }


def _submission(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()
