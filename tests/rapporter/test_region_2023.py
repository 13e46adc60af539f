"""The figures of the 2023 report, out of the rows of Region Exempel 2023 by registered measures."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Role
from rapporter import figures, registry
from rapporter.annual_report import drawing, fields, publishing, taking
from rapporter.annual_report.actions import opening
from rapporter.annual_report.ingredients import ingredients_of
from rapporter.annual_report.suppression import Shown
from rapporter.registry import Asked
from tests.factories import person_as
from tests.rapporter import region_2023 as made
from tests.signing_in import signed_in

pytestmark = [pytest.mark.long, pytest.mark.together("the region of 2023")]

SEED = json.loads((Path(__file__).with_name("figures_seed_2023.json")).read_text())
NUMBERS = {
    # figure of the report -> measure, and the number that the report tells
    "F01": ("classifications", "58"),
    "F02": ("programme_classifications.sdv", "23"),
    "F03": ("programme_impact_assessments.sdv", "9"),
    "F04": ("programme_classifications.u537", "28"),
    "F06": ("lex_maria_outage", "1"),
    "F07": ("major_incidents", "16"),
    "F11": ("device_notices", "50"),
    "F13": ("reidar", "3"),
    "F14": ("full_time.coordinator", "3"),
    "F15": ("patient_meetings", "1"),
    "F17": ("risk_workshops", "2"),
    "F18": ("holders.infosec_coordinator", "2"),
}
BESIDE = {
    # what the report does not number, by hand from the fixture
    "full_time.chief_physician": "1",
    "full_time.infosec_coordinator": "2",
    "holders.coordinator": "3",
    "impact_assessments": "11",
    "programme_impact_assessments.u537": "1",
    "lex_maria": "2",
    "mpa_reports": "1",
    "filed_deviations": "288",
    "own_deviations": "43",
    "private_deviations": "7",
    "municipal_deviations": "0",
    "complaints": "1",
    "suggestions": "1",
    "induction_days": "0",
    "people_trained": "0",
}
BEHIND = [*(key for key, _ in NUMBERS.values()), *BESIDE]


@pytest.fixture(scope="module")
def _whole(django_db_setup, django_db_blocker):
    """The region, made once for every test here and taken away afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = made.Region2023()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # nobody does it for rows that are never committed
        connection.check_constraints()  # once, and not again for each test
        yield region
        transaction.set_rollback(True)


@pytest.fixture
def region(_whole, db):
    return _whole


def asked(region, **more):
    return Asked(
        **{
            "first": date(2023, 1, 1),
            "last": date(2023, 12, 31),
            "as_of": calendar.end_of_day(made.KNOWN),
            "unit": region.unit,
            **more,
        }
    )


def number(key, question):
    measure = registry.of(key)
    return figures.number(measure, measure.answer(question).value)


@pytest.mark.parametrize("figure", NUMBERS)
def test_the_reports_figure_comes_out_of_the_rows(region, figure):
    key, value = NUMBERS[figure]

    assert number(key, asked(region)) == value
    assert registry.of(key).figure == figure


@pytest.mark.parametrize("figure", NUMBERS)
def test_the_numbers_are_those_that_the_report_tells(figure):
    told = {one["id"]: one["seed_value"] for one in SEED}

    assert told[figure].split(" ")[0] == NUMBERS[figure][1]


@pytest.mark.parametrize("key", BESIDE)
def test_what_stands_beside(region, key):
    assert number(key, asked(region)) == BESIDE[key]


@pytest.mark.parametrize("key", BEHIND)
def test_the_rows_behind_a_number_are_as_many_as_it_says(region, key):
    question = asked(region)
    measure = registry.of(key)
    answer = measure.answer(question)

    assert sum(measure.part(row, question) for row in answer.rows) == answer.value
    assert len(answer.rows) == answer.rows.count()
    if measure.weigh is None:
        assert len(answer.rows) == answer.value


