"""Lists the keys to the API, and takes one back."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.access import tokens
from patientsakerhet.access.models import ApiToken
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person


class Command(BaseCommand):
    """`manage.py take_back_api_key` lists; `manage.py take_back_api_key REF --by ADMINISTRATOR` takes back."""

    help = "Visar API-nycklarna, eller återkallar den som har beteckningen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", nargs="?", default="", help="nyckelns beteckning i listan")
        parser.add_argument("--by", default="", help="e-postadress till den som återkallar")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["ref"]:
            self._list()
            return
        by = Person.objects.filter(email=options["by"].lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"Ingen aktiv person har adressen {options['by']}.")
        try:
            token = ApiToken.objects.get(ref=options["ref"])
            tokens.take_back(token, by=by)
        except (ApiToken.DoesNotExist, ValidationError):
            raise CommandError(f"Ingen nyckel har beteckningen {options['ref']}.") from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{token.name} är återkallad.")

    def _list(self) -> None:
        for token in ApiToken.objects.select_related("user", "unit"):
            until = f"{token.expiry:%Y-%m-%d}" if token.expiry else "tills vidare"
            used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "aldrig"
            unit = token.unit.code if token.unit else "alla enheter"
            self.stdout.write(
                f"{token.ref}  {token.name}  {token.user}  {' '.join(token.scopes)}  {unit}  "
                f"till {until}  användes {used}"
            )
