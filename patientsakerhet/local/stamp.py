"""Whether the code has changed since the database and the static files were brought up to it."""

import hashlib
from pathlib import Path

from patientsakerhet.local.state import PROJECT

CODE = ("avvikelse", "patientsakerhet", "rapporter", "sakerhetsmeddelanden", "static")
LOCK = PROJECT / "requirements.txt"


class Stamp:
    """A file with the fingerprint of the code, and of the choices, that prepared the data beside it."""

    def __init__(self, file: Path, *choices: str) -> None:
        self._file = file
        self._now = " ".join((fingerprint(), *choices))

    def is_current(self) -> bool:
        return self._file.exists() and self._file.read_text() == self._now

    def set(self) -> None:
        self._file.write_text(self._now)


def fingerprint() -> str:
    """Changes when a file of the product is added, removed or written to."""
    digest = hashlib.sha256()
    files = {file for top in CODE for file in (PROJECT / top).rglob("*") if file.is_file()}
    for file in sorted(files | {LOCK}):
        if "__pycache__" not in file.parts:
            found = file.stat()
            name = file.relative_to(PROJECT)
            digest.update(f"{name}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
