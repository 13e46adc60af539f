"""A notice goes out to many units while worker, scheduler, web and database are killed and the broker emptied."""

import os
import random
import time

import pytest

from tests.kill.product import TARGETS
from tests.kill.test_nothing_is_lost import LONG, eventually

pytestmark = pytest.mark.kill

UNITS = int(os.environ.get("KILL_UNITS") or 400)
STANDING = """
    SELECT r.id, r.status, r.distribution_id IS NOT NULL,
        (SELECT count(*) FROM sakerhetsmeddelanden_recipientmail m WHERE m.recipient_id = r.id),
        (SELECT count(*) FROM sakerhetsmeddelanden_recipientevent e
            WHERE e.recipient_id = r.id AND e.step = 'queue'),
        (SELECT count(*) FROM sakerhetsmeddelanden_recipientevent e
            WHERE e.recipient_id = r.id AND e.step = 'hand_over'),
        (SELECT count(*) FROM access_caseaccess a
            WHERE a.case_id = r.notice_id AND a.unit_id = r.unit_id AND a.level = 'recipient')
    FROM sakerhetsmeddelanden_recipient r ORDER BY r.id
"""


def waiting(product):
    """Units whose mail has not been handed over."""
    (count,) = product.ask(
        "SELECT count(*) FROM sakerhetsmeddelanden_recipient WHERE status <> 'handed_over'"
    )[0]
    return count


def come_so_far(product):
    """Mails that have been promised, and mails that have left."""
    return product.ask(
        "SELECT count(*), count(sent_at) FROM notifications_message WHERE kind = 'notice'"
    )[0]


def kill_until_sent(product, chance):
    """Something is killed, each kind before any comes again, until every mail has left.

    Each kill waits for something to have been done since the one before: on a slow machine there
    would otherwise be nothing but starting. Only standing still for long is a fault.
    """
    moved, targets, crashes = time.monotonic(), [], [product.kill_database_backend]
    before = (-1, -1)
    while waiting(product):
        assert time.monotonic() - moved < LONG, f"{before}\n{product.logs()}"
        now = come_so_far(product)
        if now != before:
            targets = targets or chance.sample(TARGETS, len(TARGETS))
            if product.kill(targets[-1], chance):
                targets.pop()
                before, moved = now, time.monotonic()
            product.empty_broker()
            if crashes and now[1]:
                crashes.pop()()
        time.sleep(chance.uniform(1, 3))
        product.look_after()


def test_every_chosen_unit_is_reached_once(product, post, request):
    seed = request.config.option.seed
    case = product.run("-m", "tests.kill.seed_notice", "ready", str(UNITS)).strip()

    product.run("-m", "tests.kill.seed_notice", "send", case)
    kill_until_sent(product, random.Random(seed))
    product.let_leases_run_out()
    eventually(lambda: notice(product) == "awaiting_units", product, "the notice has not moved on")

    print(f"seed {seed}\nkilled {dict(product.kills)}, {post.duplicates} mails came twice")
    rows = product.ask(STANDING)
    assert len(rows) == UNITS
    assert {row[1:] for row in rows} == {("handed_over", True, 1, 1, 1, 1)}
    assert product.ask(
        "SELECT total, done, finished_at IS NOT NULL FROM sakerhetsmeddelanden_distribution"
    ) == [(UNITS, UNITS, True)]
    promised = product.ask("SELECT message_id FROM notifications_message WHERE kind = 'notice'")
    assert set(post.taken) == {one for (one,) in promised}
    assert len(promised) == UNITS
    assert post.duplicates <= product.possible_duplicates
    print(product.run("manage.py", "verify_audit"))


def notice(product):
    return product.ask("SELECT status FROM cases_case WHERE kind = 'safety_notice'")[0][0]
