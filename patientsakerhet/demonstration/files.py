"""What has been handed in as files: one read in, one tried and waiting, one stopped by its faults."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.exchange import runs

UNITS = """Kod;Namn;Funktionsbrevlåda
medicinmottagningen;Invärtesmedicinska mottagningen;
kirurgmottagningen;Kirurgmottagningen;
rontgen;Röntgenavdelningen;
"""
PEOPLE = """E-post;Namn;Befattning;Enhetskod;Roll;Från
agneta.sundelin@region.example;Agneta Sundelin;sjuksköterska;dialysen;rapportör;
birger.fallman@region.example;Birger Fallman;undersköterska;dialysen;rapportör;
cilla.nordqvist@region.example;Cilla Nordqvist;sjuksköterska;dialys-norr;rapportör;
daniel.osterman;Daniel Österman;läkare;dialysen;rapportör;
ester.palmgren@region.example;Ester Palmgren;läkare;dialysen;avdelningschef;31/12
"""
RULES = """Namn;Ordning;Ord;Föreslå enhet
Blodgaser och analysinstrument;170;blodgas, analysinstrument;medicinsk-teknik
"""


def hand_in(rows: Rows) -> None:
    """The imports' list has something in it; a unit's new name is decided and comes later."""
    administrator, coordinator = rows.people["patrik.holmgren"], rows.people["maja.lindqvist"]
    since = (timezone.localdate() + timedelta(days=33)).isoformat()
    run = runs.upload_and_try(
        "units",
        "enheter-ny-organisation.csv",
        UNITS.encode(),
        by=administrator,
        options={"since": since},
    )
    runs.carry_on(runs.confirm(run, by=administrator).pk)
    runs.upload_and_try("people", "dialysen-personal.csv", PEOPLE.encode(), by=administrator)
    runs.upload_and_try("routing_rules", "regel-blodgas.csv", RULES.encode(), by=coordinator)
