"""Refusals: what an act raises when it may not be done, with the sentences a person will read."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied


class Refused(Exception):
    """The act was not done, and nothing was changed. `reasons` says why, in Swedish."""

    def __init__(self, reasons: str | Iterable[str]) -> None:
        self.reasons: list[str] = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__(" ".join(self.reasons))


class NotAllowed(Refused, PermissionDenied):
    """The person may see this, but may not do it."""


class WrongStep(Refused):
    """The workflow has no such arrow from where the case is now."""


class NotReady(Refused):
    """The arrow exists, but something is missing before it may be taken."""


class Stale(Refused):
    """Somebody else changed it first; what was read is no longer what is there."""

    def __init__(
        self,
        reasons: str | Iterable[str] = (
            "Någon annan hann ändra. Läs den nya versionen och gör om din ändring."
        ),
    ) -> None:
        super().__init__(reasons)
