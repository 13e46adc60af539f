"""The list of measures across cases: views, filters, pages, and the same rows as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import exchange
from patientsakerhet.cases.filters import MeasureFilter
from patientsakerhet.cases.models import Case, Measure, SavedView
from patientsakerhet.cases.models.measure import MeasureQuerySet
from patientsakerhet.cases.views.measure_words import state_of
from patientsakerhet.exchange import writer
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.paging import Capped, counts_of, page_of
from patientsakerhet.ui.parts import Tone

SAVED_PAGE = "atgarder"
PAGE = "sida"
MINE, UNITS, LATE, EFFECT, ALL = (
    "whose=mine&status=open",
    "whose=units&status=open",
    "overdue=on",
    "effect_due=on",
    "status=",
)
"""The views that everybody has, as their addresses say it."""
LABELS = {
    MINE: "Mina",
    UNITS: "Mina enheters",
    LATE: "Försenade",
    EFFECT: "Effekt att följa upp",
    ALL: "Alla",
}
FEW = ("q", "whose", "status", "unit")
"""The filters used daily; the rest is folded away."""
MOST_CASES = 3


@dataclass(frozen=True)
class View:
    """A selection of the list that has a name; `count` is empty for one's own."""

    label: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True)
class Row:
    """A measure as the list shows it."""

    title: str
    url: str
    cases: str
    """The numbers of those that the reader may know of, the first few."""
    owner: str
    unit: str
    due_on: str
    strength: str
    state: str
    tone: Tone


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The measures one may see, in pages; without any choice those that are most one's own."""
    person = person_of(request)
    visible = Measure.objects.visible_to(person)
    counted = counts_of({query: _narrowed(request, visible, query).qs for query in LABELS})
    asked = _asked(request, person, counted)
    narrow = MeasureFilter(asked, queryset=visible, request=request)
    rows = narrow.qs if narrow.form.is_valid() else visible.none().order_by("pk")
    page = page_of(for_rows(rows, person), request.GET.get(PAGE, ""))
    trail.read(
        "list.read",
        by=person,
        body={
            "list": "measures",
            "filter": asked.urlencode(),
            "measures": [one.pk for one in page.rows],
            "cases": sorted({case.pk for one in page.rows for case in one.seen}),
        },
    )
    query = asked.urlencode()
    own_choice = not any(_same(asked, view) for view in LABELS)
    context = {
        "rows": [row_of(one) for one in page.rows],
        "views": _views(person, counted, asked),
        "few": [narrow.form[name] for name in FEW],
        "more": [field for field in narrow.form if field.name not in FEW],
        "narrows": narrow.narrows and own_choice,
        "narrows_more": own_choice
        and any(asked.get(name) for name in narrow.form.fields if name not in FEW),
        "refused": not narrow.form.is_valid(),
        "links": _links(person, query),
        "before": _page_url(query, page.previous),
        "after": _page_url(query, page.next),
        "shown": f"{swedish.number(len(page.rows))} åtgärder på den här sidan",
        "own": _same(asked, MINE),
        "all_url": f"{reverse('measures')}?{ALL}",
    }
    return render(request, "cases/measures.html", context)


def for_rows(rows: QuerySet[Measure], person: Person) -> QuerySet[Measure]:
    """With what a row shows; of its cases, as `.seen`, those the person may know of."""
    cases = Case.objects.extract_visible_to(person).order_by("-filed_at", "-pk")
    return rows.select_related("owner", "unit").prefetch_related(
        Prefetch("cases", cases, to_attr="seen")
    )


def row_of(measure: Measure) -> Row:
    """The measure in words."""
    state = state_of(measure, timezone.localdate())
    seen: list[Case] = measure.seen  # type: ignore[attr-defined]  # from `for_rows`
    return Row(
        title=measure.title,
        url=reverse("measure", args=[measure.pk]),
        cases=_numbers(seen),
        owner=measure.owner.name,
        unit=measure.unit.name,
        due_on=swedish.day(measure.due_on),
        strength=measure.get_strength_display().capitalize(),
        state=state.text,
        tone=state.tone,
    )


def _numbers(cases: list[Case]) -> str:
    told = ", ".join(case.number for case in cases[:MOST_CASES])
    more = len(cases) - MOST_CASES
    return f"{told} och {more} till" if more > 0 else told


# --- as a file ------------------------------------------------------------------------------------


@require_safe
def extract(request: HttpRequest, form: str) -> HttpResponseBase:
    """The whole selection as a file, not only the page that is shown."""
    person = person_of(request)
    if form not in writer.FORMATS:
        raise Http404
    policy.check_anywhere(person, Can.EXPORT)
    try:
        return writer.respond(exchange.measures(request.GET, person), form, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("measures")


# --- the selection ----------------------------------------------------------------------------


def _narrowed(request: HttpRequest, rows: MeasureQuerySet, query: str) -> MeasureFilter:
    return MeasureFilter(QueryDict(query), queryset=rows, request=request)


def _asked(request: HttpRequest, person: Person, counted: dict[str, Capped]) -> QueryDict:
    """What the address asks for, without the page; one's own without a word, or one's units'."""
    asked = cast(QueryDict, request.GET).copy()
    asked.pop(PAGE, None)
    if asked:
        return asked
    units = not counted[MINE] and policy.may(person, Can.DECIDE_MEASURES)
    return QueryDict(UNITS if units else MINE)


def _views(person: Person, counted: dict[str, Capped], asked: QueryDict) -> list[View]:
    here = reverse("measures")
    views = [
        View(label, f"{here}?{query}", str(counted[query]), _same(asked, query))
        for query, label in LABELS.items()
    ]
    saved = SavedView.objects.filter(person=person, page=SAVED_PAGE)
    return views + [
        View(one.name, f"{here}?{one.query}", "", _same(asked, one.query)) for one in saved
    ]


def _same(asked: QueryDict, query: str) -> bool:
    """Whether two addresses ask for the same; empty parts say nothing."""
    return _told(asked) == _told(QueryDict(query))


def _told(asked: QueryDict) -> dict[str, Any]:
    return {name: values for name, values in asked.lists() if any(values)}


def _links(person: Person, query: str) -> list[tuple[str, str]]:
    """What can be done with the selection; files only by those who may take them out."""
    links = [("Spara som vy", f"{reverse('measures_views')}?{query}")]
    if policy.may(person, Can.EXPORT):
        links += [
            (f"Hämta {label}", f"{reverse('measures_extract', args=[form])}?{query}")
            for form, label in writer.FORMATS.items()
        ]
    return links


def _page_url(query: str, cursor: str) -> str:
    return f"{reverse('measures')}?{query}&{PAGE}={cursor}" if cursor else ""
