"""A message in words: the mail as it leaves, with a number and a link and nothing of the case."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from patientsakerhet.notifications import digest, kinds, return_path
from patientsakerhet.notifications.models import Message


def compose(message: Message) -> EmailMessage:
    """The mail for this message; the same Message-ID however many times it is composed."""
    kind = kinds.of(message.kind)
    mail = EmailMessage(
        subject=subject(message),
        body=render_to_string(
            kind.template,
            {
                "number": message.number,
                "link": link(message),
                "has_account": message.person_id is not None,
                "context": message.context,
                "details": kind.details(message),
                "lines": partial(digest.lines, message),
                "region": settings.REGION_NAME,
            },
        ),
        # The envelope's sender, to which what cannot be delivered comes back; the reader sees From.
        from_email=return_path.address_for(message.pk) or settings.DEFAULT_FROM_EMAIL,
        to=[recipient(message)],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message.message_id,
            # No absence note comes back, and no absence note can pass for an answer.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    for file in kind.files(message):
        mail.attach(file.name, file.content, file.content_type)
    return mail


def subject(message: Message) -> str:
    """What the message is about, in one line."""
    return kinds.of(message.kind).subject.format(number=message.number).strip()


def link(message: Message) -> str:
    """The address of the page where the rest can be read, by whoever may."""
    return settings.BASE_URL + kinds.of(message.kind).path(message)


def recipient(message: Message) -> str:
    """Where the message goes: the person's address today, or the one that was given."""
    return message.person.email if message.person else message.address
