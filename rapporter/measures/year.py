"""Meetings, training and full posts, out of the registers of the year."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.organisation.models import Role
from patientsakerhet.year_registers.models import Meeting, RoleShare, Training
from patientsakerhet.year_registers.querysets import (
    MeetingQuerySet,
    RoleShareQuerySet,
    TrainingQuerySet,
)
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.registry import Asked, Direction, Disclosure, Family, Measure
from rapporter.registry import register as known

ORGANISATION, KNOWLEDGE, PATIENTS = (
    "Organisation och ansvar",
    "Kunskap och kompetens",
    "Patienten som medskapare",
)
SECURITY = "Informationssäkerhet"
ROLES = dict(Role.choices)
CORRECTIONS = (
    "En rad räknas från den dag då den skrevs in. Rättas den senare räknas det rättade, också i "
    "siffror som de var kända före rättelsen."
)

MEETING_COLUMNS = (
    Column("Möte", "title"),
    Column("Slag", "kind__name"),
    Column("Ämne", "topic__name"),
    Column("Dag", "held_on"),
    Column("Enhet", "unit__name"),
)
TRAINING_COLUMNS = (
    Column("Utbildning", "title"),
    Column("Slag", "kind__name"),
    Column("Första dagen", "first_day"),
    Column("Enhet", "unit__name"),
    Column("Antal utbildade", "trained"),
)
SHARE_COLUMNS = (
    Column("Person", "assignment__person__name"),
    Column("Roll", "assignment__role", ROLES.get),
    Column("Enhet", "assignment__unit__name"),
    Column("Procent av heltid", "percent"),
    Column("Gäller från", "valid_from"),
    Column("Gäller till", "valid_to"),
)
HELD_BY = Breakdown(UNIT, "enhet", "unit")


def _meetings(asked: Asked) -> Any:
    """Meetings that took place in the period, of what was known then."""
    rows = asked.seen(Meeting.objects.held_between(asked.first, asked.last))
    return asked.within(rows.known_at(asked.as_of), "unit").order_by("-held_on", "-pk")


def risk_workshops(asked: Asked) -> Any:
    """Workshops about how risks are handled."""
    return _meetings(asked).filter(kind__code="workshop", topic__code="risk_management")


def patient_meetings(asked: Asked) -> Any:
    """Meetings with those who speak for patients and their families."""
    return _meetings(asked).filter(kind__code="patient_representatives")


def training(asked: Asked) -> Any:
    """Training that took place in the period, of what was known then."""
    rows = asked.seen(Training.objects.held_between(asked.first, asked.last))
    return asked.within(rows.known_at(asked.as_of), "unit").order_by("-first_day", "-pk")


def induction_days(asked: Asked) -> Any:
    """Induction days."""
    return training(asked).filter(kind__code="induction")


def shares_on_the_last_day(asked: Asked) -> Any:
    """The shares of a role on the last day of the period that had come."""
    rows = asked.seen(RoleShare.objects.on(asked.day)).known_at(asked.as_of)
    rows = rows.filter(assignment__role=asked.variant)
    return asked.within(rows, "assignment__unit").order_by("-valid_from", "-pk")


def shares_of_the_period(asked: Asked) -> Any:
    """The shares of a role on some day of the period that had come."""
    rows = asked.seen(RoleShare.objects.between(asked.first, asked.day)).known_at(asked.as_of)
    rows = rows.filter(assignment__role=asked.variant)
    return asked.within(rows, "assignment__unit").order_by("-valid_from", "-pk")


def trained(row: Training, _asked: Asked) -> Decimal:
    """How many were trained."""
    return Decimal(row.trained or 0)


def posts_on_the_last_day(row: RoleShare, asked: Asked) -> Decimal:
    """The row's part of a full post that day."""
    return row.posts(asked.day, asked.day)


def posts_over_the_period(row: RoleShare, asked: Asked) -> Decimal:
    """The row's part of a full post, over the days that had come."""
    return row.posts(asked.first, asked.day)


def _roles(figures: dict[str, str]) -> Family:
    def variants() -> Iterable[tuple[str, str, str]]:
        held = RoleShare.objects.order_by().values_list("assignment__role", flat=True).distinct()
        return [(one, ROLES[one], figures.get(one, "")) for one in sorted(held)]

    return Family(variants)


def _address(row: Any) -> str:
    address: str = row.get_absolute_url()
    return address


