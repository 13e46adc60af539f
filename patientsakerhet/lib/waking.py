"""Waking a worker: sooner, never instead of, the sweep that keeps the promise anyway.

The only place besides `tasks` modules that knows of Celery. A message queue that is away costs
speed: waking never fails, and after one failure it is not tried again for a while.
"""

import logging
import time
from dataclasses import dataclass

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds without another try after one that failed."""

# Whoever has just pressed a button waits for this; a queue that hangs is given up at once.
_BRIEF = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "max_retries": 0}
_tired_until = 0.0


def wake(task: str, pk: int | str | None = None) -> bool:
    """Ask a worker to run the task now, with the id if one is given; False when nobody heard.

    The argument is an id and nothing else: the worker reads the row itself.
    """
    global _tired_until
    if time.monotonic() < _tired_until:
        return False
    try:
        with current_app.connection_for_write(transport_options=_BRIEF) as connection:
            current_app.send_task(
                task, args=[] if pk is None else [pk], connection=connection, retry=False
            )
    except (OperationalError, OSError) as error:
        _tired_until = time.monotonic() + PAUSE
        logger.warning("could not wake %s: %s; the sweep will do it", task, type(error).__name__)
        return False
    return True


def after_commit(task: str, pk: int | str | None = None) -> None:
    """Wake a worker when the transaction has been committed; not at all if it is rolled back.

    Asked for many times in one transaction, it is done once.
    """
    call = _Wake(task, pk)
    if call not in (waiting[1] for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(call, robust=True)


@dataclass(frozen=True)
class _Wake:
    task: str
    pk: int | str | None

    def __call__(self) -> None:
        wake(self.task, self.pk)
