"""Lists cost the same however much there is: as many statements, read in order by an index.

Nothing is timed here; `./dev bench` does that.
"""

import json

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from avvikelse import queue
from benchmarks import load, world
from patientsakerhet.cases import agenda
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

LARGE = {
    "access_caseaccess",
    "avvikelse_assessment",
    "avvikelse_deviation",
    "avvikelse_handover",
    "avvikelse_preparation",
    "cases_case",
    "cases_casetext",
    "cases_comment",
    "cases_reporter",
}
SHOWN, COUNTED = 51, 1001
"""As far as a list is read for a page, and as far as it is counted."""

STATEMENTS = {
    "home": 9,
    "coordination": 22,
    "cases": 11,
    "cases?open=closed": 11,
    "cases?q=pulsoximeter": 10,
    "cases?severity_from=4": 10,
    "measures": 10,
    "own_reports": 8,
}


@pytest.fixture
def asked_of(db):
    """Loads so many cases, and knows them as the database comes to know them in time."""

    def load_and_ask(count):
        load.load(count, seed=1)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return Person.objects.get(email=world.COORDINATOR)

    return load_and_ask


@pytest.mark.parametrize("count", [200, 2000])
def test_a_page_asks_the_same_number_of_statements_of_few_cases_and_of_many(asked_of, count):
    client = Client()
    client.force_login(asked_of(count), backend="django.contrib.auth.backends.ModelBackend")
    made = {}
    for name in STATEMENTS:
        page, _, query = name.partition("?")
        client.get(address := f"{reverse(page)}?{query}")
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        made[name] = len(statements)

    assert made == STATEMENTS


def test_no_list_reads_a_large_table_whole_and_long_ones_are_read_in_order(asked_of):
    coordinator = asked_of(2000)
    manager = Person.objects.get(email=world.MANAGER)
    in_order = {"newest", "open", "closed", "urgent"}
    wrong = {}
    for person in (coordinator, manager):
        for name, rows in lists_of(person).items():
            page, counted = nodes_of(rows[:SHOWN]), nodes_of(rows.order_by().values("pk")[:COUNTED])
            for what, nodes in (("page", page), ("count", counted)):
                if whole := whole_tables(nodes):
                    wrong[person.name, name, what] = whole
            if person == coordinator and name in in_order and most_read(page) > SHOWN:
                wrong[person.name, name, "order"] = most_read(page)

    assert not wrong


def nodes_of(rows):
    """The steps of the plan by which the database finds the rows, with what each came to."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:  # nothing can fulfil the condition: the database is not asked
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE) {sql}", values)
        (found,) = cursor.fetchone()
    tree = found if isinstance(found, list) else json.loads(found)
    steps = [tree[0]["Plan"]]
    for step in steps:
        steps += step.get("Plans", [])
    return steps


def whole_tables(nodes):
    """The large tables of which every row is read."""
    return {
        node["Relation Name"]
        for node in nodes
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
    }


def most_read(nodes):
    """The rows that came out of any step, at the most."""
    return max(node["Actual Rows"] * node["Actual Loops"] for node in nodes)


def lists_of(person):
    """What the pages list and count: cases in their orders, the queue, what waits for her."""
    seen = Case.objects.visible_to(person)
    waiting = {
        errand.key: rows for errand in agenda.every() if (rows := errand.rows(person)) is not None
    }
    views = (queue.ALL, queue.INCOMING, queue.MINE, queue.LATE)
    return {
        **waiting,
        **{view: queue.for_rows(queue.narrowed(person, view)) for view in views},
        "newest": seen.newest_first(),
        "open": seen.open().newest_first(),
        "closed": seen.closed().newest_first(),
        "urgent": seen.open().most_urgent_first(),
        "late": seen.overdue().most_urgent_first(),
        "worst": seen.filter(severity__in=[4]).newest_first(),
    }
