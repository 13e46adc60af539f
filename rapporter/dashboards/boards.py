"""Which questions each page answers, at most six, and for whom it is the first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from patientsakerhet.access.policy import Can
from rapporter.charts.chart import Chart
from rapporter.dashboards import flow, inflow, lists, notices, units
from rapporter.dashboards.asking import Asking

Make = Callable[[Asking], Chart]


@dataclass(frozen=True)
class Board:
    """One page of charts; `fields` are what it can be asked beside the unit."""

    key: str
    label: str
    about: str
    charts: tuple[tuple[str, Make], ...]
    """The chart's key, and what makes it."""
    fields: tuple[str, ...] = ()


BOARDS = (
    Board(
        "vecka",
        "Veckan",
        "Det som väntar på chefläkaren: tio minuter i veckan.",
        (
            ("allvarliga", lists.grave),
            ("anmalningar", lists.reports),
            ("vantan", flow.waiting_time),
            ("alder", flow.too_old),
            ("traffar", notices.reach),
        ),
        ("year",),
    ),
    Board(
        "manad",
        "Månaden",
        "Vad som kommer in, om vi hinner med och var det tar stopp.",
        (
            ("inkomna", inflow.inflow),
            ("takt", flow.in_and_out),
            ("ikapp", flow.caught_up),
            ("stopp", flow.where_it_stops),
            ("ledtider", flow.stage_times),
            ("flode", flow.moving),
        ),
        ("year", "sort", "scale"),
    ),
    Board(
        "omraden",
        "Områden",
        "Vad avvikelserna gäller, och hur det går inom ett område.",
        (
            ("slag", inflow.by_sort),
            ("it-omraden", inflow.it_areas),
            ("mt-omraden", inflow.device_areas),
            ("omrade", inflow.one_area),
            ("ovrigt", inflow.rest),
        ),
        ("year", "area"),
    ),
    Board(
        "meddelanden",
        "Meddelanden och anmälningar",
        "Säkerhetsmeddelanden som kommer, når fram och besvaras, och lex Maria.",
        (
            ("meddelanden", notices.per_year),
            ("takt-meddelanden", notices.per_quarter),
            ("traffar", notices.reach),
            ("svarstid", notices.answers),
            ("lex-maria-takt", notices.between_reports),
            ("lex-maria", notices.reports),
        ),
        ("year",),
    ),
    Board(
        "ko",
        "Samordnare",
        "Vad som kommer härnäst, och vad som har blivit gammalt.",
        (
            ("harnast", lists.mine),
            ("alder", flow.too_old),
            ("vantan", flow.waiting_time),
            ("takt", flow.in_and_out),
        ),
        ("year",),
    ),
    Board(
        "enhet",
        "Enheten",
        "Det enheten skriver, och om den får svar.",
        (
            ("svar", units.answered),
            ("skrivna", units.written),
            ("tratt", units.unlike),
        ),
        ("year",),
    ),
)


class UnknownBoard(LookupError):
    """No page of charts has this key."""


def of(key: str) -> Board:
    """The page with this key."""
    for board in BOARDS:
        if board.key == key:
            return board
    raise UnknownBoard(key)


def first_of(may: Collection[str]) -> Board:
    """The page that somebody who may do this begins with."""
    if Can.DECIDE_LEX_MARIA in may:
        return of("vecka")
    return of("ko" if Can.COORDINATE in may else "enhet")
