"""What a unit has open costs the same however much it has closed, and so does a page of all it has had.

Nothing is timed here: what the database reads is counted, in buffers.
"""

import json

import pytest
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, QueryDict
from django.test.utils import CaptureQueriesContext

from benchmarks import load, world
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.cases.filters import CaseFilter, in_pages
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.paging import SIZE, count_of, page_of

pytestmark = pytest.mark.long

COUNTED = 100
"""As far as a list of everything is counted here, so that few cases are enough to come there."""
OPEN = 20
"""What the unit has open, all of it late, however much it has closed."""
FEW, MANY = 200, 2000
"""What it has closed."""
ASKED = (
    "open=open",
    "order=urgent",
    "open=open&order=urgent",
    "overdue=on",
    "overdue=on&order=urgent",
    "open=open&q=infusionspumpen",
)
AT_MOST = {"page": 25 * SIZE, "second": 40 * SIZE, "count": 15 * COUNTED}
"""So much is read for a list of everything, told in what is shown or counted and in nothing else."""
LISTED = ("", "open=closed", "status=closed", "filed_from=2000-01-01")


@pytest.fixture
def manager(db):
    """The manager of a unit without cases, among many that others have."""
    load.load(OPEN + MANY + 100, seed=1)
    return Person.objects.get(email=world.MANAGER)


def test_lists_cost_a_unit_the_same_however_much_it_has_closed(manager):
    give(manager, Case.objects.open().order_by("pk")[:OPEN])
    give(manager, Case.objects.closed().order_by("pk")[:FEW])
    few = read_for(manager)
    give(manager, Case.objects.closed().order_by("pk")[:MANY])
    many, all_of_many = read_for(manager), read_for_all(manager)

    assert seen(manager).open().count() == OPEN
    assert seen(manager).closed().count() >= MANY
    assert {asked: most for asked, most in many.items() if most > 1.5 * few[asked]} == {}
    assert {asked: most for asked, most in all_of_many.items() if most > AT_MOST[asked[1]]} == {}


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


def listed(manager, asked):
    """The list's rows and the walk to the first of them."""
    request = HttpRequest()
    request.user = manager
    given = QueryDict(asked)
    narrowed = CaseFilter(given, queryset=Case.objects.all(), request=request)
    return in_pages(narrowed.qs, given, manager)


def read_for(manager):
    """The buffers that the database reads for each list of open cases and its number."""
    found = {}
    for asked in ASKED:
        rows, walk = listed(manager, asked)
        found[asked, "page"] = read_by(page_of, rows.for_list(), walk=walk)
        found[asked, "count"] = read_by(count_of, rows, walk=walk)
    return found


def read_for_all(manager):
    """The same for each list of all that the unit has had, and for the page after the first."""
    found = {}
    for asked in LISTED:
        rows, walk = listed(manager, asked)
        second = page_of(rows, walk=walk).next
        found[asked, "page"] = read_by(page_of, rows.for_list(), walk=walk)
        found[asked, "second"] = read_by(page_of, rows.for_list(), second, walk=walk)
        found[asked, "count"] = read_by(count_of, rows, limit=COUNTED, walk=walk)
    return found


def read_by(ask, *args, **named):
    """The buffers that the database reads for the statements of this."""
    with CaptureQueriesContext(connection) as made:
        ask(*args, **named)
    return sum(buffers_of(one["sql"]) for one in made.captured_queries)


def buffers_of(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) {sql}")
        (found,) = cursor.fetchone()
    plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
