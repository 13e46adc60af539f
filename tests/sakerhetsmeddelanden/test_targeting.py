"""Whom a notice concerns, against a register whose truth is known and by small cases."""

import pytest

from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import NotReady
from sakerhetsmeddelanden import ranges, targeting
from sakerhetsmeddelanden.actions import products, target
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.models import ConsideredUnit, UndecidedDevice
from tests.factories import Region, fresh, make_device, make_model, make_party, make_unit
from tests.made_once import made_once
from tests.register import world
from tests.sakerhetsmeddelanden.making import entered

pytestmark = pytest.mark.django_db


def assessing(region, *wanted, **changes):
    """A notice being judged, about these products."""
    case = entered(region, products=wanted, **changes)
    return steps.take_step(case, "assess", by=region.coordinator, handler=region.coordinator)


def text_of(question):
    """The ranges as they stand in the template's fields 1.6 and 1.7."""
    parts = []
    if question.serials:
        parts.append(question.serials)
    if question.lots:
        parts.append(f"Lot {question.lots}")
    if question.made:
        parts.append(question.made)
    if question.software:
        parts.append(f"programversion {question.software}")
    return ranges.both(*parts)


def product_of(question):
    return Product(
        trade_name=question.product, udi_dis=question.udi_dis, range_text=text_of(question)
    )


def asked(region, question):
    return assessing(
        region, product_of(question), manufacturer_text=question.manufacturer
    ).safety_notice


def judged(notice):
    """The devices said to be affected, and those left to somebody."""
    found = targeting.find(notice)
    sure = {hit.device_id for hits in found.hits.values() for hit in hits}
    return sure, {one.device_id for one in found.undecided}


def test_against_a_register_whose_truth_is_known():
    plan = world.plan(devices=2_500, seed=11, units=60, kinds=30)
    rows = world.settle(plan)
    region = Region()
    wrong, undecided, sorts = [], 0, set()
    for question in world.questions(plan, 28, seed=11):
        sure, unsure = judged(asked(region, question))
        affected = rows.pks(question.affected)
        undecidable = rows.pks(question.undecidable)
        undecided += len(unsure)
        sorts.add(question.sort)
        # Nothing affected is missed without a word, and nothing is affected that is not.
        missed = affected - sure - unsure
        too_many = sure - affected - undecidable
        if missed or too_many or not unsure >= undecidable - sure or (sure & undecidable):
            wrong.append(
                (question.sort, text_of(question), question.product, len(missed), len(too_many),
                 len(undecidable - unsure))
            )  # fmt: skip

    assert sorts == {"serials", "lots", "software", "made", "model", "family", "mixed"}
    assert undecided > 100
    assert not wrong


class Pumps:
    """A small register: two makers with a product of the same name, and units that hold them."""

    def __init__(self):
        self.region = region = Region()
        self.maker = make_party("Volumed AB", "Volumed Medical")
        self.model = make_model("Volumed 300", family="Volumed", udi_di="07350000000017")
        self.cousin = make_model("Volumed 400", family="Volumed")
        self.other = make_model("Volumed 300", maker="Annan AB")
        self.affected = self.device(region.ward, "1200")
        self.outside = self.device(region.sibling, "1600")
        self.unclear = self.device(region.operations, "")
        self.gone = self.device(region.private, "1201", status="scrapped")
        self.kin = self.device(region.devices, "1203", model=self.cousin)
        self.false_friend = self.device(region.hospital, "1204", model=self.other)
        self.nowhere = make_device(model=self.model, unit=None, serial_number="1205")

    def device(self, unit, serial, **fields):
        return make_device(unit=unit, **{"model": self.model, "serial_number": serial, **fields})

    def notice(self, **changes):
        wanted = Product(trade_name="Volumed 300", range_text="SN 1000-1499")
        return assessing(self.region, changes.pop("product", wanted), **changes)


def _pumps():
    pumps = Pumps()
    return pumps, pumps.notice()


_made, judged_pumps = made_once(_pumps)


@pytest.fixture
def pumps(judged_pumps):
    return judged_pumps[0]


@pytest.fixture
def case(judged_pumps):
    return judged_pumps[1]


def test_units_are_chosen_considered_or_left_to_somebody_each_with_a_reason(pumps, case):
    region = pumps.region

    target.target(case, by=region.coordinator)

    notice = fresh(case).safety_notice
    [recipient] = notice.recipients.all()
    assert (recipient.unit, recipient.ground) == (region.ward, "model")
    assert recipient.reason == (
        "1 utrustning genom tillverkare och modell. Volumed 300: serienumret 1200 ingår i "
        "serienummer 1000–1499"
    )
    assert [one.device for one in recipient.devices.all()] == [pumps.affected]
    assert dict(notice.considered.values_list("unit__name", "why")) == {
        "Avdelning 5": "outside_range",
        "Privatkliniken": "out_of_use",
        "Medicinsk teknik": "other_model",
        "Sjukhuset": "other_manufacturer",
    }
    assert {one.device: one.why for one in notice.undecided.all()} == {
        pumps.unclear: "serienummer saknas i registret",
        pumps.nowhere: "berörd, men ingen enhet innehar den enligt registret",
    }
    assert notice.targeting_holds


def test_a_udi_is_surer_than_a_name_and_needs_no_maker(pumps):
    product = Product(udi_dis=("07350000000017",))
    case = pumps.notice(product=product, manufacturer_text="Okänd")

    target.target(case, by=pumps.region.coordinator)

    assert {one.ground for one in case.safety_notice.recipients.all()} == {"udi"}


