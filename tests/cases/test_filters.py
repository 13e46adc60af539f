"""What each filter lets through, that it says so in words, and that nothing odd breaks it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import RequestFactory
from django.utils import timezone

from patientsakerhet.cases.filters import CaseFilter, MeasureFilter
from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.ui import paging
from tests.factories import (
    Region,
    decide_measure,
    file_report,
    in_status,
    make_unit,
    person_as,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


def asked(filterset, rows, person, **query):
    request = RequestFactory().get("/", query)
    request.user = person
    return filterset(request.GET, queryset=rows, request=request)


def cases(region, person=None, **query):
    return set(asked(CaseFilter, Case.objects.all(), person or region.coordinator, **query).qs)


def put(case, **fields):
    Case.objects.filter(pk=case.pk).update(**fields, version=F("version") + 1)
    return Case.objects.get(pk=case.pk)


def test_without_a_filter_everything_comes_newest_first(region):
    old, new = file_report(region.ward), file_report(region.ward)
    put(old, filed_at=timezone.now() - timedelta(days=3))

    found = asked(CaseFilter, Case.objects.all(), region.coordinator)

    assert list(found.qs) == [new, old]
    assert not found.narrows
    assert paging.page_of(found.qs, size=1).rows == [new]


def test_open_and_closed(region):
    open_, closed = in_status("assigned", region), in_status("closed", region)

    assert cases(region, open="open") == {open_}
    assert cases(region, open="closed") == {closed}


def test_several_steps_at_once(region):
    filed, assigned = file_report(region.ward), in_status("assigned", region)
    in_status("in_investigation", region)

    assert cases(region, status=["reported", "assigned"]) == {filed, assigned}


def test_sort_of_deviation(region):
    device = in_status("assigned", region)
    file_report(region.ward)

    assert cases(region, type="medical_device") == {device}
    assert cases(region, type="delivery") == set()


def test_severity_and_worse(region):
    mild, bad = file_report(region.ward), file_report(region.ward)
    put(mild, severity=2)
    put(bad, severity=3)

    assert cases(region, severity_from="3") == {bad}
    assert cases(region, severity_from="2") == {mild, bad}


@pytest.mark.parametrize("written", ["sjukhuset", "Sjukhuset", "SJUKH"])
def test_filing_unit_by_name_with_all_below_it(region, written):
    inside = file_report(region.ward)
    file_report(region.private)

    assert cases(region, filing_unit=written) == {inside}


def test_a_whole_name_means_that_unit_and_no_other(region):
    one = make_unit("Kirurgen", parent=region.hospital)
    other = make_unit("Kirurgens mottagning", parent=region.hospital)
    first, second = file_report(one), file_report(other)

    assert cases(region, filing_unit="kirurgen") == {first}
    assert cases(region, filing_unit="kirurg") == {first, second}
    assert cases(region, filing_unit=other.code) == {second}


def test_owning_unit(region):
    assigned = in_status("assigned", region)
    file_report(region.ward)

    assert cases(region, unit="medicinsk teknik") == {assigned}
    assert cases(region, unit="finns inte") == set()


def test_handler_is_me_nobody_or_somebody(region):
    mine = in_status("in_investigation", region)
    waiting = file_report(region.ward)

    assert cases(region, region.investigator, handler="mig") == {mine}
    assert cases(region, region.investigator, handler="me") == {mine}
    assert cases(region, handler="ingen") == {waiting}
    assert cases(region, handler=str(region.investigator.pk)) == {mine}
    assert cases(region, handler=region.investigator.name) == {mine}
    assert cases(region, handler="9" * 30) == set()


def test_days_are_swedish_days_and_both_ends_count(region):
    case = file_report(region.ward)
    put(
        case, filed_at=timezone.datetime(2026, 3, 1, 23, 30, tzinfo=timezone.get_current_timezone())
    )

    assert cases(region, filed_from="2026-03-01", filed_to="2026-03-01") == {case}
    assert cases(region, filed_from="2026-03-02") == set()
    assert cases(region, filed_to="2026-02-28") == set()


def test_overdue_is_asked_of_the_clock(region):
    late, closed = file_report(region.ward), in_status("closed", region)
    file_report(region.ward)
    put(late, due_at=timezone.now() - timedelta(hours=1))
    put(closed, due_at=timezone.now() - timedelta(hours=1))

    assert cases(region, overdue="on") == {late}


def test_cases_with_a_late_measure(region):
    late, due = in_status("in_investigation", region), in_status("in_investigation", region)
    measure = decide_measure(late, by=region.investigator)
    decide_measure(due, by=region.investigator)
    Measure.objects.filter(pk=measure.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    assert cases(region, measure_overdue="on") == {late}


def test_origin(region):
    own, incoming = file_report(region.operations), file_report(region.ward)

    assert cases(region, origin="own") == {own}
    assert cases(region, origin="incoming") == {incoming}


def test_words_and_numbers(region):
    pump = file_report(region.ward, what_happened="Sprutpumpen gav dubbel dos.")
    file_report(region.ward, what_happened="Skrivaren stod still.")

    assert cases(region, q="sprutpumpar") == {pump}
    assert cases(region, q=pump.number.lower()) == {pump}


def test_most_urgent_first_of_what_is_open_with_those_without_a_deadline_last(region):
    soon, unbound, later = (file_report(region.ward) for _ in range(3))
    put(soon, due_at=timezone.now())
    put(unbound, due_at=None)
    closed = in_status("closed", region)

    found = asked(CaseFilter, Case.objects.all(), region.coordinator, order="urgent")
    of_closed = asked(
        CaseFilter, Case.objects.all(), region.coordinator, order="urgent", open="closed"
    )

    assert list(found.qs) == [soon, later, unbound]
    assert not found.narrows
    assert list(of_closed.qs) == [closed]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filed_from", "i går"),
        ("filed_from", "0001-01-01"),
        ("filed_to", "9999-12-31"),
        ("type", "finns-inte"),
        ("status", "finns-inte"),
        ("severity_from", "7"),
        ("q", "a\x00b"),
        ("unit", "x" * 300),
        ("order", "slump"),
    ],
)
def test_what_cannot_be_meant_is_an_error_in_its_field(region, name, value):
    found = asked(CaseFilter, Case.objects.all(), region.coordinator, **{name: value})

    assert not found.form.is_valid()
    assert list(found.form.errors) == [name]


def test_the_filter_says_what_it_lets_through(region):
    found = asked(
        CaseFilter,
        Case.objects.all(),
        region.coordinator,
        q="pump",
        open="open",
        type="medical_device",
        status=["assigned", "in_action"],
        filed_from="2026-03-01",
        overdue="on",
        order="urgent",
    )

    assert found.described() == [
        ("Sök", "pump"),
        ("Läge", "Öppna"),
        ("Typ", "Medicinteknisk produkt"),
        ("Steg", "Tilldelad, Åtgärd"),
        ("Kom in från", "1\u00a0mars\u00a02026"),
        ("Tidsgränsen har passerat", "ja"),
        ("Ordning", "Mest bråttom först, bara öppna"),
    ]
    assert found.narrows


# --- measures -----------------------------------------------------------------------------------


@pytest.fixture
def three(region):
    """A late one of the investigator's, one of the ward's manager, and one that is done."""
    case = in_status("in_investigation", region)
    manager = person_as("unit_manager", region.ward)
    by = region.investigator
    late = decide_measure(case, by=by, title="Byt pumpen", strength="weak")
    wards = decide_measure(case, by=by, owner=manager, title="Utbilda", unit=region.ward)
    done = decide_measure(case, by=by, title="Märk slangen")
    today = timezone.localdate()
    Measure.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=2))
    Measure.objects.filter(pk=done.pk).update(
        status="done", done_at=timezone.now(), effect_due_on=today
    )
    return case, manager, late, wards, done


def measures(person, **query):
    return set(asked(MeasureFilter, Measure.objects.all(), person, **query).qs)


def test_measures_by_whose_they_are(region, three):
    _, manager, late, wards, done = three

    assert measures(manager, whose="mine") == {wards}
    assert measures(manager, whose="units") == {wards}
    assert measures(region.investigator, whose="mine") == {late, done}
    assert measures(region.investigator, whose="decided") == {late, wards, done}


def test_measures_by_how_they_stand(region, three):
    case, _, late, wards, done = three
    by = region.investigator

    assert measures(by, status="open") == {late, wards}
    assert measures(by, status="closed") == {done}
    assert measures(by, status="done") == {done}
    assert measures(by, overdue="on") == {late}
    assert measures(by, effect_due="on") == {done}
    assert measures(by, strength="weak") == {late}
    assert measures(by, unit="avdelning 4") == {wards}
    assert measures(by, q="pump") == {late}
    assert measures(by, q=case.number) == {late, wards, done}
    assert measures(by, due_to=str(timezone.localdate())) == {late}
    assert measures(by, due_from=str(timezone.localdate())) == {wards, done}


def test_measures_come_in_the_order_they_fall_due(region, three):
    _, _, late, wards, done = three
    rows = Measure.objects.all()

    assert list(asked(MeasureFilter, rows, region.investigator).qs) == [late, wards, done]
    newest = asked(MeasureFilter, rows, region.investigator, order="newest").qs
    assert list(newest) == [done, wards, late]


def test_a_measure_outside_ones_reach_is_seen_by_its_owner_alone(region):
    case = in_status("in_investigation", region)
    stranger = person_as("reporter", region.private)
    measure = decide_measure(case, by=region.investigator, owner=stranger)

    assert set(Measure.objects.visible_to(stranger)) == {measure}
    assert not Measure.objects.visible_to(person_as("reporter", region.private)).exists()


def test_a_measure_is_seen_by_its_owner_and_by_whoever_reads_a_case_it_serves(region, three):
    _, manager, late, wards, done = three

    assert set(Measure.objects.visible_to(region.investigator)) == {late, wards, done}
    assert set(Measure.objects.visible_to(region.physician)) == {late, wards, done}
    # The ward filed the case and reads it; the clinic has nothing to do with it.
    assert set(Measure.objects.visible_to(manager)) == {late, wards, done}
    assert not Measure.objects.visible_to(person_as("unit_manager", region.private)).exists()