def test_the_posts_on_average_over_the_year(region):
    # By hand: one whole, one of a half until June, one from February, one who left after June.
    days = 365 * 100 + 181 * 50 + 184 * 100 + 334 * 100 + 181 * 100
    mean = registry.of("full_time_mean.coordinator").answer(asked(region)).value

    assert mean == Decimal(days) / 36500


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("classifications", "59"),
        ("risk_workshops", "3"),
        ("patient_meetings", "2"),
        ("full_time.coordinator", "4"),
        ("major_incidents", "17"),
    ],
)
def test_what_was_written_down_afterwards_counts_later(region, key, value):
    assert number(key, asked(region, as_of=timezone.now())) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("classifications", "59"),
        ("programme_classifications.sdv", "24"),
        ("risk_workshops", "3"),
        ("patient_meetings", "2"),
        ("full_time.coordinator", "4"),
        ("full_time.chief_physician", "2"),
        ("holders.infosec_coordinator", "3"),
    ],
)
def test_without_a_unit_the_whole_region_is_counted(region, key, value):
    assert number(key, asked(region, unit=None)) == value


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("programme_classifications.sdv", "1", "1"),
        ("risk_workshops", "1", "1"),
        ("reidar", "1", "1"),
        ("major_incidents", "1", "1"),
        ("device_notices", "25", "1"),
        ("filed_deviations", "240", "2"),
        ("own_deviations", "1", "0"),
        ("private_deviations", "3", "0"),
    ],
)
def test_the_years_beside_have_their_own(region, key, before, after):
    as_of = timezone.now()
    for year, value in ((2022, before), (2024, after)):
        question = asked(region, first=date(year, 1, 1), last=date(year, 12, 31), as_of=as_of)
        assert number(key, question) == value


def test_every_number_on_the_page_leads_to_as_many_rows(region):
    chief = made.reader(region)
    client = signed_in(chief)
    page = client.get(
        reverse("figures"), {"year": 2023, "unit": region.unit.code, "known": made.KNOWN}
    )
    assert page.status_code == 200
    shown = {
        one.measure.key: (one.text, url)
        for _, some in page.context["sections"]
        for one, url in some
    }
    assert set(shown) >= set(BEHIND)
    for key, (text, url) in shown.items():
        behind = client.get(url)
        assert behind.context["value"] == text, key
        assert behind.context["count"] == len(behind.context["rows"]) or behind.context["after"]
        if registry.of(key).weigh is None:
            assert figures.number(registry.of(key), Decimal(behind.context["count"])) == text
    for figure, (key, value) in NUMBERS.items():
        assert shown[key][0] == value, figure


def test_somebody_who_sees_less_is_given_less_and_the_rows_agree(region):
    beside = signed_in(person_as(Role.UNIT_MANAGER, region.beside))
    asked_for = {"year": 2023, "known": made.KNOWN}

    page = beside.get(reverse("figure", args=["risk_workshops"]), asked_for)

    assert (page.context["value"], page.context["count"]) == ("1", 1)
    security = signed_in(person_as(Role.INFOSEC_COORDINATOR, region.unit))
    hidden = security.get(reverse("figure", args=["lex_maria"]), asked_for)
    assert "Du får inte läsa det som räknas" in hidden.content.decode()
    assert hidden.context["value"] == ""
    refused = security.get(reverse("figure_extract", args=["lex_maria", "csv"]), asked_for)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "role", [None, Role.CHIEF_PHYSICIAN, Role.COORDINATOR, Role.INFOSEC_COORDINATOR]
)
def test_every_number_is_as_many_rows_as_it_says_whoever_asks(region, role):
    reader = made.reader(region, role, region.unit) if role else None
    question = asked(region, unit=None, by=reader, as_of=timezone.now())

    for one in figures.every(question):
        if reader is not None and not one.measure.readable_by(reader):
            assert one.value is None, one.measure.key
            continue
        rows = one.measure.rows_for(question)
        found = list(rows if one.measure.weigh else rows.values_list("pk", flat=True))
        keys = [getattr(row, "pk", row) for row in found]
        assert len(set(keys)) == len(keys) == rows.order_by().count(), one.measure.key
        if one.measure.is_counted:
            assert one.value == len(keys), one.measure.key
        elif one.measure.reckon is None:
            parts = sum(one.measure.part(row, question) for row in found)
            assert one.value == parts, one.measure.key
        if reader is not None:
            _are_those_that_may_be_read(one.measure, question, keys)


def _are_those_that_may_be_read(measure, question, keys):
    """Of everything that is counted, exactly what the reader may read: no more, and none left out."""
    rows = measure.rows_for(replace(question, by=None, memory={}))
    if hasattr(rows, "visible_to"):
        readable = rows.visible_to(question.by)
    elif "case" in {field.name for field in rows.model._meta.get_fields()}:
        readable = rows.filter(case__in=Case.objects.visible_to(question.by))
    else:
        readable = rows  # the register of devices is the same for all who may read it
    assert set(readable.values_list("pk", flat=True)) == set(keys), measure.key


