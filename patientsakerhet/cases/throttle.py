"""Counting tries from one address, in the database, so that neither a race nor a restart forgets."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from patientsakerhet.cases.models import Throttle
from patientsakerhet.lib.refusal import Refused

KEPT = timedelta(hours=24)


class TooMany(Refused):
    """So much has come from one address in an hour that it must wait."""

    def __init__(self) -> None:
        super().__init__(
            "Det har kommit ovanligt många försök härifrån den senaste timmen. Vänta en stund och "
            "försök igen. Det du skrivit är kvar."
        )


def take(act: str, request: HttpRequest) -> None:
    """One more try at the act from this address; refuses when they are more than the hour allows.

    The row is counted up in one statement, so that two tries at once are two.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cases_throttle (act, place, hour, tries) VALUES (%s, %s, %s, 1)
            ON CONFLICT (act, place, hour) DO UPDATE SET tries = cases_throttle.tries + 1
            RETURNING tries
            """,
            [act, _place(request), _hour()],
        )
        (tries,) = cursor.fetchone()
    if tries > settings.TRIES_PER_HOUR[act]:
        raise TooMany


def give_back(act: str, request: HttpRequest) -> None:
    """The try was an honest one and is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_throttle SET tries = greatest(tries - 1, 0)"
            " WHERE act = %s AND place = %s AND hour = %s",
            [act, _place(request), _hour()],
        )


def forget() -> int:
    """Rows older than a day are gone; how many."""
    return Throttle.objects.filter(hour__lt=timezone.now() - KEPT).delete()[0]


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def _place(request: HttpRequest) -> str:
    """The address as a hash under a key of the day."""
    address = get_adapter().get_client_ip(request)
    key = f"varsam throttle {timezone.localdate():%Y-%m-%d}"
    return salted_hmac(key, address, algorithm="sha256").hexdigest()
