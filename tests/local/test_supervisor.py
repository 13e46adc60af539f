"""All processes run, or none."""

import sys
import time

import pytest

from patientsakerhet.local.supervisor import Program, Supervisor

pytestmark = pytest.mark.kill

PATIENT = "import time; print('här', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('här', flush=True); time.sleep(600)"
)


def program(name, code):
    return Program(name, (sys.executable, "-c", code))


@pytest.fixture
def supervisor():
    supervisor = Supervisor({})
    yield supervisor
    supervisor.stop(patience=0.1)


def test_lines_are_marked_with_who_said_them(supervisor, capfd):
    supervisor.start([program("webb", "print('ett'); print('två')"), program("schema", PATIENT)])

    assert supervisor.watch() == "webb"
    supervisor.stop()

    said = capfd.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("webb")] == ["webb   | ett", "webb   | två"]


def test_one_that_ends_is_named(supervisor):
    supervisor.start([program("webb", PATIENT), program("arbetare", "raise SystemExit(3)")])

    assert supervisor.watch() == "arbetare"


def test_a_service_that_ends_is_named():
    supervisor = Supervisor({"PostgreSQL": lambda: -9})
    supervisor.start([program("webb", PATIENT)])

    assert supervisor.watch() == "PostgreSQL"
    supervisor.stop()


def test_watching_ends_when_what_is_waited_for_comes(supervisor):
    supervisor.start([program("webb", PATIENT)])
    began = time.monotonic()

    assert supervisor.watch(until=lambda: time.monotonic() > began + 0.3) == ""


def test_what_does_not_listen_is_ended(supervisor, capfd):
    supervisor.start([program("webb", STUBBORN), program("schema", PATIENT)])
    said = ""
    while said.count("här") < 2:
        supervisor.watch(until=lambda: True)
        supervisor._print(wait=0.1)
        said += capfd.readouterr().out

    began = time.monotonic()
    supervisor.stop(patience=0.5)

    assert time.monotonic() - began < 5
    assert all(code is not None for _, code in supervisor._returncodes())
