"""The workers' application and everything that happens by the clock.

A task is woken, never trusted: each sweep finds in the database what is owed, so a lost, late
or doubled wake-up changes nothing but the waiting time.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")

MINUTE = 60.0

INTERVALS: dict[str, float] = {
    "patientsakerhet.notifications.tasks.heartbeat": MINUTE,
    "patientsakerhet.notifications.tasks.deliver": MINUTE,
    "patientsakerhet.notifications.tasks.collect_digests": 15 * MINUTE,
    "patientsakerhet.cases.tasks.sweep_deadlines": 5 * MINUTE,
    "patientsakerhet.cases.tasks.sweep_attachments": MINUTE,
    "patientsakerhet.cases.tasks.sweep_leftovers": 60 * MINUTE,
    "patientsakerhet.audit.tasks.checkpoint": 10 * MINUTE,
    "avvikelse.tasks.sweep_preparations": MINUTE,
    "avvikelse.tasks.sweep_bulk_acts": MINUTE,
    "patientsakerhet.exchange.tasks.sweep": MINUTE,
    "patientsakerhet.administration.tasks.sweep_periods": 15 * MINUTE,
    "sakerhetsmeddelanden.tasks.empty_mailbox": MINUTE,
    "sakerhetsmeddelanden.tasks.sweep_messages": MINUTE,
    "sakerhetsmeddelanden.tasks.sweep_distributions": MINUTE,
    "sakerhetsmeddelanden.tasks.sweep_recipients": 5 * MINUTE,
    "sakerhetsmeddelanden.tasks.sweep_arrivals": 15 * MINUTE,
    "patientsakerhet.risk_analysis.tasks.sweep_reviews": 15 * MINUTE,
    "sakerhetsmeddelanden.tasks.sweep_figures": 5 * MINUTE,
    "rapporter.annual_report.tasks.sweep": MINUTE,
    "rapporter.annual_report.tasks.keep_calendar": 60 * MINUTE,
    "rapporter.annual_report.tasks.recount": 24 * 60 * MINUTE,
    "rapporter.tasks.sweep_flow": MINUTE,
    "rapporter.builder.tasks.sweep": 15 * MINUTE,
}
"""Seconds between two sweeps of each kind."""

app = Celery("varsam")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A wake-up that was not taken before the next one has lost its point; without this a queue
    # that stood still for ten days would hold thousands.
    name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in INTERVALS.items()
}
# Threads of a web process would otherwise each meet an application without settings.
app.set_default()


@worker_ready.connect
def _is_alive(**_: Any) -> None:
    """A started worker says so at once and takes up what was left."""
    for name in INTERVALS:
        app.send_task(name, expires=MINUTE)
