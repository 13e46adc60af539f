"""The embedded database and broker: they come, keep what they hold, and go with us."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psycopg2
import pytest
import redis

from patientsakerhet.local import identity
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.postgres import Postgres, _working_in
from patientsakerhet.local.services import passing_services, services

pytestmark = pytest.mark.kill


def ask(url, sql):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def data_of(state):
    return (state.folder / "postgres" / "data").resolve()


def eventually(is_true, seconds=20.0):
    give_up = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.1)


def test_both_answer_and_are_gone_afterwards(state):
    with state.held(), services(state, forgetful=True) as started:
        url, broker = started.environment["DATABASE_URL"], started.environment["REDIS_URL"]
        assert ask(url, "SELECT upper('åäö'), 'ö' ~ '\\w'") == ("ÅÄÖ", True)
        client = redis.Redis.from_url(broker)
        assert client.ping()
        client.close()
        assert _working_in(data_of(state))

    assert not _working_in(data_of(state))
    with pytest.raises(psycopg2.OperationalError):
        ask(url, "SELECT 1")


def test_what_was_written_is_there_at_the_next_start(state):
    with state.held(), services(state) as started:
        ask(started.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS number")
    with state.held(), services(state, forgetful=True) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT number FROM kept") == (7,)


def test_nothing_is_started_for_servers_that_are_given(state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://anna@db.example/varsam")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")

    with state.held(), services(state, forgetful=True) as started:
        assert started.started == {}
        assert started.environment["DATABASE_URL"] == "postgresql://anna@db.example/varsam"
        assert started.environment["REDIS_URL"] == "redis://broker.example/0"


def test_a_failure_stops_what_was_already_started(state, monkeypatch):
    monkeypatch.setenv("VALKEY_SERVER", shutil.which("false"))

    with (
        state.held(),
        pytest.raises(CannotStart, match="Valkey startade inte"),
        services(state, forgetful=True),
    ):
        pass

    assert not _working_in(data_of(state))


def test_a_cluster_half_made_is_made_anew(state):
    state.make()
    half = state.folder / "postgres" / "fresh"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with state.held(), services(state, forgetful=True) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT 1") == (1,)


def test_another_versions_database_is_left_alone(state):
    with state.held(), services(state, forgetful=True):
        pass
    (data_of(state) / "PG_VERSION").write_text("16\n")

    with (
        state.held(),
        pytest.raises(CannotStart, match="gjord av PostgreSQL 16"),
        services(state),
    ):
        pass


def test_a_killed_server_does_not_stand_in_the_way(state):
    """Its pid file even bears the number of a process that lives, as after a container's restart."""
    with state.held():
        database = Postgres(state)
        database.start()
        pid_file = data_of(state) / "postmaster.pid"
        postmaster, *rest = pid_file.read_text().splitlines()
        os.kill(int(postmaster), signal.SIGKILL)
        eventually(lambda: database.returncode() is not None)
        pid_file.write_text("\n".join([str(os.getppid()), *rest]) + "\n")

    with state.held(), services(state, forgetful=True) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT 1") == (1,)


HOLDER = """
import sys, time
from pathlib import Path
from patientsakerhet.local.services import services
from patientsakerhet.local.state import State

state = State(Path(sys.argv[1]))
with state.held(), services(state, forgetful=True) as started:
    print("ready", flush=True)
    time.sleep(600)
"""


def test_nothing_outlives_a_supervisor_that_is_killed(state):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state.folder)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "ready\n"
        holder.kill()

    eventually(lambda: not _working_in(data_of(state)))
    with state.held(), services(state, forgetful=True) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT 1") == (1,)


def test_passing_services_leave_nothing_behind(state):
    with passing_services(tuning={"work_mem": "7MB"}) as started:
        folder = started.environment["STATE_DIR"]
        assert ask(started.environment["DATABASE_URL"], "SHOW work_mem") == ("7MB",)

    assert not os.path.exists(folder)


def test_an_ordinary_user_runs_it_as_himself(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    assert identity.ordinary() == identity.Identity()


@pytest.mark.skipif(os.getuid() != 0, reason="only root steps down")
def test_root_steps_down_to_another_account_where_namespaces_are_forbidden(state, monkeypatch):
    monkeypatch.setattr(identity, "NAMESPACE", ("false",))

    with state.held(), services(state, forgetful=True) as started:
        assert ask(started.environment["DATABASE_URL"], "SELECT 1") == (1,)
        elsewhere = (state.folder / "postgres" / "elsewhere").resolve()
        assert (elsewhere / "data").stat().st_uid != 0
    state.empty()

    assert not elsewhere.exists()
