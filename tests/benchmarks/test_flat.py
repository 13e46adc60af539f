"""What a unit has open costs the same however much it has closed.

Nothing is timed here: what the database reads is counted, in buffers.
"""

import json

import pytest
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, QueryDict

from benchmarks import load, world
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.filters import CaseFilter, within_reach
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person

SHOWN, COUNTED = 51, 1001
"""As far as a list is read for a page, and as far as it is counted."""
OPEN = 20
"""What the unit has open, all of it late, however much it has closed."""
FEW, MANY = 200, 2000
"""What it has closed."""
ASKED = (
    "open=open",
    "open=open&order=urgent",
    "overdue=on",
    "overdue=on&order=urgent",
    "open=open&q=infusionspumpen",
)


@pytest.fixture
def manager(db):
    """The manager of a unit without cases, among many that others have."""
    load.load(OPEN + MANY + 100, seed=1)
    return Person.objects.get(email=world.MANAGER)


def test_what_a_unit_has_open_costs_the_same_when_it_has_closed_ten_times_more(manager):
    give(manager, Case.objects.open().order_by("pk")[:OPEN])
    give(manager, Case.objects.closed().order_by("pk")[:FEW])
    few = read_for(manager)
    give(manager, Case.objects.closed().order_by("pk")[:MANY])
    many = read_for(manager)

    assert seen(manager).open().count() == OPEN
    assert seen(manager).closed().count() >= MANY
    assert {asked: most for asked, most in many.items() if most > 1.5 * few[asked]} == {}


def give(manager, cases):
    """The unit of the manager owns and has filed these cases; the open ones are late."""
    unit = manager.home_unit
    keys = list(cases.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Case.objects.filter(pk__in=keys).update(owning_unit=unit)
        Case.objects.open().filter(pk__in=keys).update(due_at=F("filed_at"))
        reached = CaseAccess.objects.filter(case__in=keys, level__in=[Level.OWNER, Level.READER])
        reached.update(unit=unit)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def seen(manager):
    return Case.objects.visible_to(manager)


def read_for(manager):
    """The buffers that the database reads for each list and its number."""
    request = HttpRequest()
    request.user = manager
    found = {}
    for asked in ASKED:
        given = QueryDict(asked)
        rows = CaseFilter(
            given, queryset=within_reach(given, manager, Can.READ), request=request
        ).qs
        found[asked, "page"] = buffers_of(rows.for_list()[:SHOWN])
        found[asked, "count"] = buffers_of(rows.order_by().values("pk")[:COUNTED])
    return found


def buffers_of(rows):
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) {sql}", values)
        (found,) = cursor.fetchone()
    plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
