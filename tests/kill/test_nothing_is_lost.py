"""Reports are filed while web, worker, scheduler and database are killed and the broker emptied."""

import json
import os
import random
import threading
import time
from dataclasses import dataclass

import pytest

from tests.kill.clients import Ledger, System, Visitor
from tests.kill.product import TARGETS

SYSTEMS, VISITORS = 2, 2


@dataclass(frozen=True)
class Storm:
    """How long things are killed, and how much must come through meanwhile, however slow the machine."""

    seconds: float
    pace: float
    """Seconds between two reports of one client, about."""
    reports: int
    """That must have been acknowledged."""


SHORT = Storm(seconds=6, pace=0.3, reports=20)
"""Everything killed once at least; for every landing."""
THOROUGH = Storm(seconds=float(os.environ.get("KILL_SECONDS") or 45), pace=0.8, reports=60)
"""For `./dev test -m kill`, as long as one likes."""
STORMS = [
    pytest.param(SHORT, id="short", marks=pytest.mark.long),
    pytest.param(THOROUGH, id="thorough", marks=pytest.mark.kill),
]
LONG = 300.0
"""Seconds that anything may take that is waited for; on a quiet machine it takes a few."""

# Every case of the ledger's day, and how many there are of all it must have.
WHOLE = """
    SELECT d.what_happened, c.number,
        (SELECT count(*) FROM cases_deadline x WHERE x.case_id = c.id AND x.met_at IS NULL),
        (SELECT count(*) FROM cases_transition x WHERE x.case_id = c.id AND x.step = 'file'),
        (SELECT count(*) FROM access_caseaccess x
            WHERE x.case_id = c.id AND x.level = 'coordination'),
        (SELECT count(*) FROM cases_reporter x WHERE x.case_id = c.id),
        (SELECT count(*) FROM cases_submission x WHERE x.case_id = c.id),
        (SELECT count(*) FROM cases_casetext x WHERE x.case_id = c.id),
        (SELECT count(*) FROM notifications_message x
            WHERE x.case_id = c.id AND x.kind = 'receipt'),
        (SELECT count(*) FROM audit_event x JOIN audit_seal s ON s.event_id = x.id
            WHERE x.case_id = c.id AND x.action = 'case.filed'),
        (SELECT count(*) FROM avvikelse_preparation x
            WHERE x.deviation_id = c.id AND x.prepared_at IS NOT NULL)
    FROM cases_case c LEFT JOIN avvikelse_deviation d ON d.case_id = c.id
    ORDER BY c.id
"""
PARTS = (
    "open deadline",
    "transition",
    "reach",
    "reporter",
    "submission",
    "search text",
    "receipt",
    "sealed trail",
    "preparation",
)


def eventually(is_true, product, what):
    give_up = time.monotonic() + LONG
    while not is_true():
        assert time.monotonic() < give_up, f"{what}\n{product.logs()}"
        product.look_after()
        time.sleep(0.5)


def kill_at_random(product, ledger, chance, storm):
    """Something is killed every second or two, each kind before any comes again.

    Each kill waits for a report that came through after the one before: on a slow machine there
    would otherwise be nothing but starting.
    """
    began = time.monotonic()
    crashes = [(0.35, product.kill_database_backend), (0.65, product.kill_database)]
    targets: list[str] = []
    next_kill, next_flush, came_through = 1.0, 2.0, 0
    while (at := time.monotonic() - began) < LONG:
        enough = len(ledger.acknowledged) >= storm.reports and set(TARGETS) <= set(product.kills)
        if at > storm.seconds and enough and not crashes:
            return
        if at > next_kill and len(ledger.acknowledged) > came_through:
            targets = targets or chance.sample(TARGETS, len(TARGETS))
            if product.kill(targets[-1], chance):
                targets.pop()
                came_through = len(ledger.acknowledged)
            next_kill = at + chance.uniform(1, 3)
        if at > next_flush:
            product.empty_broker()
            next_flush = at + chance.uniform(2, 5)
        if crashes and at > crashes[0][0] * storm.seconds:
            crashes.pop(0)[1]()
        time.sleep(0.2)
        product.look_after()
    pytest.fail(f"too few reports came through\n{dict(product.kills)}\n{ledger}\n{product.logs()}")


