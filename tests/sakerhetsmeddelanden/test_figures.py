"""As few as possible, as many as necessary: the figures of notices, against worked values."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from rapporter import registry
from rapporter.registry import Asked
from sakerhetsmeddelanden import figures
from sakerhetsmeddelanden.actions import counting, recipients
from sakerhetsmeddelanden.figures import Missed, Reached, Sent
from sakerhetsmeddelanden.models import ConsideredUnit, Recipient, RecipientDevice, SafetyNotice
from tests.factories import Region, make_unit
from tests.made_once import made_once
from tests.sakerhetsmeddelanden import making

WORKED = json.loads((Path(__file__).parent / "fsn_targeting.json").read_text())
DAY = timedelta(days=1)


def affected_devices():
    """Unit -> its affected devices, found here in another way than the product's."""
    wanted = WORKED["criteria"]
    held = {}
    for device in WORKED["devices"]:
        if (
            device["model"] in wanted["models"]
            and wanted["serial_from"] <= device["serial"] <= wanted["serial_to"]
            and device["sw"] in wanted["sw"]
            and device["status"] == "i drift"
        ):
            held.setdefault(device["unit"], []).append(device["id"])
    return held


def said(answer, devices=1, *, in_time=True, matched=None):
    return Sent(
        1,
        answer,
        devices,
        devices if matched is None else matched,
        DAY if answer else None,
        None if answer else DAY,
        in_time=bool(answer) and in_time,
    )


def _worked():
    """The worked example as rows: sent to seven units, one of which should have been another."""
    region = Region()
    case = making.entered(region)
    sent_at = timezone.now() - timedelta(days=20)
    held = affected_devices()
    for name in WORKED["units"]:
        unit = make_unit(name, parent=region.hospital)
        if name in WORKED["recipients"]:
            row = making.chosen(case, unit, by=region.coordinator)
            state = "action_done" if name in held else "not_affected"
            row = making.walked(row, state, by=region.physician)
            recipients.write(
                row,
                sent_at=sent_at,
                due_at=sent_at + WORKED["deadline_days"] * DAY,
                answered_at=sent_at + WORKED["ack_days"][name] * DAY,
            )
            RecipientDevice.objects.bulk_create(
                RecipientDevice(recipient=row, named=device, ground="model", reason="Serienumret.")
                for device in held.get(name, ())
            )
        elif name in held:
            ConsideredUnit.objects.create(
                notice=case.safety_notice,
                unit=unit,
                why="taken_out",
                reason="Trodde att den var skrotad.",
                device_count=len(held[name]),
            )
    return case.safety_notice


_made, worked = made_once(_worked)


@pytest.mark.django_db
def test_the_worked_example(worked):
    expected = WORKED["expected"]

    found = figures.of_notice(worked)

    assert found.precision == (expected["precision"], expected["precision"])
    assert found.recall == expected["recall"]
    assert found.device_recall == expected["device_recall"]
    assert found.devices_reached + found.devices_missed == expected["affected_devices"]
    assert found.needless == len(expected["unnecessary"])
    assert found.missed == len(expected["missed"])
    assert found.answered_in_time == expected["acked_within_deadline_of_sent"]
    assert found.affected_answered_in_time == expected["acked_within_deadline_of_affected"]
    assert found.answered == 1


@pytest.mark.django_db
def test_the_registered_measures_give_the_worked_example(worked):
    expected = WORKED["expected"]
    counting.count(SafetyNotice.objects.all())
    today = timezone.localdate()
    asked = Asked(first=today - timedelta(days=40), last=today, as_of=timezone.now())

    def value(key):
        return float(registry.of(key).answer(asked).value)

    assert value("notice_precision") == pytest.approx(100 * expected["precision"], rel=1e-9)
    assert value("notice_recall") == pytest.approx(100 * expected["recall"], rel=1e-9)
    assert value("notice_device_recall") == pytest.approx(100 * expected["device_recall"], rel=1e-9)
    assert value("notice_in_time") == pytest.approx(
        100 * expected["acked_within_deadline_of_sent"], rel=1e-9
    )
    assert value("notices_missing") == 1
    assert registry.of("notice_recall").answer(asked).rows.get().notice == worked
    none = replace(asked, last=today - timedelta(days=30))
    assert registry.of("notice_recall").answer(none).value is None


@pytest.mark.django_db
def test_the_worked_examples_waiting_times(worked):
    year = figures.of_several(SafetyNotice.objects.all())

    assert year.answer_times.quantile(0.5) == pytest.approx(3.5)
    assert year.answer_times.quantile(1) == pytest.approx(9)
    assert (year.notices, year.missing_somebody) == (1, 1)
    assert year.needless_median == 2


@pytest.mark.django_db
def test_many_notices_are_counted_in_three_statements(worked, django_assert_num_queries):
    case = making.entered(Region())
    row = making.chosen(case, case.owning_unit, by=case.transitions.get(step="file").by)
    recipients.write(row, sent_at=timezone.now())

    with django_assert_num_queries(3):
        year = figures.of_several(SafetyNotice.objects.all())

    assert year.notices == 2
    assert year.reached.unanswered == 1


@pytest.mark.django_db
def test_a_unit_that_was_asked_after_all_is_not_missed(worked):
    missed = ConsideredUnit.objects.get(notice=worked)
    region = Region()
    row = making.chosen(worked.case, missed.unit, by=region.coordinator)
    recipients.write(row, sent_at=timezone.now())

    assert figures.of_notice(worked).missed == 0
    assert Recipient.objects.get(pk=row.pk).answer == ""


def test_silence_is_an_interval_and_never_not_affected():
    found = figures.of_one([said("affected"), said("not_affected", 0), said(""), said("", 0)])

    assert found.precision == (1 / 4, 3 / 4)
    assert found.needless == 1
    assert found.answered == 1 / 2


def test_a_silent_unit_with_a_device_counts_as_one_that_should_know():
    found = figures.of_one([said("affected"), said("", 2)], [Missed(9, 1)])

    assert found.recall == 2 / 3
    assert found.device_recall == 3 / 4


def test_what_has_nothing_to_divide_by_does_not_exist():
    empty = figures.of_one([])

    assert empty.precision is None
    assert empty.recall is None
    assert empty.device_recall is None
    assert empty.answered is None
    assert empty.answered_in_time is None
    nobody = figures.of_one([said("not_affected", 0)])
    assert nobody.recall is None
    assert nobody.precision == (0, 0)


def test_a_year_adds_up_and_does_not_average():
    small = figures.of_one([said("affected")])
    large = figures.of_one([said("not_affected", 0)] * 9)

    assert figures.together([small, large]).precision == (0.1, 0.1)
    assert figures.together([]) == Reached(*[0] * 10)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (said("affected", 1), 0),
        (said("affected", 1, matched=0), 1),
        (said("not_affected", 0, matched=2), 1),
        (said("not_affected", 0), 0),
        (said("", 1), 0),
    ],
)
def test_answers_that_contradict_the_register_are_counted(sent, expected):
    assert figures.of_one([sent]).contradicted == expected
