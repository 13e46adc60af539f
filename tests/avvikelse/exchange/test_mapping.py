"""The mapping file: what it may say, and every fault in it told at once."""

from pathlib import Path

import pytest
from django.conf import settings

from avvikelse.exchange import mapping
from patientsakerhet.exchange.tables import Unreadable
from patientsakerhet.exchange.tables import read as table
from patientsakerhet.lib.refusal import NotReady

GOOD = (Path(__file__).parent / "old_system.toml").read_text("utf-8")


ONCE = (
    Path(settings.BASE_DIR) / "avvikelse/exchange/mappings/device_incidents_canada.toml"
).read_text("utf-8")
"""A source in which each row is a whole matter, and says what it is."""


def reasons(text):
    with pytest.raises(NotReady) as refusal:
        mapping.read(text)
    return refusal.value.reasons


def test_our_own_examples_are_good():
    examples = sorted((Path(settings.BASE_DIR) / "avvikelse/exchange/mappings").glob("*.toml"))
    assert examples
    for path in examples:
        assert mapping.read(path.read_text("utf-8")).states


def test_the_tests_own_is_good():
    read = mapping.read(GOOD)
    assert (read.system, read.people, read.tickets) == ("gamla", "none", (("incident", "Nr"),))
    assert read.states["Löst"].stage == mapping.DONE
    assert not read.states["Stängd"].active


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('system = "gamla"', "", "[source] system saknas."),
        ('system = "gamla"', 'system = "Gamla systemet"', "skriv små bokstäver"),
        (
            'zone = "Europe/Stockholm"',
            'zone = "Mars/Olympus"',
            "tidszonen 'Mars/Olympus' finns inte",
        ),
        ('zone = "Europe/Stockholm"', 'zone = "../../etc/passwd"', "finns inte"),
        ('number = "Nr"', "", "[columns] number saknas."),
        ('number = "Nr"', 'number = "Nr"\nnummer = "x"', "okända rader: nummer"),
        ('status = "reported"', 'status = "ny"', "välj bland reported, in_coordination"),
        ("stage = 3", "stage = 4", "0 ny, 1 pågår, 2 löst eller 3 stängd"),
        ("stage = 3", 'stage = "3"', "0 ny, 1 pågår, 2 löst eller 3 stängd"),
        ('state = "Ny"', 'state = "Född"', "läget 'Född' står inte under [states]"),
        ('name = "Gamla {value}"', 'name = "Gamla"', "med {value}"),
        ("since = 2020-01-01", 'since = "2020-01-01"', "utan citattecken"),
        ("[units.root]", "[units.rot]", "[units.root] code saknas."),
        ('kind = "incident"', 'kind = "bug"', "välj bland incident, problem"),
        ('missing = ["-"]', 'missing = "-"', "lista med text"),
        ("[text]", "[texts]", "avsnittet [text] saknas"),
        ("[opening]", "[opening", "går inte att läsa"),
    ],
)
def test_a_fault_is_told(was, becomes, said):
    assert was in GOOD
    assert any(said in reason for reason in reasons(GOOD.replace(was, becomes, 1)))


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('each_row = "case"', 'each_row = "rad"', "välj bland event, case"),
        ('each_row = "case"', "", "[columns] state saknas."),
        ('opened = "RECEIPT_DT"', "", "[columns] opened saknas."),
        ('opened = "RECEIPT_DT"', 'opened = "RECEIPT_DT"\nat = "X"', "okända rader: at"),
        ('kind = "medical_device"', "kind = 3", "[deviation] kind: skriv text."),
        ('precision = "day"', 'precision = "dag"', "[deviation] precision: välj bland exact"),
        ('device = "TRADE_NAME"', 'product = "TRADE_NAME"', "okända rader: product"),
        ('is = "DEATH"', "", "[[deviation.when]] is saknas."),
        ('is = "DEATH"', 'is = "DEATH"\ngrade = 4', "säger vad det betyder med nature"),
        ('nature = "near_miss"', 'nature = "nära"', "nature: välj bland near_miss"),
        ("severity = 4", "severity = 5", "severity: skriv 1, 2, 3 eller 4."),
    ],
)
def test_a_fault_in_what_each_matter_is_is_told(was, becomes, said):
    assert was in ONCE
    assert any(said in reason for reason in reasons(ONCE.replace(was, becomes, 1)))


def test_words_of_the_source_become_ours_and_others_stay_unknown():
    described = mapping.read(ONCE).deviation
    assert described.so({"HAZARD_SEVERITY_CODE_E": "DEATH", "USAGE_CODE_TERM_E": "PATHOLOGY"}) == {
        "nature": "adverse_event",
        "affected": "patient",
        "severity": 4,
        "event_class": "device.laboratory",
    }
    assert described.so({"HAZARD_SEVERITY_CODE_E": "WORSE", "USAGE_CODE_TERM_E": "DENTAL"}) == {}


def test_every_fault_is_told_at_once():
    assert len(reasons("")) >= 6


def test_a_column_that_the_file_lacks_is_named_beside_those_it_has():
    with pytest.raises(Unreadable, match=r"Grupp, Kategori#2.*Filens rubriker är: Nr, Status"):
        mapping.read(GOOD).places(
            table(
                "Nr;Status;Pågår;Återöppnad;Ordning;Öppnad;Ändrad;Löst;Stängd;Kategori;Text\n".encode(),
                "f.csv",
            )
        )


def test_a_hole_in_a_text_is_filled_with_text_and_nothing_else():
    read = mapping.read(GOOD.replace("{Kategori}: {Kategori#2}", "{Kategori.__class__}"))
    assert read.title_of({"Kategori": "Pump", "number": "1"}) == "Pump"
