"""The invented region's patientsäkerhetsberättelse of the year that has begun, half written; a worker makes its draft."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.lib import calendar
from rapporter.annual_report.actions import opening, writing

PHYSICIAN, AUTHOR = "helena.brandt", "maja.lindqvist"
UNIT = "itmt"
SUBMISSION = UUID("5f0c2d0e-6f2b-4a53-9a0e-0d5a3f6c7b11")
TEXTS = {
    "mal": (
        "Förvaltningen ska vara regionens partner för en säker digital vård. Målen för året omfattade "
        "färre avbrott i journalsystemen och kortare väntan på orsaksutredning."
    ),
    "org": (
        "Patientsäkerhetsarbetet leds av en chefläkare. Enheten Patientsäkerhet har "
        "{{F14|enhet}} för patientsäkerhetssamordnare, som tar hand om avvikelser och "
        "säkerhetsmeddelanden."
    ),
    "agera": "Under året kom {{F09}} avvikelser från verksamheterna, {{F09|riktning}} mot året före.",
    "fsn": (
        "Enheten tog emot {{F11}} säkerhetsmeddelanden. Målet är att nå så få som möjligt och så många "
        "som nödvändigt."
    ),
    "infosak": "Under året gjordes {{F01}} klassningar och riskbedömningar, och 3 uppföljningar.",
}


def bring(rows: Rows, *, now: datetime) -> int:
    """The report, in the transaction that brings the region; how many."""
    physician = rows.people[PHYSICIAN]
    year = calendar.local_day(now).year
    case = opening.start(rows.units[UNIT], year, by=physician, submission=SUBMISSION)
    sections = case.annual_report.sections.select_related("template", "report__case")
    for section in sections:
        text = TEXTS.get(section.template.key)
        if text is not None:
            writing.write(section, text, by=physician)
    author = rows.people[AUTHOR]
    writing.hand_section(sections.get(template__key="fsn"), author, by=physician)
    writing.add_target(
        case,
        by=physician,
        text="Fler avvikelser koordineras i tid",
        measure="flow_on_target",
        aim="90 procent",
        owner="Enheten Patientsäkerhet",
    )
    return 1
