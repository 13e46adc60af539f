"""The generated register is the same for the same seed, and its answers are true."""

import pytest

from patientsakerhet.register.models import Device, DeviceModel, Party
from tests.register import world


@pytest.fixture(scope="module")
def plan():
    return world.plan(devices=3000, seed=7, units=40)


def test_the_same_seed_gives_the_same_register(plan):
    assert world.plan(devices=3000, seed=7, units=40) == plan
    assert world.plan(devices=3000, seed=8, units=40) != plan
    assert world.questions(plan, 14, seed=3) == world.questions(plan, 14, seed=3)


def test_serial_numbers_are_unique_within_a_model(plan):
    known = [(one.kind, one.serial) for one in plan.devices if one.serial is not None]

    assert len(known) == len(set(known))


def test_every_sort_of_range_has_its_answer(plan):
    asked = world.questions(plan, 42, seed=5)

    assert {one.sort for one in asked} == {
        "serials",
        "lots",
        "software",
        "made",
        "model",
        "family",
        "mixed",
    }
    for one in asked:
        assert not one.affected & one.undecidable
        assert one.affected <= one.truly <= one.affected | one.undecidable
        assert all(plan.devices[number].kind in one.kinds for number in one.truly)
        assert all(plan.devices[number].status not in world.GONE for number in one.truly)
    assert sum(bool(one.affected) for one in asked) > 35
    assert any(one.undecidable for one in asked)


def test_an_answer_worked_out_by_hand():
    kind = world.Kind(0, "Volumed 1", "Volumed", "pump", "VM-1", "10", ("1",), "SN", 6)

    def one(number, serial, status="in_use"):
        return world.One(
            number, 0, 0, serial, 1, "1.0", None, status, serial or 1200, 1, "1.0", world.FIRST_DAY
        )

    plan = world.Plan(
        (kind,),
        1,
        (one(0, 999), one(1, 1000), one(2, 1499), one(3, None), one(4, 1200, "scrapped")),
    )
    ranges = [(1000, 1499)]
    asked = world._asked(
        plan,
        world.random.Random(1),
        "serials",
        (0,),
        lambda one: world._within(one.serial, ranges),
        lambda one: bool(world._within(one.true_serial, ranges)),
    )

    assert (asked.affected, asked.undecidable, asked.truly) == ({1, 2}, {3}, {1, 2, 3})


@pytest.mark.django_db
def test_the_plan_becomes_rows(plan):
    rows = world.settle(plan)
    question = world.questions(plan, 1, seed=5)[0]

    assert Device.objects.count() == 3000
    assert DeviceModel.objects.count() == len(plan.kinds)
    assert Party.objects.called(question.manufacturer).exists()
    hit = plan.devices[min(question.affected)]
    row = Device.objects.get(pk=rows.device_pks[hit.number])
    assert row.serial_number == plan.serial(hit)
    assert row.holding_unit_id in rows.holders(question.affected)
    assert rows.pks(question.affected) <= set(Device.objects.values_list("pk", flat=True))
