"""What the list of the queue shows: rows with their waiting, views with their counts, the filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from avvikelse import queue
from avvikelse.filters import QueueFilter
from avvikelse.models import Deviation, Preparation, RiskScale
from avvikelse.queue import Counts, Goal
from avvikelse.views.coordination_place import PAGE, SHOWN, VIEW, Place
from avvikelse.workflow import IN_COORDINATION, RETURNED
from patientsakerhet.cases.models import Case, Code, SavedView
from patientsakerhet.organisation.models import CareProvider, Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.paging import SIZE, Page, page_of
from patientsakerhet.ui.parts import Tab, Tone

SAVED_PAGE = "koordinering"
MOST_CHIPS = 3
MOST_TABS = 7


@dataclass(frozen=True)
class Chip:
    """A property in a word or two."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Row:
    """A case as the list shows it."""

    number: str
    title: str
    url: str
    wait: swedish.Waited
    tone: str
    place: str
    lead: str
    """What stands before the unit: Förslag, Lämnad till."""
    unit: str
    chips: list[Chip]


@dataclass(frozen=True)
class Listing:
    """The list, and everything around it."""

    rows: list[Row]
    first: str
    tabs: list[Tab]
    more_tabs: list[Tab]
    filter: QueueFilter
    summary: str
    late: str
    before: str
    after: str
    links: list[tuple[str, str]]
    tools: list[tuple[str, str]]
    whole: str
    """The view without the filter."""
    everything: str
    cases: list[int]


def listing(
    request: HttpRequest, person: Person, place: Place, shown: str, scale: RiskScale
) -> Listing:
    """One page of the queue as this person sees it."""
    goal = queue.goal()
    narrow = QueueFilter(place.asked, queryset=queue.narrowed(person, place.view), request=request)
    page = page_of(queue.for_rows(narrow.qs), place.cursor, size=SIZE)
    seen = visible_likely(page.rows, person)
    rows = [_row(case, place, goal, scale, person, seen) for case in page.rows]
    counted = queue.counts(person, goal)
    tabs, more = _tabs(person, place, counted)
    whole = f"{reverse('coordination')}?{VIEW}={place.view}"
    return Listing(
        rows=rows,
        first=rows[0].number if rows else "",
        tabs=tabs,
        more_tabs=more,
        filter=narrow,
        summary=f"Äldst först · målet är {goal.words}" if goal.words else "Äldst först",
        late=f"{swedish.number(counted.late)} över målet" if counted.late else "",
        before=_page_url(place, page, "previous"),
        after=_page_url(place, page, "next"),
        links=_links(place),
        tools=[("Rensa", whole)] if place.asked else [],
        whole=whole,
        everything=reverse("coordination"),
        cases=[case.pk for case in page.rows],
    )


def _links(place: Place) -> list[tuple[str, str]]:
    """What can be done with the selection as a whole."""
    return [
        ("Spara som vy", place.with_from(reverse("coordination_views"))),
        ("Hämta CSV", place.extract_url),
    ]


def _page_url(place: Place, page: Page[Case], way: str) -> str:
    cursor = getattr(page, way)
    return place.url(**{PAGE: cursor}) if cursor else ""


def visible_likely(cases: list[Case], person: Person) -> frozenset[int]:
    """Of all that is said to be like these cases, what the person may know of."""
    likely = {one["case"] for case in cases if (row := prepared(case)) for one in row.likely}
    if not likely:
        return frozenset()
    return frozenset(
        Case.objects.visible_to(person).filter(pk__in=likely).values_list("pk", flat=True)
    )


def prepared(case: Case) -> Preparation | None:
    """What a worker has found out, when there is anything."""
    row: Preparation | None = getattr(case.deviation, "preparation", None)
    return row if row is not None and row.prepared_at is not None else None


