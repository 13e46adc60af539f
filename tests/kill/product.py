"""The product's own processes, started as `./dev run` starts them, killed and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg2
import redis

from patientsakerhet.local.child import Child
from patientsakerhet.local.migrated import migrated_cluster
from patientsakerhet.local.postgres import Postgres
from patientsakerhet.local.run import programs
from patientsakerhet.local.state import PROJECT, State
from patientsakerhet.local.supervisor import Program
from patientsakerhet.local.valkey import Valkey
from tests.notifications.conftest import free_port

WEB, WORKER, SCHEDULER = "webb", "arbetare", "schema"
TARGETS = (WEB, "webb, en process", WORKER, "arbetare, en process", SCHEDULER)
# Nothing here outlives a loss of power, so the disk need not be waited for; every commit still is.
TUNING = {"fsync": "off", "full_page_writes": "off"}
RELAYS = 2
"""Processes of one worker that may each be sending a mail."""


class Product:
    """Database, broker, web, worker and scheduler on ports and sockets of their own.

    Everything is started from the thread that made it: the kernel ends the processes with it.
    """

    def __init__(self, state: State, *, smtp_port: int) -> None:
        state.make()
        self._state = state
        self.postgres = Postgres(state, tuning=TUNING, beginning=migrated_cluster())
        self.valkey = Valkey(state)
        self.port = free_port()
        self.environment = {
            "STATE_DIR": str(state.folder),
            "SECRET_KEY": state.secret_key(),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "BASE_URL": f"http://localhost:{self.port}",
            "DEBUG": "0",
            "DEMO": "0",
            "MAIL_DIR": "",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp_port),
            "REPORTS_PER_HOUR": "100000",
            "PYTHONUNBUFFERED": "1",
        }
        self._programs = {each.name: each for each in programs(self.environment)}
        self._running: dict[str, Child] = {}
        self.kills: Counter[str] = Counter()
        self.possible_duplicates = 0
        """Mails that may have been on their way when a relay, or what it writes to, was killed."""

    # --- start and stop -----------------------------------------------------------------------

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.run("-m", "patientsakerhet.local.prepare", "database", "static")
        for program in self._programs.values():
            self._start(program)

    def stop(self) -> None:
        for child in self._running.values():
            child.ask_to_stop()
        for child in self._running.values():
            child.stop()
        self.valkey.stop()
        self.postgres.stop()

    def run(self, *arguments: str) -> str:
        """What a program of the product prints; fails when it does."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def look_after(self) -> None:
        """Whatever has ended is started again, as a supervisor would."""
        for name, child in list(self._running.items()):
            if child.returncode() is not None:
                child.stop(patience=0)
                self._start(self._programs[name])
        if self.postgres.returncode() is not None:
            self.postgres.start()

    def close_the_door(self) -> None:
        """The web ends what it has begun: what was sent without waiting is in now, or never will be."""
        self._running.pop(WEB).stop(patience=60)

    def let_leases_run_out(self) -> None:
        """Time passes: nobody holds what the killed had taken. The worker is stopped meanwhile."""
        worker = self._running.pop(WORKER)
        worker.stop(patience=60)
        if worker.returncode() == -signal.SIGKILL:  # after all, and perhaps at a mail
            self.possible_duplicates += RELAYS
        self.ask("UPDATE notifications_message SET lease_until = now() WHERE state = 'leased'")
        self.ask("UPDATE avvikelse_preparation SET lease_until = now() WHERE prepared_at IS NULL")
        self._start(self._programs[WORKER])

    def _start(self, program: Program) -> None:
        with open(self._log(program.name), "ab") as output:
            self._running[program.name] = Child(
                program.name, program.argv, env=program.env, cwd=PROJECT, output=output
            )

    # --- faults -------------------------------------------------------------------------------

    def kill(self, target: str, chance: random.Random) -> bool:
        """SIGKILL to a program, or to one of the processes it has started; whether there was one."""
        name, _, only_one = target.partition(", ")
        child = self._running[name]
        processes = _children_of(child.pid)
        if child.returncode() is not None or (only_one and not processes):
            return False
        if only_one:
            _kill(chance.choice(processes))
        else:
            _kill(child.pid)
            if name == WORKER:  # a container's end is the end of all in it
                for pid in processes:
                    _kill(pid)
        if name == WORKER:
            self.possible_duplicates += 1 if only_one else RELAYS
        self.kills[target] += 1
        return True

    def empty_broker(self) -> None:
        broker = redis.Redis.from_url(self.valkey.url)
        broker.flushall()
        broker.close()
        self.kills["Valkey, tömd"] += 1

    def kill_database_backend(self) -> None:
        """PostgreSQL ends every session and recovers, as after a crash of its own."""
        self.ask("SELECT pg_backend_pid()", before_close=_kill)
        self.possible_duplicates += RELAYS
        self.kills["PostgreSQL, en session"] += 1

    def kill_database(self) -> None:
        pid = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
        _kill(pid)
        while self.postgres.returncode() is None:
            time.sleep(0.05)
        self.postgres.start()
        self.possible_duplicates += RELAYS
        self.kills["PostgreSQL"] += 1

    # --- looking ------------------------------------------------------------------------------

    def ask(self, sql: str, before_close=None) -> list[tuple]:
        connection = psycopg2.connect(self.postgres.url, connect_timeout=10)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows = cursor.fetchall() if cursor.description else []
                if before_close is not None:
                    before_close(rows[0][0])
                return rows
        finally:
            connection.close()

    def logs(self, lines: int = 25) -> str:
        """The last words of everybody."""
        told = []
        for log in sorted(self._state.log.iterdir()):
            tail = log.read_text(errors="replace").splitlines()[-lines:]
            told.append("\n".join([f"--- {log.name}", *tail]))
        return "\n".join(told)

    def _log(self, name: str) -> Path:
        return self._state.log / f"{name}.log"


def _children_of(parent: int) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # The name stands in parentheses and may hold anything; the parent is the second after.
            after_name = process.joinpath("stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        if int(after_name[1]) == parent:
            found.append(int(process.name))
    return sorted(found)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
