"""How well the notices reached those they concern: per year, per notice, each figure with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import writer
from patientsakerhet.lib import survival
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.lib.survival import Curve
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.parts import Tone
from sakerhetsmeddelanden import figure_words as words
from sakerhetsmeddelanden.exchange import figures as extracts
from sakerhetsmeddelanden.figure_filters import MISSED, FigureFilter
from sakerhetsmeddelanden.figures import Reached
from sakerhetsmeddelanden.models import NoticeTally, Recipient
from sakerhetsmeddelanden.models.tally import COUNTED, SEEN
from sakerhetsmeddelanden.workflow import KIND

PAGE = "notice_figures"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A line of figures: a year's, or a notice's."""

    title: str
    url: str
    number: str
    since: str
    notices: str
    sent: str
    precision: str
    recall: str
    tone: Tone
    device_recall: str
    answered: str
    in_time: str
    median: str
    missed: str
    current: bool = False


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of one year, the latest when none is asked for, beside those of the other years."""
    by = person_of(request)
    visible = NoticeTally.objects.of_cases(Case.objects.visible_to(by).of_kind(KIND))
    years = _years(visible)
    asked = request.GET.copy()
    if not asked.get("year") and years:
        asked["year"] = str(years[0]["year"])
    narrowed = FigureFilter(asked, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().newest_first()
    page = paging.page_of(
        rows.select_related("notice__case", "notice__risk_class"), request.GET.get("sida", "")
    )
    summed = _summed(rows)
    trail.read(
        "list.read",
        by=by,
        right=Can.READ,
        body={
            "list": PAGE,
            "filter": [list(pair) for pair in narrowed.described()],
            "cases": [row.pk for row in page.rows],
        },
    )
    before, after = paging.addresses(request, page)
    query = asked.copy()
    query.pop("sida", None)
    for name in [name for name, values in query.lists() if not any(values)]:
        del query[name]
    reached = words.reached_of(summed)
    others = [narrowed.form[name] for name in ("q", "maker", "risk")]
    context: dict[str, Any] = {
        "filter": narrowed,
        "first": [narrowed.form[name] for name in ("year", "group")],
        "others": others,
        "unfolded": any(asked.get(one.name) for one in others),
        "year": asked.get("year", ""),
        "say": words.say(reached, summed["notices"], summed["missing"]),
        "measures": words.measures(reached, _times(rows)) if summed["notices"] else [],
        "traces": words.traces(summed),
        "counted_at": summed["counted_at"],
        "notices": summed["notices"],
        "years": [_year(one, asked.get("year", "")) for one in years],
        "rows": [_row(one) for one in page.rows],
        "before": before,
        "after": after,
        "query": query.urlencode(),
        "missed_url": f"?year={asked.get('year', '')}&group={MISSED}" if summed["missing"] else "",
        "may_export": policy.may(by, Can.EXPORT),
    }
    status = 200 if is_valid else 422
    return render(request, "sakerhetsmeddelanden/figures.html", context, status=status)


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file, of those she may take out."""
    by = person_of(request)
    policy.check_anywhere(by, Can.EXPORT)
    try:
        return writer.respond(extracts.figures(request.GET.dict(), by), form, by=by)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('notice_figures')}?{request.GET.urlencode()}")


# The counts come first: a sum takes the name of its column for whatever is written after it.
_SUMS: dict[str, Any] = {
    "notices": Count("pk"),
    "missing": Count("pk", filter=Q(missed__gt=0)),
    **{name: Sum(name) for name in (*COUNTED, *SEEN)},
}


def _years(visible: QuerySet[NoticeTally]) -> list[dict[str, Any]]:
    """The sums of each year, newest first; one statement."""
    found: Any = (
        visible.order_by()
        .annotate(year=ExtractYear("first_sent_at"))
        .values("year")
        .annotate(**_SUMS)
        .order_by("-year")
    )
    return list(found)


def _summed(rows: QuerySet[NoticeTally]) -> dict[str, Any]:
    """The sums of a selection, and when the first of them was counted; one statement."""
    found: dict[str, Any] = rows.order_by().aggregate(**_SUMS, counted_at=Min("counted_at"))
    return found


def _times(rows: QuerySet[NoticeTally]) -> Curve:
    """How long in days the units of a selection took to answer; one statement."""
    now = timezone.now()
    asked = Recipient.objects.filter(
        notice__in=rows.order_by().values("pk"), sent_at__isnull=False
    ).order_by()
    return survival.curve(
        (
            ((answered if answer and answered else now) - sent) / DAY,
            bool(answer and answered),
        )
        for sent, answered, answer in asked.values_list("sent_at", "answered_at", "answer")
        if sent is not None
    )


def _year(summed: Mapping[str, Any], current: str) -> Row:
    year = str(summed["year"])
    return _line(
        words.reached_of(summed),
        title=year,
        url=f"{reverse('notice_figures')}?year={year}",
        notices=swedish.number(summed["notices"]),
        missed=swedish.number(summed["missing"]),
        current=year == current,
    )


def _row(tally: NoticeTally) -> Row:
    case = tally.notice.case
    return _line(
        words.reached_of(tally),
        title=case.title,
        url=reverse("notice_recipients", args=[case.number]),
        number=case.number,
        since=swedish.day(tally.first_sent_at),
        median=words.days(tally.median_days),
        missed=swedish.number(tally.missed),
    )


def _line(
    reached: Reached,
    *,
    title: str,
    url: str,
    number: str = "",
    since: str = "",
    notices: str = "",
    median: str = "",
    missed: str = "",
    current: bool = False,
) -> Row:
    return Row(
        title=title,
        url=url,
        number=number,
        since=since,
        notices=notices,
        sent=swedish.number(reached.sent),
        precision=words.span(reached.precision),
        recall=words.percent(reached.recall),
        tone="bad" if reached.missed else "",
        device_recall=words.percent(reached.device_recall),
        answered=words.percent(reached.answered),
        in_time=words.percent(reached.answered_in_time),
        median=median,
        missed=missed,
        current=current,
    )
