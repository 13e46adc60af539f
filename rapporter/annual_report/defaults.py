"""The template, calendar and deadlines that a new installation starts with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines

TEMPLATE = Path(__file__).with_name("template_nsg_2021.json")
START = date(2020, 1, 1)
KIND = "annual_report"
BY_LAW = "by_law"

LAW = (
    "Patientsäkerhetslagen (2010:659) 3 kap. 10 §: vårdgivaren ska senast den 1 mars varje år upprätta en "
    "patientsäkerhetsberättelse om föregående kalenderår och hålla den tillgänglig för den som vill ta del av den."
)
OURS = "Lokalt mål, ändras av regionen, så att berättelsen hinner bli klar till den 1 mars. Ingen lag anger dagen."
DAYS = (
    ("prompts", 1, 7, OURS, "local"),
    ("cutoff", 1, 31, OURS, "local"),
    ("sections", 2, 15, OURS, "local"),
    ("review", 2, 22, OURS, "local"),
    ("signed", 2, 29, OURS, "local"),
    ("published", 3, 1, LAW, "law"),
)
DEADLINES = (
    ("writing", "Avsnitten klara", 45, "calendar_days", 14, 7, OURS),
    ("review", "Fastställd senast", 14, "calendar_days", 5, 3, OURS),
    ("signed", "Publicerad senast", 2, "calendar_days", 1, 1, OURS),
    (BY_LAW, "Enligt lag senast", 60, "calendar_days", 14, 1, LAW),
)


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, KIND, DEADLINES, valid_from=START)
    apps.get_model("cases", "DeadlineRule").objects.filter(
        kind=KIND, status=BY_LAW, standing="local"
    ).update(standing="law")
    day = apps.get_model("annual_report", "ReportDay")
    for key, month, number, basis, standing in DAYS:
        day.objects.get_or_create(
            key=key,
            defaults={"month": month, "day": number, "basis": basis, "standing": standing},
        )
    install_template(json.loads(TEMPLATE.read_text()), apps)


def install_template(told: dict[str, Any], apps: Any = installed) -> bool:
    """The template has its rows; False when this version of it was there already."""
    template, is_new = apps.get_model("annual_report", "ReportTemplate").objects.get_or_create(
        key=told["key"],
        version=told["version"],
        defaults={
            "name": told["name"],
            "basis": told["basis"],
            "opening": told.get("opening", ""),
            "valid_from": date.fromisoformat(told["valid_from"]),
        },
    )
    if is_new:
        section = apps.get_model("annual_report", "TemplateSection")
        section.objects.bulk_create(
            section(
                template=template,
                position=position,
                key=one["key"],
                level=one["level"],
                heading=one["heading"],
                origin=one["origin"],
                fixed=one["fixed"],
                blocks=one["blocks"],
                prompts=one["prompts"],
                carry=one["carry"],
                law=one["law"],
                is_required=one["required"],
            )
            for position, one in enumerate(told["sections"], start=1)
        )
    return bool(is_new)
