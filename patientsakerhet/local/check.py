"""`./dev check`: everything that must hold before a change is landed, the quick things first."""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from patientsakerhet.local.child import in_foreground
from patientsakerhet.local.services import passing_services
from patientsakerhet.local.testing import test

PYTHON = (sys.executable, "-m")
MANAGE = (sys.executable, "manage.py")

STEPS: dict[str, tuple[str, ...]] = {
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "who imports whom": (str(Path(sys.executable).with_name("lint-imports")),),
    "types": (*PYTHON, "mypy"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "generated docs": (*MANAGE, "generate_docs", "--check"),
}


def check(arguments: list[str]) -> int:
    """Runs every step although one fails, so that one round shows all; `--no-tests` stops early."""
    began = time.monotonic()
    with passing_services() as started:
        environment = {"DEBUG": "1", **started.environment}
        failed = [
            name
            for name, argv in STEPS.items()
            if not _passes(name, partial(in_foreground, argv, environment))
        ]
    if "--no-tests" not in arguments and not _passes("tests", lambda: test(["-q"])):
        failed.append("tests")
    took = time.monotonic() - began
    print(f"\n{'Failed: ' + ', '.join(failed) if failed else 'All is well'} ({took:.0f} s)")
    return 1 if failed else 0


def _passes(name: str, step: Callable[[], int]) -> bool:
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    passed = step() == 0
    print(
        f"== {name}: {'ok' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True
    )
    return passed
