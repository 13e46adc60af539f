"""What a page does and what the API does leave the same trail and are refused in the same words."""

import html
import json
import re
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import arrivals, handling, links, recipients, versions
from sakerhetsmeddelanden.models import LateArrival, PublishedNotice, Recipient
from tests.factories import fresh, make_device, make_party, make_system, person_as
from tests.made_once import made_once
from tests.rest.test_api import client as with_key
from tests.sakerhetsmeddelanden.making import entered
from tests.sakerhetsmeddelanden.sending import (
    affected,
    dealt_with,
    ready,
    recipient_of,
    region_with_units,
    sent_out,
)
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CASE, RECIPIENT, NONE = "case", "recipient", ""


class World:
    """A notice that has gone out to two units, and everything that is done with it afterwards."""

    def __init__(self):
        self.region = region = region_with_units(2)
        self.case = sent_out(region, devices=2)
        self.recipient = recipient_of(self.case, region.ward)
        self.devices = sorted(self.recipient.devices.values_list("pk", flat=True))
        self.link = links.make(
            self.recipient, address="eva@exempel.se", name="Eva", by=region.coordinator
        )
        self.recipient = recipient_of(self.case, region.ward)
        self.product = self.case.safety_notice.products.get()
        self.arrival = LateArrival.objects.create(
            notice=self.case.safety_notice,
            device=make_device(unit=region.private),
            unit=region.private,
            reason="Kom senare.",
            found_at=timezone.now(),
        )
        self.ready = ready(region)
        self.older = entered(region)
        self.newer = entered(region)
        self.system = make_system("Journalen", region.devices)
        self.model = self.arrival.device.model
        self.maker, self.seller = make_party("Nefra AB"), make_party("Säljbolaget AB")
        self.published = PublishedNotice.objects.create(
            number="6.1-1", published_on=timezone.localdate(), manufacturer="V", product="P"
        )
        self.people = {
            "coordinator": region.coordinator,
            "physician": person_as(Role.CHIEF_PHYSICIAN, region.desk),
            "manager": region.manager,
        }
        # A reporter reads what her own unit is asked; an investigator of the desk reads the notice.
        self.reporter = person_as(Role.REPORTER, region.ward)
        self.reader = person_as(Role.INVESTIGATOR, region.desk)
        self.stranger = person_as(Role.UNIT_MANAGER, region.operations)
        people = self.people.values()
        self.cookies = {one.pk: signed_in(one).cookies for one in people}
        self.keys = {
            one.pk: with_key(one, "cases:read", "cases:write")
            for one in (*people, self.reporter, self.reader, self.stranger)
        }

    def case_of(self, name):
        return {"distribute": self.ready, "supersede": self.newer}.get(name, self.case)

    def version(self, name, of):
        if of == CASE:
            return fresh(self.case_of(name)).version
        return Recipient.objects.get(pk=self.recipient.pk).version


class Act:
    """One act: its page and what is written there, its address in the API and what is sent there."""

    def __init__(self, page, written, path, sent, *, of=NONE, by="coordinator", method="post"):
        self.page, self.written, self.path, self.sent = page, written, path, sent
        self.of, self.by, self.method = of, by, method


def of_unit(world):
    return [world.case.number, world.region.ward.code]


