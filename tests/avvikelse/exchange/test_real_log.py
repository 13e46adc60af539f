"""A real log of 28,542 events: read in place, in two goes and again, and counted by other means.

The file is UCI Machine Learning Repository 498 (CC BY 4.0; Amaral, Fantinato, Peres, University of
São Paulo), every fifth incident. It is never copied into the project.
"""

import csv
import gzip
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from patientsakerhet.cases.models import Case, Transition
from patientsakerhet.cases.ping_pong import ping_pong
from patientsakerhet.exchange import runs
from patientsakerhet.organisation.models import Unit
from tests.factories import Region

pytestmark = pytest.mark.django_db

LOG = Path(settings.BASE_DIR) / "../shared/data/it_log/servicenow_incident_events.csv.gz"
MAPPING = Path(settings.BASE_DIR) / "avvikelse/exchange/mappings/servicenow_incidents.toml"
NUMBER, STATE, ACTIVE, OPENED, UPDATED, GROUP = 0, 1, 2, 9, 13, 23


@pytest.fixture(scope="module")
def rows():
    if not LOG.exists():
        pytest.skip(f"the optional data folder is absent: {LOG.parent}")
    with gzip.open(LOG, "rt", encoding="utf-8") as text:
        return list(csv.reader(text))


def moment(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def packed(heading, rows):
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    return gzip.compress(text.getvalue().encode())


def contradicts(row):
    return moment(row[UPDATED]) < moment(row[OPENED]) or (row[STATE] != "Closed") != (
        row[ACTIVE] == "true"
    )


def worked(run):
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def read_in(content, by):
    run = worked(
        runs.upload("event_log", "log.csv.gz", content, by=by, mapping=MAPPING.read_text("utf-8"))
    )
    return worked(runs.confirm(run, by=by)) if not runs.stops(run) else run


def told(rows):
    """What the log tells, counted without any of the product's code."""
    by_number = {}
    for row in rows:
        if not contradicts(row):
            by_number.setdefault(row[NUMBER], []).append(row)
    steps = unchanged = 0
    last, back = {}, set()
    for number, events in by_number.items():
        before, visits = ("New", "?"), []
        for row in events:
            now = (row[STATE], row[GROUP])
            steps, unchanged = steps + (now != before), unchanged + (now == before)
            before = now
            if row[GROUP] != "?" and visits[-1:] != [row[GROUP]]:
                visits.append(row[GROUP])
        last[number] = before[0]
        if any(one == two for one, two in zip(visits, visits[2:], strict=False)):
            back.add(number)
    return steps, unchanged, last, back


def early_part(rows, coordinator):
    """What had happened in the first months, read in; how many steps that were."""
    heading, events = rows[0], rows[1:]
    until = moment("10/3/2016 00:00")
    early = [row for row in events if moment(row[UPDATED]) < until]
    assert len(early) == 2886

    first = read_in(packed(heading, early), coordinator)

    steps, unchanged, last, _ = told(early)
    assert first.counts["added"] == steps == Transition.objects.count() - len(last)
    assert first.counts["unchanged"] == unchanged
    assert Case.objects.open().count() > 200
    return steps


def test_the_beginning_of_the_log(rows, commit):
    early_part(rows, Region().coordinator)
    commit()


@pytest.mark.thorough  # all of it takes minutes
def test_the_whole_log_in_two_goes_and_again(rows, commit):
    events, coordinator = rows[1:], Region().coordinator
    early_steps = early_part(rows, coordinator)

    run = read_in(LOG.read_bytes(), coordinator)

    steps, unchanged, last, back = told(events)
    bad = [row for row in events if contradicts(row)]
    assert (len(events), len(last)) == (28_542, 5_014)
    assert run.rows == sum(
        run.counts[key] for key in ("added", "known", "unchanged", "contradiction")
    )
    assert run.counts["added"] == steps - early_steps
    assert run.counts["known"] == early_steps
    assert run.counts["unchanged"] == unchanged
    assert run.counts["contradiction"] == len(bad) == 2
    assert run.lines.count() == 28_542
    listed = run.lines.filter(outcome="contradiction").order_by("number")
    assert [one.key for one in listed] == [row[NUMBER] for row in bad]

    assert Case.objects.count() == 5_014
    assert Transition.objects.count() == steps + 5_014
    assert Counter(Case.objects.values_list("status", flat=True)) == {"closed": 5_014}
    assert set(last.values()) == {"Closed"}
    root = [Unit.objects.get(code="servicenow")]
    went_back = ping_pong(Case.objects.all(), aside=root)
    assert set(went_back.values_list("source_key", flat=True)) == back
    assert len(back) == 429
    groups = {row[GROUP] for row in events if row[GROUP] != "?"}
    assert Unit.objects.within(root[0]).count() == 1 + len(groups)
    _has_the_history_that_the_log_tells()

    again = read_in(LOG.read_bytes(), coordinator)
    assert again.state == "ready"
    assert runs.stops(again) == "Filen innehåller inget nytt."
    assert again.planned["known"] == steps
    assert Transition.objects.count() == steps + 5_014
    commit()


def _has_the_history_that_the_log_tells():
    """One incident, read off the file by hand."""
    case = Case.objects.get(source_key="0000062")

    def at(day, hour, minute):
        return datetime(2016, 3 if day < 29 else 2, day, hour, minute, tzinfo=UTC)

    names = {unit.pk: unit.name.removeprefix("ServiceNow grupp ") for unit in Unit.objects.all()}
    assert [
        (one.step, one.to_status, names[one.to_unit_id], one.occurred_at)
        for one in case.transitions.order_by("occurred_at", "pk")
    ] == [
        ("file", "reported", "ServiceNow", at(29, 6, 58)),
        ("coordinate", "reported", "70", at(29, 7, 26)),
        ("hand_over", "reported", "23", at(29, 7, 34)),
        ("follow_up", "follow_up", "23", at(29, 15, 51)),
        ("close", "closed", "23", at(5, 16, 0)),
    ]
    assert case.title == "Incident 0000062: kategori 53, underkategori 168"
    assert "Konfigurationsenhet" not in case.deviation.what_happened
    assert "Kontaktväg: Phone." in case.deviation.what_happened
    assert list(case.tickets.values_list("kind", "number")) == [("incident", "0000062")]
