"""What a draft or an edition is made of beside its snapshot, as data that can be kept and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from patientsakerhet.organisation.models import Unit
from patientsakerhet.ui import swedish
from rapporter.annual_report import listed, taking
from rapporter.annual_report.models import AnnualReport, Snapshot, Target
from rapporter.annual_report.told import Frozen


def ingredients_of(report: AnnualReport) -> dict[str, Any]:
    """The texts, the template, the targets and the units as they are now; nobody has signed them."""
    year = str(report.year)
    aims = report.previous.targets.all() if report.previous is not None else []
    return {
        "unit": report.unit.name,
        "year": report.year,
        "number": report.case.number,
        "diary_no": report.diary_no,
        "opening": report.template.opening,
        "sections": [
            {
                "key": one.key,
                "level": one.level,
                "heading": one.heading.replace("{year}", year),
                "fixed": one.fixed,
                "blocks": one.blocks,
            }
            for one in report.template.sections.all()
        ],
        "texts": report.texts(),
        "targets": [_target(one) for one in report.targets.all()],
        "outcomes": [_target(one) for one in aims],
        "units": _units(report),
        "incidents": listed.incidents(report),
        "signature": None,
    }


def frozen_of(snapshot: Snapshot) -> Frozen:
    """The snapshot as contents are made of it."""
    return Frozen(
        cells=list(snapshot.cells.order_by("position")),
        figures=snapshot.figures,
        made_by=snapshot.made_by,
        cutoff_at=snapshot.cutoff_at,
        sha256=snapshot.sha256,
    )


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[list[str]]:
    """The figures that are others in a correction: name, old and new; those hidden in public are left out."""
    return [
        [kept["name"], before[name]["value"], kept["value"]]
        for name, kept in sorted(now.items())
        if name in before and before[name]["value"] != kept["value"] and kept["disclosure"] != "B"
    ]


def _target(one: Target) -> dict[str, str]:
    return {
        "text": one.text,
        "measure": one.measure,
        "baseline": one.baseline,
        "aim": one.aim,
        "due_on": swedish.day(one.due_on) if one.due_on else "",
        "owner": one.owner,
    }


def _units(report: AnnualReport) -> list[str]:
    """The units nearest below, as they were on the year's last day."""
    last = taking.last_day(report.year)
    below = Unit.objects.within(report.unit).on(last).filter(depth=report.unit.depth + 1)
    return [one.name for one in below.order_by("path")]
