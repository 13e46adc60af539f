"""What a notice shows and tells to its reports to authorities: its page's frame, and its own facts."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports import around
from patientsakerhet.cases.models import Case
from sakerhetsmeddelanden import workflow
from sakerhetsmeddelanden.models import SafetyNotice
from sakerhetsmeddelanden.views.head import crumbs, head_of
from sakerhetsmeddelanden.views.opening import open_notice

PART = "case_reports"


def register() -> None:
    """Make notices cases that can be reported."""
    around.register(workflow.KIND, around.Around(open_framed, facts, occurred_at))


def open_framed(request: HttpRequest, number: str) -> around.Framed:
    """The notice in its own frame, for whoever may read all of it."""
    opened = open_notice(request, number)
    if Can.READ not in opened.may:
        raise Http404
    return around.Framed(
        case=opened.case,
        by=opened.by,
        may=opened.may,
        template="sakerhetsmeddelanden/notice.html",
        context={"opened": opened, "head": head_of(opened, PART), "crumbs": crumbs()},
    )


def occurred_at(_case: Case) -> datetime | None:
    """A notice tells of no event of one's own."""
    return None


def facts(case: Case) -> dict[str, str]:
    """What the notice says of the product and of what is wrong with it."""
    notice = (
        SafetyNotice.objects.for_page()
        .prefetch_related("products__manufacturer", "fields", "systems")
        .get(pk=case.pk)
    )
    products = list(notice.products.all())
    fields = {one.code: one.value for one in notice.fields.all() if one.value}
    maker = notice.manufacturer.name if notice.manufacturer else notice.manufacturer_text
    return {
        "product": ", ".join(one.trade_name for one in products),
        "manufacturer": maker,
        "serial": "; ".join(one.range_text for one in products if one.range_text),
        "system": ", ".join(one.name for one in notice.systems.all()),
        "what_happened": fields.get("2.1", ""),
        "could_have_happened": fields.get("2.2", ""),
        "safety_notice": " ".join(one for one in (notice.fsn_ref, notice.fsca_ref) if one),
    }