def test_a_name_without_a_known_maker_decides_nothing(pumps):
    case = pumps.notice(manufacturer_text="Någon som ingen känner")

    target.target(case, by=pumps.region.coordinator)

    assert not case.safety_notice.recipients.exists()
    assert "tillverkaren" in case.safety_notice.undecided.first().why


@pytest.mark.parametrize("known", [True, False])
def test_a_maker_spelt_with_its_division_and_street_is_left_to_somebody(known, pumps):
    written = "Volumed AB Pump Division, Storgatan 1"
    if known:
        make_party(written)
    case = pumps.notice(manufacturer_text=written)

    target.target(case, by=pumps.region.coordinator)

    told = case.safety_notice.undecided.get(device=pumps.affected)
    assert told.why == (
        "beteckningen stämmer, och tillverkaren kan vara samma: Volumed AB i registret, "
        f"{written} i meddelandet"
    )
    assert not case.safety_notice.recipients.exists()


def test_a_family_is_all_the_makers_models_of_it(pumps):
    case = pumps.notice(product=Product(family="Volumed"))

    target.target(case, by=pumps.region.coordinator)

    chosen = {one.unit for one in case.safety_notice.recipients.all()}
    region = pumps.region
    assert chosen == {region.ward, region.sibling, region.operations, region.devices}
    assert {one.ground for one in case.safety_notice.recipients.all()} == {"family"}


def test_what_was_decided_by_hand_stays_when_it_is_found_out_again(pumps, case):
    region, by = pumps.region, pumps.region.coordinator
    target.target(case, by=by)
    notice = case.safety_notice
    target.take_out_unit(notice.recipients.get(unit=region.ward), by=by, reason="Utlånad.")
    target.add_unit(case, region.hospital, by=by, reason="Har lånat en.")
    target.decide_devices(
        case, notice.undecided.filter(device=pumps.unclear), decision="included", by=by,
        reason="Serienumret lästes på plats.",
    )  # fmt: skip
    target.decide_devices(
        case, notice.undecided.filter(device=pumps.nowhere), decision="excluded", by=by,
        reason="Skrotad.",
    )  # fmt: skip

    target.target(fresh(case), by=by)

    states = dict(notice.recipients.values_list("unit__name", "status"))
    assert states == {"Avdelning 4": "removed", "Sjukhuset": "selected", "IT-drift": "selected"}
    assert notice.considered.get(unit=region.ward).why == "taken_out"
    assert not notice.undecided.filter(decision="").exists()
    assert notice.recipients.get(unit=region.operations).devices.get().device == pumps.unclear


def test_a_unit_that_is_no_longer_found_is_removed_and_comes_back(pumps, case):
    by = pumps.region.coordinator
    target.target(case, by=by)
    product = case.safety_notice.products.get()

    products.change(product, Product(trade_name="Volumed 300", range_text="SN 1600"), by=by)
    assert not fresh(case).safety_notice.targeting_holds
    target.target(fresh(case), by=by)
    states = dict(case.safety_notice.recipients.values_list("unit__name", "status"))
    assert states == {"Avdelning 4": "removed", "Avdelning 5": "selected"}

    products.change(product, Product(trade_name="Volumed 300", range_text="SN 1200, 1600"), by=by)
    target.target(fresh(case), by=by)

    states = dict(case.safety_notice.recipients.values_list("unit__name", "status"))
    assert states == {"Avdelning 4": "selected", "Avdelning 5": "selected"}


def test_a_hand_made_choice_needs_a_reason(pumps, case):
    by = pumps.region.coordinator
    target.target(case, by=by)

    with pytest.raises(NotReady):
        target.add_unit(case, pumps.region.hospital, by=by, reason=" ")
    with pytest.raises(NotReady):
        target.take_out_unit(case.safety_notice.recipients.get(), by=by, reason="")
    with pytest.raises(NotReady):
        target.decide_devices(
            case, UndecidedDevice.objects.all(), decision="excluded", by=by, reason=""
        )


def test_a_notice_on_a_system_goes_to_those_who_maintain_it():
    from patientsakerhet.register.models import ITSystem, MaintenanceGroup

    region = Region()
    group = MaintenanceGroup.objects.create(
        name="Journalgruppen", mailbox="journal@exempel.se", unit=region.operations
    )
    system = ITSystem.objects.create(
        name="Journalen", managing_unit=region.devices, maintenance_group=group,
        system_manager=region.investigator,
    )  # fmt: skip
    alone = ITSystem.objects.create(name="Labbsvar", managing_unit=region.devices)
    case = assessing(region, systems=(system, alone), sort="service", fields={"device_name": ""})

    target.target(case, by=region.coordinator)

    found = {one.unit: one for one in case.safety_notice.recipients.all()}
    assert set(found) == {region.operations, region.devices}
    told = found[region.operations].systems.get()
    assert (told.person, told.mailbox) == (region.investigator, "journal@exempel.se")
    assert found[region.operations].reason == "Förvaltar Journalen."


def test_devices_at_a_unit_that_has_ended_are_left_to_somebody(pumps, case):
    from datetime import timedelta

    from django.utils import timezone

    ended = make_unit("Nedlagd", parent=pumps.region.hospital,
                      valid_to=timezone.localdate() - timedelta(days=1))  # fmt: skip
    device = pumps.device(ended, "1250")

    target.target(case, by=pumps.region.coordinator)

    assert "upphört" in case.safety_notice.undecided.get(device=device).why
    assert not case.safety_notice.recipients.filter(unit=ended).exists()
    assert ConsideredUnit.objects.filter(notice=case.safety_notice).exists()
