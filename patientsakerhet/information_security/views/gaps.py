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
from patientsakerhet.information_security.actions import ordering
from patientsakerhet.information_security.exchange import lists
from patientsakerhet.information_security.filters import GapFilter
from patientsakerhet.information_security.forms.gaps import OrderManyForm
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.information_security.views.ages import age_of
from patientsakerhet.information_security.views.listing import asked, tabs, taken_out
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import ITSystem
from patientsakerhet.ui import paging
from patientsakerhet.ui.parts import Tone

FIRST = ("q", "gap", "criticality", "programme")
"""What stands above the list; the rest is folded."""


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Every system of hers with how old its classification, risk assessment and impact assessment are."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    return page(request, by)


def page(
    request: HttpRequest, by: Person, *, form: OrderManyForm | None = None, status: int = 200
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
        "classification",
        "under_way",
        "programme",
    )
    found = paging.page_of(shown, request.GET.get("sida", ""))
    trail.read(
        "list.read",
        by=by,
        right=Can.READ_CLASSIFICATION,
        body={
            "list": "classification_gaps",
            "filter": [list(pair) for pair in narrowed.described()],
            "systems": [one.pk for one in found.rows],
        },
    )
    before, after = paging.addresses(request, found)
    query = asked(request)
    fields = narrowed.form.visible_fields()
    ticked = set(form.data.getlist("systems")) if form is not None else set()  # type: ignore[attr-defined]  # a QueryDict
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in FIRST],
        "others": [one for one in fields if one.name not in FIRST],
        "unfolded": any(query.get(one.name) for one in fields if one.name not in FIRST),
        "rows": [_row(one, str(one.pk) in ticked) for one in found.rows],
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
        "tabs": tabs("classification_gaps", by),
        "query": query.urlencode(),
        "may_order": policy.may(by, Can.LEAD_CLASSIFICATION),
        "form": form or OrderManyForm(among=ITSystem.objects.none()),
        "submission": uuid4(),
    }
    return render(
        request, "information_security/gaps.html", context, status=status if is_valid else 422
    )


@require_POST
def order_many(request: HttpRequest) -> HttpResponse:
    """Classifications of the ticked systems are ordered, each of its own owner, who is reminded."""
    by = person_of(request)
    policy.check_anywhere(by, Can.LEAD_CLASSIFICATION)
    among = ITSystem.objects.filter(
        pk__in=SystemStanding.objects.visible_to(by).values("pk")
    ).select_related("managing_unit", "owner_unit", "information_owner", "owner", "system_manager")
    form = OrderManyForm(request.POST, among=among)
    if not form.is_valid():
        return page(request, by, form=form, status=422)
    told = form.cleaned_data
    made, passed = ordering.order_many(
        list(told["systems"]),
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


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, lists.GAPS, form, back="classification_gaps")


@require_safe
def covered(request: HttpRequest) -> HttpResponse:
    """How much is classified: by administration, criticality and programme, and month by month."""
    by = person_of(request)
    policy.check_anywhere(by, Can.READ_CLASSIFICATION)
    rows = SystemStanding.objects.visible_to(by).in_use()
    whole = coverage.whole(rows)
    context = {
        "tabs": tabs("classification_coverage", by),
        "whole": whole,
        "groups": [
            ("Förvaltning", "forvaltning", coverage.by_administration(rows)),
            ("Kritikalitet", "kritikalitet", coverage.by_criticality(rows)),
            ("Program", "program", coverage.by_programme(rows)),
        ],
        "months": coverage.over_time(rows),
    }
    return render(request, "information_security/coverage.html", context)


def _row(row: SystemStanding, ticked: bool) -> dict[str, Any]:
    system, today = row.system, timezone.localdate()
    words: list[tuple[str, Tone]] = []
    if row.classified_on is None:
        words.append(("Aldrig klassad", "bad"))
    elif row.valid_until is not None and row.valid_until < today:
        words.append(("Har gått ut", "bad"))
    else:
        words.append(("Gäller", "good"))
    changed = (
        row.changed_at is not None
        and row.classified_on is not None
        and (timezone.localdate(row.changed_at) > row.classified_on)
    )
    if changed:
        words.append(("Ändrad sedan dess", "warn"))
    return {
        "pk": system.pk,
        "name": system.name,
        "url": reverse("register_system", args=[system.pk]),
        "criticality": system.get_criticality_display(),
        "unit": system.managing_unit.name,
        "owner": ordering.owner_of(system),
        "programme": str(row.programme or ""),
        "words": words,
        "levels": row.levels,
        "classified": age_of(row.classified_on),
        "until": row.valid_until,
        "assessed": age_of(row.risk_assessed_on),
        "dpia": "behövs inte"
        if row.assessed_on is None and row.assessment_not_needed_on
        else age_of(row.assessed_on),
        "dpia_due": row.assessment_due_on is not None and row.assessment_due_on < today,
        "classification": row.classification,
        "under_way": row.under_way,
        "ticked": ticked,
    }


def _submission(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()