ONE = "notices/{case}/recipients/{ward}/"
ASKED = "notices-to-answer/{case}/{ward}/"
TODAY = timezone.localdate().isoformat
ACTS = {
    "parties": lambda w: Act(
        ("notice_parties", [w.case.number]),
        {
            "parter-manufacturer": "Nefra AB",
            "parter-supplier": "Säljbolaget AB",
            "parter-reply_address": "fsn@nefra.example",
        },
        "notices/{case}/parties/",
        {
            "manufacturer": "nefra ab",
            "supplier": "Säljbolaget AB",
            "reply_address": "fsn@nefra.example",
            "remember": False,
        },
        of=CASE,
    ),
    "product_new": lambda w: Act(
        ("notice_product", [w.case.number, 0]),
        {"p0-trade_name": "Volumed 400", "p0-range_text": "SN 1-9", "p0-udi_dis": "0735"},
        "notices/{case}/products/",
        {"trade_name": "Volumed 400", "range_text": "SN 1-9", "udi_dis": ["0735"]},
        of=CASE,
    ),
    "product": lambda w: Act(
        ("notice_product", [w.case.number, w.product.pk]),
        {f"p{w.product.pk}-family": "Volumed"},
        f"notices/{{case}}/products/{w.product.pk}/",
        {"family": "Volumed"},
        of=CASE,
        method="put",
    ),
    "product_remove": lambda w: Act(
        ("notice_product_remove", [w.case.number, w.product.pk]),
        {},
        f"notices/{{case}}/products/{w.product.pk}/",
        {},
        of=CASE,
        method="delete",
    ),
    "models": lambda w: Act(
        ("notice_product_models", [w.case.number, w.product.pk]),
        {f"m{w.product.pk}-models": "Volumed 300 (Volumed AB)"},
        f"notices/{{case}}/products/{w.product.pk}/models/",
        {"models": [w.model.pk]},
        of=CASE,
    ),
    "systems": lambda w: Act(
        ("notice_system", [w.case.number]),
        {"system-system": "Journalen"},
        "notices/{case}/systems/",
        {"systems": ["Journalen"]},
        of=CASE,
    ),
    "supersede": lambda w: Act(
        ("notice_supersede", [w.newer.number]),
        {"ersatt-number": w.older.number.lower()},
        f"notices/{w.newer.number}/supersede/",
        {"number": w.older.number.lower()},
        of=CASE,
    ),
    "arrival_ask": lambda w: Act(
        ("notice_arrival", [w.case.number, w.arrival.pk, "fraga"]),
        {"reason": "Nyss köpt."},
        f"notices/{{case}}/arrivals/{w.arrival.pk}/ask/",
        {"reason": "Nyss köpt."},
        of=CASE,
    ),
    "arrival_leave": lambda w: Act(
        ("notice_arrival", [w.case.number, w.arrival.pk, "lamna"]),
        {"reason": "Ska skrotas."},
        f"notices/{{case}}/arrivals/{w.arrival.pk}/leave/",
        {"reason": "Ska skrotas."},
        of=CASE,
    ),
    "distribute": lambda w: Act(
        ("notice_distribute", [w.ready.number]),
        {},
        f"notices/{w.ready.number}/distribute/",
        {},
        of=CASE,
    ),
    "remind_all": lambda w: Act(
        ("notice_remind_all", [w.case.number]), {}, "notices/{case}/remind-all/", {}
    ),
    "remind": lambda w: Act(
        ("notice_remind", [w.case.number]),
        {"unit": [w.region.ward.code]},
        "notices/{case}/remind/",
        {"units": [w.region.ward.code]},
    ),
    "send_again": lambda w: Act(
        ("notice_send_again", of_unit(w)),
        {"address": "annan@exempel.se"},
        f"{ONE}send-again/",
        {"address": "annan@exempel.se"},
        of=RECIPIENT,
    ),
    "phone": lambda w: Act(
        ("notice_phone", of_unit(w)),
        {"spoke_with": "Eva Ek", "said": "Pumparna är borta.", "answer": "no:not_here"},
        f"{ONE}phone/",
        {
            "spoke_with": "Eva Ek",
            "said": "Pumparna är borta.",
            "answer": {"affected": False, "why_not": "not_here"},
        },
        of=RECIPIENT,
    ),
    "waive": lambda w: Act(
        ("notice_waive", of_unit(w)),
        {"reason": "Enheten är nedlagd."},
        f"{ONE}waive/",
        {"reason": "Enheten är nedlagd."},
        of=RECIPIENT,
        by="physician",
    ),
    "link": lambda w: Act(
        ("notice_make_link", of_unit(w)),
        {"address": "bo@exempel.se", "name": "Bo"},
        f"{ONE}links/",
        {"address": "bo@exempel.se", "name": "Bo"},
    ),
    "link_send": lambda w: Act(
        ("notice_with_link", [*of_unit(w), w.link.pk, "skicka"]),
        {},
        f"{ONE}links/{w.link.pk}/send/",
        {},
    ),
    "link_renew": lambda w: Act(
        ("notice_with_link", [*of_unit(w), w.link.pk, "ny-kod"]),
        {},
        f"{ONE}links/{w.link.pk}/renew-code/",
        {},
    ),
    "link_revoke": lambda w: Act(
        ("notice_with_link", [*of_unit(w), w.link.pk, "ta-tillbaka"]),
        {},
        f"{ONE}links/{w.link.pk}/revoke/",
        {},
    ),
    "answer": lambda w: Act(
        ("notice_answer", of_unit(w)),
        {
            "affected": "affected",
            "all_outcome": "quarantined",
            "all_on": TODAY(),
            "done": "on",
            "note": "Tagna ur bruk.",
        },
        f"{ASKED}answer/",
        {
            "affected": True,
            "all_devices": {"outcome": "quarantined", "on": TODAY()},
            "done": True,
            "note": "Tagna ur bruk.",
        },
        of=RECIPIENT,
        by="manager",
    ),
    "not_affected": lambda w: Act(
        ("notice_answer", of_unit(w)),
        {"affected": "not_affected", "why_not": "not_here"},
        f"{ASKED}answer/",
        {"affected": False, "all_devices": {"outcome": "not_here"}},
        of=RECIPIENT,
        by="manager",
    ),
    "tick": lambda w: Act(
        ("notice_devices", of_unit(w)),
        {
            "utrustning": [w.devices[0]],
            f"was-{w.devices[0]}": "",
            "outcome": "returned",
            "on": TODAY(),
        },
        f"{ASKED}tick/",
        {"devices": [{"id": w.devices[0], "outcome": "returned", "on": TODAY(), "was": ""}]},
        by="manager",
    ),
    "published_check": lambda w: Act(
        ("published_notice_check", [w.published.pk]),
        {"note": "Produkten finns inte här."},
        f"published-notices/{w.published.pk}/check/",
        {"note": "Produkten finns inte här."},
    ),
}


