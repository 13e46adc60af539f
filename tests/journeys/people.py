"""Those who open the pages: the demonstration's people, a small region of our own, and some with keys and codes."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import NoReverseMatch, URLPattern
from django.utils import timezone

from patientsakerhet.demonstration.people import company
from patientsakerhet.organisation.models import Person, Role
from tests.factories import Region, in_status, make_person, make_unit, person_as
from tests.journeys.crawl import Crawl, Found
from tests.matrix.test_matrix import World
from tests.matrix.walk import every_pattern
from tests.sign_in.conftest import PASSWORD, sign_in

TRIED = (
    "Maja Lindqvist",
    "Patrik Holmgren",
    "Helena Brandt",
    "Gunilla Sandell",
    "Oskar Bergdahl",
    "Karin Åhlén",
    "Hanna Sundberg",
)
HOURS = timedelta(hours=4)
KEY = Path(__file__).with_name("key.json")
"""What a browser's own trial key answered when it was added."""
NO_PAGES = {
    "openid_connect_login": "leads to the region's own sign-in, where one is set",
    "openid_connect_callback": "comes from there",
    "mfa_login_webauthn": "answers scripts only",
    "gallery": "lies here only while the product is being built; tests/ui looks at it",
    "notice_to": "leads from a mail to the answer, by way of the sign-in",
}
"""Addresses that answer a GET with something that is no page of ours."""
NEVER_FILLED: set[str] = set()
ONE_PAGE = {"notice_linked_answer", "notice_linked_devices"}
"""What a personal link opens is the page that one also signs in to."""
FOREIGN = {"api-docs"}
"""Pages that others have drawn: Swagger UI, in English as the API is."""


class Company:
    """Clients of everybody, made once; whoever may see a page is among them."""

    def __init__(self) -> None:
        self.world = World()
        region = self.world.region
        known = {guest.person.name: guest.person for guest in company()}
        self.guests = {name: signed_in(known[name]) for name in TRIED}
        self.coordinator = self.guests["Maja Lindqvist"]
        self.reporter = self.guests["Hanna Sundberg"]
        self.staff = staff_of(region)

    def crawl(self) -> Found:
        """Every page, with rows where somebody has any."""
        patterns = [one for one in every_pattern() if is_for_people(one)]
        crawl = Crawl(patterns, sample=self.sample, never_filled=NEVER_FILLED)
        guests, others = self.guests.values(), [self.halfway, self.unkeyed, Client()]
        return crawl.walk(
            [self.keyed, *guests, *self.staff, *others],
            sampled_by=[*self.staff, self.keyed, *others, *guests],
        )

    def sample(self, pattern: URLPattern) -> str | None:
        """The address of what nothing links to."""
        if pattern.name in self.samples:
            return self.samples[pattern.name]
        try:
            return self.world.address(pattern)
        except (KeyError, NoReverseMatch):
            return None

    @cached_property
    def samples(self) -> dict[str, str]:
        self.keyed  # noqa: B018  makes her
        key = Authenticator.objects.get(type="webauthn").pk
        return {
            "coordination_bulk_act": self._bulk_act(),
            "mfa_edit_webauthn": f"/konto/nycklar/{key}/namn/",
            "mfa_remove_webauthn": f"/konto/nycklar/{key}/ta-bort/",
        }

    def _bulk_act(self) -> str:
        case = in_status("reported", self.world.region)
        version = f"{case.number}:{case.version}"
        chosen = {"act": "take", "case": [case.number], "version": [version], "steg": "gor"}
        return self.staff[0].post("/koordinering/mass/", chosen).headers["Location"]

    @cached_property
    def keyed(self) -> Client:
        """Somebody with a one-time code, recovery codes and a key."""
        person = with_password(make_person("Anna Ek", email="anna.nyckel@exempel.se"))
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)
        kept = json.loads(KEY.read_text(encoding="utf-8"))
        Authenticator.objects.create(user=person, type="webauthn", data=kept)
        return signed_in(person)

    @cached_property
    def halfway(self) -> Client:
        """The same person, who has given her password and not yet her code."""
        self.keyed  # noqa: B018  makes her
        client = Client()
        sign_in(client, email="anna.nyckel@exempel.se")
        return client

    @cached_property
    def unkeyed(self) -> Client:
        """Somebody without a password, as after signing in through the region."""
        client = Client()
        client.force_login(make_person(), backend="django.contrib.auth.backends.ModelBackend")
        return client

    @cached_property
    def newcomers(self) -> list[Client]:
        """People with rights, at a place where nothing has happened yet."""
        desk = make_unit("Nya samordningen", coordinates=True)
        return [signed_in(person_as(role, desk)) for role in (Role.COORDINATOR, Role.REPORTER)]

    def stale(self) -> tuple[Client, str, dict[str, str]]:
        """A form that changes something, for sending twice."""
        moment, at = self.world.own_keys["deviation_moment"], timezone.localtime() - HOURS
        return (
            self.staff[1],
            f"/avvikelser/{self.world.case.number}/forlopp/{moment}/",
            {
                "tidpunkt-at_0": f"{at:%Y-%m-%d}",
                "tidpunkt-at_1": f"{at:%H:%M}",
                "tidpunkt-precision": "about",
                "tidpunkt-text": "Larmet var avstängt.",
                "tidpunkt-version": "1",
            },
        )


def staff_of(region: Region) -> list[Client]:
    """Those who together may open most of what the small region has."""
    return [
        signed_in(person)
        for person in (
            region.coordinator,
            region.investigator,
            region.physician,
            region.reporter,
            person_as(Role.UNIT_MANAGER, region.ward),
            person_as(Role.INFOSEC_COORDINATOR, region.root),
        )
    ]


def is_for_people(pattern: URLPattern) -> bool:
    """The API's addresses answer with data, all but its page."""
    return pattern.name not in NO_PAGES and (
        pattern.name == "api-docs" or not pattern.name.startswith("api-")
    )


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in(person: Person) -> Client:
    """A browser in which she has just shown that it is she."""
    client = Client()
    client.force_login(with_password(person), backend="django.contrib.auth.backends.ModelBackend")
    client.post("/konto/bekrafta/", {"password": PASSWORD})
    return client
