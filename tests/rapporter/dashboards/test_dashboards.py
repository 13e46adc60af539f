"""Pages of charts: every number is its measure's own, within what the reader may read, at one price."""

import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from avvikelse.actions import coordination
from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role
from rapporter import periods, registry
from rapporter.dashboards import boards, counting, flow, inflow
from rapporter.forms.asking import AskingForm
from rapporter.forms.dashboards import DashboardForm
from rapporter.models import Recalculation
from tests.factories import Region, code, file_report, fresh, in_status, person_as
from tests.made_once import made_once
from tests.rapporter.flow.test_of_cases import backdated
from tests.rapporter.region_2023 import at, on
from tests.signing_in import signed_in

NOW = at(date(2026, 11, 20))


class World:
    """Deviations of a year: each month one more than the month before it, every third about devices."""

    def __init__(self, months=3):
        with on(date(2026, 1, 2)):
            self.region = region = Region()
        self.cases = []
        for month in range(1, months + 1):
            for day in range(1, month + 1):
                with time_machine.travel(at(date(2026, month, day)), tick=False):
                    self.cases.append(file_report(region.ward, region.reporter))
        for case in self.cases[::3]:
            with on(date(2026, 10, 30)):
                coordination.classify(
                    fresh(case),
                    by=region.coordinator,
                    kind=code("deviation_kind", "medical_device"),
                    event_class=code("event_class", "device.infusion"),
                )

    def asking(self, by=None, **given):
        form = DashboardForm(given, by=by or self.region.physician, shown=(*given, "area"))
        assert form.is_valid(), form.errors
        return form.asking()


_made, made = made_once(World)


@pytest.fixture
def world(made):
    with time_machine.travel(NOW, tick=False):
        yield made


def linked(chart):
    """Every number of the chart's table that leads to its rows."""
    return [
        (cell.value, cell.url)
        for row in chart.table.rows
        for cell in row
        if cell.url.startswith("/matt/") and isinstance(cell.value, int | float)
    ]


