"""Two or more real threads that begin at the same moment, each on its own connections."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import Error, connections

from patientsakerhet.lib.refusal import Refused


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave back, or the refusal it met, in the order of the calls."""
    results: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        start.wait(30)
        try:
            results[place] = call()
        except (Refused, Error) as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results