def _measure(**more: Any) -> Measure:
    return Measure(
        **{
            "version": 1,
            "direction": Direction.NEUTRAL,
            "disclosure": Disclosure.TOTAL,
            "needs": (Can.READ_YEAR_REGISTERS,),
            "corrections": CORRECTIONS,
            "address": _address,
            **more,
        }
    )


def register() -> None:
    """Make the measures known."""
    meetings = {
        "date_field": "dagen då mötet hölls",
        "columns": MEETING_COLUMNS,
        "related": ("kind", "topic", "unit"),
        "breakdowns": (HELD_BY,),
        "rests_on": (_meetings, MeetingQuerySet.held_between, MeetingQuerySet.known_at),
    }
    known(
        _measure(
            key="risk_workshops",
            figure="F17",
            section=SECURITY,
            name="Workshoppar om riskhantering",
            definition="Möten av slaget workshop med ämnet riskhantering som har hållits under perioden.",
            rows=risk_workshops,
            **meetings,
        )
    )
    known(
        _measure(
            key="patient_meetings",
            figure="F15",
            section=PATIENTS,
            name="Möten med patient- och närståenderepresentanter",
            definition="Möten med patient- och närståenderepresentanter som har hållits under perioden.",
            rows=patient_meetings,
            **meetings,
        )
    )
    training_facts = {
        "section": KNOWLEDGE,
        "date_field": "utbildningens första dag",
        "columns": TRAINING_COLUMNS,
        "related": ("kind", "unit"),
        "breakdowns": (
            HELD_BY,
            Breakdown("kind", "slag", "kind__code", "kind__name"),
            Breakdown("role", "för rollen", "role", words=ROLES),
        ),
        "direction": Direction.UP,
    }
    known(
        _measure(
            key="induction_days",
            name="Introduktionsdagar",
            definition="Introduktionsdagar som började och har hållits under perioden.",
            rows=induction_days,
            rests_on=(training, TrainingQuerySet.held_between, TrainingQuerySet.known_at),
            **training_facts,
        )
    )
    known(
        _measure(
            key="people_trained",
            name="Utbildade, introduktionsdagar medräknade",
            definition=(
                "Summan av antalet utbildade i utbildningar som började och har hållits under "
                "perioden. Den som har gått två utbildningar räknas två gånger."
            ),
            rows=training,
            weigh=trained,
            unit="personer",
            rests_on=(TrainingQuerySet.held_between, TrainingQuerySet.known_at),
            **training_facts,
        )
    )
    posts = {
        "section": ORGANISATION,
        "columns": SHARE_COLUMNS,
        "adds_up": False,
        "related": ("assignment__person", "assignment__unit"),
        "breakdowns": (Breakdown(UNIT, "enhet", "assignment__unit"),),
        "rests_on": (
            RoleShareQuerySet.on,
            RoleShareQuerySet.between,
            RoleShareQuerySet.known_at,
            RoleShare.posts,
        ),
    }
    known(
        _measure(
            key="full_time",
            name="Heltidstjänster, {}",
            definition=(
                "Summan av tjänstgöringsgraderna för rollen {} den sista dagen i perioden, eller i "
                "dag när perioden pågår. En roll räknas inte längre än den finns."
            ),
            date_field="periodens sista dag",
            rows=shares_on_the_last_day,
            weigh=posts_on_the_last_day,
            unit="heltidstjänster",
            decimals=2,
            family=_roles({"coordinator": "F14"}),
            **posts,
        )
    )
    known(
        _measure(
            key="full_time_mean",
            name="Heltidstjänster i snitt, {}",
            definition=(
                "Tjänstgöringsgraderna för rollen {} i genomsnitt över periodens dagar, till och med "
                "i dag när perioden pågår."
            ),
            date_field="varje dag i perioden",
            rows=shares_of_the_period,
            weigh=posts_over_the_period,
            unit="heltidstjänster",
            decimals=2,
            family=_roles({}),
            **posts,
        )
    )
    known(
        _measure(
            key="holders",
            name="Tjänster, {}",
            definition=(
                "Antalet som har rollen {} med en tjänstgöringsgrad den sista dagen i perioden, "
                "eller i dag när perioden pågår."
            ),
            date_field="periodens sista dag",
            rows=shares_on_the_last_day,
            family=_roles({"infosec_coordinator": "F18"}),
            **posts,
        )
    )
