"""Some pages and some of their states, drawn by the printed seed: what is waited for of test_every_page.py.

They are opened by a few people of a small region, at the addresses by which the access matrix knows them. A page that
these cannot open is looked at there alone.
"""

import pytest
from django.urls import NoReverseMatch

from patientsakerhet.organisation.models import Role
from tests.conftest import one_in
from tests.factories import STATUSES, make_unit, person_as
from tests.journeys import states
from tests.journeys.crawl import Crawl
from tests.journeys.looking import LOOKS, Looker
from tests.journeys.people import FOREIGN, is_for_people, signed_in, staff_of
from tests.journeys.serving import serving
from tests.matrix.rules import RULES
from tests.matrix.test_matrix import World
from tests.matrix.walk import every_pattern

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

SHARE = 16
"""Of so many addresses one is opened, and of so many states one is looked at."""
BESIDE = (Role.ADMINISTRATOR, Role.LOG_REVIEWER)
"""Who open what the rest of the staff may not."""


def test_some_pages_and_states_can_be_used_by_everybody(browser_tab, chance):
    world = World()
    others = [signed_in(person_as(role, world.region.root)) for role in BESIDE]
    staff = [*staff_of(world.region), *others]
    desk = make_unit("Nya samordningen", coordinates=True)
    newcomer = signed_in(person_as(Role.COORDINATOR, desk))
    pages = opened(world, staff, chance)
    in_a_state = [
        *states.in_every_status(chance.sample(STATUSES, 2), world.region, staff[0]),
        *states.answered(pages),
        *states.not_found(pages),
        *states.emptied(pages, [newcomer]),
    ]

    faults = []
    with serving() as server:
        looker = Looker(browser_tab, server)
        for page in [*pages, *one_in(SHARE, chance, in_a_state)]:
            faults += [f"{page}: {wrong}" for wrong in looker.look(page, chance.choice(LOOKS))]

    print(f"{len(pages)} pages, {len(in_a_state)} states, {looker.looks} looks")
    assert not faults, "\n".join(faults)


def opened(world, staff, chance):
    """One page in so many, with rows where somebody has any."""

    def sample(pattern):
        try:
            return world.address(pattern)
        except (KeyError, NoReverseMatch):
            return None

    asked = [
        pattern
        for pattern in every_pattern()
        if RULES[pattern.name].method == "get"
        and is_for_people(pattern)
        and pattern.name not in FOREIGN
    ]
    drawn = one_in(SHARE, chance, asked)
    found = Crawl(drawn, sample=sample, never_filled=()).walk(staff, sampled_by=staff)
    return list(found.pages.values())
