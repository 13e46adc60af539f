"""Prints the invented people one can be in the demonstration, and what to try as each."""

from typing import Any

from django.core.management.base import BaseCommand

from patientsakerhet.demonstration.people import company


class Command(BaseCommand):
    """`demonstration_people`"""

    help = "Visar vilka påhittade personer man kan logga in som, och vad man kan prova."

    def handle(self, *_args: Any, **_options: Any) -> None:
        guests = company()
        if not guests:
            self.stdout.write("Demonstrationsregionen är inte inläst.")
            return
        names = max(len(guest.person.name) for guest in guests)
        parts = max(len(guest.part) for guest in guests)
        self.stdout.write("Logga in med ett klick på /konto/demo/ som till exempel:")
        for guest in guests:
            self.stdout.write(f"  {guest.person.name:<{names}}  {guest.part:<{parts}}  {guest.tip}")
