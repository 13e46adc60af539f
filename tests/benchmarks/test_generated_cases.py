"""Generated cases are the same for the same seed, and as whole as those that people file."""

import hashlib

from django.db import connection

from benchmarks import generate, load
from patientsakerhet.audit import verification
from patientsakerhet.cases.models import Case, Transition
from tests.made_once import made_once

WORLD = generate.World(
    desk=3,
    units=list(range(10, 810)),
    handlers=list(range(1, 201)),
    kinds=[1, 2],
    event_classes=[3],
)
COUNT = 200


def digest(seed):
    lines = generate.rows(COUNT, seed, WORLD, generate.Drawn())
    return hashlib.sha256("".join(case + deviation for case, deviation in lines).encode()).digest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert digest(1) == digest(1) != digest(2)


_made, loaded = made_once(lambda: load.load(COUNT, seed=1))


def test_every_generated_case_passes_the_guards(loaded):
    assert Case.objects.count() == COUNT
    assert load.faults(sample=COUNT) == []
    assert verification.last_place() == 2 * COUNT
    assert verification.first_fault() is None


def test_the_check_sees_a_case_that_is_not_whole(loaded):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Transition.objects.filter(case=Case.objects.open().first()).delete()
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert any("history ends in" in fault for fault in load.faults(sample=COUNT))


def test_a_generated_case_is_found_by_its_words(loaded):
    found = Case.objects.matching("xenonlampa")

    assert [case.pk for case in found] == [COUNT // 2]