def _row(
    case: Case,
    place: Place,
    goal: Goal,
    scale: RiskScale,
    person: Person,
    seen: frozenset[int],
) -> Row:
    found = prepared(case)
    handed: Any = getattr(case, "handed_at", None)
    is_handed = place.view == queue.LATE
    since = (handed or case.status_since) if is_handed else case.filed_at
    receiver = found.receiver if found else None
    if is_handed:
        lead, unit = "Lämnad till", case.owning_unit.name
    else:
        lead = "Förslag"
        unit = receiver.name if receiver else "ingen säker" if found else "tas fram"
    return Row(
        number=case.number,
        title=case.title,
        url=place.url(**{SHOWN: case.number}),
        wait=swedish.waited(since, now=timezone.now()),
        tone="bad" if is_handed else goal.tone(case),
        place=where(case),
        lead=lead,
        unit=unit,
        chips=chips(case, scale, person, seen)[:MOST_CHIPS],
    )


def where(case: Case) -> str:
    """The filing unit, with its provider where that is another than the region."""
    unit = case.filing_unit
    if unit.care_provider.kind == CareProvider.Kind.REGION:
        return unit.name
    if unit.care_provider.name in unit.name or unit.name in unit.care_provider.name:
        return unit.name
    return f"{unit.name}, {unit.care_provider.name}"


def chips(case: Case, scale: RiskScale, person: Person, seen: frozenset[int]) -> list[Chip]:
    """What sets the case apart, the weightiest first."""
    found = prepared(case)
    likely = [one for one in found.likely if one["case"] in seen] if found else []
    doubles = sum(bool(one["duplicate"]) for one in likely)
    others = len(likely) - doubles
    said = []
    if is_serious(case, scale):
        said.append(Chip("Allvarlig risk", "bad"))
    if case.status == RETURNED:
        said.append(Chip("Väntar svar", "warn"))
    if case.status == IN_COORDINATION and case.handler is not None:
        said.append(Chip("Din" if case.handler_id == person.pk else f"Hos {case.handler.name}"))
    if doubles:
        said.append(Chip("Möjlig dubblett", "info"))
    if case.deviation.door == Deviation.Door.IMPROVEMENT:
        said.append(Chip("Förslag"))
    elif case.deviation.door == Deviation.Door.COMPLAINT:
        said.append(Chip("Klagomål"))
    if case.origin == Case.Origin.OWN:
        said.append(Chip("Egen"))
    if others:
        said.append(Chip(f"{others} liknande"))
    return said


def is_serious(case: Case, scale: RiskScale) -> bool:
    """As bad as asks for an event analysis, by the last assessment or else the reporter's."""
    if case.severity is not None:
        return scale.asks_for_analysis(case.severity, case.risk_score or 0)
    told = getattr(case, "told_potential", None)
    return told is not None and told >= scale.analysis_from_severity


def _tabs(person: Person, place: Place, counted: Counts) -> tuple[list[Tab], list[Tab]]:
    """The views beside the heading, and the rest that stand in a menu."""
    labels = dict(Code.objects.of("deviation_kind").values_list("code", "label"))

    def tab(label: str, view: str, count: int | None) -> Tab:
        here = place.view == view and not place.asked
        return Tab(label, f"{reverse('coordination')}?{VIEW}={view}", count, here)

    tabs = [
        tab("Alla", queue.ALL, counted.of(queue.ALL)),
        tab("Inkomna", queue.INCOMING, counted.of(queue.INCOMING)),
        tab("Egna", queue.OWN, counted.of(queue.OWN)),
        tab("Mina", queue.MINE, counted.of(queue.MINE)),
        tab("Väntar på svar", queue.WAITING, counted.of(queue.WAITING)),
        tab("Ej mottagna", queue.LATE, queue.count_not_received(person)),
    ]
    saved = [
        Tab(view.name, f"{reverse('coordination')}?{view.query}", None, view.query == place.query)
        for view in SavedView.objects.filter(person=person, page=SAVED_PAGE)
    ]
    more = [
        *(
            tab(labels.get(code, code), f"{queue.OF_KIND}{code}", count)
            for code, count in counted.kinds()
        ),
        tab("Privata vårdgivare", queue.PRIVATE, counted.of(queue.PRIVATE)),
        tab("Kommuner", queue.MUNICIPAL, counted.of(queue.MUNICIPAL)),
    ]
    room = MOST_TABS - len(tabs)
    # The view one is in always stands in sight, whatever its place.
    here = [one for one in [*saved, *more] if one.current]
    shown = [*here, *(one for one in saved if not one.current)][:room]
    rest = [one for one in [*saved, *more] if one not in shown]
    return [*tabs, *shown], rest
