"""The chart of a report: its answer as a sentence, the drawing, and the table with the same numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from patientsakerhet.ui import swedish
from rapporter import figures
from rapporter.builder import dividing
from rapporter.builder.dividing import Divided, Part
from rapporter.builder.questions import STEPS, Picture, Question
from rapporter.charts import control, parts, series
from rapporter.charts.chart import About, Chart
from rapporter.control_charts import charts, words
from rapporter.control_charts.series import ControlChart, Value
from rapporter.control_charts.words import Told
from rapporter.periods import Step
from rapporter.registry import Measure

MOST_BARS = 40
"""So many parts are drawn one by one; what is left over stands together."""
NAMED = 3
PER_CENT = "procent"
PLURALS = {Step.WEEK: "veckor", Step.MONTH: "månader", Step.QUARTER: "kvartal", Step.YEAR: "år"}
NOTHING = "Det finns inget att räkna, av det som du får läsa."
PARTIAL = "Perioder som pågår, eller bara är med delvis, räknas inte in i gränserna."


def drawn(question: Question, found: Divided, *, key: str) -> Chart:
    """The report as a chart; `key` is its own on the page."""
    title = titled(question)
    about = About(
        key=key,
        question=title,
        definition=found.measure.definition,
        as_of=found.asked.as_of,
        finding=_finding(question, found),
        measure=dividing.rows_url(found.measure, found.asked),
    )
    if question.picture == Picture.BARS:
        return parts.pareto(
            about, _bars(found), name=title, noun=found.measure.unit, what=question.divided_by
        )
    if question.picture == Picture.COLUMNS:
        return series.columns(
            about,
            [
                series.Column(one.name, one.tick, _number(found.measure, one), url=one.url)
                for one in found.parts
            ],
            name=title,
            noun=found.measure.unit,
            period=question.divided_by.capitalize(),
        )
    return _lines(question, found, about, title)


def titled(question: Question) -> str:
    """What is drawn: Inkomna avvikelser per månad, Stora incidenter efter allvarlighet."""
    how = "per" if question.step is not None else "efter"
    return f"{question.measure.name} {how} {question.divided_by}"


def _lines(question: Question, found: Divided, about: About, title: str) -> Chart:
    made = _control(question, found)
    return control.control(
        about,
        made,
        name=title,
        ticks=[one.tick for one in found.parts],
        told=_told(question),
        urls=[one.url for one in found.parts],
        explained=[PARTIAL] if any(not one.is_whole for one in found.parts) else [],
    )


def _control(question: Question, found: Divided) -> ControlChart:
    values = [
        Value(
            one.name,
            None if one.value is None else _number(found.measure, one) / _of(found.measure),
            preliminary=not one.is_whole,
        )
        for one in found.parts
    ]
    return charts.run(values) if question.picture == Picture.LINE else charts.xmr(values)


def _of(measure: Measure) -> int:
    """Shares are drawn as parts of one, and said as per cent."""
    return 100 if measure.unit == PER_CENT else 1


def _told(question: Question) -> Told:
    step = question.step or Step.MONTH
    name = STEPS[step]
    return Told(
        subject="Talet",
        period=name,
        periods=PLURALS[step],
        by=f"per {name}",
        per_cent=question.measure.unit == PER_CENT,
        is_inflow=question.measure.key == "filed_deviations",
    )


def _finding(question: Question, found: Divided) -> str:
    """What the numbers say."""
    if not any(one.value for one in found.parts):
        return NOTHING
    if question.picture == Picture.CONTROL:
        return ""
    if question.picture == Picture.LINE:
        runs = _control(question, found).segments[-1].runs
        return words.run_finding(runs, _told(question))
    return most(found.measure, found.parts, is_time=question.step is not None)


def most(measure: Measure, some: Sequence[Part], *, is_time: bool) -> str:
    """Which part is the largest, and how much of the whole it is."""
    amounts = [one.value or Decimal(0) for one in some]
    whole, largest = sum(amounts, Decimal(0)), max(amounts)
    first = [one.name for one in some if one.value == largest]
    number = figures.number(measure, largest)
    if len(first) > NAMED:
        return f"Flest, {number} var, har {swedish.in_words(len(first))} av {_counted(some)}."
    named = f"i {swedish_list(first)}" if is_time else f"har {swedish_list(map(_quoted, first))}"
    share = swedish.number(round(100 * largest / whole)) if whole else "0"
    each = " var" if len(first) > 1 else ""
    of_all = figures.number(measure, whole)
    return f"Flest {named}: {number}{each} av {of_all} ({share} procent{each})."


def _quoted(name: str) -> str:
    return f"”{name}”"


def swedish_list(names: Iterable[str]) -> str:
    """a, b och c."""
    *before, last = names
    return f"{', '.join(before)} och {last}" if before else last


def _counted(some: Sequence[Part]) -> str:
    return swedish.in_words(len(some))


def _bars(found: Divided) -> list[parts.Ranked]:
    """The largest parts, and the rest together."""
    some, rest = found.parts[:MOST_BARS], found.parts[MOST_BARS:]
    bars = [parts.Ranked(one.name, _number(found.measure, one), one.url) for one in some]
    if rest:
        left = sum(_number(found.measure, one) for one in rest)
        bars.append(parts.Ranked(f"{len(rest)} till, tillsammans", left, is_rest=True))
    return bars


def _number(measure: Measure, part: Part) -> float:
    """As the chart and its table show it."""
    return float(round(part.value or Decimal(0), measure.decimals))
