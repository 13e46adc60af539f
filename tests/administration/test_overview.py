"""The overview of the settings shows each person the rooms she may enter, and no others."""

import re

import pytest
from django.urls import reverse

from patientsakerhet.administration import rooms
from patientsakerhet.organisation.models import Role
from tests.factories import Region, person_as
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


_made, region = made_once(Region)


def opened(client):
    """The names of the rooms, as the page shows them."""
    page = client.get(reverse("settings")).content.decode()
    return set(re.findall(r'<a class="title" href="[^"]+">([^<]+)</a>', page))


@pytest.mark.parametrize("role", Role.values)
def test_a_room_is_shown_to_whoever_may_enter_it(role, region):
    client = signed_in(person_as(role, region.root))

    for name in opened(client):
        room = next(one for one in rooms._rooms.values() if one.label == name)
        assert client.get(reverse(room.url_name)).status_code == 200, name


def test_a_coordinator_is_led_to_the_rules(region):
    assert "Vägvisning" in opened(signed_in(region.coordinator))
    assert "Vägvisning" not in opened(signed_in(region.reporter))


def test_an_unknown_heading_is_refused():
    with pytest.raises(ValueError, match="Okänd"):
        rooms.register(rooms.Room("Okänd", "Rum", "Text.", "home"))
