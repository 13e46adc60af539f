"""Messages that cannot be put in words: what went wrong is said in a code, and somebody looks at it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.mail import BadHeaderError
from django.db import InterfaceError, OperationalError

from patientsakerhet.notifications.models import Message

logger = logging.getLogger(__name__)
Told = TypeVar("Told")

PREFIX = "unwritten_"
"""What the code begins with; the error's name follows."""


class Unwritten(Exception):
    """The message cannot be put in words; `code` says why, for its row."""

    def __init__(self, code: str) -> None:
        self.code = code[: Message._meta.get_field("last_error").max_length]
        super().__init__(code)


def asked(message: Message, ask: Callable[[Message], Told]) -> Told:
    """What the message's own app answers about it.

    Words, links and questions belong to the apps that gave the message, and whatever goes wrong
    in them is the fault of this one message: raised as `Unwritten`. A database that is away is not.
    """
    try:
        return ask(message)
    except (OperationalError, InterfaceError):
        raise
    except BadHeaderError as error:
        raise Unwritten("bad_header") from error
    except Exception as error:  # seen: logged whole, and the message lies before a person
        logger.exception("message %s of kind %s cannot be written", message.pk, message.kind)
        raise Unwritten(f"{PREFIX}{type(error).__name__}") from error