def test_the_files_and_the_api_tell_the_same(region):
    client = signed_in(made.reader(region))
    given = {"year": 2023, "unit": region.unit.code, "known": str(made.KNOWN)}

    every = client.get(reverse("figures_extract", args=["csv"]), given)
    text = b"".join(every.streaming_content).decode("utf-8-sig")
    told = {line.split(";")[6]: line.split(";")[1] for line in text.splitlines()[2:]}
    behind = client.get(reverse("figure_extract", args=["classifications", "csv"]), given)
    rows = b"".join(behind.streaming_content).decode("utf-8-sig").splitlines()[2:]
    shares = client.get(reverse("figure_extract", args=["full_time.coordinator", "csv"]), given)
    parts = b"".join(shares.streaming_content).decode("utf-8-sig").splitlines()[2:]
    api = {one["key"]: one for one in client.get("/api/v1/figures/", given).json()}
    page = client.get("/api/v1/figures/classifications/rows/", given).json()

    assert len(rows) == made.CLASSIFIED
    assert [line.split(";")[-1] for line in parts] == ["1"] * made.COORDINATORS
    for key, value in NUMBERS.values():
        assert Decimal(told[key].replace(",", ".")) == Decimal(api[key]["value"]) == Decimal(value)
    assert api["classifications"]["version"] == 1
    assert len(page["results"]) <= 58
    assert set(page["results"][0]) == {"address", "values", "part"}
    one = client.get("/api/v1/figures/classifications/", given).json()
    assert one["value"] == api["classifications"]["value"]
    assert client.get("/api/v1/figures/finns_inte/", given).status_code == 404
    assert client.get("/api/v1/figures/", {"year": "x"}).status_code == 400


TOLD = {
    # what the report of 2023 tells, and the fields that tell it
    "{{F01}}": "58",
    "{{F02}}": "23",
    "{{F03|ord}}": "nio",
    "{{F04}}": "28",
    "{{F06|ord}}": "en",
    "{{F07}}": "16",
    "{{F09|procent}}": "+20\u00a0%",
    "{{F09|runt}}": "runt 20\u00a0%",
    "{{F09|riktning}}": "en ökning",
    "{{F10|tiotal}}": "ett 40-tal",
    "{{F11}}": "50",
    "{{F12|gånger}}": "fördubbling",
    "{{F13}}": "3",
    "{{F14|enhet}}": "3\u00a0heltidstjänster",
    "{{F15}}": "1",
    "{{F17|ord}}": "två",
    "{{F18}}": "2",
}


@pytest.fixture(scope="module")
def reported(_whole, django_db_blocker):
    """The report of the administration as it was signed, made once."""
    with django_db_blocker.unblock(), made.on(date(2024, 2, 1)):
        case = opening.start(_whole.unit, 2023, by=_whole.region.coordinator, submission=uuid4())
        return case.annual_report


def test_the_report_tells_the_figures_of_2023_in_its_words(region, reported):
    taken = taking.take(reported, at=made.at(date(2024, 2, 1)))
    look = drawing.look(taken.figures)

    assert {field: fields.filled(field, look) for field in TOLD} == TOLD
    assert fields.faults(" ".join(TOLD), look) == []
    assert taken.is_final
    assert publishing.leaks(taken.numbers, taken.figures) == []


def test_the_report_lists_the_incidents_that_its_figure_counts(region, reported):
    with made.on(date(2024, 2, 1)):
        made_of = ingredients_of(reported)

    assert len(made_of["incidents"]) == 16
    days = [one[0] for one in made_of["incidents"]]
    assert all(day.endswith("2023") for day in days)
    assert {len(one) for one in made_of["incidents"]} == {4}


def test_the_reports_tables_hold_the_rows_of_the_year(region, reported):
    taken = taking.take(reported, at=made.at(date(2024, 2, 1)))
    within = publishing.tables(taken.numbers, taken.figures, publishing.INTERNAL).shelves
    public = publishing.tables(taken.numbers, taken.figures, publishing.PUBLIC)

    last, this = within["D1"].columns
    assert (last.year, this.year) == (2022, 2023)
    assert within["D1"].sum_of(this) == made.FILED
    assert within["D1"].sum_of(last) == made.FILED_BEFORE
    areas = {one.code: one.values[this] for one in within["D3"].lines}
    assert areas["device.infusion"] == made.AREAS["device.infusion"] + 1
    assert [one.code for one in within["D3"].lines][-1] == "device.other"
    by_year = {column.year: count for column, count in within["D7"].lines[0].values.items()}
    assert by_year == {2021: 0, 2022: 25, 2023: 50}
    assert ("F16", "before") in public.hidden
    monitoring = public.shelves["D3"].shown("device.monitoring", this)
    assert monitoring == Shown.SMALL
    assert Shown.BESIDE in public.shelves["D3"].marks.values()
