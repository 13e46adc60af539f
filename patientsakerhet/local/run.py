"""`./dev run`: the whole product on this machine, until Ctrl-C."""

import http.client
import os
import socket
import sys
import time
from ipaddress import IPv4Address, IPv6Address

from patientsakerhet.local.child import Child
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.services import Services, services
from patientsakerhet.local.signals import Stopped
from patientsakerhet.local.stamp import Stamp
from patientsakerhet.local.state import PROJECT, State
from patientsakerhet.local.supervisor import Program, Supervisor

PATIENCE = 120.0
"""Seconds the web may take to answer its first request."""
NOT_ABOUT_ROOT = ("-W", "ignore:You're running the worker with superuser privileges")
"""On a fresh machine root is often all there is; in the container nothing runs as root."""


def run() -> int:
    """Everything is started, watched and stopped together; returns the exit code."""
    began = time.monotonic()
    state = State.of_this_project()
    try:
        with state.held():
            _refuse_taken(*_listens_at())
            with services(state) as started:
                environment = product_environment(state, started)
                _prepare(state, started, environment)
                return _serve(state, started, environment, began)
    except Stopped as stopped:
        print(f"\nStoppat ({stopped}).")
        return 0


def product_environment(state: State, started: Services) -> dict[str, str]:
    """What the product's processes find in their environment; what is set outside is kept."""
    host, port = _listens_at()
    owns_database = "PostgreSQL" in started.started
    defaults = {
        "SECRET_KEY": state.secret_key(),
        "HOST": host,
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "DEBUG": "0",
        "DEMO": "1" if owns_database else "0",
        "MAIL_DIR": "" if os.environ.get("EMAIL_HOST") else str(state.mail),
    }
    kept = {name: os.environ.get(name) or value for name, value in defaults.items()}
    return {**kept, **started.environment}


def programs(environment: dict[str, str]) -> list[Program]:
    """Web, worker and scheduler."""
    celery = (sys.executable, *NOT_ABOUT_ROOT, "-m", "celery", "--app", "patientsakerhet.celery")
    quiet = ("--loglevel", "warning")
    schedule = f"{environment['STATE_DIR']}/schedule"
    return [
        Program("webb", (sys.executable, "-m", "gunicorn"), environment),
        Program("arbetare", (*celery, "-q", "worker", "--concurrency", "2", *quiet), environment),
        Program(
            "schema",
            (*celery, "-q", "beat", "--schedule", schedule, "--pidfile=", *quiet),
            environment,
        ),
    ]


def _listens_at() -> tuple[str, int]:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT={text!r} är inget portnummer. Skriv till exempel PORT=8001.")
    return os.environ.get("HOST") or "127.0.0.1", int(text)


def _refuse_taken(host: str, port: int, patience: float = 3.0) -> None:
    """A web that was killed together with us may need a moment to leave the port."""
    give_up = time.monotonic() + patience
    while (refusal := _refusal(host, port)) and time.monotonic() < give_up:
        time.sleep(0.2)
    if refusal:
        raise CannotStart(
            f"Port {port} på {host} går inte att använda ({refusal}). "
            f"Välj en annan: PORT={port + 1 if port > 1023 else 8000} ./dev run"
        )


def _refusal(host: str, port: int) -> str:
    """Why nobody can listen there, or nothing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _prepare(state: State, started: Services, environment: dict[str, str]) -> None:
    """Another server's database may have changed without us, so only our own is trusted."""
    chosen = (f"{name}={environment[name]}" for name in ("DEMO", "DEBUG"))
    stamp = Stamp(state.folder / "prepared", *chosen)
    if "PostgreSQL" in started.started and stamp.is_current():
        return
    print("Förbereder databasen …", flush=True)
    work = [
        Child(
            part,
            (sys.executable, "-m", "patientsakerhet.local.prepare", part),
            env=environment,
            cwd=PROJECT,
        )
        for part in ("database", "static")
    ]
    try:
        failed = [part.name for part in work if part.wait()]
    finally:
        for part in work:
            part.stop()
    if failed:
        raise CannotStart("Förberedelsen misslyckades, se felet ovan.")
    stamp.set()


def _serve(state: State, started: Services, environment: dict[str, str], began: float) -> int:
    address = (environment["HOST"], int(environment["PORT"]))
    supervisor = Supervisor({name: each.returncode for name, each in started.started.items()})
    try:
        supervisor.start(programs(environment))
        give_up = time.monotonic() + PATIENCE
        ended = supervisor.watch(until=lambda: _answers(*address) or time.monotonic() > give_up)
        if not ended and time.monotonic() > give_up:
            raise CannotStart(f"Webben svarade inte inom {PATIENCE:.0f} sekunder.")
        if not ended:
            _greet(state, started, environment, time.monotonic() - began)
            ended = supervisor.watch()
        print(f"\n{ended} slutade av sig själv. Stoppar resten.", file=sys.stderr)
        return 1
    finally:
        supervisor.stop()


def _answers(host: str, port: int) -> bool:
    """Whether a request is answered at all; whether all is well is the health page's matter."""
    connection = http.client.HTTPConnection(_reached_as(host), port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _reached_as(host: str) -> str:
    """Where this machine finds what listens there; an address for "everywhere" is no address."""
    everywhere = {str(IPv4Address(0)): "127.0.0.1", str(IPv6Address(0)): "::1"}
    return everywhere.get(host, host)


def _greet(state: State, started: Services, environment: dict[str, str], seconds: float) -> None:
    print(f"\nVarsam är igång efter {seconds:.1f} s:  {environment['BASE_URL']}/\n")
    people = state.folder / "people.txt"
    if people.exists():
        print(people.read_text())
    if environment["MAIL_DIR"]:
        print(f"E-post skickas inte utan läggs i {environment['MAIL_DIR']}")
    for name, variable in (("PostgreSQL", "DATABASE_URL"), ("Valkey", "REDIS_URL")):
        if name not in started.started:
            print(f"{variable} är satt: ingen egen {name} startades.")
    print(
        f"Allt sparas i {state.folder}. Stoppa med Ctrl-C. Börja om med ./dev reset.\n", flush=True
    )
