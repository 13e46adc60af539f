"""A region with a register, and somebody who keeps it."""

import pytest

from patientsakerhet.organisation.models import Role
from tests.factories import Region, make_device, make_model, make_party, make_system, person_as
from tests.made_once import made_once
from tests.signing_in import signed_in


class Register:
    """A pump with its maker, a ward that holds it, a journal that the ward depends on."""

    def __init__(self):
        self.region = Region()
        self.unit = self.region.devices
        self.party = make_party("Volumed AB", "Volumed Medical GmbH")
        self.model = make_model("Volumed 300", unit=self.unit, udi_di="07350123456783")
        self.device = make_device(
            "MT-20417", self.region.ward, model=self.model, serial_number="SN12"
        )
        self.system = make_system("Journalen", self.region.operations, supplier=self.party)
        self.keeper = self.region.coordinator
        self.manager = person_as(Role.SYSTEM_MANAGER, self.region.operations)
        self.administrator = person_as(Role.ADMINISTRATOR, self.region.root)
        self.handler = self.region.investigator


_made, register = made_once(Register)


@pytest.fixture
def as_person(register):
    return signed_in
