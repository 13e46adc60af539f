"""One chart of every kind, of small numbers that can be followed by hand."""

from datetime import UTC, date, datetime

from rapporter.charts import chart, control, multiples, parts, series, waiting
from rapporter.control_charts import charts
from rapporter.control_charts.funnel import funnel
from rapporter.control_charts.series import Value
from rapporter.control_charts.words import Told

AS_OF = datetime(2026, 11, 22, 5, tzinfo=UTC)
ODD = "Bild & ”ljud” <svår>"
"""A name that has to be escaped."""


def about(key, finding="Svaret."):
    return chart.About(
        key=key,
        question=f"Vad visar {key}?",
        definition="Så räknar vi.",
        as_of=AS_OF,
        finding=finding,
        measure="/rapporter/matt/x/",
    )


def values(*numbers, preliminary=0):
    return [
        Value(f"månad {n}", each, preliminary=n >= len(numbers) - preliminary)
        for n, each in enumerate(numbers)
    ]


CALM = (30, 34, 31, 33, 30, 35, 31, 34, 32, 33, 30, 34)


def made_control():
    spc = charts.xmr(values(*CALM, 61, None, 31, 29, preliminary=1), breaks=[12])
    return control.control(
        about("styrdiagram", ""),
        spc,
        name="Styrdiagram: avvikelser",
        ticks=[f"m{n}\n2026" for n in range(16)],
        notes=[control.Note(11.5, f"ny nivå: {ODD}")],
        urls=[f"/rader/{n}" for n in range(16)],
    )


def made_columns():
    bars = [
        series.Column("2024", "2024", 20, 10, "/2024"),
        series.Column("2025", "2025", 40, 20, "/2025"),
    ]
    return series.columns(
        about("staplar"), bars, name="Per år", noun="meddelanden", before="året före", period="År"
    )


def made_in_and_out():
    months = [
        series.Balance("maj 2026", "maj", 10, 4, 16, ("/in", "/ut", "/öppna")),
        series.Balance("juni 2026", "juni", 5, 9, 12, is_open=True),
    ]
    return series.in_and_out(about("takt"), months, name="In och ut")


def made_flow():
    layers = [series.Layer("Ny", (3, 4, 5)), series.Layer(ODD, (10, 0, 2))]
    moments = [(f"vecka {n}", f"v. {n}") for n in (1, 2, 3)]
    return series.flow(about("flode"), moments, layers, name="Steg")


def made_fan():
    return series.fan(
        about("prognos"),
        [series.Column("maj", "maj", 50), series.Column("juni", "juni", 60)],
        [series.Ahead("juli", "juli", 55, 40, 70)],
        name="Prognos",
        noun="öppna",
        target=20,
    )


def made_multiples():
    panels = [multiples.Panel("Koordinering", (3, None, 5)), multiples.Panel(ODD, (30, 40, 50))]
    ticks = [(f"månad {n}", f"m{n}") for n in range(3)]
    return multiples.multiples(about("steg"), ticks, panels, name="P85", unit="dagar")


def made_curves():
    steps = [
        waiting.Steps("2026", (1, 3, 8), (0.75, 0.5, 0.25), 4, 1),
        waiting.Steps("2025", (2, 9), (0.5, 0.0), 2, 0),
    ]
    return waiting.curves(about("vantan"), steps, name="Väntan", target=7)


def made_ageing():
    stages = [waiting.Stage("Utredning", (1, 5, 5, 40), 4, 20, "/utredning")]
    return waiting.ageing(about("alder"), stages, name="Ålder")


def made_timeline():
    events = [
        waiting.Event(date(2026, 3, 1), ODD, "/b"),
        waiting.Event(date(2025, 3, 1), "Lex Maria", "/a"),
    ]
    return waiting.timeline(
        about("tid"), events, date(2025, 1, 1), date(2026, 11, 22), name="Anmälningar"
    )


def made_pareto():
    bars = [
        parts.Ranked("Övrigt", 50, "/ovrigt", is_rest=True),
        parts.Ranked("Telefoni", 10, "/telefoni"),
        parts.Ranked(ODD, 40),
    ]
    return parts.pareto(about("omraden"), bars, name="Områden", noun="avvikelser")


def made_shares():
    wholes = [parts.Whole("MTP", (1, 3)), parts.Whole("IT", (0, 0))]
    return parts.shares(
        about("stopp"), ("koordinering", "utredning"), wholes, name="Andel", unit="dagar"
    )


def made_funnel():
    units = [Value(f"Enhet {n}", n, n * 2) for n in (10, 20, 30, 40, 50)]
    return parts.funnel(
        about("tratt", ""),
        funnel([*units, Value(ODD, 90, 40)]),
        name="Tratt",
        told=Told("Per 100 anställda"),
        size="anställda",
    )


KINDS = {
    name.removeprefix("made_"): made for name, made in globals().items() if name.startswith("made_")
}
