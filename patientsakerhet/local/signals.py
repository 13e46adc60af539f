"""Being asked to stop: Ctrl-C, TERM and a closed terminal, as one exception."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """From here on a signal unwinds the program, once: the way out is not interrupted."""
    for number in STOPS:
        signal.signal(number, _unwind)


@contextmanager
def leaving_ctrl_c_to_others() -> Iterator[None]:
    """The terminal sends Ctrl-C to a program in the foreground too; it decides what that means."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _unwind(number: int, frame: FrameType | None) -> None:
    for later in STOPS:
        signal.signal(later, signal.SIG_IGN)
    raise Stopped(number)
