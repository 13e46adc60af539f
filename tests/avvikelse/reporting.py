"""How tests fill in the report form, as a browser without scripts does."""

from __future__ import annotations

import re
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from avvikelse.forms.report import ReportForm
from patientsakerhet.cases.forms.sending import Sending
from tests.signing_in import signed_in

TICKET = re.compile(r'name="sending" value="([^"]+)"')
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

ANSWERS = {
    "deviation": {
        "door": "deviation",
        "what_happened": "Pumpen stannade utan att larma. Vi bytte till en annan.",
        "immediate_action": "Bytte pump.",
        "day": "today",
        "affected": "patient",
        "nature": "near_miss",
    },
    "improvement": {
        "door": "improvement",
        "what_happened": "Pumparna står i två förråd. Om de stod i ett skulle vi hitta dem fortare.",
    },
    "complaint": {
        "door": "complaint",
        "what_happened": "Jag fick vänta fyra timmar och ingen berättade varför.",
        "day": "unknown",
    },
}
"""What each door cannot do without, beside the unit."""


def a_client(person=None, **options):
    return Client(**options) if person is None else signed_in(person, **options)


def ticket(client, path="/anmal/"):
    """The one-time ticket of a form just handed out."""
    return TICKET.search(client.get(path).content.decode())[1]


def ticket_unseen(client):
    """The same ticket, without the page it is handed out on."""
    signed_in = settings.SESSION_COOKIE_NAME in client.cookies
    person = client.session.get(SESSION_KEY) if signed_in else None
    return Sending(uuid4(), person and int(person)).ticket()


def fill(client, at, door="deviation", **answers):
    """A filled-in form, ready to be sent; an answer of None is left out."""
    filled = {"sending": ticket_unseen(client), "unit": at.code, **ANSWERS[door], **answers}
    return {name: value for name, value in filled.items() if value is not None}


def send(client, at, door="deviation", **answers):
    """What comes back when the form is filled in and sent."""
    return client.post("/anmal/", fill(client, at, door, **answers))


def errors(response):
    """Field -> what is wrong with it, on a form that came back."""
    form = response.context["form"]
    assert isinstance(form, ReportForm)
    return {name: list(said) for name, said in form.errors.items()}


def code_on(page):
    """The receipt code printed on a page."""
    found = re.search(r'class="code">([\d ]+)<', page.content.decode())
    return found[1] if found else ""
