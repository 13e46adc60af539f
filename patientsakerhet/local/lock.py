"""`./dev lock`: exact versions and hashes of everything installed, from the *.in files."""

import os
import re
import subprocess
import sys
from pathlib import Path

from patientsakerhet.local.state import PROJECT

SETS = ("requirements", "requirements-local", "requirements-dev")
EARLIEST_PYTHON = "3.11"


def lock(arguments: list[str]) -> int:
    """Each lock holds on every system and Python from the earliest on; `arguments` go to uv."""
    for name in SETS:
        made = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", f"{name}.in"),
                *("--output-file", f"{name}.txt", "--quiet"),
                *("--universal", "--python-version", EARLIEST_PYTHON, "--generate-hashes"),
                *(
                    "--no-emit-index-url",
                    "--no-emit-find-links",
                    "--custom-compile-command",
                    "./dev lock",
                ),
                *arguments,
            ],
            cwd=PROJECT,
            env=os.environ,
            check=False,
        )
        if made.returncode:
            return made.returncode
        _refuse_addresses(PROJECT / f"{name}.txt")
    return 0


def _refuse_addresses(path: Path) -> None:
    """A lock that names a machine or a registry would work on that machine alone."""
    if found := re.search(r"^--|file:|https?://", path.read_text(), re.MULTILINE):
        raise SystemExit(f"{path.name} names an address: {found[0]}")
