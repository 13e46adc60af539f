"""Each sentence, for each thing that may be true of its numbers; never more than they say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from patientsakerhet.lib.survival import Observation, kaplan_meier
from rapporter.flow import words
from rapporter.flow.balance import Little, Period
from rapporter.flow.forecast import CaughtUp, Expected, Inflow
from rapporter.flow.stages import Aged, Load, Pace
from rapporter.flow.truncation import Nowcast

NOW = datetime(2024, 3, 1, tzinfo=UTC)
LABELS = {"investigation": "orsaksutredning", "action": "åtgärd"}


def curve(*times, still=()):
    return kaplan_meier(
        [Observation(float(one), "done") for one in times]
        + [Observation(float(one)) for one in still]
    )


def plain(text):
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, "aldrig ännu"),
        (0.001, "1 timme"),
        (0.25, "6 timmar"),
        (1.0, "1 dag"),
        (1.04, "1 dag"),
        (8.63, "8,6 dagar"),
        (54.6, "55 dagar"),
        (1234.4, "1 234 dagar"),
    ],
)
def test_lengths(days, told):
    assert plain(words.length(days)) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0, "0 procent"),
        (0.004, "under 1 procent"),
        (0.459, "46 procent"),
        (0.996, "över 99 procent"),
        (1, "100 procent"),
    ],
)
def test_shares(share, told):
    assert words.percent(share) == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (curve(), "Inga ärenden under perioden."),
        (
            curve(1, 2, 3, 4),
            "Hälften var koordinerade inom 2 dagar och 85 procent inom 4 dagar (4 ärenden, inget väntar ännu).",
        ),
        (
            curve(1, 2, still=(9,)),
            "Hälften var koordinerade inom 2 dagar; 85 procent är det inte ännu (3 ärenden, 1 väntar ännu).",
        ),
        (curve(still=(9,)), "Mindre än hälften är koordinerade ännu (1 ärende, 1 väntar ännu)."),
    ],
)
def test_waiting(found, told):
    assert words.waiting(found, "koordinerade") == told


SLOW, FAST = curve(*range(40, 80)), curve(*range(1, 41))


@pytest.mark.parametrize(
    ("this", "last", "told"),
    [
        (FAST, SLOW, "Det går snabbare: 20 dagar mot 59 dagar 2022."),
        (SLOW, FAST, "Det tar längre tid: 59 dagar mot 20 dagar 2022."),
        (curve(3, 4, 5), curve(2, 6, 7), "Ingen säker skillnad: 4 dagar mot 6 dagar 2022."),
        (curve(4), FAST, "Ingen säker skillnad: 4 dagar mot 20 dagar 2022."),
        (curve(still=(3,)), FAST, "Det går ännu inte att jämföra med 2022."),
        (FAST, curve(), "Det går ännu inte att jämföra med 2022."),
    ],
)
def test_compared_only_where_the_intervals_lie_apart(this, last, told):
    assert words.compared(this, last, "2022") == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (curve(), "Inga ärenden under perioden."),
        (
            FAST,
            "75 procent inom 30 dagar (95 procents säkerhet: 61 till 87 procent; 40 ärenden).",
        ),
        (curve(1, 2), "100 procent inom 30 dagar (2 ärenden)."),
        (curve(50, 60), "0 procent inom 30 dagar (2 ärenden)."),
        (curve(1, still=(5,)), "Inget ärende har kunnat följas i 30 dagar ännu."),
    ],
)
def test_within_a_target(found, told):
    assert words.within(found, 30) == told


@pytest.mark.parametrize(
    ("filed", "reopened", "left", "told"),
    [
        (5, 0, 3, "5 kom in och 3 blev klara. Kön växte med 2, till 12 ärenden."),
        (5, 1, 8, "6 kom in (1 av dem återöppnade) och 8 blev klara. Kön minskade med 2, till 8 ärenden."),
        (5, 0, 5, "5 kom in och 5 blev klara. Kön är lika lång som före: 10 ärenden."),
    ],
)  # fmt: skip
def test_balance(filed, reopened, left, told):
    period = Period(NOW, NOW, 10, filed, reopened, left, 10 + filed + reopened - left)
    assert words.balance(period) == told


@pytest.mark.parametrize(
    ("closed_mean", "told"),
    [
        (None, ""),
        (10.0, ""),
        (8.6, ""),
        (8.4, "Kön växer. Ledtiderna för stängda ärenden missvisar."),
        (11.6, "Kön krymper. Ledtiderna för stängda ärenden missvisar."),
    ],
)
def test_little_warns_only_when_it_is_far_off(closed_mean, told):
    days = timedelta(days=100)
    found = Little(NOW - timedelta(days=10), NOW, days, days, 10, closed_mean)
    assert words.little(found) == told


def load(stage, days, came, left, slow=None, before=None):
    share = days / 100
    return Load(stage, timedelta(days=days), share, came, left, slow, before, 0, None)


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (
            load("investigation", 60, 80, 78, 71.1, 51.8),
            "Det tar stopp i orsaksutredning: 60 procent av all tid ligger där, och fler kommer dit än går "
            "vidare (80 in, 78 ut). 85 procent är igenom på 71 dagar, mot 52 dagar perioden före.",
        ),
        (
            load("investigation", 60, 80, 78, 51.8, 71.1),
            "Det tar stopp i orsaksutredning: 60 procent av all tid ligger där, och fler kommer dit än går "
            "vidare (80 in, 78 ut).",
        ),
        (
            load("investigation", 60, 78, 80, 71.1, 51.8),
            "Mest tid ligger i orsaksutredning, 60 procent av all tid, men fler går därifrån än som kommer dit "
            "(78 in, 80 ut).",
        ),
        (
            load("investigation", 60, 80, 80),
            "Mest tid ligger i orsaksutredning, 60 procent av all tid, men lika många går därifrån som kommer "
            "dit (80 in, 80 ut).",
        ),
        (load("investigation", 0, 0, 0), "Inga ärenden under perioden."),
    ],
)
def test_a_bottleneck_both_leads_and_grows(most, told):
    rest = load("action", 40 if most.time else 0, 90, 1)
    assert words.bottleneck([rest, most], LABELS) == told


def test_no_stages_no_stop():
    assert words.bottleneck([], LABELS) == "Inga ärenden under perioden."


def aged(days, stage="action"):
    return Aged("A-1", "", stage, days + 10, days)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], "Inga öppna ärenden."),
        (
            [aged(40), aged(20)],
            "1 av 2 ärenden har legat längre i sitt läge än 85 procent brukar göra. Det äldsta är 50 dagar gammalt.",
        ),
        (
            [aged(30), aged(90, "investigation")],
            "Inget av 2 ärenden har legat längre i sitt läge än 85 procent brukar göra. Det äldsta är 100 dagar gammalt.",
        ),
    ],
)
def test_ageing(found, told):
    paces = {"action": Pace(10, 30), "investigation": Pace(10, None)}
    in_stage = {}
    for one in found:
        in_stage.setdefault(one.stage, []).append(one.in_stage)
    oldest = max((one.age for one in found), default=None)
    assert words.ageing(in_stage, oldest, paces) == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Nowcast(80, 0.99, 80.5, 80, 82), "80 har kommit in."),
        (
            Nowcast(42, 0.6, 70, 63.4, 76.6),
            "42 syns än så länge. När alla har kommit in väntas det bli ungefär 70 (63 till 77).",
        ),
        (
            Nowcast(4, 0.2, 20, 8, 32),
            "4 syns än så länge. För få har hunnit komma in för att säga hur många det blir.",
        ),
    ],
)
def test_nowcast(found, told):
    assert words.nowcast(found) == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Inflow((), "model", None, 1), ""),
        (Inflow((Expected(80.4, 70, 92),), "model", 0.7, 1), "Nästa månad väntas 80 (70 till 92)."),
        (
            Inflow((Expected(80.4, 70, 92),), "last_year", 1.2, 1),
            "Nästa månad väntas 80 (70 till 92). Beräkningen är samma månad i fjol: en modell med trend och "
            "säsong träffade inte bättre.",
        ),
    ],
)
def test_inflow(found, told):
    assert words.inflow(found) == told


@pytest.mark.parametrize(
    ("half", "likely", "target", "told"),
    [
        (0, 0, 10, "Kön är redan nere i 10 ärenden."),
        (None, None, 0, "Med nuvarande takt: aldrig. Kön blir inte tom inom tre år."),
        (4, None, 0, "Med nuvarande takt är kön tom ungefär 29 mars 2024, men det är osäkert om den blir det."),
        (
            4, 8, 50,
            "Med nuvarande takt är kön nere i 50 ärenden ungefär 29 mars 2024, och med 85 procents säkerhet "
            "26 apr. 2024.",
        ),
    ],
)  # fmt: skip
def test_caught_up(half, likely, target, told):
    found = CaughtUp(half, likely, 1.0, (), 1)
    assert plain(words.caught_up(found, target, date(2024, 3, 1))) == told


def test_the_rest_of_one_case():
    assert words.rest(SLOW, 60) == (
        "85 procent av liknande ärenden som har väntat så länge är klara inom 17 dagar till."
    )
    assert words.rest(SLOW, 90) == "Det finns för få liknande ärenden som har väntat så länge."
