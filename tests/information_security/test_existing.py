"""Classifications made before, read in from a list: dry run, each row's fault, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.exchange import runs
from patientsakerhet.information_security.actions import deciding
from patientsakerhet.information_security.exchange.existing import KEY
from patientsakerhet.information_security.models import (
    InformationClassification,
    Programme,
    SystemStanding,
)
from patientsakerhet.organisation.models import Role
from tests.factories import person_as
from tests.information_security.making import World
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

HEADING = "System;Klassad;K;R;T;Riskbedömning;Projekt;Gäller till"


@pytest.fixture
def world():
    Programme.objects.create(code="u537", name="Stora system")
    return World()


def read_in(world, *lines, commit=True, **options):
    """The list read in, or only tried; the run, with its lines."""
    text = "\n".join([HEADING, *lines, ""]).encode()
    told = {"source": "KLASSA 2023", **options}
    run = runs.upload(KEY, "klassningar.csv", text, by=world.lead, options=told)
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    if commit and run.state == "ready" and not runs.stops(run):
        runs.confirm(run, by=world.lead)
        while runs.carry_on(run.pk):
            pass
        run.refresh_from_db()
    return run


def faults(run):
    return [line.text for line in run.lines.filter(outcome="error").order_by("number")]


def test_a_list_is_read_in_with_what_was_and_was_not_done(world):
    other = world.another_system()
    today = timezone.localdate()
    day = today - timedelta(days=400)

    read_in(world, f"{world.system};{day};3;2;3;{day};U537;", f"{other};{day};1;1;2;;;")

    done = InformationClassification.objects.get(system=world.system)
    assert (done.levels, done.programme.code, done.case.status) == ("K3 R2 T3", "u537", "decided")
    assert done.valid_until == deciding.valid_until(day)
    assert timezone.localdate(done.risk_assessed_at) == day
    stands = SystemStanding.objects.get(system=other)
    assert (stands.classified_on, stands.risk_assessed_on) == (day, None)


def test_a_dry_run_writes_nothing_and_the_same_row_is_read_in_once(world):
    day = timezone.localdate() - timedelta(days=10)
    row = f"{world.system};{day};3;2;3;{day};;"

    tried = read_in(world, row, commit=False)
    assert (tried.state, tried.counts["added"]) == ("ready", 1)
    assert not InformationClassification.objects.exists()
    read_in(world, row)
    again = read_in(world, row)

    assert runs.stops(again) == "Filen innehåller inget nytt."
    assert InformationClassification.objects.count() == 1


def test_each_row_says_what_is_wrong_with_it(world):
    lonely = world.another_system(information_owner=None)
    later = timezone.localdate() + timedelta(days=5)

    run = read_in(
        world,
        "Okänt system;2023-05-01;3;2;3;;;",
        f"{world.system};{later};3;2;3;;;",
        f"{world.system};2023-05-01;7;;3;;;",
        f"{lonely};2023-05-01;1;1;1;;;",
        f"{world.system};2023-05-01;1;1;1;;okänt;2023-01-01",
    )

    assert faults(run) == [
        "System: Okänt system finns inte i registret.",
        "Klassad: dagen har inte varit än.",
        "Konfidentialitet: 7 är ingen nivå från 0 till 4. Riktighet saknas.",
        "Informationsägare saknas, både här och i registret.",
        "Program: okänt finns inte. Lägg upp programmet först. "
        "Klassningen gäller till: ska vara efter klassad.",
    ]
    assert not InformationClassification.objects.exists()


def test_columns_may_be_called_something_else(world):
    text = f"Objektnamn;När;K;R;T\n{world.system};2023-05-01;1;1;1\n".encode()
    told = {"source": "Lista", "kolumn:System": "Objektnamn", "kolumn:Klassad": "När"}
    told |= {
        f"kolumn:{name}": name[0] for name in ("Konfidentialitet", "Riktighet", "Tillgänglighet")
    }

    run = runs.upload(KEY, "lista.csv", text, by=world.lead, options=told)
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()

    assert (run.state, run.counts["added"]) == ("ready", 1)


def test_what_was_read_in_can_be_replaced_by_a_new_one(world, commit):
    read_in(world, f"{world.system};2024-05-01;3;2;3;;;")

    newer = world.decided()
    commit()

    old = InformationClassification.objects.exclude(pk=newer.pk).get()
    assert old.case.status == "superseded"
    assert SystemStanding.objects.get(system=world.system).classification == newer


def test_it_says_where_it_was_read_in_from_and_who_decided(world, commit):
    day = timezone.localdate() - timedelta(days=10)
    text = f"System;Klassad;K;R;T;Beslutad av\n{world.system};{day};1;1;1;Nils Slutat\n".encode()
    run = runs.upload(KEY, "k.csv", text, by=world.lead, options={"source": "KLASSA 2023"})
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    runs.confirm(run, by=world.lead)
    while runs.carry_on(run.pk):
        pass
    commit()

    found = InformationClassification.objects.get()
    page = signed_in(world.lead).get(found.case.get_absolute_url()).content.decode()

    assert found.decider == "Nils Slutat"
    assert "Nils Slutat" in page
    assert f"KLASSA 2023, {found.case.source_key}" in page


def test_a_longer_list_says_where_it_differs_from_what_stands_and_leaves_it(world):
    day = timezone.localdate() - timedelta(days=10)
    other = world.another_system()
    read_in(world, f"{world.system};{day};3;2;3;{day};;")
    case = InformationClassification.objects.get().case
    lines = f"{world.system};{day};3;1;3;{day};U537;", f"{other};{day};1;1;1;;;"

    run = read_in(world, *lines, commit=False)

    assert (run.counts["added"], run.counts["contradiction"]) == (1, 1)
    assert [one.text for one in run.lines.filter(outcome="contradiction")] == [
        f"{case.number} lämnas som den står. "
        "Filen säger annat: Riktighet: 1 (här 2); Program: U537 (här inget)."
    ]
    read_in(world, *lines)
    assert InformationClassification.objects.get(case=case).levels == "K3 R2 T3"
    assert InformationClassification.objects.count() == 2


def test_whoever_may_not_read_a_classification_is_not_told_what_stands(world):
    day = timezone.localdate() - timedelta(days=10)
    read_in(world, f"{world.system};{day};3;2;3;;;")
    world.lead = person_as(Role.INFOSEC_COORDINATOR, world.region.private)

    run = read_in(world, f"{world.system};{day};3;1;3;;;", commit=False)

    assert run.counts == {"unchanged": 1}