def behind(url, by):
    """What the page that the number leads to counts."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    form = AskingForm(given)
    assert form.is_valid(), form.errors
    measure = registry.of(parts.path.removeprefix("/matt/").strip("/"))
    return measure.answer(form.asked(by)).value


CHARTS = [(board.key, key, make) for board in boards.BOARDS for key, make in board.charts]


@pytest.mark.parametrize("key", [board.key for board in boards.BOARDS])
def test_a_page_has_at_most_six_questions_each_with_a_name_of_its_own(key):
    board = boards.of(key)

    assert 3 <= len(board.charts) <= 6
    assert len(dict(board.charts)) == len(board.charts)


def test_every_number_with_a_link_is_the_number_of_the_rows_behind_it(world):
    """Of every chart; a few months of each are asked about again through their measure."""
    by, asked = world.region.physician, 0
    asking = world.asking(year="2026", unit=world.region.root.code)
    for _, key, make in CHARTS:
        chart = make(asking)
        assert chart.about.key == key
        numbers = linked(chart)
        for value, url in [*numbers[:2], *numbers[-2:]]:
            found = behind(url, by)
            assert round(float(found or 0), 1) == pytest.approx(value, abs=0.06), (key, url)
            asked += 1
    assert asked > 20


def test_months_together_are_the_months_one_by_one(world):
    asking = world.asking()
    measure = registry.of("filed_deviations")
    months = counting.months(asking, 12)

    together = counting.by_period(asking, measure, months, "case__filed_at")

    assert [each.count for each in together] == [
        int(measure.answer(asking.of(month)).value) for month in months
    ]
    assert [each.count for each in together][2:8] == [1, 2, 3, 0, 0, 0]
    parts = counting.by_group(asking, measure, months, "case__filed_at", "kind__code")
    assert sum(map(sum, parts.values())) == len(world.cases) == 6
    assert sum(parts["medical_device"]) == 2


def test_the_month_that_goes_on_is_not_drawn(world):
    chart = inflow.inflow(world.asking())

    shown = [row[0].text for row in chart.table.rows]
    assert (shown[0], shown[-1]) == ("januari 2026", "oktober 2026")
    assert [row[1].value for row in chart.table.rows] == [1, 2, 3, 0, 0, 0, 0, 0, 0, 0]


def test_months_whose_cases_are_still_being_written_down_are_preliminary(world):
    """Half of the cases are typed in six weeks after they were written: October is not known yet."""
    for day in range(1, 16):
        with on(date(2026, 8, day)):
            file_report(world.region.ward)
        written = at(date(2026, 8, day))
        with time_machine.travel(written + timedelta(days=42), tick=False):
            backdated(world.region, written)

    asking = world.asking()

    assert counting.preliminary(asking, counting.months(asking, 4)) == [False, False, False, True]
    assert inflow.inflow(asking).table.rows[-1][5].text == "preliminär"


def test_whoever_reads_less_sees_less(world):
    with on(date(2026, 1, 3)):
        outsider = person_as(Role.UNIT_MANAGER, world.region.devices)
    with on(date(2026, 5, 1)):
        handed = in_status("assigned", world.region)

    chart = inflow.inflow(world.asking(by=outsider, unit=world.region.root.code))

    assert sum(row[1].value for row in chart.table.rows) == 1
    assert handed.owning_unit == world.region.devices
    for value, url in linked(chart):
        assert behind(url, outsider) == value


def test_the_curve_of_waiting_says_what_its_measure_says(world):
    with on(date(2026, 11, 10)):
        in_status("assigned", world.region, case=fresh(world.cases[0]))
    asking = world.asking()
    chart = flow.waiting_time(asking)

    half = registry.of("flow_waiting.half").answer(asking.this_year).value
    assert chart.table.rows[0][1].value == round(float(half), 1) == 312.9
    assert [cell.text for cell in chart.table.rows[0]][4:] == ["6", "5"]
    first = next(line for line in chart.drawing.parts if getattr(line, "role", "") == "data")
    assert len(first.places) == 4


def test_without_anything_every_chart_says_so(db):
    with time_machine.travel(NOW, tick=False):
        region = Region()
        form = DashboardForm({}, by=region.physician, shown=("area",))
        assert form.is_valid()
        asking = form.asking()
        for _, _, make in CHARTS:
            chart = make(asking)
            assert chart.finding, chart.about.key
            assert chart.about.definition


def test_every_page_is_read_and_written_down(world):
    client = signed_in(world.region.physician)

    for board in boards.BOARDS:
        answer = client.get(reverse("dashboard"), {"vy": board.key})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count('class="answer"') == len(board.charts)
        ids = [each for each in re.findall(r' id="([^"]+)"', page) if "hatch" not in each]
        assert len(ids) == len(set(ids))
    lists = [event.payload.body["list"] for event in Event.objects.filter(action="list.read")]
    assert lists == [f"dashboard:{board.key}" for board in boards.BOARDS]


def test_the_first_page_is_the_readers_own(world):
    def first(person):
        return signed_in(person).get(reverse("dashboard")).context["board"].key

    with on(date(2026, 1, 3)):
        manager = person_as(Role.UNIT_MANAGER, world.region.hospital)
    assert first(world.region.physician) == "vecka"
    assert first(world.region.coordinator) == "ko"
    assert first(manager) == "enhet"


def test_bad_questions_are_told(world):
    client = signed_in(world.region.physician)

    assert client.get(reverse("dashboard"), {"vy": "finns-inte"}).status_code == 404
    assert client.get(reverse("dashboard"), {"unit": "finns inte"}).status_code == 422
    wrong = {"vy": "manad", "diagram": "finns-inte"}
    assert client.get(reverse("chart_extract", args=["csv"]), wrong).status_code == 404


def test_a_chart_as_a_file_has_its_numbers(world):
    client = signed_in(world.region.physician)

    answer = client.get(
        reverse("chart_extract", args=["csv"]), {"vy": "manad", "diagram": "inkomna"}
    )

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert "Definition: Avvikelser som skrevs under perioden" in lines[0]
    assert lines[1].startswith("Månad;Värde;Nivå")
    assert [line.split(";")[1] for line in lines[2:]] == list("1230000000")


def test_a_page_asks_the_database_as_much_of_few_as_of_many(world):
    few = World(months=1)
    for one in (few, world):
        client, prices = signed_in(one.region.physician), {}
        client.get(reverse("dashboard"))  # what is read once for all pages
        for board in boards.BOARDS:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("dashboard"), {"vy": board.key}).status_code == 200
            prices[board.key] = len(asked)
        assert prices == {
            "vecka": 21,
            "manad": 23,
            "omraden": 22,
            "meddelanden": 15,
            "ko": 21,
            "enhet": 15,
        }, f"of {len(one.cases)} cases"


# New limits


def decided(client, **more):
    told = {
        "month": "2026-04-01",
        "reason": "Ny larmrutin.",
        "confirmed": ["sustained", "known_cause", "lasting"],
        **more,
    }
    return client.post(f"{reverse('recalculations')}?matt=filed_deviations", told)


def test_new_limits_have_a_reason_and_a_name_and_can_be_left_out(world):
    client = signed_in(world.region.physician)

    answer = decided(client)

    assert answer.status_code == 302
    row = Recalculation.objects.get()
    assert (row.unit, row.begins_on, row.saw_shift) == (world.region.root, date(2026, 4, 1), False)
    event = Event.objects.get(action="recalculation.decided")
    assert event.payload.body["confirmed"] == ["known_cause", "lasting", "sustained"]
    chart = inflow.inflow(world.asking())
    assert [segment.start for segment in chart.judged.segments] == [0, 3]
    assert chart.notes[0].startswith("Nya gränser från april 2026: Ny larmrutin. (")
    page = client.get(reverse("dashboard"), {"vy": "manad"}).content.decode()
    assert "Visa utan omräkning" in page
    page = client.get(reverse("dashboard"), {"vy": "manad", "utan": "1"}).content.decode()
    assert "Ny larmrutin." not in page
    assert "Visa med nya gränser" in page


def test_a_number_is_the_same_before_and_after_new_limits(world):
    before = [row[1].value for row in inflow.inflow(world.asking()).table.rows]
    decided(signed_in(world.region.physician))

    assert [row[1].value for row in inflow.inflow(world.asking()).table.rows] == before


def test_what_is_not_confirmed_is_refused_and_nothing_written_is_lost(world):
    client = signed_in(world.region.physician)

    answer = decided(client, confirmed=["known_cause"])

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bekräfta: Ändringen väntas bestå." in page
    assert "Ny larmrutin." in page
    assert decided(client, month="2027-01-01").status_code == 422
    assert not Recalculation.objects.exists()
    assert decided(client).status_code == 302
    assert decided(client).status_code == 409


def test_new_limits_are_taken_back_and_stay_on_record(world):
    client = signed_in(world.region.physician)
    decided(client)
    row = Recalculation.objects.get()
    address = f"{reverse('recalculations')}?matt=filed_deviations"

    assert client.post(address, {"row": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_by == world.region.physician
    assert len(inflow.inflow(world.asking()).judged.segments) == 1
    assert "Tillbakatagen av" in client.get(address).content.decode()
    assert client.post(address, {"row": row.pk}).status_code == 404


def test_only_who_may_decides_about_a_units_charts(world):
    with on(date(2026, 1, 3)):
        manager = person_as(Role.UNIT_MANAGER, world.region.hospital)
        elsewhere = person_as(Role.COORDINATOR, world.region.administration)
    assert decided(signed_in(manager)).status_code == 403
    root = f"{reverse('recalculations')}?matt=filed_deviations&unit={world.region.root.code}"
    assert signed_in(elsewhere).get(root).status_code == 403
    assert signed_in(elsewhere).get(f"{reverse('recalculations')}?matt=reidar").status_code == 404
    assert not Recalculation.objects.exists()


def test_periods_of_a_page_are_found_again_from_its_addresses(world):
    asking = world.asking()
    month = counting.months(asking, 1)[0]
    address = asking.address(registry.of("filed_deviations"), month)

    given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    form = AskingForm(given)
    assert form.is_valid()
    asked = form.asked(None)
    assert (asked.first, asked.last) == (month.first, month.last)
    assert periods.of(asked.first, periods.Step.MONTH) == month
    assert replace(asking, year=2025).this_year.first == date(2025, 1, 1)
