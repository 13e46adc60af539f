"""Keyset pages: every row once, both ways, whatever the order and whatever arrives meanwhile."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Absence, Person
from patientsakerhet.ui import paging
from patientsakerhet.ui.paging import BadCursor, count_of, page_of
from tests.factories import Region, file_report, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Seven persons, of whom three share a name and two have no title."""
    names = ["Bo", "Ann", "Bo", "Cia", "Bo", "Dan", "Eva"]
    return [make_person(name, email=f"p{n}@x.se") for n, name in enumerate(names)]


def walk(rows, size):
    """All pages forwards, then back from the last."""
    pages = [page_of(rows, size=size)]
    while pages[-1].next:
        pages.append(page_of(rows, pages[-1].next, size=size))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(page_of(rows, back[-1].previous, size=size))
    return pages, back


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
@pytest.mark.parametrize("order", [("name", "pk"), ("-name", "-pk"), ("-name", "pk"), ("pk",)])
def test_every_row_stands_on_one_page(people, order, size):
    rows = Person.objects.order_by(*order)

    pages, back = walk(rows, size)

    assert [row for page in pages for row in page.rows] == list(rows)
    assert all(len(page.rows) == size for page in pages[:-1])
    assert back[-1].rows == pages[0].rows
    assert back[-1].previous == ""


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "order",
    [
        F("hsa_id").asc(nulls_last=True),
        F("hsa_id").asc(nulls_first=True),
        F("hsa_id").desc(nulls_last=True),
        F("hsa_id").desc(nulls_first=True),
        "hsa_id",
        "-hsa_id",
    ],
)
def test_rows_without_a_value_keep_their_place(people, order, size):
    for n in (1, 3, 4):
        Person.objects.filter(pk=people[n].pk).update(hsa_id=f"SE0000000000-{n}")
    rows = Person.objects.order_by(order, "pk")

    pages, back = walk(rows, size)

    assert [row for page in pages for row in page.rows] == list(rows)
    assert back[-1].rows == pages[0].rows


def test_moments_are_kept_to_the_microsecond():
    region = Region()
    cases = [file_report(region.ward) for _ in range(3)]
    at = timezone.now().replace(microsecond=123400)
    for n, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(
            filed_at=at + timedelta(microseconds=n), version=F("version") + 1
        )
    rows = Case.objects.newest_first()

    pages, _ = walk(rows, 1)

    assert [row.pk for page in pages for row in page.rows] == [c.pk for c in reversed(cases)]


def test_rows_that_arrive_meanwhile_shift_nothing(people):
    rows = Person.objects.order_by("-pk")
    first = page_of(rows, size=3)
    make_person("Ny", email="ny@x.se")

    second = page_of(rows, first.next, size=3)

    assert second.rows == [people[3], people[2], people[1]]


def test_a_page_whose_rows_are_gone_leads_back(people):
    rows = Person.objects.order_by("pk")
    first = page_of(rows, size=4)
    Person.objects.filter(pk__gt=people[3].pk).delete()

    gone = page_of(rows, first.next, size=4)

    assert gone.rows == []
    assert page_of(rows, gone.previous, size=4).rows == people[:4]


def test_an_order_through_a_relation(people):
    day = timezone.localdate()
    for person in people:
        Absence.objects.create(person=person, first_day=day, last_day=day)
    rows = Absence.objects.select_related("person").order_by("person__name", "pk")

    pages, _ = walk(rows, 2)

    assert [row for page in pages for row in page.rows] == list(rows)


def test_rows_given_as_dictionaries(people):
    rows = Person.objects.order_by("name", "pk").values("pk", "name")

    pages, _ = walk(rows, 2)

    assert [row for page in pages for row in page.rows] == list(rows)


def written(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "åäö",
        "====",
        written("n", "Bo"),
        written("z", "Bo", 3),
        written("n", "Bo", "tre"),
        written("n", "Bo", None),
        written("n", "Bo", {}),
        written("n", "Bo", 1, 2),
        base64.urlsafe_b64encode(b"7").decode(),
        base64.urlsafe_b64encode(b'{"n": 1}').decode(),
    ],
)
def test_a_cursor_nobody_gave_is_refused(people, cursor):
    with pytest.raises(BadCursor):
        page_of(Person.objects.order_by("name", "pk"), cursor)


def test_an_order_without_the_key_is_refused():
    with pytest.raises(ValueError, match="ends in the key"):
        page_of(Person.objects.order_by("name"))


def test_a_page_is_one_statement(people):
    rows = Person.objects.order_by("name", "pk")
    cursor = page_of(rows, size=2).next

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page_of(rows, cursor, size=2)

    assert len(asked) == 1
    assert "COUNT" not in asked[0]["sql"]
    assert "OFFSET" not in asked[0]["sql"]


def test_counting_stops_at_the_limit(people):
    assert str(count_of(Person.objects.all(), limit=7)) == "7"
    assert str(count_of(Person.objects.all(), limit=6)) == "6+"
    assert str(paging.Capped(1000, more=True)) == "1\u00a0000+"
