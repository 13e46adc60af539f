"""Which known party a name that leads to nobody may mean: the division, the street, the shorter name."""

import pytest

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.register import likeness
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Party
from patientsakerhet.register.spelling import party_beginnings
from tests.factories import Region, make_party


def test_a_name_begins_with_whole_words_of_it_longest_first():
    assert party_beginnings("Volumed AB Pump Division, Storgatan") == [
        "volumedabpumpdivision", "volumedabpump", "volumed",
    ]  # fmt: skip
    assert party_beginnings("Smith & Nephew, Inc. Endoscopy") == [
        "smithandnephew", "smith",
    ]  # fmt: skip
    assert party_beginnings("Volumed AB") == []


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("Volumed AB Pump Division Storgatan 1", "Volumed", True),
        ("Volumed", "Volumed AB Pump Division", True),
        ("Volumedical", "Volumed", False),
        ("Nordic Volumed", "Volumed", False),
        ("Volumed AB", "Volumed", False),
        ("--", "Volumed", False),
    ],
)
def test_one_name_may_be_the_other_when_it_begins_with_it(name, other, expected):
    assert likeness.is_likely(name, [other]) is expected


@pytest.mark.django_db
def test_the_longest_known_beginning_is_proposed_first_with_the_reason():
    group, division = make_party("Smith & Nephew"), make_party("Smith & Nephew Endoscopy")
    make_party("Smithson AB")

    found = likeness.likely("Smith & Nephew, Endoscopy, 150 Minuteman Road")

    assert [one.party for one in found] == [division, group]
    assert found[1].why == (
        "”Smith & Nephew, Endoscopy, 150 Minuteman Road” börjar med ”Smith & Nephew”."
    )


@pytest.mark.django_db
def test_a_party_that_goes_on_after_the_name_is_proposed_too():
    longer = make_party("Volumed AB Pump Division, Storgatan 1")
    make_party("Volumedical")

    assert [one.party for one in likeness.likely("Volumed")] == [longer]
    assert likeness.likely("Volumed")[0].why == (
        "”Volumed AB Pump Division, Storgatan 1” börjar med ”Volumed”."
    )


@pytest.mark.django_db
def test_nothing_is_proposed_for_a_name_that_leads_to_somebody_or_says_nothing():
    make_party("Volumed AB")
    make_party("Volumed Pumps")
    gone = make_party("Nefra Dialys")
    Party.objects.filter(pk=gone.pk).update(merged_into=make_party("Nefra AB"))

    assert likeness.likely("VOLUMED") == []
    assert likeness.likely(" -- ") == []
    assert [one.party.name for one in likeness.likely("Nefra Dialys, Box 3")] == ["Nefra AB"]


@pytest.mark.django_db
def test_a_spelling_is_learnt_once_and_never_taken_from_another():
    region, party = Region(), make_party("Volumed AB")
    written = "Volumed AB Pump Division, Storgatan 1"

    for _ in range(2):
        parties.learn(party, written, by=region.coordinator)

    assert Party.objects.called(written).get() == party
    assert Event.objects.filter(action="party.learnt", object_id=party.pk).count() == 1
    with pytest.raises(NotReady, match="hör redan till Volumed AB"):
        parties.learn(make_party("Nefra AB"), written, by=region.coordinator)
