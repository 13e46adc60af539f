"""`./dev run` as a newcomer meets it: one command starts everything, Ctrl-C ends everything."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing

import pytest

from patientsakerhet.local.postgres import _working_in
from patientsakerhet.local.state import PROJECT

pytestmark = pytest.mark.kill

PATIENCE = 240.0


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def dev_run(state):
    """Starts `./dev run` with these variables; what is left at the end is stopped."""
    with ExitStack() as stack:
        yield lambda **variables: stack.enter_context(Run(state, **variables))


class Run:
    """One `./dev run`, whose words are read as they come."""

    def __init__(self, state, **variables):
        self.words = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "patientsakerhet.local", "run"],
            cwd=PROJECT,
            env={
                "PATH": os.environ["PATH"],
                "STATE_DIR": str(state.folder),
                "DEMO": "0",
                "WEB_PROCESSES": "1",
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.set_blocking(self.process.stdout.fileno(), False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.process.stdout.close()

    def wait_for(self, pattern):
        give_up = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.words)):
            assert time.monotonic() < give_up, self.words
            assert self.process.poll() is None, self.words
            self.words += (self.process.stdout.read() or b"").decode()
            time.sleep(0.05)
        return found

    def end(self, number=None):
        """The exit code; everything it said is read."""
        if number:
            self.process.send_signal(number)
        os.set_blocking(self.process.stdout.fileno(), True)
        self.words += self.process.stdout.read().decode()
        return self.process.wait(timeout=60)


def get(port, path):
    """The status and the body."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        return response.status, response.read().decode()


def children_of(pid):
    """Name and pid of the processes started by this one."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {
        name: int(line.split()[0])
        for line in listed.splitlines()
        for name in ("-m gunicorn", "-q worker", "-q beat", "/postgres ", "/valkey-server ")
        if name in line
    }


def test_everything_starts_answers_and_stops_and_starts_again(state, dev_run, port):
    data = state.folder / "postgres" / "data"
    first = dev_run(PORT=str(port))
    first.wait_for(rf"Varsam är igång .*http://localhost:{port}/")
    assert set(children_of(first.process.pid)) == {
        "-m gunicorn",
        "-q worker",
        "-q beat",
        "/postgres ",
        "/valkey-server ",
    }
    status, page = get(port, "/konto/logga-in/")
    assert status == 200
    assert '<html lang="sv"' in page
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    assert get(port, sheet)[0] == 200, "static files are there, under their hashed names"

    second = dev_run(PORT=str(port))
    assert second.end() == 1
    assert "Varsam körs redan" in second.words

    assert first.end(signal.SIGINT) == 0
    assert not _working_in(data)

    again = dev_run(PORT=str(port))
    again.wait_for("Varsam är igång")
    assert "Förbereder" not in again.words, "nothing has changed, so nothing is prepared"

    os.kill(children_of(again.process.pid)["-m gunicorn"], signal.SIGKILL)
    assert again.end() == 1
    assert "webb slutade av sig själv" in again.words
    assert not _working_in(data)


def test_a_taken_port_is_told_with_what_to_do(dev_run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        run = dev_run(PORT=str(number))

        assert run.end() == 1

    assert f"Port {number}" in run.words
    assert "./dev run" in run.words
    assert "Traceback" not in run.words


def test_a_port_that_is_no_number_is_told(dev_run):
    run = dev_run(PORT="åtta")

    assert run.end() == 1
    assert "PORT='åtta' är inget portnummer" in run.words
