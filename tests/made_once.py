"""What every test of a module begins with, made once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def for_a_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written inside is there for the tests of a module, and is undone after the last."""
    with (
        blocker.unblock(),
        transaction.atomic(),
        transaction.atomic(using="trail"),
    ):
        yield
        transaction.set_rollback(True, using="trail")
        transaction.set_rollback(True)


def judged(world: Any) -> Any:
    """The world, when the database's guards have looked at it: else each test's end would judge it again."""
    connection.check_constraints()
    return world


def made_once(make: Callable[[], Any]) -> tuple[Any, Any]:
    """Two fixtures, `_made` and one of the module's own name: what is made, and a test's copy of it.

    For tests that need no commit: what a test does is undone after it, as it is where each makes its own.
    """

    @pytest.fixture(scope="module")
    def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        with for_a_module(django_db_blocker):
            yield judged(make())

    @pytest.fixture
    def copied(_made: Any, db: None) -> Any:
        return deepcopy(_made)

    return made, copied
