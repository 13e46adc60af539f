"""How long a draft of the patientsäkerhetsberättelse takes, from being ordered until its files are kept.

python -m benchmarks.draft             (in the product's environment; prints seconds as JSON)
python -m benchmarks.draft handed_in   counted with the rows behind its cells, as what is signed
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from uuid import uuid4

import django


def draft() -> dict[str, Any]:
    """One more draft of the whole region's report of last year, made by this process alone."""
    from benchmarks import world
    from patientsakerhet.cases.models import Case
    from patientsakerhet.lib import calendar
    from patientsakerhet.organisation.models import Person, Unit
    from rapporter.annual_report.actions import building, opening
    from rapporter.annual_report.models import AnnualReport, Build

    by = Person.objects.get(email=world.PHYSICIAN)
    region, year = Unit.objects.get(code=world.REGION), calendar.today().year - 1
    report = AnnualReport.objects.filter(unit=region, year=year).first()
    if report is None:
        case = opening.start(region, year, by=by, submission=uuid4())
        build = Build.objects.get(report=case.pk)
    else:
        build = building.order(Case.objects.get(pk=report.pk), by=by)
    began, used = time.perf_counter(), time.process_time()
    building.carry_on(build.pk)
    told = _took(began, used)
    build.refresh_from_db()
    if build.state != Build.State.DONE or build.snapshot is None:
        sys.exit(f"the draft stands at {build.state}: {build.failure}")
    return {
        **told,
        "cells": build.snapshot.cells.count(),
        "files": {one.form: len(one.content) for one in build.files.all()},
    }


def handed_in() -> dict[str, Any]:
    """What is counted and kept of a report that is handed in, its files apart; nothing of it stays."""
    from django.db import transaction

    from benchmarks import world
    from patientsakerhet.lib import calendar
    from rapporter.annual_report import freezing, reading, taking
    from rapporter.annual_report.models import AnnualReport

    whole = AnnualReport.objects.select_related("unit", "template")
    report = whole.get(unit__code=world.REGION, year=calendar.today().year - 1)
    began, used = time.perf_counter(), time.process_time()
    with reading.one_moment(), reading.unswept():
        taken = taking.take(report, to_sign=True)
    with transaction.atomic():
        snapshot = freezing.keep(report, taken)
        told = {**_took(began, used), "facts": snapshot.facts.count()}
        transaction.set_rollback(True)
    return told


def _took(began: float, used: float) -> dict[str, float]:
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor of Python": round(time.process_time() - used, 1),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    print(json.dumps(handed_in() if sys.argv[1:] == ["handed_in"] else draft()))


if __name__ == "__main__":
    main()
