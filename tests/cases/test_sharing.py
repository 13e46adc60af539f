"""Sharing an extract: on a ground, until a day, and taken back at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import sharing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications.models import Message
from tests.factories import Region, fresh, in_status, person_as

pytestmark = pytest.mark.django_db


def a_week_on():
    return timezone.localdate() + timedelta(days=7)


def test_the_party_reads_an_extract_until_the_day(time_machine):
    region = Region()
    case, party = in_status("in_investigation", region), person_as("external_party", region.private)

    sharing.share(
        case,
        by=region.investigator,
        unit=region.private,
        until=a_week_on(),
        ground="Avidentifierat.",
    )

    assert policy.capabilities(party, fresh(case)) == {Can.READ_EXTRACT, Can.COMMENT}
    assert not Case.objects.visible_to(party).exists()
    assert Message.objects.filter(kind="shared", person=party).count() == 1
    time_machine.move_to(timezone.now() + timedelta(days=8), tick=False)
    assert not policy.capabilities(party, fresh(case))


def test_a_share_taken_back_is_closed_at_once():
    region = Region()
    case, party = in_status("in_investigation", region), person_as("external_party", region.private)
    sharing.share(
        case, by=region.investigator, unit=region.private, until=a_week_on(), ground="Samtycke."
    )

    sharing.stop_sharing(case, by=region.investigator, unit=region.private)

    assert not policy.capabilities(party, fresh(case))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ground": " "}, "Skriv på vilken grund"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "Dagen har redan varit"),
    ],
)
def test_a_share_needs_a_ground_and_a_day_to_come(change, sentence):
    region = Region()
    case = in_status("in_investigation", region)
    told = {"unit": region.private, "until": a_week_on(), "ground": "Samtycke.", **change}

    with pytest.raises(NotReady, match=sentence):
        sharing.share(case, by=region.investigator, **told)


def test_a_reader_cannot_share_on():
    region = Region()
    case = in_status("in_investigation", region)

    with pytest.raises(NotAllowed):
        sharing.share(
            case,
            by=person_as("unit_manager", region.ward),
            unit=region.private,
            until=a_week_on(),
            ground="Samtycke.",
        )
