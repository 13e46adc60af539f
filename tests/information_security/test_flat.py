"""The gap list asks as much with fifteen thousand systems as with five, and reads no more than it shows.

Nothing is timed here: statements are counted, and what the database reads, in buffers.
"""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.information_security.filters import GapFilter
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.register.models import ITSystem
from patientsakerhet.ui.paging import page_of
from tests.information_security.making import World
from tests.information_security.test_pages import signed_in

pytestmark = pytest.mark.django_db

FEW, MANY = 5000, 15000
SHOWN, COUNTED = 51, 1001
"""As far as a list is read for a page, and as far as it is counted."""
ASKED = (
    "", "gap=aldrig", "gap=utgangen", "gap=galler", "gap=andrad", "criticality=high",
    "assessment=saknas", "kind=system",
)  # fmt: skip


def fill(world, upto):
    """So many systems in all: every third never classified, every third out of date.

    Written as they stand, past the triggers: what a test changes leaves its earlier rows behind,
    and they would be read too.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        made = ITSystem.objects.bulk_create(
            ITSystem(
                name=f"Fyllnad {number:05}",
                managing_unit=world.region.operations,
                information_owner=world.owner,
                criticality=("high", "low")[number % 2],
            )
            for number in range(ITSystem.objects.count(), upto)
        )
        SystemStanding.objects.bulk_create(
            SystemStanding(
                system=one,
                managing_unit_id=one.managing_unit_id,
                owner_unit_id=one.owner_unit_id,
                criticality=one.criticality,
                **classified(number, today),
            )
            for number, one in enumerate(made)
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def classified(number, today):
    if number % 3 == 0:
        return {}
    days = (-200 if number % 3 == 1 else 400) + number % 90
    return {
        "classified_on": today - timedelta(days=700),
        "changed_at": timezone.now() if number % 5 == 1 else None,
        "valid_until": today + timedelta(days=days),
    }


def rows_for(person, asked):
    request = HttpRequest()
    request.user = person
    rows = SystemStanding.objects.visible_to(person)
    return GapFilter(QueryDict(asked), queryset=rows, request=request).qs


def read_for(person):
    """The buffers that the database reads for each list, a page deep in it, and its number."""
    found = {}
    for asked in ASKED:
        rows = rows_for(person, asked)
        found[asked, "page"] = buffers_of(rows[:SHOWN])
        deep = page_of(rows, page_of(rows, size=100).next, size=100)
        assert len(deep.rows) > 50
        found[asked, "count"] = buffers_of(rows.order_by().values("pk")[:COUNTED])
    return found


def buffers_of(rows):
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) {sql}", values)
        (found,) = cursor.fetchone()
    plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def statements(client):
    client.get(reverse("classification_gaps"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("classification_gaps")).status_code == 200
    return len(asked)


def test_the_gap_list_costs_the_same_with_three_times_the_systems():
    world = World()
    client = signed_in(world.lead)
    fill(world, FEW)
    few_statements = statements(client)
    fill(world, MANY)
    many, many_statements = read_for(world.lead), statements(client)

    assert SystemStanding.objects.visible_to(world.lead).count() == MANY
    assert many_statements == few_statements
    # What is shown costs a dozen buffers a row at the most, and what is counted four.
    pages = {asked: many[asked, "page"] for asked in ASKED}
    counts = {asked: many[asked, "count"] for asked in ASKED}
    assert {key: read for key, read in pages.items() if read > 12 * SHOWN} == {}
    assert {key: read for key, read in counts.items() if read > 4 * COUNTED} == {}
