"""One size of region to measure on: its own database, broker and web, and what they cost in CPU."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.generate import YEARS
from patientsakerhet.local.child import Child
from patientsakerhet.local.postgres import Postgres
from patientsakerhet.local.state import PROJECT, State
from patientsakerhet.local.valkey import Valkey

MEASURED = {
    "shared_buffers": "4GB",
    "work_mem": "32MB",
    "effective_cache_size": "12GB",
    "max_wal_size": "8GB",
    "autovacuum": "off",  # a vacuum in the middle of a round would be measured with it
}
LOADED = {
    **MEASURED,
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "30min",
    "maintenance_work_mem": "1GB",
}


class Place:
    """A region of `count` cases of so many years below `folder`, loaded once and kept."""

    def __init__(self, folder: Path, count: int, seed: int, years: int = YEARS) -> None:
        self.count = count
        self._seed, self._years = seed, years
        name = str(count) if years == YEARS else f"{count}-in-{years}-years"
        self._state = State((folder / name).resolve())
        self._state.make()
        self._loaded = self._state.folder / "loaded.json"
        self._postgres = Postgres(self._state, tuning=MEASURED)
        self._valkey = Valkey(self._state)
        self._web: Child | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return self._postgres.url

    def load(self, *, fresh: bool) -> dict[str, Any]:
        """The cases stand there; what loading took, now or when it was done."""
        if fresh and self._loaded.exists():
            self._loaded.unlink()
        if not self._loaded.exists():
            self._state.empty()
            self._state.make()
            careless = Postgres(self._state, forgetful=True, tuning=LOADED)
            careless.start()
            try:
                self._run("-m", "patientsakerhet.local.prepare", "database")
                asked = map(str, (self.count, self._seed, self._years))
                told = self._run("-m", "benchmarks.load", *asked)
            finally:
                careless.stop()
            self._loaded.write_text(told)
        found: dict[str, Any] = json.loads(self._loaded.read_text())
        return found

    def start(self, port: int) -> list[dict[str, Any]]:
        """Database, broker and web answer; the scenarios to measure there."""
        self.port = port
        self._begin()
        self._count_the_flow()
        plan: list[dict[str, Any]] = json.loads(self._run("-m", "benchmarks.scenarios"))
        with open(self._state.log / "web.log", "ab") as output:
            self._web = Child(
                "web",
                (sys.executable, "-m", "gunicorn"),
                env=self._environment(),
                cwd=PROJECT,
                output=output,
            )
        give_up = time.monotonic() + 60
        while True:
            try:
                ask(port, "GET", "/halsa")
                return plan
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.2)

    def drafts(self) -> dict[str, dict[str, Any]]:
        """What drafts of a report take there; they are of an earlier moment, which the sums do not tell."""
        self._begin()
        found = {}
        for sort in ("written", "handed_in"):
            before = _used(self._postmaster)
            told = json.loads(self._run("-m", "benchmarks.draft", sort))
            told["processor of the database"] = round((_used(self._postmaster) - before) / 1000, 1)
            found[sort] = told
        return found

    def stop(self) -> None:
        if self._web is not None:
            self._web.stop()
        self._valkey.stop()
        self._postgres.stop()

    def cpu(self) -> tuple[float, float]:
        """Milliseconds of processor that the web and the database have used so far."""
        assert self._web is not None
        return _used(self._web.pid), _used(self._postmaster)

    @property
    def _postmaster(self) -> int:
        return int((self._postgres.data / "postmaster.pid").read_text().split()[0])

    def _begin(self) -> None:
        self._postgres.start()
        self._valkey.start()
        self._run("-m", "patientsakerhet.local.prepare", "database", "static")

    def _count_the_flow(self) -> None:
        counted = json.loads(self._run("-m", "benchmarks.load"))
        if counted["counted"]:
            print(f"{self.count:,} cases, the flow counted in advance: {counted}", flush=True)

    def _environment(self) -> dict[str, str]:
        return {
            "STATE_DIR": str(self._state.folder),
            "SECRET_KEY": self._state.secret_key(),
            "DATABASE_URL": self._postgres.url,
            "REDIS_URL": self._valkey.url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "HOST": "127.0.0.1",
            "PORT": str(self.port or 8000),
            "WEB_PROCESSES": "1",
            "WEB_THREADS": "1",
            "DATABASE_CONN_MAX_AGE": "36000",  # a session that ends takes its figures with it
            "DEBUG": "0",
            "DEMO": "0",
            "MAIL_DIR": str(self._state.mail),
        }

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env={**os.environ, **self._environment()},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed for {self.count} cases")
        return done.stdout


def ask(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body, {"Host": "localhost", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def _used(root: int) -> float:
    """Of a process and all below it, those that have ended included, in milliseconds.

    What runs is known to the nanosecond, what has ended to a tick: bursts are long enough.
    """
    ended = sum(int(ticks) for ticks in _fields_of(root)[13:15])
    total = ended * 1e9 / os.sysconf("SC_CLK_TCK")
    for pid in _tree(root):
        for task in Path(f"/proc/{pid}/task").glob("*"):
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue  # ended meanwhile; those we measure stay
    return total / 1e6


def _tree(root: int) -> set[int]:
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int(_fields_of(int(process.name))[1])
        except OSError:
            continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _fields_of(pid: int) -> list[str]:
    """What the kernel tells of a process, from its state on; the name before may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
