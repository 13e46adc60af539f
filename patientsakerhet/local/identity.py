"""As whom PostgreSQL runs: it refuses the superuser, so root steps down in one of two ways."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass

from patientsakerhet.local.errors import CannotStart


@dataclass(frozen=True)
class Identity:
    """Who a process runs as. `before` goes in front of the command; `user` is an account's number."""

    before: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    @property
    def needs_own_folder(self) -> bool:
        """Another account cannot be trusted to reach our folders."""
        return self.user is not None


NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""An ordinary user inside, still root's own files outside: nothing is added or opened on disk."""


def ordinary() -> Identity:
    """An identity PostgreSQL accepts on this machine."""
    if os.getuid() != 0:
        return Identity()
    if shutil.which(NAMESPACE[0]) and _works([*NAMESPACE, "true"]):
        return Identity(before=NAMESPACE)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(user=account.pw_uid, group=account.pw_gid)
    raise CannotStart(
        "PostgreSQL kan inte köras som root, och här finns ingen annan användare att köra det "
        "som. Starta som en vanlig användare, eller peka ut en databas med DATABASE_URL."
    )


def _works(argv: list[str]) -> bool:
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
