"""Real device incidents as deviations: counted by other means, read in again, and laid aside when in doubt.

Three hundred rows by default, drawn by the printed seed, and every row that cannot be; all of them with
VARSAM_WHOLE_FILES=1.
"""

import os
from collections import Counter

import pytest

from avvikelse.models import Deviation
from patientsakerhet.cases.models import Case, ExternalTicket, Transition
from patientsakerhet.exchange import runs
from patientsakerhet.organisation.models import Unit
from tests.avvikelse.exchange import real_devices
from tests.avvikelse.exchange.real_devices import contradicts, day, is_no_year, read_in, tried
from tests.factories import Region

pytestmark = pytest.mark.django_db

FEW = 300
NATURES = {
    "DEATH": "adverse_event",
    "INJURY": "adverse_event",
    "POTENTIAL FOR DEATH/INJURY": "near_miss",
}
SEVERITIES = {"DEATH": 4, "MINIMAL/NO ADVERSE HEALTH CONSEQUENCES": 1}
LABORATORY = ("CHEMISTRY", "HAEMATOLOGY", "MICROBIOLOGY", "PATHOLOGY")


@pytest.fixture(scope="module")
def every():
    return real_devices.incidents()


@pytest.fixture
def rows(every, chance):
    if os.environ.get("VARSAM_WHOLE_FILES"):
        return every
    drawn = {id(row) for row in chance.sample(every, FEW)}
    return [row for row in every if id(row) in drawn or is_no_year(row) or contradicts(row)]


def test_the_file_is_the_one_we_know(every):
    assert len(every) == len({row["INCIDENT_ID"] for row in every}) == 6970
    no_year = [row for row in every if is_no_year(row)]
    assert len(no_year) == 2
    assert sum(contradicts(row) for row in every if not is_no_year(row)) == 73


def test_every_row_is_a_deviation_or_is_listed(rows, commit):
    coordinator = Region().coordinator
    unreadable = {row["INCIDENT_ID"] for row in rows if is_no_year(row)}
    against = {row["INCIDENT_ID"] for row in rows if contradicts(row)} - unreadable
    good = {
        row["INCIDENT_ID"]: row for row in rows if row["INCIDENT_ID"] not in unreadable | against
    }

    trial = tried(rows, coordinator)
    assert not Case.objects.exists()
    assert not Unit.objects.filter(code="health-canada").exists()
    run = read_in(rows, coordinator)

    assert trial.planned == run.counts
    assert run.rows == len(rows)
    assert {key: run.counts[key] for key in ("added", "contradiction", "error")} == {
        "added": len(good),
        "contradiction": len(against),
        "error": len(unreadable),
    }
    for outcome, keys in (("contradiction", against), ("error", unreadable)):
        assert set(run.lines.filter(outcome=outcome).values_list("key", flat=True)) == keys
    cases = {case.source_key: case for case in Case.objects.select_related("deviation")}
    assert set(cases) == set(good)
    assert Transition.objects.count() == ExternalTicket.objects.count() == len(good)
    _says_what_the_file_says(cases, good)

    again = read_in(rows, coordinator)
    assert again.state == "ready"
    assert runs.stops(again) == "Filen innehåller inget nytt."
    assert again.planned["known"] == len(good)
    assert Case.objects.count() == len(good)
    commit()


def _says_what_the_file_says(cases, rows):
    codes = dict(
        Deviation.objects.filter(event_class__isnull=False).values_list("pk", "event_class__code")
    )
    kinds = Counter(Deviation.objects.values_list("kind__code", flat=True))
    assert kinds == {"medical_device": len(rows)}
    for key, row in rows.items():
        case, deviation = cases[key], cases[key].deviation
        harm, usage = row["HAZARD_SEVERITY_CODE_E"], row["USAGE_CODE_TERM_E"]
        assert case.filed_at == day(row["RECEIPT_DT"])
        assert (deviation.occurred_at, deviation.discovered_at) == (
            day(row["INCIDENT_DT"]),
            day(row["INC_AWARE_DT"]),
        )
        assert deviation.precision == ("day" if row["INCIDENT_DT"] else "unknown")
        assert deviation.nature == NATURES.get(harm, "unknown")
        assert deviation.affected == ("patient" if harm == "DEATH" else "unknown")
        assert case.severity == SEVERITIES.get(harm)
        assert codes.get(deviation.pk) == (
            "device.laboratory"
            if usage in LABORATORY
            else "device.imaging"
            if usage == "RADIOLOGY/IMAGING"
            else None
        )
        assert deviation.device_text == row["TRADE_NAME"].strip()[:200]
        company = row["COMPANY_NAME"].strip()
        assert f"Företag: {company}." in deviation.what_happened
        assert (case.status, case.origin) == ("reported", "incoming")
