"""Rows that say something from a day: a changed one is a new row, and the one before ends the day before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from patientsakerhet.administration.actions import core
from patientsakerhet.lib.refusal import NotReady


def renew(
    rows: QuerySet[Any],
    given: Mapping[str, Any],
    *,
    key: Mapping[str, Any],
    since: date,
    seen: str,
    marked: Collection[str],
    is_used: Callable[[Any], bool],
    what: str,
) -> tuple[Any, dict[str, Any] | None]:
    """The row that says this from the day, and what it changes; nothing when it is so already.

    `what` is the row in the definite form: ”Slaget”. Refuses a day before the open row began, one on
    which it began and has been used, and whoever has seen it as it no longer is.
    """
    now = rows.select_for_update().filter(**key, valid_to=None).first()
    if now is not None:
        core.refuse_stale(now, seen, marked)
        if not core.changes(now, given):
            return now, None
        if since < now.valid_from:
            raise NotReady(f"{what} gäller redan från {now.valid_from}. Välj en senare dag.")
    row = rows.model(valid_from=since, **key, **given)
    before = core.changes(now, given) if now is not None else dict(given)
    if now is not None and since == now.valid_from:
        if is_used(now):
            raise NotReady(f"{what} används redan som det är. Välj en senare dag.")
        now.delete()
    elif now is not None:
        now.valid_to = since - timedelta(days=1)
        now.save(update_fields=["valid_to"])
    core.refuse_invalid(row)
    row.save()
    return row, before


def end(
    rows: QuerySet[Any],
    *,
    key: Mapping[str, Any],
    last_day: date,
    seen: str,
    marked: Collection[str],
    what: str,
) -> Any:
    """The row says it no longer after the day; refuses one that has ended, and a day before it began."""
    now = rows.select_for_update().filter(**key, valid_to=None).first()
    if now is None:
        raise NotReady(f"{what} är redan avslutat.")
    core.refuse_stale(now, seen, marked)
    if last_day < now.valid_from:
        raise NotReady(f"{what} gäller från {now.valid_from}. Välj en senare dag.")
    now.valid_to = last_day
    now.save(update_fields=["valid_to"])
    return now
