"""Take in what lies in the functional mailbox now, as the workers do every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sakerhetsmeddelanden.actions import mailbox
from sakerhetsmeddelanden.intake.imap import MailboxIsAway


class Command(BaseCommand):
    """`./dev manage empty_mailbox`"""

    help = "Take in what lies in the functional mailbox (IMAP_URL)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many messages were taken in, known already, and left for the next round."""
        try:
            done = mailbox.empty()
        except MailboxIsAway as away:
            raise CommandError(f"Brevlådan gick inte att läsa: {away}") from away
        if done is None:
            raise CommandError("IMAP_URL är inte satt.")
        self.stdout.write(f"{done.taken_in} nya, {done.known} kända, {done.left} kvar.")