_made, world = made_once(World)


def undone(do):
    """The answer to an act, and what the trail says of it; the act is undone afterwards."""
    with transaction.atomic():
        last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer = do()
        changes = Event.objects.filter(pk__gt=last).changes().with_body().order_by("pk")
        told = [
            (
                one.action,
                one.right,
                one.object_type,
                one.number,
                one.unit_id,
                one.actor_id,
                UUID.sub("uuid", json.dumps(getattr(getattr(one, "payload", None), "body", None))),
            )
            for one in changes
        ]
        transaction.set_rollback(True)
    return answer, told


def prefix_of(act):
    """What the page's form calls its fields before their names."""
    name, given = act.page
    first = next(iter(act.written), "")
    if name == "notice_product_remove":
        return f"p{given[1]}-"
    return first.partition("-")[0] + "-" if "-" in first and not first.startswith("was") else ""


def on_page(world, name, act, *, version=None, follow=False):
    """The page's form, sent as a browser sends it."""
    client = Client()
    client.cookies.update(world.cookies[world.people[act.by].pk])
    written = dict(act.written)
    if act.of:
        seen = version or world.version(name, act.of)
        written[f"{prefix_of(act)}version"] = seen
    page, given = act.page
    return client.post(reverse(page, args=given), written, follow=follow)


def in_api(world, name, act, *, by=None, version=None, key="1", without=False):
    """The same in the API, with a key of the person's."""
    api: APIClient = world.keys[(by or world.people[act.by]).pk]
    path = act.path.format(case=world.case.number, ward=world.region.ward.code)
    headers = {"Idempotency-Key": key}
    if act.of and not without:
        headers["If-Match"] = f'"v{version or world.version(name, act.of)}"'
    return getattr(api, act.method)(f"/api/v1/{path}", act.sent, format="json", headers=headers)


WITHOUT_VERSION = {
    "remind_all",
    "remind",
    "link",
    "link_send",
    "link_renew",
    "link_revoke",
    "tick",
    "published_check",
}


@pytest.mark.parametrize("name", ACTS)
def test_the_trail_tells_the_same_of_both_and_the_same_key_does_it_once(name, world):
    act = ACTS[name](world)
    assert (act.of == NONE) == (name in WITHOUT_VERSION)
    seen = world.version(name, act.of) if act.of else None

    def twice():
        first = in_api(world, name, act, version=seen)
        return first, in_api(world, name, act, version=seen) if act.method == "post" else None

    page, told_by_page = undone(lambda: on_page(world, name, act))
    (first, again), told_by_api = undone(twice)

    assert page.status_code in {302, 303}, page.content.decode()
    assert first.status_code in {200, 201, 204}, first.data
    assert told_by_page
    assert told_by_api == told_by_page
    if again is not None:
        replayed = again.headers["Idempotency-Replayed"]
        assert (again.status_code, replayed) == (first.status_code, "true")
        assert again.json() == first.json()


@pytest.mark.parametrize("name", [one for one in ACTS if one not in WITHOUT_VERSION])
def test_an_act_without_the_version_that_was_seen_is_refused(name, world):
    act = ACTS[name](world)
    seen = world.version(name, act.of)

    missing, told = undone(lambda: in_api(world, name, act, without=True))
    assert (missing.status_code, told) == (428, [])
    stale, told = undone(lambda: in_api(world, name, act, version=seen + 1))
    assert (stale.status_code, told) == (412, [])
    page, told = undone(lambda: on_page(world, name, act, version=seen + 1))
    # On pages without a form of their own the refusal stands as a message above what is there.
    assert (page.status_code, told) == (302 if name == "distribute" else 409, [])
    # What was written stands as it was written.
    assert "['" not in html.unescape(page.content.decode())


