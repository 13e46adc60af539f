"""Where a local installation keeps everything it remembers: one folder, one lock, short sockets."""

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from patientsakerhet.local.errors import CannotStart

PROJECT = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET_FOLDER = 80
"""Bytes. A socket's whole path may be 107, and PostgreSQL's file name takes twenty of them."""


@dataclass(frozen=True)
class State:
    """The folder of one installation, by default `var/` in the project."""

    folder: Path

    @classmethod
    def of_this_project(cls) -> "State":
        return cls(Path(os.environ.get("STATE_DIR") or PROJECT / "var").resolve())

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    def make(self) -> None:
        """The folder stands, closed to others, with its subfolders."""
        for folder in (self.folder, self.log, self.mail):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise CannotStart(
                f"Mappen {self.folder} går inte att skriva i. Starta som den som äger den, "
                "eller välj en annan med STATE_DIR=/en/annan/mapp."
            )

    @property
    def digest(self) -> str:
        """Tells this installation from others on the machine."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    def sockets(self) -> Path:
        """A folder of our own, closed to others, whose path is short enough for a socket."""
        folder = self.folder / "run"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            folder = Path(tempfile.gettempdir()) / f"varsam-{os.getuid()}-{self.digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise CannotStart(f"{folder} tillhör någon annan. Sätt TMPDIR till en egen mapp.")
        folder.chmod(0o700)
        return folder

    def secret_key(self) -> str:
        """The key that signs sessions and links; made once, readable by its owner alone."""
        kept = self.folder / "secret_key"
        if not kept.exists():
            fresh = kept.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with open(fresh, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(secrets.token_urlsafe(64))
            fresh.rename(kept)
        return kept.read_text()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else starts on the same folder meanwhile; the lock dies with its process."""
        self.make()
        with open(self.folder / "lock", "a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise CannotStart(
                    f"Varsam körs redan från {self.folder} (process {file.read().strip()}). "
                    "Stoppa den med Ctrl-C i dess fönster, eller starta en till med "
                    "STATE_DIR=/en/annan/mapp PORT=8001 ./dev run."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def is_held(self) -> bool:
        """Whether a process runs on the folder now."""
        if not (self.folder / "lock").exists():
            return False
        with open(self.folder / "lock") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def empty(self) -> None:
        """Everything remembered is gone; refuses while something runs on it."""
        with self.held():
            elsewhere = self.folder / "postgres" / "elsewhere"
            if elsewhere.is_symlink():  # where root's database had to live, see postgres.py
                shutil.rmtree(elsewhere.resolve())
            if self.sockets().parent != self.folder:
                shutil.rmtree(self.sockets())
            for entry in self.folder.iterdir():
                if entry.name == "lock":
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
