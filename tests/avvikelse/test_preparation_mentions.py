"""Systems by name and alias, devices by the number on the label, in the ways people write them."""

import pytest

from avvikelse.preparation import mentions
from tests.factories import make_device, make_model, make_system, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_unit("Medicinsk teknik")


@pytest.mark.parametrize(
    "text",
    [
        "Cosmos var nere.",
        "vi kom inte in i COSMOS",
        "Cosmos inloggning hängde sig",
        "Fel i patientjournalen Cosmos, igen",
    ],
)
def test_a_system_is_found_by_its_name(text, unit):
    system = make_system("Cosmos", unit)

    assert mentions.in_text(text).system == system


@pytest.mark.parametrize("text", ["Telefonväxeln var död", "växelns telefonlista"])
def test_a_system_is_found_by_an_alias_in_any_inflection(text, unit):
    system = make_system("Nordtal", unit, aliases=["telefonväxeln", "växeln"])

    assert mentions.in_text(text).system == system


def test_a_name_inside_another_word_is_no_name(unit):
    make_system("Ros", unit)
    make_system("Kosm", unit)

    assert mentions.in_text("Kosmetik och rosor i Kosmogatan").system is None


def test_a_short_name_must_stand_as_it_is_written(unit):
    system = make_system("RoS", unit)

    assert mentions.in_text("Hon fick en ros av oss").system is None
    assert mentions.in_text("Remissen i RoS försvann").system == system


def test_the_longest_name_wins_over_a_part_of_it(unit):
    make_system("Lab", unit)
    portal = make_system("Lab Portal Plus", unit)

    assert mentions.in_text("Svaret syntes inte i Lab Portal Plus").system == portal


def test_of_two_names_as_long_the_first_written_counts(unit):
    make_system("Alfa", unit)
    beta = make_system("Beta", unit)

    assert mentions.in_text("Beta svarade inte, och inte Alfa heller").system == beta


def test_a_system_out_of_use_is_not_found(unit):
    make_system("Cosmos", unit, in_use=False)

    assert mentions.in_text("Cosmos var nere").system is None


@pytest.mark.parametrize(
    "written", ["MT-20417", "mt-20417", "MT 20417", "MT20417", "inv.nr MT-20417.", "(MT-20417)"]
)
def test_a_device_is_found_by_its_number_however_it_is_written(written, unit):
    device = make_device("MT-20417", unit)

    found = mentions.in_text(f"Pumpen {written} stannade")

    assert found.device == device
    assert found.model == device.model


def test_a_label_of_digits_alone_is_found_when_it_is_long_enough(unit):
    device = make_device("880417", unit)
    make_device("2024", unit)

    assert mentions.in_text("Apparat 880417 larmade").device == device
    assert mentions.in_text("Det hände hösten 2024").device is None


def test_a_number_inside_a_longer_one_is_no_number(unit):
    make_device("MT-2041", unit)

    assert mentions.in_text("Pumpen MT-20417 stannade").device is None


def test_a_model_is_found_by_its_name(unit):
    model = make_model(unit=unit)

    assert mentions.in_text("En volumed 300 stannade utan larm").model == model
    assert mentions.in_text("En Volumed 30 stannade utan larm").model is None


def test_a_device_says_its_model_even_when_another_is_named(unit):
    device = make_device("MT-20417", unit)
    make_model("Dialog", "Yvonne AB", unit)

    assert mentions.in_text("Dialog nej, MT-20417").model == device.model


@pytest.mark.parametrize("text", ["", "   ", "och att det", "'); DROP TABLE --", "12 345 67-8"])
def test_a_text_that_names_nothing_leads_nowhere(text, unit):
    make_system("Cosmos", unit)
    make_device("MT-20417", unit)

    assert mentions.in_text(text) == mentions.Mentions()
