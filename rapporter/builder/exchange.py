"""A report's figures as a file with a cover, and the list of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from rapporter import registry, rights
from rapporter.builder.filters import SavedReportFilter
from rapporter.builder.models import SavedReport
from rapporter.builder.questions import STEPS, Question
from rapporter.builder.spans import Span
from rapporter.charts.chart import Chart
from rapporter.registry import Asked, Measure, valid_from

ABOUT = "Om måttet"


def figures(question: Question, asked: Asked, chart: Chart, *, name: str) -> Extract:
    """The chart's table; its cover says what was asked, when it was known, and by which code."""
    made = chart.extract(cover(question, asked))
    measure = question.measure
    return Extract(
        name=made.name,
        title=name,
        rows=made.rows,
        columns=made.columns,
        selection=made.selection,
        right=measure.needs[0],
        about=(
            ABOUT,
            [
                ("Mått", measure.name),
                ("Definition", measure.definition),
                ("Räknas efter", measure.date_field),
                ("Räknas i", measure.unit),
                ("Nyckel", measure.key),
                ("Version", version(question)),
                ("Kodens kontrollsumma", measure.code_hash),
            ],
        ),
    )


def cover(question: Question, asked: Asked) -> Sequence[tuple[str, str]]:
    """What was asked, in words."""
    measure = question.measure
    return [
        ("Mått", measure.name),
        ("Uppdelning", question.divided_by),
        ("Period", span(question, asked)),
        ("Enhet", asked.unit.name if asked.unit else "alla"),
        ("Räknas efter", measure.date_field),
        ("Nyckel", measure.key),
        ("Version", version(question)),
        ("Kod", measure.code_hash),
    ]


def span(question: Question, asked: Asked) -> str:
    """The days asked for, and what chose them."""
    days = f"{swedish.day(asked.first)} till {swedish.day(asked.last)}"
    if question.span == Span.GIVEN:
        return days
    return f"{Span(question.span).label}, {days}"


def version(question: Question) -> str:
    """Which version of the measure it is, and since when."""
    measure = question.measure
    return f"{measure.version}, gäller från {swedish.day(valid_from(measure))}"


def listed(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The reports of a filter that the person sees, as rows; all when nobody is named."""
    every = SavedReport.objects.all()
    narrowed = SavedReportFilter(
        given, queryset=every.visible_to(by) if by else every, request=asking(by)
    )
    refuse_unreadable(narrowed)
    names = {one.key: one.name for one in registry.every()}
    divided = {key: name for one in registry.registered() for key, name in _divisions(one)}

    def named(key: str) -> str:
        return names.get(key, key)

    def mailed(value: str) -> str:
        return SavedReport.Schedule(value).label if value else "nej"

    columns = (
        Column("Namn", "name", width=40),
        Column("Mått", "measure", named, 40),
        Column("Uppdelning", "breakdown", lambda key: divided.get(key, key)),
        Column("Period", "span", lambda value: Span(value).label, 30),
        Column("Enhet", "unit__name", width=30),
        Column("Ägare", "owner__name"),
        Column("Mejlas", "schedule", mailed),
        Column("Ändrad", "changed_at"),
    )
    return Extract(
        name="egna-rapporter",
        title="Egna rapporter",
        rows=narrowed.qs,
        columns=columns,
        selection=[
            ("Ser", by.name if by else "alla"),
            ("Dag", swedish.day(calendar.today())),
            *narrowed.described(),
        ],
        right=rights.SOME[0],
    )


def _divisions(measure: Measure) -> list[tuple[str, str]]:
    """What the measure can be divided by, as it is stored and as it is called."""
    periods = [(str(step), name) for step, name in STEPS.items()]
    return [*periods, *((one.key, one.name) for one in measure.breakdowns)]


EXPORT = Export("saved_reports", "Egna rapporter", rights.SOME[0], listed)
