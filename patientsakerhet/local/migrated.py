"""A cluster whose migrations have run, kept for the tests for as long as nothing in them changes."""

import ast
import fcntl
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.errors import CannotStart
from patientsakerhet.local.postgres import OWNER, Postgres, find_programs, version
from patientsakerhet.local.services import Services, services
from patientsakerhet.local.state import PROJECT, State

KEPT = PROJECT / ".migrated"
APPS = ("avvikelse", "patientsakerhet", "rapporter", "sakerhetsmeddelanden")
ALSO = ("requirements.txt", "patientsakerhet/settings.py")
DATA = {".csv", ".gz", ".json", ".sql", ".toml", ".xlsx"}
DATABASE = OWNER
"""What the tests' databases are copied from, inside the cluster."""


def migrated_cluster() -> Path:
    """The folder of a stopped cluster; the first to ask after a change makes it."""
    KEPT.mkdir(exist_ok=True)
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = KEPT / _digest()
        if not folder.exists():
            for old in KEPT.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _make(folder)
    return folder


def _make(folder: Path) -> None:
    """Made beside its place and moved in whole, so that half a one is never used."""
    fresh = folder.with_suffix(".new")
    with tempfile.TemporaryDirectory(prefix="varsam-") as passing:
        state = State(Path(passing).resolve())
        try:
            with state.held():
                with services(state, forgetful=True) as started:
                    _migrate(started)
                shutil.copytree(Postgres(state).data, fresh)
        finally:
            state.empty()
    fresh.rename(folder)


def _migrate(started: Services) -> None:
    prepare = [sys.executable, "-m", "patientsakerhet.local.prepare", "database"]
    if in_foreground(prepare, {"DEBUG": "1", "DEMO": "", **started.environment}):
        raise CannotStart("Migreringarna gick inte att köra, se ovan.")


def _digest() -> str:
    """Tells everything that migrations do: themselves, what they import, and what they may read."""
    told = hashlib.sha256(str(version(find_programs())).encode())
    for path in sorted({*_files(), *(PROJECT / name for name in ALSO)}):
        told.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _files() -> Iterator[Path]:
    waiting = [path for app in APPS for path in (PROJECT / app).rglob("migrations/*.py")]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        yield path
        for name in _imported(path):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    for app in APPS:
        yield from (path for path in (PROJECT / app).rglob("*") if path.suffix in DATA)


def _imported(path: Path) -> Iterator[Path]:
    """The project's own modules that a module names in its imports."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            place = PROJECT.joinpath(*name.split("."))
            yield from (
                one for one in (place.with_suffix(".py"), place / "__init__.py") if one.exists()
            )
