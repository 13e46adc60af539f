"""The register shows the notices around a device, a product and a system, to those who may know of them."""

import pytest

from patientsakerhet.organisation.models import Role
from patientsakerhet.register import history
from sakerhetsmeddelanden import around_things
from sakerhetsmeddelanden.actions import products
from tests.avvikelse.reporting import a_client
from tests.factories import fresh, make_device, make_system, person_as
from tests.rest.test_api import client
from tests.sakerhetsmeddelanden.sending import (
    ask_about,
    recipient_of,
    region_with_units,
    sent_out,
)

pytestmark = pytest.mark.django_db


class Around:
    """A notice sent to the ward about one device of a product, and about a system."""

    def __init__(self):
        self.region = region = region_with_units(1)
        self.case = sent_out(region)
        self.device = make_device("MT-20417", region.ward)
        ask_about(recipient_of(self.case, region.ward), self.device)
        by = region.coordinator
        products.choose_models(self.case.safety_notice.products.get(), [self.device.model], by=by)
        self.system = make_system("Journalen", region.devices)
        products.choose_systems(fresh(self.case), [self.system], by=by)
        self.things = {
            "device": history.of_device(self.device),
            "model": history.of_model(self.device.model),
            "system": history.of_system(self.system),
        }


@pytest.mark.parametrize("what", ["device", "model", "system"])
def test_a_notice_stands_in_the_history_of_what_it_is_about(what):
    around = Around()

    [entry] = around_things.notices(around.region.coordinator, around.things[what])

    assert (entry.title, entry.at) == (around.case.title, around.case.safety_notice.received_at)
    assert entry.text.startswith(around.case.number)
    assert a_client(around.region.coordinator).get(entry.url).status_code == 200


@pytest.mark.parametrize("what", ["device", "model", "system"])
def test_whose_unit_was_asked_sees_it_and_comes_to_her_own_answer(what):
    around = Around()

    [entry] = around_things.notices(around.region.manager, around.things[what])

    answer = a_client(around.region.manager).get(entry.url)
    assert (answer.status_code, around.region.ward.code in answer.headers["Location"]) == (
        302,
        True,
    )


@pytest.mark.parametrize("what", ["device", "model", "system"])
def test_to_whom_it_has_not_come_it_is_not_told(what):
    around = Around()
    stranger = person_as(Role.UNIT_MANAGER, around.region.operations)

    assert around_things.notices(stranger, around.things[what]) == []


def test_what_is_about_something_else_is_not_told():
    around = Around()
    other = make_device("MT-1", around.region.ward)

    assert around_things.notices(around.region.coordinator, history.of_device(other)) == []


def test_the_same_is_read_through_the_api():
    around = Around()
    api = client(around.region.coordinator, "reference:read")

    told = api.get(f"/api/v1/register/devices/{around.device.pk}/history/").data

    by_key = {one["key"]: one["entries"] for one in told}
    assert {"deviations", "measures", "notices"} <= set(by_key)
    assert [one["title"] for one in by_key["notices"]] == [around.case.title]
    assert by_key["deviations"] == []
