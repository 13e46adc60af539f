"""Real device incidents, read in place: Health Canada's Medical Devices System extract, September 2024 to
April 2025. Never copied into the project, and its numbers are artefacts of reporting: they say nothing
of a product or a maker.
"""

import csv
import gzip
import io
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from patientsakerhet.exchange import runs
from patientsakerhet.lib.calendar import SWEDEN

INCIDENTS = Path(settings.BASE_DIR) / "../shared/data/incidents/device_incidents_canada.csv.gz"
MAPPING = Path(settings.BASE_DIR) / "avvikelse/exchange/mappings/device_incidents_canada.toml"


def incidents():
    """Every row of the file; the test is skipped, and says so, where the data folder is absent."""
    if not INCIDENTS.exists():
        pytest.skip(f"the optional data folder is absent: {INCIDENTS.parent}")
    with gzip.open(INCIDENTS, "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def packed(rows):
    """These rows as a file of the same shape."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode())


def day(text):
    """The day as the file writes it, in Sweden; None where it says nothing."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=SWEDEN) if text else None


def is_no_year(row):
    """Whether one of its days lies in a year that is none: 0001 where 2021 was meant, perhaps."""
    days = (row["INCIDENT_DT"], row["INC_AWARE_DT"], row["RECEIPT_DT"])
    return any(one and not 1950 <= int(one[:4]) <= 2200 for one in days)


def contradicts(row):
    """Whether its days stand in an order that cannot have been."""
    told = [one for one in (row["INCIDENT_DT"], row["INC_AWARE_DT"], row["RECEIPT_DT"]) if one]
    return told != sorted(told)


def tried(rows, by, parent=None):
    """The rows read as a trial, to lie with a unit below this one when it is given."""
    mapping = MAPPING.read_text("utf-8")
    if parent is not None:
        mapping = mapping.replace("[units.root]", f'[units.root]\nparent = "{parent.code}"')
    return worked(runs.upload("event_log", "devices.csv.gz", packed(rows), by=by, mapping=mapping))


def read_in(rows, by, parent=None):
    """The rows tried and read in, if anything in them is new."""
    run = tried(rows, by, parent)
    return run if runs.stops(run) else worked(runs.confirm(run, by=by))


def worked(run):
    """A worker has done what there is to do."""
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run
