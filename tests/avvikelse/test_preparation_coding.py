"""The fitting code: from the words of earlier cases, from the starting list, and silence in between."""

import pytest

from avvikelse.actions import coordination
from avvikelse.models import Deviation
from avvikelse.preparation import coding, words
from avvikelse.preparation.coding import Learnt
from tests.factories import Region, code, file_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


def fitting(case, field="kind", has_device=False):
    deviation = Deviation.objects.select_related("case").get(pk=case.pk)
    return coding.fitting(deviation, words.stems_of(case.pk), field, has_device=has_device)


def report(region, text, **fields):
    told = {"what_happened": text, "immediate_action": "", **fields}
    return file_report(region.ward, region.reporter, **told)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Infusionspumpen larmade inte när slangen var klämd.", "medical_device"),
        ("Leveransen av beställt sterilgods kom aldrig till förrådet.", "delivery"),
        ("Hotfull anhörig på avdelningen, ensamarbete och stress.", "work_environment"),
        ("Obehörig läste patientuppgifter, sekretess bröts.", "information_security"),
    ],
)
def test_the_starting_list_stands_in_for_experience(region, text, expected):
    found = fitting(report(region, text))

    assert found.code == code("deviation_kind", expected)
    assert "hör oftast till" in found.reason


def test_the_reason_shows_the_words_as_they_were_written(region):
    found = fitting(report(region, "Infusionspumpen larmade inte när slangen var klämd."))

    assert "”infusionspumpen”" in found.reason
    assert "Medicinteknisk produkt" in found.reason


def test_nothing_is_suggested_when_no_word_says_anything(region):
    assert fitting(report(region, "Det blev fel igen i går kväll.")).code is None


def test_nothing_is_suggested_when_two_kinds_fit_as_well(region):
    assert (
        fitting(report(region, "Leverans av läkemedel, beställning och ordination.")).code is None
    )


@pytest.mark.parametrize(
    ("door", "expected"), [("improvement", "improvement"), ("complaint", "complaint")]
)
def test_what_the_reporter_came_to_say_decides_the_kind(region, door, expected):
    found = fitting(report(region, "Pumpen larmade inte.", door=door))

    assert found.code == code("deviation_kind", expected)


def test_what_coordinators_chose_before_is_learnt(region):
    for n in range(5):
        earlier = report(region, f"Fuktaren kokade över i rum {n}.")
        coordination.classify(
            earlier, by=region.coordinator, kind=code("deviation_kind", "delivery")
        )
        other = report(region, f"Dörren till rum {n} gick i baklås.")
        coordination.classify(
            other, by=region.coordinator, kind=code("deviation_kind", "internal_routine")
        )

    found = fitting(report(region, "Fuktaren kokade torrt."))

    assert found.code == code("deviation_kind", "delivery")
    assert "”fuktaren”" in found.reason


def test_a_case_does_not_learn_from_itself(region):
    case = report(region, "Fuktaren kokade över.")
    coordination.classify(case, by=region.coordinator, kind=code("deviation_kind", "delivery"))

    assert fitting(case).code is None


def test_experience_outweighs_the_starting_list(region):
    for n in range(25):
        earlier = report(region, f"Ny pump önskas, nummer {n}.")
        coordination.classify(
            earlier, by=region.coordinator, kind=code("deviation_kind", "delivery")
        )
        other = report(region, f"Remiss {n} skickades fel.")
        coordination.classify(other, by=region.coordinator, kind=code("deviation_kind", "care"))

    assert fitting(report(region, "Ännu en pump.")).code == code("deviation_kind", "delivery")


def test_a_device_from_the_register_speaks_for_the_code_of_devices(region):
    case = report(region, "Pumpen stod still.")

    assert fitting(case).score < fitting(case, has_device=True).score
    assert "registret" in fitting(case, has_device=True).reason


def test_an_event_class_is_only_ever_learnt(region):
    assert fitting(report(region, "Kortet gick inte att logga in med."), "event_class").code is None
    for n in range(6):
        earlier = report(region, f"Tjänstekortet fastnade i läsaren på dator {n}.")
        coordination.classify(
            earlier, by=region.coordinator, event_class=code("event_class", "it.login")
        )
        other = report(region, f"Fallskada i korridor {n}.")
        coordination.classify(
            other, by=region.coordinator, event_class=code("event_class", "care.fall")
        )

    found = fitting(report(region, "Tjänstekortet lästes inte."), "event_class")

    assert found.code == code("event_class", "it.login")


def test_the_log_odds_are_those_of_the_formula():
    learnt = Learnt(cases={1: 10, 2: 30}, holding={1: {"pump": 6}, 2: {"pump": 3}})

    found = coding.score(["pump"], learnt, {1: frozenset(), 2: frozenset()})

    # log(6.5 / 4.5) - log(3.5 / 27.5) = 0.3677 + 2.0614, bounded at 2
    assert found[1]["pump"] == 2.0
    # log(3.5 / 27.5) - log(6.5 / 4.5)
    assert found[2]["pump"] == -2.0
    learnt = Learnt(cases={1: 10, 2: 10}, holding={1: {"pump": 4}, 2: {"pump": 2}})
    # log(4.5 / 6.5) - log(2.5 / 8.5)
    assert coding.score(["pump"], learnt, {1: frozenset()})[1]["pump"] == pytest.approx(0.85605)


def test_a_word_seen_once_says_nothing():
    learnt = Learnt(cases={1: 10, 2: 30}, holding={1: {"pump": 1}})

    assert coding.score(["pump"], learnt, {1: frozenset(), 2: frozenset()}) == {1: {}, 2: {}}
