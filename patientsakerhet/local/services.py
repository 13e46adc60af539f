"""The database and the broker together, for a run, a test or a benchmark."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from patientsakerhet.local.postgres import Postgres
from patientsakerhet.local.state import State
from patientsakerhet.local.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """What was started here, and the environment that leads to everything."""

    environment: dict[str, str]
    started: dict[str, Postgres | Valkey] = field(default_factory=dict)

    @classmethod
    def running(cls, state: State) -> "Services":
        """Those that another process on the same state has started."""
        theirs: dict[str, Postgres | Valkey] = {
            "PostgreSQL": Postgres(state),
            "Valkey": Valkey(state),
        }
        found = {"DATABASE_URL": theirs["PostgreSQL"].url, "REDIS_URL": theirs["Valkey"].url}
        given = {name: os.environ.get(name) or url for name, url in found.items()}
        return cls({"STATE_DIR": str(state.folder), **given}, theirs)


@contextmanager
def services(
    state: State,
    *,
    forgetful: bool = False,
    tuning: Mapping[str, str] | None = None,
    beginning: Path | None = None,
) -> Iterator[Services]:
    """PostgreSQL and Valkey answer inside the block and are gone after it.

    What DATABASE_URL or REDIS_URL points at is used as it is and nothing is started for it. The
    caller holds the state's lock. `forgetful` trades safety against power loss for speed;
    `tuning` are PostgreSQL settings; `beginning` is a stopped cluster that a new one is copied from.
    """
    state.make()
    environment = {"STATE_DIR": str(state.folder)}
    started: dict[str, Postgres | Valkey] = {}
    with ExitStack() as stack:
        for name, variable, make in (
            (
                "PostgreSQL",
                "DATABASE_URL",
                lambda: Postgres(state, forgetful=forgetful, tuning=tuning, beginning=beginning),
            ),
            ("Valkey", "REDIS_URL", lambda: Valkey(state)),
        ):
            if given := os.environ.get(variable):
                environment[variable] = given
                continue
            service = make()
            stack.callback(service.stop)
            service.start()
            environment[variable] = service.url
            started[name] = service
        yield Services(environment, started)


@contextmanager
def passing_services(
    tuning: Mapping[str, str] | None = None, beginning: Path | None = None
) -> Iterator[Services]:
    """Services in a folder that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="varsam-") as folder:
        state = State(Path(folder).resolve())
        try:
            with (
                state.held(),
                services(state, forgetful=True, tuning=tuning, beginning=beginning) as started,
            ):
                yield started
        finally:
            state.empty()
