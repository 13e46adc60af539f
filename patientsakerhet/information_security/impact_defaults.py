"""The rows of impact assessments that a new installation starts with: deadlines and criteria."""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines
from patientsakerhet.information_security.defaults import OURS, START

KIND = "impact_assessment"

REVIEW = (
    "Lokalt mål, ändras av regionen: bedömningen ses över minst vart annat år, och alltid när risken "
    "ändras (dataskyddsförordningen artikel 35.11, som inte anger någon tid)."
)
DEADLINES = (
    ("screening", "Prövningen är klar", 20, "working_days", 5, 10, OURS),
    ("drafting", "Bedömningen är skriven", 40, "working_days", 5, 10, OURS),
    ("advising", "Dataskyddsombudet har gett råd", 20, "working_days", 5, 10, OURS),
    ("to_decide", "Det är beslutat", 15, "working_days", 3, 5, OURS),
    ("approved", "Bedömningen ses över", 730, "calendar_days", 60, 30, REVIEW),
)
ASKED = (
    "Kriterierna följer de europeiska dataskyddsmyndigheternas riktlinjer (WP 248 rev. 01) och "
    "Integritetsskyddsmyndighetens förteckning: stämmer minst två behövs oftast en bedömning. "
    "Texterna är ett förslag att börja med; kontrollera dem mot förteckningen."
)
CRITERIA = (
    ("evaluation", "Människor utvärderas eller poängsätts"),
    ("automated", "Beslut med rättslig eller liknande verkan fattas automatiskt"),
    ("monitoring", "Människor övervakas systematiskt"),
    ("sensitive", "Uppgifterna är känsliga, till exempel om hälsa"),
    ("large_scale", "Uppgifter behandlas i stor omfattning"),
    ("combined", "Uppgifter ur flera källor kombineras"),
    ("vulnerable", "De registrerade är i beroendeställning, till exempel patienter"),
    ("new_technology", "Ny teknik används, eller känd teknik på ett nytt sätt"),
    ("hinders", "Behandlingen kan hindra någon från en rättighet eller tjänst"),
)


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, KIND, DEADLINES, valid_from=START)
    criterion = apps.get_model("information_security", "ScreeningCriterion")
    if not criterion.objects.exists():
        criterion.objects.bulk_create(
            criterion(
                code=code,
                label=label,
                position=position,
                basis=ASKED,
                standing="practice",
                valid_from=START,
            )
            for position, (code, label) in enumerate(CRITERIA, start=1)
        )
