"""Somebody with an account, and what the trail says about her."""

import pytest
from django.test import Client

from patientsakerhet.audit.models import Event
from tests.factories import make_person

PASSWORD = "tre ord i rad duger"


@pytest.fixture
def anna(db):
    """An employee with a password."""
    person = make_person(
        "Anna Ek", email="anna@exempel.se", hsa_id="SE9999999999-E1A2", title="sjuksköterska"
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def signed_in(anna) -> Client:
    """Anna's browser, just signed in by the real form."""
    client = Client()
    sign_in(client)
    return client


@pytest.fixture
def confirmed(signed_in) -> Client:
    """The same, after she has shown once more that it is she."""
    signed_in.post("/konto/bekrafta/", {"password": PASSWORD})
    return signed_in


def sign_in(client: Client, password: str = PASSWORD, email: str = "anna@exempel.se", **more: str):
    return client.post("/konto/logga-in/", {"login": email, "password": password, **more})


def traces() -> list[tuple[str, str]]:
    """What the trail tells about signing in, oldest first."""
    return [(event.kind, event.action) for event in told()]


def told() -> list[Event]:
    """The events themselves; what was refused was written on the second connection."""
    about = [
        event
        for alias in ("default", "trail")
        for event in Event.objects.using(alias).filter(action__startswith="sign_in.")
    ]
    return sorted(about, key=lambda event: event.pk)
