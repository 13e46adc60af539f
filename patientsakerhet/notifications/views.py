"""The health page: is the database there, are promises kept, is the background alive."""

import time
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Min
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patientsakerhet.audit.models import Checkpoint, Event
from patientsakerhet.notifications import heartbeats
from patientsakerhet.notifications.models import Message

OUTBOX_LATE_AFTER = timedelta(minutes=10)
UNSIGNED_AFTER = timedelta(minutes=30)
"""Three missed checkpoints: the trail's head is not being signed."""
CLOCK_SKEW = 2.0
"""Seconds the application's clock may differ from the database's."""


@require_safe
@never_cache
@login_not_required
@transaction.non_atomic_requests
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 when something needs a person; counts and ages, nothing else."""
    try:
        report = _report()
    except DatabaseError:
        report = {"database": "away", "problems": ["database"]}
    return JsonResponse(report, status=503 if report["problems"] else 200)


def _report() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        skew = abs(cursor.fetchone()[0] - time.time())
    owed = Message.objects.due().aggregate(count=Count("pk"), since=Min("not_before"))
    ages = {
        role: None if age is None else round(age.total_seconds())
        for role, age in heartbeats.ages().items()
    }
    late = _age(owed["since"])
    unsigned = Event.objects.filter(seal__seq__gt=_last_signed()).aggregate(
        count=Count("pk"), since=Min("at")
    )
    unsigned_for = _age(unsigned["since"])
    problems = [f"heartbeat:{role}" for role in heartbeats.silent()]
    if late > OUTBOX_LATE_AFTER.total_seconds():
        problems.append("outbox")
    if unsigned_for > UNSIGNED_AFTER.total_seconds():
        problems.append("trail")
    return {
        "database": "ok",
        "outbox": {
            "due": owed["count"],
            "oldest_seconds": round(late),
            "dead": Message.objects.dead().count(),
        },
        "heartbeats": ages,
        "trail": {"unsigned": unsigned["count"], "oldest_seconds": round(unsigned_for)},
        "clock_skew_seconds": round(skew, 1),
        "problems": problems,
        "warnings": ["clock"] if skew > CLOCK_SKEW else [],
    }


def _last_signed() -> int:
    last = Checkpoint.objects.order_by("-epoch", "-seq").values_list("seq", flat=True).first()
    return last or 0


def _age(since: Any) -> float:
    """Seconds since then, by the database's clock; 0 for nothing and for a clock set back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(0, extract(epoch FROM now() - %s::timestamptz))", [since])
        return float(cursor.fetchone()[0] or 0)
