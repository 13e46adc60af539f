"""The ground itself: what conftest promises every other test."""

import re
import smtplib
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from patientsakerhet.audit import trail
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import KindState
from patientsakerhet.organisation.models import Person
from tests import conftest, seeded
from tests.conftest import NetworkIsShut


def test_another_machine_cannot_be_reached():
    with pytest.raises(NetworkIsShut):
        socket.create_connection(("192.0.2.1", 25), timeout=1)


def test_a_name_is_not_looked_up_outside():
    with pytest.raises(NetworkIsShut):
        smtplib.SMTP("mail.example.org", timeout=1)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_those_side_by_side_draw_from_the_seed_that_is_printed():
    printed = SimpleNamespace(option=SimpleNamespace(seed=7))
    node = SimpleNamespace(workerinput={}, config=printed)
    conftest.pytest_configure_node(node)
    own = SimpleNamespace(
        workerinput=node.workerinput, option=SimpleNamespace(seed=None, hypothesis_seed=None)
    )

    conftest.pytest_configure(own)

    assert (own.option.seed, own.option.hypothesis_seed) == (7, "7")


def test_chance_repeats_with_the_seed(chance, request):
    import random

    again = random.Random(f"{request.config.option.seed}/{request.node.nodeid}")

    assert [chance.random() for _ in range(5)] == [again.random() for _ in range(5)]


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_for_the_next_and_the_first_rows_are_back(time):
    assert not Person.objects.exists()
    assert not Event.objects.exists()
    assert cache.get("attempts") is None
    before = set(KindState.objects.values_list("pk", "label"))
    assert before

    Person.objects.create_user(email="anna@example.org", name="Anna Ek")
    with transaction.atomic():
        trail.record("case.filed", by=None, body={"time": time})
    trail.denied("case.read", by=None)
    cache.set("attempts", 3)
    KindState.objects.update(label="ändrad")
    seeded.put_back(connection)

    assert set(KindState.objects.values_list("pk", "label")) == before
    Person.objects.create_user(email="anna@example.org", name="Anna Ek")


AT_ONCE = re.compile(
    r"assert .*\.(is_visible|is_hidden|is_checked|is_enabled|is_disabled|input_value)\(\)|assert .*\.inner_text\("
)
"""Reads of a browser's page that take what stands there, also of a page still on its way."""


def test_what_a_page_shows_is_waited_for():
    read_at_once = [
        f"{path.name}: {line.strip()}"
        for path in Path(__file__).parent.rglob("*.py")
        for line in path.read_text().splitlines()
        if AT_ONCE.search(line)
    ]

    assert read_at_once == []
