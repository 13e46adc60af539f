"""The ground every test stands on: closed network, printed seed, fast hashing, rows put back."""

import gc
import os
import random
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import hypothesis
import pytest
from celery import current_app
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection, connections
from django.test import TestCase, TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from tests import seeded
from tests.journeys.browser import browser_tab, chromium  # noqa: F401  known to every test

# How long an example takes says how busy the machine is; CI draws by the printed seed as others do.
hypothesis.settings.register_profile(
    "ours",
    deadline=None,
    derandomize=False,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="repeat a run with the seed it printed")
    parser.addoption(
        "--one-in",
        type=int,
        default=1,
        help="of what is thorough, one in so many, drawn by the seed",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.option.seed = config.workerinput["seed"]
    elif config.option.seed is None:
        config.option.seed = secrets.randbelow(2**31)
    if getattr(config.option, "hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(config.option.seed)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Those side by side draw from the seed that is printed, not each from one of its own."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.option.seed} (repeat with --seed={config.option.seed})"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that the printed seed repeats, the same for a test whichever tests run beside it."""
    return random.Random(f"{request.config.option.seed}/{request.node.nodeid}")


@pytest.fixture
def part_of(request: pytest.FixtureRequest, chance: random.Random) -> Callable[[Iterable], list]:
    """Of what a thorough test goes over, one in so many as was asked for; of what others do, all."""
    is_thorough = request.node.get_closest_marker("thorough")
    return partial(one_in, request.config.option.one_in if is_thorough else 1, chance)


def one_in(many: int, chance: random.Random, things: Iterable) -> list:
    """One in so many of the things, at least one of them, in their order."""
    rows = list(things)
    few = -(-len(rows) // many)
    return [rows[place] for place in sorted(chance.sample(range(len(rows)), few))]


def pytest_collection_finish() -> None:
    """What was imported stays, so the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


# --- no worker waits for another ----------------------------------------------------------------

SLOWEST = (
    "tests/journeys/test_every_page.py",
    "tests/matrix/",
    "tests/kill/",
    "tests/rapporter/test_region_2023.py",
    "tests/rapporter/flow/test_prepared.py",
    "tests/avvikelse/exchange/test_real_log.py",
    "tests/sakerhetsmeddelanden/intake/test_rendered.py",
    "tests/journeys/",
    "tests/administration/test_in_browser.py",
)
"""What takes minutes, longest first; the rest is done meanwhile by whoever has nothing else."""


@pytest.hookimpl(trylast=True)  # when those of other depths are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _leave_to_other_runs(config, items)
    items[:] = dealt(items, getattr(config, "workerinput", {"workercount": 1})["workercount"])


def dealt(items: list[pytest.Item], side_by_side: int) -> list[pytest.Item]:
    """The slowest first, dealt out: each of those side by side begins on an equal run of tests."""
    shared: dict[object, list[pytest.Item]] = {}
    for one in sorted((one for one in items if _place(one) < len(SLOWEST)), key=_place):
        name = one.get_closest_marker("together")
        shared.setdefault(name.args if name else one.nodeid, []).append(one)
    hands: list[list[pytest.Item]] = [[] for _ in range(side_by_side)]
    room = [(len(items) + place) // side_by_side for place in range(side_by_side)]
    for turn, some in enumerate(shared.values()):
        order = [(turn + place) % side_by_side for place in range(side_by_side)]
        fits = [one for one in order if len(hands[one]) + len(some) <= room[one]]
        hands[(fits or order)[0]] += some
    short = iter([one for one in items if _place(one) == len(SLOWEST)])
    for hand, most in zip(hands, room, strict=True):
        hand += islice(short, max(0, most - len(hand)))
    return [*(one for hand in hands for one in hand), *short]


def _leave_to_other_runs(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of thorough tests that do not themselves draw a part of what they go over, one in so many stays."""
    whole = [
        one
        for one in items
        if one.get_closest_marker("thorough") and "part_of" not in getattr(one, "fixturenames", ())
    ]
    stay = set(one_in(config.option.one_in, random.Random(config.option.seed), whole))
    if left := [one for one in whole if one not in stay]:
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if one not in set(left)]


def _place(item: pytest.Item) -> int:
    """How long it takes among the slowest, the longest 0; those that are short share the last."""
    return next(
        (place for place, start in enumerate(SLOWEST) if item.nodeid.startswith(start)),
        len(SLOWEST),
    )


# --- no test reaches outside the machine ------------------------------------------------------


class NetworkIsShut(RuntimeError):
    """A test tried to reach another machine."""


LOOPBACK = ("127.", "::1", "localhost")


def _refuse_outside(address: object) -> None:
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(address, tuple) and host and not str(host).startswith(LOOPBACK):
        raise NetworkIsShut(f"tests talk to this machine only, not to {address!r}")


@pytest.fixture(autouse=True, scope="session")
def _network_is_shut() -> Iterator[None]:
    connect, connect_ex, lookup = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self, address):
        _refuse_outside(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        _refuse_outside(address)
        return connect_ex(self, address)

    def guarded_lookup(host, *rest, **named):
        _refuse_outside((host,))
        return lookup(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        yield


@pytest.fixture(autouse=True, scope="session")
def _settings_for_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Argon2 is slow on purpose; static names need no manifest here; files go to folders of ours."""
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        MEDIA_ROOT=tmp_path_factory.mktemp("files"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(autouse=True, scope="session")
def _workers_are_woken_in_memory() -> None:
    """A test that commits wakes nobody's real worker; tasks are called where a test needs them."""
    current_app.conf.broker_url = "memory://"


# --- the database's own promises ---------------------------------------------------------------

# Refused attempts are written on the second connection; in a test it is rolled back like the first.
TransactionTestCase.databases = {"default", "trail"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """A database whose migrations have run already is copied, where `./dev test` has made one."""
    if copied := os.environ.get("TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = copied


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The second connection leads to the test database too; its first rows are kept aside."""
    apart = connections["trail"]
    apart.creation.set_as_test_mirror(connections["default"].settings_dict)
    with django_db_blocker.unblock():
        seeded.keep(connection)
    yield
    apart.close()


@pytest.fixture(autouse=True, scope="session")
def _undefined_variables_fail(_fail_for_invalid_template_variable: None) -> None:
    """Engines made while tests were collected know nothing of it, so they are made anew."""
    setting_changed.send(TestCase, setting="TEMPLATES", value=settings.TEMPLATES, enter=True)


@pytest.fixture(autouse=True, scope="session")
def _second_connection_is_not_judged_beside_the_first() -> Iterator[None]:
    """A rolled-back test ends by making the deferred guards judge on every connection.

    Both would want the lock of the trail's chain, each in a transaction of its own that the test
    holds open, and wait for each other for ever. What is written on the second connection is
    judged where it is really committed: in the tests that commit.
    """
    judges = TestCase._should_check_constraints

    def only_the_first(self, judged) -> bool:
        return judged.alias == connection.alias and judges(self, judged)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_should_check_constraints", only_the_first)
        yield


@pytest.fixture
def commit(db: None) -> Callable[[], None]:
    """Make the deferred guards judge now, as COMMIT would, inside a test that is rolled back."""

    def judge() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return judge


@pytest.fixture(autouse=True, scope="session")
def _what_was_committed_is_put_back() -> Iterator[None]:
    """In place of Django's flush, which the append-only tables refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda self: seeded.put_back(connection)
        )
        yield
