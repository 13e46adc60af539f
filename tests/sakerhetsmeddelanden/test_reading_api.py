"""What a program reads of notices and of the units' answers: narrowed, in pages, at a flat cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import coordinating, links
from sakerhetsmeddelanden.actions.answers import DeviceSaid
from sakerhetsmeddelanden.models import LateArrival, PublishedNotice
from tests.factories import make_device, make_unit, person_as
from tests.made_once import made_once
from tests.rest.test_api import client, post
from tests.sakerhetsmeddelanden.sending import (
    affected,
    ask_about,
    dealt_with,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
)

pytestmark = pytest.mark.django_db

SCOPES = ("cases:read", "cases:write")


def _sent():
    region = region_with_units(3)
    return region, sent_out(region, devices=2)


_made, sent = made_once(_sent)


@pytest.fixture
def region(sent):
    return sent[0]


@pytest.fixture
def case(sent):
    return sent[1]


def get(api, path, status=200):
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.data
    return answer


class Sent:
    """A notice that went to so many units, with so many of everything at the first of them."""

    def __init__(self, count):
        self.region = region = region_with_units(count)
        self.case = sent_out(region, devices=count)
        self.recipient = recipient_of(self.case, region.ward)
        self.ward = region.ward.code
        for n in range(count - 1):
            sent_out(region)
            coordinating.send_again(
                recipient_of(self.case, region.ward), by=region.coordinator, address=f"{n}@e.se"
            )
        for n in range(count):
            links.make(
                self.recipient, address=f"l{n}@exempel.se", name="Eva", by=region.coordinator
            )
            LateArrival.objects.create(
                notice=self.case.safety_notice,
                device=make_device(unit=region.private),
                unit=region.private,
                reason="Kom senare.",
                found_at=timezone.now(),
            )
            PublishedNotice.objects.create(
                number=str(n), published_on="2026-03-02", manufacturer="V", product="P"
            )


QUERIES = {
    "notices/{n}/recipients/": 9,
    "notices/{n}/recipients/{ward}/devices/": 10,
    "notices/{n}/recipients/{ward}/events/": 10,
    "notices/{n}/recipients/{ward}/mails/": 10,
    "notices/{n}/recipients/{ward}/links/": 10,
    "notices/{n}/products/": 11,
    "notices/{n}/arrivals/": 9,
    "notices/{n}/distributions/": 10,
    "notices/{n}/transitions/": 9,
    "notices-to-answer/": 8,
    "notices-to-answer/{n}/{ward}/devices/": 9,
    "published-notices/": 7,
}


@pytest.mark.parametrize("count", [1, 3])
def test_every_list_costs_the_same_with_one_row_and_three(count):
    sent, wrong = Sent(count), []
    reads = Event.objects.filter(kind="read", via="api")
    for path, statements in QUERIES.items():
        person = sent.region.manager if path.startswith("notices-to") else sent.region.coordinator
        api = client(person, *SCOPES)
        here = path.format(n=sent.case.number, ward=sent.ward)
        get(api, here)
        before = reads.count()

        with CaptureQueriesContext(connection) as asked:
            rows = get(api, here).data["results"]

        few = len(rows) < (1 if here.endswith(("products/", "distributions/")) else count)
        if few or len(asked) != statements or reads.count() == before:
            wrong.append((path, len(rows), len(asked), reads.count() - before))

    assert not wrong


def test_recipients_narrow_as_on_the_page(region, case):
    affected(recipient_of(case, region.ward), region.manager)
    api = client(region.coordinator, *SCOPES)

    def found(query):
        rows = get(api, f"notices/{case.number}/recipients/?{query}").data["results"]
        return {row["unit"] for row in rows}

    assert found("group=affected") == {region.ward.code}
    assert found("group=silent") == {one.code for one in region.units[1:]}
    assert found(f"unit={region.units[1].code}") == {region.units[1].code}
    assert found("") == {one.code for one in region.units}
    assert list(get(api, f"notices/{case.number}/recipients/?group=x", 400).data) == ["group"]


def test_a_recipient_is_read_whole_with_the_version_of_its_next_act(region, case):
    affected(
        recipient_of(case, region.ward),
        region.manager,
        devices=dict([next(iter(dealt_with(recipient_of(case, region.ward)).items()))]),
    )
    api = client(region.coordinator, *SCOPES)

    answer = get(api, f"notices/{case.number}/recipients/{region.ward.code}/")

    recipient = recipient_of(case, region.ward)
    assert answer.headers["ETag"] == f'"v{recipient.version}"'
    assert (answer.data["answer"], answer.data["devices"], answer.data["devices_handled"]) == (
        "affected", 2, 1,
    )  # fmt: skip
    assert answer.data["answered_name"].startswith(region.manager.name)
    assert Event.objects.filter(action="notice.recipient_read", via="api").exists()
    get(api, f"notices/{case.number}/recipients/{region.sibling.code}/", 404)


def test_what_leads_in_by_a_link_is_never_told(region, case):
    api = client(region.coordinator, *SCOPES)
    here = f"notices/{case.number}/recipients/{region.ward.code}/links/"

    made = post(api, here, {"address": "bo@exempel.se", "name": "Bo"})

    assert made.status_code == 201, made.data
    assert set(made.data) == {
        "id", "name", "address", "made_by", "made_at", "expires_at", "opened_at", "revoked_at",
    }  # fmt: skip
    assert [one["address"] for one in get(api, here).data["results"]] == ["bo@exempel.se"]


def test_waves_of_mails_say_how_far_they_have_come(region, case):
    api = client(region.coordinator, *SCOPES)

    begun = post(api, f"notices/{case.number}/remind-all/")
    first, second = get(api, f"notices/{case.number}/distributions/").data["results"]

    assert begun.status_code == 200, begun.data
    assert (first["purpose"], first["total"], first["done"]) == ("first", 3, 3)
    assert (second["id"], second["purpose"], second["total"]) == (begun.data["id"], "reminder", 3)


def test_products_are_tied_to_those_of_the_register_by_hand(region, case):
    device, product = make_device(unit=region.ward), case.safety_notice.products.get()
    api = client(region.coordinator, *SCOPES)
    here = f"notices/{case.number}/products/{product.pk}/models/"
    seen = Case.objects.get(pk=case.pk).version

    answer = post(api, here, {"models": [device.model.pk]}, version=seen)

    assert answer.status_code == 200, answer.data
    assert (answer.data["models"], answer.data["models_confirmed"]) == ([device.model.pk], True)
    assert answer.headers["ETag"] == f'"v{seen + 1}"'
    assert post(api, here, {"models": []}, version=seen).status_code == 412
    assert post(api, here, {"models": [0]}, version=seen + 1).status_code == 400


# --- the units' side --------------------------------------------------------------------------


def test_a_unit_finds_reads_and_answers_and_the_answer_is_signed_by_whose_key_it_is(region, case):
    ward = region.ward.code
    api = client(region.manager, *SCOPES)
    here = f"notices-to-answer/{case.number}/{ward}/"

    [waiting] = get(api, "notices-to-answer/?standing=to_answer").data["results"]
    whole = get(api, here)

    assert (waiting["number"], waiting["unit"], waiting["devices"]) == (case.number, ward, 2)
    assert whole.data["told"]["2.1"] == "Trycksensorn kan visa för lågt värde."
    assert whole.data["asked"] == ["identify", "quarantine"]
    version = int(whole.headers["ETag"].strip('"v'))
    one, other = (row["id"] for row in get(api, f"{here}devices/").data["results"])
    today = timezone.localdate().isoformat()
    ticked = post(
        api,
        f"{here}tick/",
        {"devices": [{"id": one, "outcome": "quarantined", "on": today, "was": ""}]},
    )
    assert ticked.data["devices_handled"] == 1, ticked.data
    other_words = {"affected": True, "note": "Resten i morgon."}
    assert post(api, f"{here}answer/", other_words, version=version).status_code == 412
    left = get(api, f"{here}devices/?standing=left").data["results"]
    assert [row["id"] for row in left] == [other]

    answered = post(
        api,
        f"{here}answer/",
        {
            "affected": True,
            "done": True,
            "devices": [{"id": other, "outcome": "destroyed", "on": today, "note": "Trasig."}],
        },
        version=ticked.data["version"],
    )

    assert answered.status_code == 200, answered.data
    recipient = recipient_of(case, region.ward)
    assert (recipient.status, recipient.answered_by, recipient.answered_via) == (
        "action_done", region.manager, "api",
    )  # fmt: skip
    assert get(api, "notices-to-answer/?standing=to_answer").data["results"] == []
    assert recipient.devices.get(pk=other).device.status == "scrapped"


def test_a_device_that_somebody_answered_for_meanwhile_is_not_written_over(region, case):
    affected(
        recipient_of(case, region.ward),
        region.manager,
        devices=dealt_with(recipient_of(case, region.ward)),
    )
    device = recipient_of(case, region.ward).devices.first()
    today = timezone.localdate().isoformat()

    answer = post(
        client(region.manager, *SCOPES),
        f"notices-to-answer/{case.number}/{region.ward.code}/tick/",
        {"devices": [{"id": device.pk, "outcome": "returned", "on": today, "was": ""}]},
    )

    assert answer.status_code == 412
    device.refresh_from_db()
    assert device.outcome == "quarantined"


def test_another_units_devices_and_another_units_question_are_not_hers(region, case):
    api = client(region.manager, *SCOPES)
    other = region.units[1]
    foreign = recipient_of(case, other).devices.first().pk

    get(api, f"notices-to-answer/{case.number}/{other.code}/", 404)
    answer = post(
        api,
        f"notices-to-answer/{case.number}/{region.ward.code}/tick/",
        {"devices": [{"id": foreign, "outcome": "not_here", "was": ""}]},
    )

    assert answer.status_code == 409
    assert answer.data["reasons"] == ["En av utrustningarna hör inte till enheten."]


def test_a_signed_answer_is_changed_with_a_reason_alone(region, case):
    recipient = not_affected(
        recipient_of(case, region.ward), region.manager, all_devices=DeviceSaid("not_here")
    )
    api = client(region.manager, *SCOPES)
    here = f"notices-to-answer/{case.number}/{region.ward.code}/answer/"

    without = post(api, here, {"affected": True}, version=recipient.version)
    given = post(
        api, here, {"affected": True, "reason": "Den fanns i förrådet."}, version=recipient.version
    )

    assert (without.status_code, without.data["reasons"]) == (409, ["Skriv varför svaret ändras."])
    assert (given.status_code, given.data["status"]) == (200, "acknowledged_affected")


def test_a_key_that_only_reads_answers_nothing(region, case):
    api = client(region.manager, "cases:read")
    here = f"notices-to-answer/{case.number}/{region.ward.code}/"

    version = int(get(api, here).headers["ETag"].strip('"v'))

    assert post(api, f"{here}answer/", {"affected": False}, version=version).status_code == 403
    assert recipient_of(case, region.ward).answer == ""


def test_the_work_list_is_searched_and_a_word_that_is_none_is_refused(region, case):
    ask_about(recipient_of(case, region.ward), make_device("MT-88001", region.ward))
    ask_about(recipient_of(case, region.ward), make_device("MT-88002", region.ward))
    api = client(person_as(Role.REPORTER, region.ward), *SCOPES)
    here = f"notices-to-answer/{case.number}/{region.ward.code}/devices/"

    [row] = get(api, f"{here}?q=88002").data["results"]

    assert row["inventory_number"] == "MT-88002"
    get(api, f"{here}?standing=nonsense", 400)
    get(api, f"{here}?q={'x' * 201}", 400)


def test_what_is_published_narrows_as_on_the_page_and_is_for_those_who_manage_notices(region):
    for number, checked in (("1", None), ("2", timezone.now())):
        PublishedNotice.objects.create(
            number=number,
            published_on="2026-03-02",
            manufacturer="V",
            product="P",
            checked_at=checked,
            checked_by=region.coordinator if checked else None,
            note="Finns inte här." if checked else "",
        )
    api = client(region.coordinator, *SCOPES)

    def found(query):
        return [one["number"] for one in get(api, f"published-notices/?{query}").data["results"]]

    assert (found("standing=missing"), found("standing=checked")) == (["1"], ["2"])
    assert found("standing=received") == []
    get(client(region.manager, *SCOPES), "published-notices/", 403)


def test_units_reminded_are_those_that_were_named(region, case):
    make_unit("Annan")

    answer = post(
        client(region.coordinator, *SCOPES),
        f"notices/{case.number}/remind/",
        {"units": [region.units[1].code, region.units[2].code, "finns-inte"]},
    )

    assert (answer.status_code, answer.data) == (200, {"count": 2, "refused": {}})
    assert recipient_of(case, region.ward).reminders == 0
