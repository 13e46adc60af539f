"""Processes we started: none outlives us, and each stops when told."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from patientsakerhet.local.signals import leaving_ctrl_c_to_others
from patientsakerhet.local.state import PROJECT


def leashed(argv: Sequence[str], stop: signal.Signals) -> list[str]:
    """The same command, told by the kernel to stop when whoever started it is gone.

    Without it a `kill -9` of the supervisor would leave a database running that blocks the next
    start. Only Linux has the means; elsewhere the command is returned as it is.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(argv)
    return [setpriv, "--pdeathsig", stop.name.removeprefix("SIG"), "--", *argv]


class Child:
    """A process in a session of its own, so that Ctrl-C reaches it only through us."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        before: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        output: IO[bytes] | int | None = None,
        stop: signal.Signals = signal.SIGTERM,
        user: int | None = None,
        group: int | None = None,
    ) -> None:
        self.name = name
        self._stop = stop
        self._process = subprocess.Popen(
            [*before, *leashed(argv, stop)],
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> IO[bytes] | None:
        """What it prints, when it was started with a pipe."""
        return self._process.stdout

    def returncode(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        if self.returncode() is None:
            self._process.send_signal(self._stop)

    def wait(self) -> int:
        return self._process.wait()

    def stop(self, patience: float = 10.0) -> None:
        """It is gone afterwards, and whatever it started with it."""
        self.ask_to_stop()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nothing of its own was left


def in_foreground(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run a program that has the terminal to itself, in the project's folder; its exit code."""
    process = subprocess.Popen(
        leashed(argv, signal.SIGINT), cwd=PROJECT, env={**os.environ, **(env or {})}
    )
    try:
        with leaving_ctrl_c_to_others():
            return process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