@pytest.mark.parametrize("storm", STORMS)
def test_every_acknowledged_report_exists_once_and_whole(storm, product, post, request):
    seed = str(request.config.option.seed)
    people = json.loads(product.run("-m", "tests.kill.seed", str(SYSTEMS)))
    ledger, enough = Ledger(), threading.Event()
    told = (ledger, enough, product.port)
    clients = [
        *(
            System(
                *told, f"{seed}/system {n}", storm.pace, unit=people["unit"], key=people["keys"][n]
            )
            for n in range(SYSTEMS)
        ),
        *(
            Visitor(*told, f"{seed}/visitor {n}", storm.pace, unit=people["unit"])
            for n in range(VISITORS)
        ),
    ]

    for client in clients:
        client.start()
    try:
        eventually(lambda: ledger.acknowledged, product, "the product never took a report")
        kill_at_random(product, ledger, random.Random(seed), storm)
    finally:
        enough.set()
    eventually(lambda: not any(c.is_alive() for c in clients), product, "reports still unanswered")
    print(f"seed {seed}\nkilled {dict(product.kills)}\n{ledger}")

    product.close_the_door()
    product.let_leases_run_out()
    eventually(lambda: owed(product) == (0, 0), product, "promises are still owed")
    assert_nothing_unexpected(ledger, product)
    assert_each_report_once_and_whole(ledger, product)
    assert_numbers_have_no_gap(product)
    assert_every_mail_arrived(product, post)
    assert_nobody_is_stuck(product)
    print(f"{len(ledger.acknowledged)} acknowledged, {post.duplicates} mails came twice")
    print(product.run("manage.py", "verify_audit"))


def owed(product):
    """Mails and preparations that are promised and not yet kept."""
    return product.ask(
        """
        SELECT (SELECT count(*) FROM notifications_message
                WHERE channel = 'mail' AND urgent AND state IN ('pending', 'leased', 'failed')),
               (SELECT count(*) FROM avvikelse_deviation d
                LEFT JOIN avvikelse_preparation p ON p.deviation_id = d.case_id
                WHERE p.prepared_at IS NULL)
        """
    )[0]


def assert_nothing_unexpected(ledger, product):
    assert ledger.unexpected == [], product.logs()


def assert_each_report_once_and_whole(ledger, product):
    kept: dict[str, list[str]] = {}
    for text, number, *parts in product.ask(WHOLE):
        assert dict(zip(PARTS, parts, strict=True)) == dict.fromkeys(PARTS, 1), number
        kept.setdefault(text.split()[-1], []).append(number)
    for one in ledger.acknowledged:
        assert kept.pop(one.marker) == [one.number], one
    # Whoever left before the answer may have filed once or not at all, and nobody else has.
    gave_up = {one.marker for one in ledger.entries if one.given_up}
    assert set(kept) <= gave_up
    assert all(len(numbers) == 1 for numbers in kept.values()), kept


def assert_numbers_have_no_gap(product):
    serials = [serial for (serial,) in product.ask("SELECT serial FROM cases_case ORDER BY 1")]
    assert serials == list(range(1, len(serials) + 1))
    assert product.ask("SELECT sum(last) FROM cases_counter") == [(len(serials),)]


def assert_every_mail_arrived(product, post):
    """None lost, none given up, none twice but by a relay that was killed at it."""
    promised = product.ask(
        "SELECT message_id, state, attempts FROM notifications_message "
        "WHERE channel = 'mail' AND urgent"
    )
    assert {state for _, state, _ in promised} == {"sent"}
    assert set(post.taken) == {message for message, _, _ in promised}
    oftener = {message for message, _, attempts in promised if post.taken[message] > attempts}
    assert not oftener, "sent without having been taken"
    assert post.duplicates <= product.possible_duplicates, dict(product.kills)


def assert_nobody_is_stuck(product):
    """No transaction is left open, and nobody waits for a lock."""
    eventually(
        lambda: (
            product.ask(
                """
            SELECT count(*) FROM pg_stat_activity
            WHERE state LIKE 'idle in transaction%'
               OR wait_event_type = 'Lock'
               OR (state = 'active' AND now() - xact_start > interval '30 seconds')
            """
            )
            == [(0,)]
        ),
        product,
        "somebody holds or waits for a lock",
    )
