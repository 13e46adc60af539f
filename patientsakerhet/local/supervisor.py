"""Runs the product's processes side by side: all of them, or none."""

import os
import selectors
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from patientsakerhet.local.child import Child

COLOURS = (36, 33, 35, 32)


@dataclass(frozen=True)
class Program:
    """What to run, and the Swedish name its lines are marked with."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """The processes of one run. Their lines are printed with their names in front."""

    def __init__(self, others: Mapping[str, Callable[[], int | None]]) -> None:
        """`others` are services started elsewhere: name and whether they have ended."""
        self._others = others
        self._children: list[Child] = []
        self._lines = selectors.DefaultSelector()
        self._rest: dict[str, bytes] = {}

    def start(self, programs: Sequence[Program]) -> None:
        width = max(len(program.name) for program in programs)
        for number, program in enumerate(programs):
            reading, writing = os.pipe()
            with open(writing, "wb") as output:
                child = Child(
                    program.name,
                    program.argv,
                    env={"PYTHONUNBUFFERED": "1", **program.env},
                    output=output,
                )
            self._children.append(child)
            mark = f"{program.name:<{width}} | "
            if sys.stdout.isatty():
                mark = f"\x1b[{COLOURS[number % len(COLOURS)]}m{mark}\x1b[0m"
            self._lines.register(reading, selectors.EVENT_READ, mark)

    def watch(self, until: Callable[[], bool] = lambda: False) -> str:
        """Print what they say until `until` is true, or until one ends: then its name."""
        while not until():
            self._print(wait=0.2)
            for name, returncode in self._returncodes():
                if returncode is not None:
                    self._print(wait=0)
                    return name
        return ""

    def stop(self, patience: float = 15.0) -> None:
        """Ask all at once, give each its time, and end what does not listen."""
        for child in self._children:
            child.ask_to_stop()
        give_up = time.monotonic() + patience
        while any(child.returncode() is None for child in self._children):
            self._print(wait=0.05)
            if time.monotonic() > give_up:
                break
        for child in self._children:
            child.stop(patience=0.1)
        self._print(wait=0)

    def _returncodes(self) -> list[tuple[str, int | None]]:
        ours = [(child.name, child.returncode()) for child in self._children]
        return ours + [(name, ended()) for name, ended in self._others.items()]

    def _print(self, wait: float) -> None:
        if not self._lines.get_map():
            time.sleep(wait)
            return
        for key, _ in self._lines.select(wait):
            read = os.read(key.fd, 65536)
            *lines, rest = (self._rest.pop(key.data, b"") + read).split(b"\n")
            for line in lines:
                print(key.data + line.decode(errors="replace"), flush=True)
            if not read:
                self._lines.unregister(key.fd)
                os.close(key.fd)
            elif rest:
                self._rest[key.data] = rest
