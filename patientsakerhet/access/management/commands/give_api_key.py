"""Gives out a key to the API and prints its secret once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.access import tokens
from patientsakerhet.access.models import Scope
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person, Unit


class Command(BaseCommand):
    """`manage.py give_api_key PERSON --by ADMINISTRATOR --name … --scope reports:write --days 365`"""

    help = "Ger ut en API-nyckel åt en person och skriver ut den en enda gång."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="e-postadress till den som nyckeln handlar som")
        parser.add_argument("--by", required=True, help="e-postadress till den som ger ut den")
        parser.add_argument("--name", required=True, help="vad nyckeln används av")
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values)
        parser.add_argument(
            "--unit", default="", help="kod för enheten som anmälningar får lämnas från"
        )
        parser.add_argument("--days", type=int, default=365, help="hur länge den gäller")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _, secret = tokens.give_out(
                _person(options["person"]),
                by=_person(options["by"]),
                name=options["name"],
                scopes=options["scope"],
                days=options["days"],
                unit=_unit(options["unit"]),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(secret)


def _person(email: str) -> Person:
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise CommandError(f"Ingen aktiv person har adressen {email}.")
    return person


def _unit(code: str) -> Unit | None:
    if not code:
        return None
    unit = Unit.objects.current().filter(code=code).first()
    if unit is None:
        raise CommandError(f"Ingen enhet har koden {code}.")
    return unit
