"""Reading everything as it was at one moment."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is of one moment, whoever writes meanwhile; nothing can be written.

    It must be the outermost transaction: PostgreSQL fixes the moment at the first question of it.
    """
    with transaction.atomic(durable=True):
        if (
            not connection.savepoint_ids
        ):  # only a test's own transaction can lie around a durable one
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def unswept() -> Iterator[None]:
    """No rubbish is looked for inside: among millions of rows held, each look costs more than all it finds."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()
