"""What a message can be about. Each app registers its own kinds when it starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patientsakerhet.lib.returned_mail import Failure
    from patientsakerhet.notifications.models import Message


def _always(message: Message) -> bool:
    return True


def _own_path(message: Message) -> str:
    return str(message.context.get("path", "/"))


def _no_details(message: Message) -> Mapping[str, str]:
    return {}


def _nothing_more(message: Message, what: object) -> None:
    return


def _no_files(message: Message) -> Sequence[File]:
    return ()


@dataclass(frozen=True)
class File:
    """A file that goes with a mail: its name, content and type."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Kind:
    """How one kind of message is worded, where its link leads, and when it has lost its point."""

    name: str
    subject: str
    """May hold {number}; nothing else of the case stands in a subject."""
    template: str
    still_due: Callable[[Message], bool] = _always
    path: Callable[[Message], str] = _own_path
    details: Callable[[Message], Mapping[str, str]] = _no_details
    after_return: Callable[[Message, Failure], None] = _nothing_more
    after_reply: Callable[[Message, bool], None] = _nothing_more
    files: Callable[[Message], Sequence[File]] = _no_files


class UnknownKind(LookupError):
    """No app has registered this kind."""


_kinds: dict[str, Kind] = {}
_NAME = re.compile(r"[a-z][a-z0-9_.]*")


def register(
    kind: str,
    *,
    subject: str,
    template: str = "",
    still_due: Callable[[Message], bool] = _always,
    path: Callable[[Message], str] = _own_path,
    details: Callable[[Message], Mapping[str, str]] = _no_details,
    after_return: Callable[[Message, Failure], None] = _nothing_more,
    after_reply: Callable[[Message, bool], None] = _nothing_more,
    files: Callable[[Message], Sequence[File]] = _no_files,
) -> Kind:
    """Make a kind of message known; from an app's `ready()`.

    The template is `notifications/<kind>.txt` unless another is named. `still_due` is asked just
    before sending: a right may have been withdrawn or the matter settled. `path` gives the page
    the link leads to; by default what the context calls `path`. `details` gives what else the
    template may say, looked up when it is sent. `after_return` is called in the
    transaction that learns that a mail was not delivered, `after_reply` when a mail came in answer
    to it, with whether nobody wrote it. `files` gives what goes with the mail; only what is made to
    leave the region may.
    """
    if not _NAME.fullmatch(kind):
        raise ValueError(f"{kind!r} is no name for a kind of message")
    if set(re.findall(r"{(.*?)}", subject)) - {"number"}:
        raise ValueError(f"{kind}: a subject holds the number of the case and nothing else of it")
    known = Kind(
        kind,
        subject,
        template or f"notifications/{kind}.txt",
        still_due,
        path,
        details,
        after_return,
        after_reply,
        files,
    )
    _kinds[kind] = known
    return known


def of(kind: str) -> Kind:
    """The kind with this name."""
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def every() -> tuple[Kind, ...]:
    """All kinds that have been registered, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))
