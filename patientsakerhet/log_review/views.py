"""The pages of the log's review: the events, the reviews made of them, and one review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import chain_file, trail, verification
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.views.acting import perform
from patientsakerhet.cases.views.narrowed import asked, taken_out
from patientsakerhet.cases.views.past import NOBODY
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.log_review import actions, chain, exchange, words
from patientsakerhet.log_review.filters import EventFilter, LogReviewFilter, people_called
from patientsakerhet.log_review.forms import LogReviewForm, WithdrawForm
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.log_review.querysets import OPENING, events_open_to, reviews_everything
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import paging, swedish
from patientsakerhet.ui.narrowing import Narrowing
from patientsakerhet.ui.parts import Cell, Column, Tab, Tone, table_rows

COLUMNS = (
    Column("Vad"),
    Column("Vem"),
    Column("När"),
    Column("Ärende"),
    Column("Ärenden som visades", end=True),
    Column("Slag"),
)
REVIEWED = (
    Column("Kontrollerat"),
    Column("Period"),
    Column("Urval"),
    Column("Händelser", end=True),
    Column("Enhet"),
    Column("Av"),
    Column("Utfall"),
)
KINDS: dict[str, Tone] = {Event.Kind.READ: "", Event.Kind.CHANGE: "info", Event.Kind.DENIED: "bad"}
TONES: dict[str, Tone] = {
    LogReview.Outcome.NOTHING: "good",
    LogReview.Outcome.QUESTIONS: "warn",
    LogReview.Outcome.BREACH: "bad",
}
CHAIN = "jsonl"
"""The form of the file with the chain."""
FEW = ("who", "number", "kind", "since", "until")
NO_PERIOD = "Välj vilken period du har kontrollerat: fyll i Från och Till i loggen."


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What the trail says, latest first, and how its chain stands."""
    by = person_of(request)
    policy.check_anywhere(by, Can.REVIEW_LOG)
    open_to = events_open_to(by)
    narrowed = EventFilter(request.GET, queryset=open_to, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else open_to.none().latest_first()
    page = paging.page_of(rows.annotate(shown=exchange.SHOWN), request.GET.get("sida", ""))
    _read(by, "log.read", narrowed, [one.pk for one in page.rows])
    names = dict(
        Person.objects.filter(pk__in={one.actor_id for one in page.rows}).values_list("pk", "name")
    )
    query = asked(request)
    context = {
        "tabs": _tabs("log_events"),
        "standing": chain.standing(),
        "chain_url": reverse("log_events_extract", args=[CHAIN]) if reviews_everything(by) else "",
        "columns": COLUMNS,
        "rows": table_rows(COLUMNS, [_event(one, names) for one in page.rows]),
        "review_url": _with(reverse("log_review_new"), query),
        "has_period": bool(query.get("since") and query.get("until")),
        **_listed(request, narrowed, rows, page, "log_events", FEW),
    }
    return render(request, "log_review/events.html", context, status=200 if is_valid else 422)


@require_safe
def events_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file; as JSONL the chain of everything, to be checked without the product."""
    if form == CHAIN:
        return _chain(request)
    return taken_out(request, exchange.EVENTS, form, back="log_events")


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews that were made, latest first."""
    by = person_of(request)
    policy.check_anywhere(by, Can.REVIEW_LOG)
    visible = LogReview.objects.visible_to(by)
    narrowed = LogReviewFilter(request.GET, queryset=visible, request=request)
    is_valid = narrowed.form.is_valid()
    rows = narrowed.qs if is_valid else visible.none().order_by("-pk")
    page = paging.page_of(rows.for_rows(), request.GET.get("sida", ""))
    _read(by, "log_review.listed", narrowed, [one.pk for one in page.rows])
    context = {
        "tabs": _tabs("log_reviews"),
        "columns": REVIEWED,
        "rows": table_rows(REVIEWED, [_review(one) for one in page.rows]),
        **_listed(request, narrowed, rows, page, "log_reviews", ("outcome", "unit")),
    }
    return render(request, "log_review/reviews.html", context, status=200 if is_valid else 422)


@require_safe
def reviews_extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The selection as a file."""
    return taken_out(request, exchange.REVIEWS, form, back="log_reviews")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What came of looking at the selection of the log that stands in the address."""
    by = person_of(request)
    policy.check_anywhere(by, Can.REVIEW_LOG)
    narrowed = EventFilter(request.GET, queryset=events_open_to(by), request=request)
    chosen = narrowed.form.cleaned_data if narrowed.form.is_valid() else {}
    has_period = bool(chosen.get("since") and chosen.get("until"))
    count = narrowed.qs.order_by().count() if has_period else 0
    told = " · ".join(f"{label}: {value}" for label, value in _beside_the_period(narrowed))
    units = policy.units_where(by, Can.REVIEW_LOG).order_by("depth", "path")
    form = LogReviewForm(request.POST or None, initial={"unit": units.first()})
    form.fields["unit"].rows = Unit.objects.current().filter(pk__in=units.order_by().values("pk"))  # type: ignore[attr-defined]  # a UnitField

    def again(status: int) -> HttpResponse:
        context = {
            "form": form,
            "has_period": has_period,
            "no_period": NO_PERIOD,
            "back": _with(reverse("log_events"), asked(request)),
            "facts": [
                ("Period", _period(chosen["since"], chosen["until"]) if has_period else "–"),
                ("Urval", told or "allt"),
                ("Händelser", swedish.number(count)),
            ],
        }
        return render(request, "log_review/new.html", context, status=status)

    if request.method != "POST":
        return again(200)
    if not has_period:
        form.add_error(None, NO_PERIOD)
        return again(422)
    return perform(
        request,
        form,
        lambda: actions.record(
            by=by,
            first_day=chosen["since"],
            last_day=chosen["until"],
            selection=told or "allt",
            events=count,
            person=_only_one(chosen["who"]),
            **form.cleaned_data,
        ),
        done="Kontrollen är antecknad.",
        to=reverse("log_reviews"),
        again=again,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review; whose doings it was about, and what was found, for those who review alone."""
    by = person_of(request)
    policy.check_anywhere(by, *OPENING)
    row = get_object_or_404(LogReview.objects.visible_to(by).for_rows(), pk=pk)
    reviews_here = policy.may_at(by, Can.REVIEW_LOG, row.unit)
    form = WithdrawForm(request.POST or None)
    trail.read(
        "log_review.read",
        by=by,
        right=Can.REVIEW_LOG if reviews_here else Can.READ_YEAR_REGISTERS,
        object_type="log_review",
        object_id=row.pk,
    )

    def again(status: int) -> HttpResponse:
        context = {
            "row": row,
            "facts": _facts(row, whole=reviews_here),
            "note": row.note if reviews_here else "",
            "form": form if reviews_here and row.withdrawn_at is None else None,
            "unfolded": form.is_bound,
            "may_list": policy.may(by, Can.REVIEW_LOG),
        }
        return render(request, "log_review/review.html", context, status=status)

    if request.method != "POST":
        return again(200)
    return perform(
        request,
        form,
        lambda: actions.withdraw(row, by=by, **form.cleaned_data),
        done="Kontrollen är återtagen.",
        to=reverse("log_review", args=[row.pk]),
        again=again,
    )


def _chain(request: HttpRequest) -> HttpResponseBase:
    """The chain without contents, for whoever reviews everything, as `export_audit` writes it."""
    by = person_of(request)
    policy.check_anywhere(by, Can.REVIEW_LOG)
    if not reviews_everything(by):
        trail.denied("log.chain", by=by)
        raise NotAllowed("Kedjan kan bara hämtas av den som kontrollerar loggen för alla enheter.")
    body = {"what": "loggkedja", "format": CHAIN, "count": verification.last_place()}
    trail.read("export.made", by=by, right=Can.REVIEW_LOG, body=body)
    name = f"loggkedja-{timezone.localtime():%Y-%m-%d-%H%M}.{CHAIN}"
    return StreamingHttpResponse(
        chain_file.lines(),
        content_type="application/x-ndjson",
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def _listed(
    request: HttpRequest, narrowed: Narrowing, rows: Any, page: Any, name: str, few: tuple[str, ...]
) -> dict[str, Any]:
    """What both lists show around their rows."""
    query = asked(request)
    before, after = paging.addresses(request, page)
    links = [("Rensa", reverse(name))] if query else []
    for label, form in (("Hämta CSV", "csv"), ("Hämta Excel", "xlsx")):
        links.append((label, _with(reverse(f"{name}_extract", args=[form]), query)))
    more = [field for field in narrowed.form.visible_fields() if field.name not in few]
    return {
        "form": narrowed.form,
        "few": [narrowed.form[one] for one in few],
        "more": more,
        "narrows": bool(query),
        "narrows_more": any(query.get(one.name) for one in more),
        "links": links,
        "count": paging.count_of(rows),
        "before": before,
        "after": after,
    }


def _read(by: Person, action: str, narrowed: Narrowing, rows: list[int]) -> None:
    """Looking at the log is itself in the log."""
    body = {"filter": [list(pair) for pair in narrowed.described()], "rows": rows}
    trail.read(action, by=by, right=Can.REVIEW_LOG, body=body)


def _event(one: Any, names: dict[int, str]) -> list[Cell | str]:
    who = names.get(one.actor_id, "Utan konto") if one.actor_id else NOBODY
    return [
        words.said(one.action),
        who,
        swedish.moment(one.at),
        one.number or swedish.DASH,
        swedish.DASH if one.shown is None else swedish.number(one.shown),
        Cell(one.get_kind_display().capitalize(), tone=KINDS[one.kind]),
    ]


def _review(one: LogReview) -> list[Cell | str]:
    return [
        Cell(swedish.day(one.reviewed_at), one.get_absolute_url()),
        _period(one.first_day, one.last_day),
        one.selection,
        swedish.number(one.events),
        one.unit.name,
        one.reviewed_by.name,
        _outcome(one),
    ]


def _outcome(one: LogReview) -> Cell:
    if one.withdrawn_at is not None:
        return Cell("Återtagen", tone="warn")
    return Cell(one.get_outcome_display().capitalize(), tone=TONES[one.outcome])


def _facts(row: LogReview, *, whole: bool) -> list[tuple[str, str]]:
    told = [
        ("Kontrollerat", f"{swedish.moment(row.reviewed_at)} av {row.reviewed_by.name}"),
        ("Enhet", row.unit.name),
        ("Period", _period(row.first_day, row.last_day)),
        *([("Urval", row.selection)] if whole else []),
        ("Händelser", swedish.number(row.events)),
        ("Utfall", row.get_outcome_display().capitalize()),
    ]
    if row.withdrawn_at is not None:
        told.append(("Återtagen", f"{swedish.moment(row.withdrawn_at)}: {row.withdrawn_why}"))
    return told


def _beside_the_period(narrowed: Narrowing) -> list[tuple[str, str]]:
    return [pair for pair in narrowed.described() if pair[0] not in ("Från", "Till")]


def _only_one(written: str) -> Person | None:
    """Whose doings were asked for, when it is one person's."""
    found = list(people_called(written)[:2]) if written else []
    return found[0] if len(found) == 1 else None


def _period(first: Any, last: Any) -> str:
    return f"{swedish.day(first)} – {swedish.day(last)}"


def _with(address: str, query: Any) -> str:
    return f"{address}?{query.urlencode()}" if query else address


def _tabs(here: str) -> list[Tab]:
    return [
        Tab("Loggen", reverse("log_events"), current=here == "log_events"),
        Tab("Kontroller", reverse("log_reviews"), current=here == "log_reviews"),
    ]