def test_whoever_lacks_the_right_does_nothing_and_each_attempt_is_told(world):
    denied = Event.objects.using("trail").filter(kind="denied")
    wrong = []
    for name in ACTS:
        act = ACTS[name](world)
        of_the_unit = act.path.startswith("notices-to-answer/")
        person = world.reporter if of_the_unit else world.reader
        attempts = denied.filter(actor_id=person.pk)
        before = attempts.count()
        answer, told = undone(partial(in_api, world, name, act, by=person))
        if (answer.status_code, told) != (403, []) or attempts.count() == before:
            wrong.append((name, answer.status_code, told, attempts.count() - before))

    assert not wrong


def test_to_whom_the_notice_has_not_come_no_act_on_it_exists(world):
    wrong = []
    for name in [one for one in ACTS if one != "published_check"]:
        act = ACTS[name](world)
        answer, told = undone(partial(in_api, world, name, act, by=world.stranger))
        if (answer.status_code, told) != (404, []):
            wrong.append((name, answer.status_code, told))

    assert not wrong


def set_aside(world):
    """The notice is one that concerns nobody here."""
    by = world.region.coordinator
    world.case = handling.take_step(world.ready, "set_aside", by=by, reason="Finns inte här.")
    world.product = world.case.safety_notice.products.first()


def registered(world):
    world.ready = entered(world.region)


def superseded(world):
    versions.supersede(world.older, world.newer, by=world.region.coordinator)


def decided(world):
    arrivals.leave(world.arrival, by=world.region.coordinator, reason="Skrotas.")


def answered(world):
    done = dealt_with(world.recipient)
    affected(world.recipient, world.region.manager, done=True, devices=done)


def waived(world):
    recipients.waive(world.recipient, by=world.people["physician"], reason="Enheten är nedlagd.")


def revoked(world):
    links.revoke(world.link, by=world.region.coordinator)


TOO_LATE = {
    set_aside: ("product_new", "product", "product_remove", "models", "systems", "remind_all"),
    superseded: ("supersede",),
    decided: ("arrival_ask", "arrival_leave"),
    registered: ("distribute",),
    answered: ("send_again", "phone", "waive"),
    waived: ("link", "answer", "not_affected", "tick"),
    revoked: ("link_send", "link_renew", "link_revoke"),
}
"""What has happened -> the acts that are refused after it."""


@pytest.mark.parametrize("happened", TOO_LATE)
def test_what_comes_too_late_is_refused_in_the_same_words(happened, world):
    happened(world)
    wrong = []
    for name in TOO_LATE[happened]:
        act = ACTS[name](world)
        api, told_by_api = undone(partial(in_api, world, name, act))
        page, told_by_page = undone(partial(on_page, world, name, act, follow=True))
        text = html.unescape(page.content.decode())
        unsaid = [reason for reason in api.data.get("reasons", ["?"]) if reason not in text]
        if (api.status_code, told_by_api, told_by_page, unsaid) != (409, [], [], []):
            wrong.append((name, api.status_code, told_by_api, told_by_page, unsaid))

    assert not wrong


def test_every_act_that_can_come_too_late_has_been_thought_of():
    never = {"parties", "remind", "published_check"}
    # One may always name the parties and write down what was found; who has answered is left out
    # of those reminded, and that is told in the answer.

    assert set(ACTS) - {name for names in TOO_LATE.values() for name in names} == never


def test_who_has_answered_is_not_reminded_and_the_answer_says_why(world):
    answered(world)
    act = ACTS["remind"](world)

    answer = in_api(world, "remind", act)

    assert answer.status_code == 200
    assert answer.data == {
        "count": 0,
        "refused": {"Enheten har svarat, eller är inte tillfrågad.": 1},
    }


NOT_UNDERSTOOD = [
    ("parties", {"manufacturer": "Okänd AB", "supplier": None}),
    ("product_new", {"range_text": "SN 1-9"}),
    ("product", {"trade_name": "x" * 201}),
    ("systems", {"systems": ["Finns inte"]}),
    ("arrival_leave", {"reason": " "}),
    ("remind", {"units": []}),
    ("send_again", {"address": "ingen adress"}),
    ("phone", {"spoke_with": "Eva", "said": "Ja.", "answer": {"why_not": "not_here"}}),
    ("waive", {}),
    ("link", {"name": "Bo"}),
    ("answer", {"affected": None}),
    ("answer", {"affected": True, "all_devices": {"outcome": "lost"}}),
    ("tick", {"devices": []}),
    ("tick", {"devices": [{"id": 1, "outcome": "returned", "was": ""}] * 2}),
    ("published_check", {"note": ""}),
]


def test_what_cannot_be_understood_is_refused_by_the_field(world):
    wrong = []
    for name, sent in NOT_UNDERSTOOD:
        act = ACTS[name](world)
        act.sent = sent
        answer, told = undone(partial(in_api, world, name, act))
        if (answer.status_code, told) != (400, []) or not answer.data:
            wrong.append((name, sent, answer.status_code, answer.data, told))

    assert not wrong
